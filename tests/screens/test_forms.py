"""Forms and detail pages: what was typed stays, one comes back to where one was, nothing changes by a GET."""

from __future__ import annotations

import pytest

from tests.projects import Browser, Site


def test_saving_leads_back_to_the_list(clerk: Browser) -> None:
    answer = clerk.submit("/shop/order/add", name="甲")
    assert (answer.status, answer.location) == (303, "/shop/order/list/")


def test_saving_leads_back_to_the_list_one_came_from(shop: Site, clerk: Browser) -> None:
    shop.make("order", name="回来")
    edit = clerk.get("/shop/order/list/?name=回来&order=-amount").link("编辑")
    back = clerk.submit(edit, name="回来了").location
    assert back.startswith("/shop/order/list/?") and "order=-amount" in back


def test_saving_is_said_once(clerk: Browser) -> None:
    back = clerk.submit("/shop/order/add", name="甲").location
    assert ["已保存订单" in clerk.get(back).html for _ in range(2)] == [True, False]


def test_detail_tells_what_is_stored(shop: Site, clerk: Browser) -> None:
    customer = shop.make("customer", name="丙公司")
    values = {
        "amount": "1234.50",
        "placed": "2026-03-04",
        "paid": True,
        "tags": ["new"],
        "helpers": [customer],
    }
    id_ = shop.make("order", name="甲", customer=customer, **values, lines=[{"name": "一"}, {"name": "二"}])
    told = clerk.get(f"/shop/order/show/{id_}").details
    shown = [told[label] for label in ("日期", "客户", "标签", "相关", "件数")]
    assert shown == ["2026-03-04", "丙公司", "新", "丙公司", "2"] and "1,234.50" in told["金额"]


def test_detail_shows_the_rows_that_refer_to_it(shop: Site, clerk: Browser) -> None:
    id_ = shop.make("order", name="甲", lines=[{"name": "行一"}])
    page = clerk.get(f"/shop/order/show/{id_}")
    assert "行一" in page.text and clerk.get(f"/shop/order/show/{id_}/related/0").status == 200


def test_detail_of_no_record_is_not_there(clerk: Browser) -> None:
    paths = ("show/99999999", "edit/99999999", "show/99999999/related/0", "show/1/related/7")
    assert [clerk.get(f"/shop/order/{path}").status for path in paths] == [404] * 4


def test_values_on_a_detail_page_are_no_markup(shop: Site, clerk: Browser) -> None:
    id_ = shop.make("order", name="<script>alert(1)</script>")
    assert (
        "<script>alert"
        not in clerk.get(f"/shop/order/show/{id_}").html + clerk.get(f"/shop/order/edit/{id_}").html
    )


@pytest.mark.parametrize("path", ["delete/{}", "upload/photo"])
def test_what_changes_something_answers_no_get(shop: Site, clerk: Browser, path: str) -> None:
    id_ = shop.make("order", name="甲")
    assert clerk.get(f"/shop/order/{path}".format(id_)).status == 405
    assert shop.row("order", id_)["alive"] == 0


def test_no_get_of_any_page_writes(shop: Site, clerk: Browser) -> None:
    id_ = shop.make("order", name="甲")
    before = (shop.rows("order"), shop.rows("line"), len(shop.platform("base_audit")))
    for path in (
        "list/",
        f"show/{id_}",
        f"edit/{id_}?name=改",
        "add?name=改",
        f"edit/{id_}?version=1&_rows=1",
        "options/customer",
    ):
        clerk.get(f"/shop/order/{path}")
    assert (shop.rows("order"), shop.rows("line"), len(shop.platform("base_audit"))) == before


@pytest.mark.parametrize("path", ["add", "edit/{}", "delete/{}", "upload/photo"])
def test_post_without_its_token_is_refused(shop: Site, clerk: Browser, path: str) -> None:
    id_ = shop.make("order", name="甲")
    before = shop.rows("order")
    for token in ({}, {"csrf_token": "x"}, {"csrf_token": shop.as_("clerk").get("/login/").token}):
        answer = clerk.client.post(f"/shop/order/{path}".format(id_), data={"name": "改", **token})
        assert answer.status_code == 400
    assert shop.rows("order") == before


def test_another_row_is_added_without_storing(shop: Site, clerk: Browser) -> None:
    id_ = shop.make("order", name="甲", lines=[{"name": "一"}])
    page = clerk.send(clerk.get(f"/shop/order/edit/{id_}"), name="改了", _rows="add lines")
    assert (page.status, page.value("name"), shop.row("order", id_)["name"]) == (200, "改了", "甲")
    assert "lines-1-name" in dict(page.form())


def test_row_is_removed_without_storing(shop: Site, clerk: Browser) -> None:
    id_ = shop.make("order", name="甲", lines=[{"name": "一"}, {"name": "二"}])
    page = clerk.send(clerk.get(f"/shop/order/edit/{id_}"), _rows="drop lines 0")
    kept = [value for name, value in page.form() if name.endswith("-name")]
    assert (page.status, kept, len([r for r in shop.rows("line") if r["order"] == id_])) == (200, ["二"], 2)


def test_picked_reference_stays_after_a_refusal(shop: Site, clerk: Browser) -> None:
    customer = shop.make("customer", name="留下")
    page = clerk.submit("/shop/order/add", name="", customer=customer, helpers=["", str(customer)])
    assert (page.value("customer"), page.values("helpers")) == (str(customer), [str(customer)])
    assert "留下" in page.html


def test_uploaded_file_stays_after_a_refusal(clerk: Browser) -> None:
    file = clerk.file("order", "photo")
    assert clerk.submit("/shop/order/add", name="", photo=["", str(file)]).values("photo") == [str(file)]


def test_stored_reference_is_drawn_with_its_title(shop: Site, clerk: Browser) -> None:
    customer = shop.make("customer", name="画出来")
    id_ = shop.make("order", name="甲", customer=customer)
    page = clerk.get(f"/shop/order/edit/{id_}")
    assert page.value("customer") == str(customer) and "画出来" in page.html


def test_deletion_leads_back_and_is_gone(shop: Site, clerk: Browser) -> None:
    id_ = shop.make("order", name="甲")
    address = next(a for a in clerk.get("/shop/order/list/").links("删除") if f"/delete/{id_}" in a)
    answer = clerk.post(address)
    assert (answer.status, answer.location.startswith("/shop/order/list/")) == (303, True)
    assert clerk.get(f"/shop/order/show/{id_}").status == 404


@pytest.mark.parametrize(
    "next_",
    ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "/\t/evil.example"],
)
def test_saving_leads_to_no_other_host(clerk: Browser, next_: str) -> None:
    answer = clerk.post("/shop/order/add", {"name": "甲", "next": next_})
    assert answer.location == "/shop/order/list/"


def test_senseless_version_counts_as_none(shop: Site, clerk: Browser) -> None:
    id_ = shop.make("order", name="甲")
    for version in ("x", "", "-1", "９", "9" * 40):
        assert clerk.post(f"/shop/order/edit/{id_}", {"name": "乙", "version": version}).status in (
            303,
            400,
            409,
        )


def test_form_takes_no_record_to_edit_from_the_address_of_another(shop: Site, clerk: Browser) -> None:
    one, other = shop.make("order", name="一"), shop.make("order", name="二")
    clerk.post(f"/shop/order/edit/{one}", {"name": "改", "id": str(other), "pk": str(other)})
    assert [shop.row("order", id_)["name"] for id_ in (one, other)] == ["改", "二"]


def test_picker_searches_and_pages(shop: Site, clerk: Browser) -> None:
    for index in range(25):
        shop.make("customer", name=f"翻页{index:02}")
    first = clerk.json("/shop/order/options/customer?q=翻页&for=form")
    second = clerk.json("/shop/order/options/customer?q=翻页&for=form&page=2")
    labels = [option["label"] for answer in (first, second) for option in answer["result"]]
    assert (len(first["result"]), first["more"], second["more"]) == (20, True, False)
    assert sorted(labels) == [f"翻页{index:02}" for index in range(25)]


@pytest.mark.parametrize(
    "path",
    [
        "name",
        "nosuch",
        "customer.name",
        "customer?page=x",
        "customer?page=-1",
        "customer?page=0",
        "customer?page=９",
        "place?parent=x",
    ],
)
def test_picker_of_nothing_is_refused_in_json(clerk: Browser, path: str) -> None:
    response = clerk.get(f"/shop/order/options/{path}").response
    assert response.status_code in (200, 400, 404) and response.is_json


def test_an_unanswered_yes_or_no_stays_unanswered(shop: Site, clerk: Browser) -> None:
    id_ = shop.make("order", name="offen")
    assert clerk.submit(f"/shop/order/edit/{id_}", name="noch offen").status == 303
    assert shop.row("order", id_)["paid"] is None
    for answer, kept in (("1", True), ("0", False), ("", None)):
        clerk.submit(f"/shop/order/edit/{id_}", paid=answer)
        assert shop.row("order", id_)["paid"] is kept
