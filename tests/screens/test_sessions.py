"""Sessions: how long they last without their person, and how many he has."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa

from tests.projects import Site


@pytest.fixture
def account(shop: Site) -> str:
    name = "p" + uuid4().hex[:10]
    shop.person(name, "clerk")
    return name


def test_idle_session_ends(shop: Site, account: str) -> None:
    browser = shop.as_(account)
    sessions = shop.world.tables.platform("base_session")
    with shop.engine.begin() as connection:
        earlier = shop.world.clock.now() - timedelta(minutes=31)
        mine = sessions.c.user_id == shop.users[account]
        connection.execute(sa.update(sessions).where(mine).values(seen_at=earlier))
    assert browser.get("/shop/order/list/").location.startswith("/login/")


def test_used_session_goes_on(shop: Site, account: str) -> None:
    browser = shop.as_(account)
    sessions = shop.world.tables.platform("base_session")
    for _ in range(3):
        with shop.engine.begin() as connection:
            earlier = shop.world.clock.now() - timedelta(minutes=20)
            mine = sessions.c.user_id == shop.users[account]
            connection.execute(sa.update(sessions).where(mine).values(seen_at=earlier))
        assert browser.get("/shop/order/list/").status == 200


def test_counters_that_a_page_asks_for_by_itself_keep_no_session_awake(shop: Site, account: str) -> None:
    browser = shop.as_(account)
    sessions = shop.world.tables.platform("base_session")
    mine = sessions.c.user_id == shop.users[account]
    earlier = shop.world.clock.now() - timedelta(minutes=20)
    with shop.engine.begin() as connection:
        connection.execute(sa.update(sessions).where(mine).values(seen_at=earlier))
    assert browser.client.get("/shop/badges").status_code == 200
    with shop.engine.connect() as connection:
        assert connection.scalar(sa.select(sessions.c.seen_at).where(mine)) == earlier


def test_eleventh_session_ends_the_oldest(shop: Site, account: str) -> None:
    browsers = [shop.as_(account) for _ in range(11)]
    statuses = [browser.get("/shop/order/list/").status for browser in browsers]
    assert (statuses.count(200), statuses[-1]) == (10, 200)
