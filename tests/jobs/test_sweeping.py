"""Every night goes what nobody came back for, and nothing else."""

from __future__ import annotations

from tests.moves.clocks import at, later
from tests.projects import PNG, Builder, Site

FILES = {
    "schema/shop/order.yaml": """
label: 订单
fields:
  name: {type: text, label: 名称}
  photo: {type: image, label: 照片}
""",
    "permissions/shop/clerk.yaml": "label: 店员\nrows: {order: all}\nmay: {order: [read, add, edit]}\n",
}


def contents(shop: Site) -> set[int]:
    """The uploads that stand, each with its content."""
    found = shop.platform("base_file")
    assert all(shop.world.blobs.get(row["key"]) == PNG for row in found)
    return {row["id"] for row in found}


def test_uploads_that_nobody_used_go_after_a_day(build: Builder, database: str) -> None:
    shop = build(FILES, database)
    at(shop, "2027-03-01 02:00")
    shop.here.jobs.drain()
    clerk = shop.as_("clerk")
    held, left = clerk.file("order", "photo"), clerk.file("order", "photo")
    lost = shop.platform("base_file")[-1]["key"]
    assert clerk.submit("/shop/order/add", name="甲", photo=["", str(held)]).status == 303
    at(shop, "2027-03-01 23:00")
    shop.here.jobs.drain()
    fresh, early = shop.as_("clerk").file("order", "photo"), contents(shop)
    at(shop, "2027-03-02 04:00")
    shop.here.jobs.drain()
    assert early == {held, left, fresh}
    assert contents(shop) == {held, fresh}
    assert not stands(shop, lost)


def test_answers_of_repeated_requests_are_forgotten_after_a_day(build: Builder) -> None:
    shop = build(FILES)
    clerk = shop.as_("clerk")
    headers = {"X-CSRFToken": clerk.get("/login/").token, "Idempotency-Key": "k1"}
    sent = clerk.client.post("/api/v1/shop/order/", json={"name": "甲"}, headers=headers)
    later(shop, hours=20)
    kept = len(shop.platform("base_idempotency"))
    later(shop, hours=48)
    assert (sent.status_code, kept, shop.platform("base_idempotency")) == (201, 1, [])


def test_tried_pictures_and_failed_logins_are_forgotten_when_no_rule_asks_for_them(build: Builder) -> None:
    shop = build(FILES, captcha="")
    visitor = shop.as_()
    for captcha in ("", "", "", "0000"):
        visitor.get("/captcha")
        visitor.post("/login/", {"username": "niemand", "password": "falsch", "captcha": captcha})
    counted = []
    for hours in (20, 25, 25):
        later(shop, hours=hours)
        counted.append([len(shop.platform(f"base_{name}")) for name in ("captcha", "login_failure")])
    assert counted == [[1, 3], [0, 3], [0, 0]]


def stands(shop: Site, key: str) -> bool:
    try:
        shop.world.blobs.get(key)
    except FileNotFoundError:
        return False
    return True
