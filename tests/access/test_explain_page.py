"""The page that explains: the same engine as the command, for the platform's administrator alone."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from fab_app.access.explain import as_roles, explain
from fab_app.runtime.explaining import Rows
from tests.access.test_explain import FILES, every
from tests.projects import Browser, Builder, Page, Site


@pytest.fixture(scope="module")
def shop(build: Builder) -> Site:
    site = build(FILES)
    site.make("order", name="甲", amount="50")
    site.make("order", name="乙", amount="500")
    site.make("order", name="丙", amount="50", state="closed")
    return site


@pytest.fixture
def admin(shop: Site) -> Browser:
    return shop.as_("admin")


def asked(
    browser: Browser, account: str, action: str, id_: object = "", *roles: str, entity: str = "order"
) -> Page:
    query = {
        "account": account,
        "action": action,
        "entity": f"shop.{entity}",
        "id": id_,
        "roles": list(roles),
    }
    return browser.get(f"/explain/?{urlencode(query, doseq=True)}")


def test_page_says_whether_and_which_part_of_the_rule_does_not_hold(admin: Browser) -> None:
    may, may_not = asked(admin, "clerk", "read", 1), asked(admin, "clerk", "read", 2)
    assert (may.status, may_not.status) == (200, 200)
    assert "clerk 可以执行“查看”：订单，编号 1" in may.text and "clerk 不可以执行“查看”" in may_not.text
    assert "amount < 100" in may_not.text and "permissions/shop/clerk.yaml:4" in may_not.text


def test_page_says_why_a_record_is_missing_from_a_list(shop: Site, admin: Browser) -> None:
    told = asked(admin, "branch", "read", 1).text
    assert "org_tree" in told and "permissions/shop/branch.yaml:3" in told
    shop.person("chief", "branch", portal="shop")
    besides = asked(admin, "admin", "read", 3)
    assert "页签 open 显示该记录" in besides.text and "schema/shop/order.yaml:" in besides.text


def test_page_supposes_another_role(admin: Browser) -> None:
    own, supposed = asked(admin, "branch", "read", 1), asked(admin, "branch", "read", 1, "shop.clerk")
    assert "不可以执行" in own.text and "branch 可以执行" in supposed.text


def test_without_a_record_it_says_whether_any_could_be_reached(admin: Browser) -> None:
    assert "clerk 不可以执行“删除”：订单，任意记录" in asked(admin, "clerk", "delete").text


def test_page_and_engine_say_the_same(shop: Site, admin: Browser) -> None:
    for account in ("clerk", "branch"):
        for action in ("read", "edit", "delete"):
            for id_ in (1, 2, 3):
                session = shop.here.session
                found = explain(
                    Rows(shop.world, session), shop.principal(account), shop.entity("order"), action, id_
                )
                session.remove()
                page = asked(admin, account, action, id_)
                assert ("不可以执行" not in page.text) is found.allowed
                assert len(page.root.all("li", class_="is-no")) == sum(
                    not one.holds for one in every((*found.standing, *found.roles, *found.notes))
                )
    assert as_roles(shop.principal("branch"), "clerk").roles == ("shop.clerk",)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"account": "niemand"}, "account"),
        ({"account": "' or 1=1 --"}, "account"),
        ({"account": "\0"}, "account"),
        ({"entity": "shop.nosuch"}, "entity"),
        ({"action": ""}, "action"),
        ({"id": "eins"}, "id"),
        ({"id": "9" * 40}, "id"),
        ({"id": "-1"}, "id"),
        ({"roles": "shop.nosuch"}, "roles"),
    ],
)
def test_what_names_nothing_is_told_at_its_field(admin: Browser, query: dict[str, str], field: str) -> None:
    given = {"account": "clerk", "action": "read", "entity": "shop.order", "id": "1", **query}
    page = admin.get(f"/explain/?{urlencode(given)}")
    assert page.status == 422 and page.root.all(id=f"f-{field}-err")


def test_record_that_is_not_there_is_told(admin: Browser) -> None:
    page = asked(admin, "clerk", "read", 987)
    assert page.status == 200 and "存在编号为 987 的记录" in page.text


def test_action_that_nobody_has_is_not_permitted(admin: Browser) -> None:
    assert "不可以执行" in asked(admin, "clerk", "<script>", 1).text


@pytest.mark.parametrize("account", ["clerk", "branch"])
def test_page_is_not_there_for_anybody_else(shop: Site, account: str) -> None:
    assert asked(shop.as_(account), "clerk", "read", 1).status == 404


def test_nobody_is_led_to_the_door(shop: Site) -> None:
    assert shop.as_().get("/explain/").location.startswith("/login/")


def test_page_is_read_in_english_too(shop: Site) -> None:
    page = shop.as_("admin", **{"Accept-Language": "en"}).get(
        "/explain/?account=clerk&action=read&entity=shop.order&id=2", headers={"Accept-Language": "en"}
    )
    assert "clerk may NOT read" in page.text.replace("Read", "read")
