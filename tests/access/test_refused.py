"""Who asks for a record that is not for him is told in the log: who, which, from where; not so often as to fill it."""

from __future__ import annotations

from typing import Any

import pytest

from fab_app.runtime import refusing
from tests.projects import Builder, Site
from tests.servers import DATABASES

FILES = {
    "schema/shop/portal.yaml": "title: 店\nout_of_scope: 403\n",
    "schema/shop/order.yaml": "label: 订单\nfields: {name: {type: text, label: 名称}}\n",
    "schema/quiet/portal.yaml": "title: 静\n",
    "schema/quiet/order.yaml": "label: 订单\nfields: {name: {type: text, label: 名称}}\n",
    "permissions/shop/clerk.yaml": "label: 员\nrows: {order: name != '别人的'}\nmay: {order: [read]}\n",
    "permissions/shop/other.yaml": "label: 外\n",
    "permissions/shop/boss.yaml": "label: 头\nrows: {order: all}\nmay: {order: [read, edit]}\n",
    "permissions/quiet/member.yaml": "label: 员\nrows: {order: name != '别人的'}\nmay: {order: [read]}\n",
}


@pytest.fixture(scope="module", params=DATABASES)
def shop(request: pytest.FixtureRequest, build: Builder) -> Site:
    return build(FILES, request.param)


def entries(site: Site) -> list[dict[str, Any]]:
    found = (row for row in site.platform("base_audit") if row["action"] == "refused")
    return sorted(found, key=lambda row: row["id"])


def new(site: Site, before: int) -> list[tuple[Any, ...]]:
    return [
        (row["account"], row["channel"], row["entity"], row["record_id"], row["changes"])
        for row in entries(site)[before:]
    ]


@pytest.fixture
def hidden(shop: Site) -> int:
    return shop.make("order", name="别人的")


@pytest.mark.req("A-167")
@pytest.mark.parametrize(
    ("path", "channel"), [("/shop/order/show/{}", "web"), ("/api/v1/shop/order/{}", "web")]
)
def test_refused_look_is_told_once_a_minute(shop: Site, hidden: int, path: str, channel: str) -> None:
    before, clerk = len(entries(shop)), shop.as_("clerk")
    assert [clerk.get(path.format(hidden)).status for _ in range(3)] == [403] * 3
    assert new(shop, before) == [("clerk", channel, "shop.order", hidden, {})]
    assert entries(shop)[-1]["address"] == "127.0.0.1"


def test_who_may_nothing_with_the_kind_is_told_too(shop: Site, hidden: int) -> None:
    before = len(entries(shop))
    assert shop.as_("other").get(f"/shop/order/show/{hidden}").status == 403
    assert shop.as_("clerk").get(f"/shop/order/edit/{hidden}").status == 403
    assert [row[0] for row in new(shop, before)] == ["other", "clerk"]


def test_nobody_and_what_is_granted_are_not_told(shop: Site, hidden: int) -> None:
    before = len(entries(shop))
    assert shop.as_().get(f"/shop/order/show/{hidden}").status == 302
    assert shop.as_().get(f"/api/v1/shop/order/{hidden}").status == 401
    assert shop.as_("boss").get(f"/shop/order/show/{hidden}").status == 200
    assert (
        shop.as_("boss").get("/shop/order/show/987654").status == 404
    )  # there is none, of which this portal tells
    assert new(shop, before) == []


def test_portal_that_does_not_tell_hidden_from_absent_tells_the_log_of_both(shop: Site) -> None:
    before, member = len(entries(shop)), shop.as_("member")
    assert {member.get(f"/quiet/order/show/{id_}").status for id_ in (4711, 4712)} == {404}
    assert [row[3] for row in new(shop, before)] == [4711, 4712]


def test_nobody_fills_the_log(shop: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refusing, "MOST", 5)
    before, member = len(entries(shop)), shop.as_("member")
    for id_ in range(5000, 5010):
        assert member.get(f"/quiet/order/show/{id_}").status == 404
    assert len(new(shop, before)) <= 5


def test_record_itself_does_not_tell_who_was_refused(shop: Site, hidden: int) -> None:
    shop.as_("clerk").get(f"/shop/order/show/{hidden}")
    assert len(entries(shop)) > 0
    assert "拒绝" not in shop.as_("boss").get(f"/shop/order/show/{hidden}").text
    assert "clerk" not in shop.as_("boss").get(f"/shop/order/show/{hidden}").text


def test_refusal_costs_the_same_few_statements_each_time(shop: Site, hidden: int) -> None:
    clerk = shop.as_("clerk")
    clerk.get(f"/shop/order/show/{hidden}")
    with shop.statements() as seen:
        clerk.get(f"/shop/order/show/{hidden}")
    assert sum("base_audit" in statement for statement in seen) == 1
