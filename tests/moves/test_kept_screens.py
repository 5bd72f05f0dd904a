"""On screen each case has the moves and the words of the states with which it began."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.moves.reopened import FILES, Old
from tests.projects import Browser, Builder


@pytest.fixture
def old(project: Builder) -> Iterator[Old]:
    found = Old(project(FILES))
    yield found
    found.shop.close()


def buttons(who: Browser, id_: int) -> set[str]:
    """The moves that the record's own page offers."""
    page = who.get(f"/shop/order/show/{id_}")
    assert page.status == 200
    return {code for code in ("hold", "drop", "lapse", "pay") if f"/order/do/{code}/{id_}" in page.html}


def listed(who: Browser, id_: int) -> set[str]:
    source = who.get("/shop/order/list/").html
    return {code for code in ("hold", "drop", "lapse", "pay") if f"/order/do/{code}/{id_}" in source}


def test_button_stands_on_old_cases_alone(old: Old) -> None:
    seen = {who: buttons(old.site.as_(who), old.held) for who in ("clerk", "boss", "guest", "admin")}
    assert seen == {"clerk": {"pay"}, "boss": {"drop"}, "guest": set(), "admin": {"drop", "pay"}}
    assert buttons(old.site.as_("admin"), old.new) == {"pay"}


def test_list_offers_each_case_its_own_moves(old: Old) -> None:
    clerk, admin = old.site.as_("clerk"), old.site.as_("admin")
    assert [listed(clerk, id_) for id_ in (old.open, old.held, old.new)] == [
        {"hold", "pay"},
        {"pay"},
        {"pay"},
    ]
    assert [listed(admin, id_) for id_ in (old.open, old.held, old.new)] == [
        {"hold", "pay"},
        {"drop", "pay"},
        {"pay"},
    ]


def test_move_that_was_changed_is_called_as_it_was(old: Old) -> None:
    clerk = old.site.as_("clerk")
    texts = [clerk.get(f"/shop/order/show/{id_}").main.text for id_ in (old.open, old.new)]
    assert ["付款" in texts[0], "收款" in texts[0]] == [True, False]
    assert ["收款" in texts[1]] == [True]


def test_dialog_of_the_old_move_is_asked_and_makes_it(old: Old) -> None:
    boss = old.site.as_("boss")
    asked = boss.get(f"/shop/order/do/drop/{old.held}")
    assert asked.root.one(name="note") is not None
    boss.token = asked.token
    assert boss.post(f"/shop/order/do/drop/{old.held}", {"note": "撤单"}).status in (302, 303)
    assert old.state(old.held) == "void"


def test_state_that_is_gone_is_shown_in_its_words_and_can_be_looked_for(old: Old) -> None:
    clerk = old.site.as_("clerk")
    rows = {row["name"]: row["state"] for row in clerk.get("/shop/order/list/").rows}
    assert rows == {"旧": "待付款", "旧审": "审核中", "新": "新建"}
    assert clerk.get("/shop/order/list/?state=held").ids == [old.held]


def test_state_that_is_gone_stays_locked(old: Old) -> None:
    page = old.site.as_("clerk").get(f"/shop/order/edit/{old.held}")
    assert page.status == 409
    assert "审核中不能修改" in page.text


def test_timeline_calls_moves_by_their_names(old: Old) -> None:
    assert "送审" in old.site.as_("clerk").get(f"/shop/order/show/{old.held}").main.text


def test_page_without_old_cases_asks_nothing_of_them(project: Builder) -> None:
    site = project(FILES)
    site.make("order", name="一")
    clerk = site.as_("clerk")
    clerk.get("/shop/order/list/")
    with site.statements() as found:
        clerk.get("/shop/order/list/")
    assert not [text for text in found if "base_case" in text]
