"""A masked value is told whole to who may, for a reason, and the log says so; everywhere else it stays masked."""

from __future__ import annotations

import pytest
from flask_jwt_extended import create_access_token

from tests.projects import Browser, Builder, Site

FILES = {
    "schema/shop/person.yaml": """
label: 人员
fields:
  name: {type: text, label: 姓名}
  phone: {type: phone, label: 电话, mask: true}
  salary: {type: text, label: 工资}
detail: [{section: 信息, fields: "*"}, {timeline: changes}]
""",
    "permissions/shop/clerk.yaml": """
label: 员工
rows: {person: {read: all, unmask: own}}
may: {person: [read, unmask]}
fields: {person: {masked: [salary]}}
""",
    "permissions/shop/guest.yaml": "label: 访客\nrows: {person: all}\nmay: {person: [read, export]}\n",
}
PHONE = "13912345678"


@pytest.fixture(scope="module")
def shop(build: Builder, database: str) -> Site:
    return build(FILES, database)


def person(shop: Site, by: str = "clerk") -> int:
    id_ = shop.make("person", name="甲", phone=PHONE, salary="sehr viel")
    shop.set("person", id_, created_by=shop.users[by])
    return id_


def test_value_is_told_for_a_reason_and_the_log_says_who_and_why(shop: Site) -> None:
    id_, clerk = person(shop), shop.as_("clerk")
    page = clerk.get(f"/shop/person/show/{id_}")
    assert PHONE not in page.html and f"/shop/person/unmask/{id_}/phone" in page.html
    dialog = clerk.get(f"/shop/person/unmask/{id_}/phone")
    assert dialog.status == 200 and PHONE not in dialog.html
    told = clerk.post(f"/shop/person/unmask/{id_}/phone", {"reason": "核对  身份"})
    assert told.status == 200 and PHONE in told.html
    entry = shop.audit("person", id_)[-1]
    assert (entry["action"], entry["user_id"]) == ("unmask", shop.users["clerk"])
    assert entry["changes"] == {"phone": [None, None], "": [None, "核对 身份"]}


def test_everything_else_stays_masked_after_it(shop: Site) -> None:
    id_, clerk = person(shop), shop.as_("clerk")
    clerk.post(f"/shop/person/unmask/{id_}/phone", {"reason": "核对"})
    pages = [clerk.get(path).html for path in (f"/shop/person/show/{id_}", "/shop/person/list/")]
    assert all(PHONE not in page for page in pages) and PHONE not in str(shop.platform("base_audit"))


def test_field_that_the_role_masks_is_told_too(shop: Site) -> None:
    told = shop.as_("clerk").post(f"/shop/person/unmask/{person(shop)}/salary", {"reason": "核对"})
    assert "sehr viel" in told.html


@pytest.mark.parametrize("reason", ["", " ", "x", "y" * 201])
def test_without_a_reason_nothing_is_told_and_nothing_logged(shop: Site, reason: str) -> None:
    id_ = person(shop)
    answer = shop.as_("clerk").post(f"/shop/person/unmask/{id_}/phone", {"reason": reason})
    assert (answer.status, PHONE in answer.html) == (422, False)
    assert [entry["action"] for entry in shop.audit("person", id_)] == ["add"]


def test_row_outside_those_of_the_action_is_not_told(shop: Site) -> None:
    id_ = person(shop, by="guest")
    answer = shop.as_("clerk").post(f"/shop/person/unmask/{id_}/phone", {"reason": "核对"})
    assert (answer.status, PHONE in answer.html) == (403, False)


def test_who_may_not_is_offered_nothing(shop: Site) -> None:
    id_, guest = person(shop), shop.as_("guest")
    assert "unmask" not in guest.get(f"/shop/person/show/{id_}").html
    assert guest.get(f"/shop/person/unmask/{id_}/phone").status == 403


@pytest.mark.parametrize("field", ["name", "nothing", "id"])
def test_what_is_not_masked_has_no_such_address(shop: Site, field: str) -> None:
    answer = shop.as_("clerk").post(f"/shop/person/unmask/{person(shop)}/{field}", {"reason": "核对"})
    assert answer.status == 404


@pytest.mark.parametrize(
    ("account", "body", "status"),
    [
        ("clerk", {"reason": "核对"}, 200),
        ("clerk", {}, 422),
        ("clerk", {"reason": "核对", "id": 1}, 400),
        ("guest", {"reason": "核对"}, 403),
    ],
)
def test_api_tells_it_by_the_same_rule(shop: Site, account: str, body: dict[str, str], status: int) -> None:
    id_ = person(shop)
    with shop.app.app_context():
        token = create_access_token(identity=str(shop.users[account]))
    answer = Browser(shop, shop.app.test_client()).client.post(
        f"/api/v1/shop/person/{id_}/unmask/phone", json=body, headers={"Authorization": f"Bearer {token}"}
    )
    assert (answer.status_code, PHONE in answer.text) == (status, status == 200)
    logged = [entry["action"] for entry in shop.audit("person", id_)][1:]
    assert logged == (["unmask"] if status == 200 else [])
