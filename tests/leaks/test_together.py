"""Requests of different people at once: nobody ever gets another's rows."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.leaks.homes import people, small
from tests.leaks.planting import Marks
from tests.leaks.rows import Rows
from tests.leaks.walk import Report, Visitor
from tests.projects import Builder, Site

REQUESTS = 50
_ROW = re.compile(r'<tr[^>]*\bdata-id="(\d+)"')
pytestmark = pytest.mark.xdist_group("leaks")


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def shop(build: Builder, request: pytest.FixtureRequest) -> Site:
    return small(build, str(request.param))


@pytest.fixture
def hurried() -> Iterator[None]:
    """Threads take turns as often as the interpreter lets them."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(0.0001)
    yield
    sys.setswitchinterval(before)


def asked(visitor: Visitor) -> list[str]:
    """What was wrong with this person's answers."""
    order = next(e for e in visitor.rows.manifest.entities.values() if e.key == "shop.order")
    wanted, wrong = visitor.opinion.visible(order), []
    for turn in range(REQUESTS):
        if turn % 2:
            answer = visitor.client.get("/shop/order/list/?size=100")
            found = set(map(int, _ROW.findall(answer.get_data(as_text=True))))
        else:
            q = {"q": f"(page_size:{90 + turn % 10})"}
            answer = visitor.client.get("/api/v1/shop/order/", headers=visitor.bearer, query_string=q)
            found = set(answer.get_json()["ids"])
        told = visitor.known.found(answer.get_data(as_text=True)) - visitor.tellable
        if answer.status_code != 200 or found != wanted or told:
            wrong.append(f"{visitor.account} {turn}: {answer.status_code} {found ^ wanted} {told}")
    return wrong


def test_concurrent_requests_of_different_people_never_mix(shop: Site, hurried: None) -> None:
    rows, known = Rows(shop).read(), Marks(shop)
    chosen = [account for account in people(shop) if account != "all"]
    shop.person("other", "org", portal="shop", org=_other(rows))
    rows.read()
    visitors = [Visitor(shop, rows, known, Report(), account) for account in (*chosen, "other")]
    orders = next(e for e in rows.manifest.entities.values() if e.key == "shop.order")
    seen = {visitor.opinion.visible(orders) for visitor in visitors if visitor.tellable}
    assert len(visitors) == 4 and len(seen) >= 3
    with ThreadPoolExecutor(4) as pool:
        assert [wrong for found in pool.map(asked, visitors) for wrong in found] == []


def _other(rows: Rows) -> int:
    """An organisation to which nobody belongs yet."""
    taken = {row["org"] for row in rows.tables["base.user"].values()}
    orders = rows.tables["shop.order"].values()
    return next(row["org"] for row in orders if row["org"] is not None and row["org"] not in taken)
