"""Remarks beside what may be chosen rest on records that the person may read, and on no others."""

from __future__ import annotations

from tests.projects import Builder

FILES = {
    "schema/shop/customer.yaml": "label: 客户\nfields: {name: {type: text, label: 名称}}\n",
    "schema/shop/order.yaml": """
label: 订单
fields:
  name: {type: text, label: 名称}
  customer:
    type: ref
    to: customer
    label: 客户
    notes: [{of: claim, by: order, field: customer, where: state == 'open', label: 有投诉}]
""",
    "schema/shop/claim.yaml": """
label: 投诉
fields:
  order: {type: ref, to: order, label: 订单}
  customer: {type: ref, to: customer, label: 客户}
  state: {type: text, label: 状态}
  owner: {type: user, label: 负责人}
""",
    "permissions/shop/clerk.yaml": """
label: 店员
rows: {order: all, customer: all, claim: owner == user}
may: {order: [read, edit], customer: [read], claim: [read]}
""",
    "permissions/shop/guest.yaml": """
label: 访客
rows: {order: all, customer: all}
may: {order: [read, edit], customer: [read]}
""",
}


def test_note_tells_nothing_of_records_that_one_may_not_read(build: Builder) -> None:
    shop = build(FILES)
    order, other = shop.make("order", name="一"), shop.make("order", name="二")
    chosen = {name: shop.make("customer", name=name) for name in ("甲", "乙", "丙", "丁")}
    mine = shop.id_of("clerk")
    shop.make("claim", order=order, customer=chosen["甲"], state="open", owner=mine)
    shop.make("claim", order=order, customer=chosen["乙"], state="closed", owner=mine)
    shop.make("claim", order=order, customer=chosen["丙"], state="open", owner=shop.id_of("guest"))
    shop.make("claim", order=other, customer=chosen["丁"], state="open", owner=mine)

    def notes(who: str) -> dict[str, str | None]:
        path = f"/shop/order/options/customer?for=form&id={order}"
        return {one["label"]: one.get("note") for one in shop.as_(who).json(path)["result"]}

    assert notes("clerk") == {"甲": "有投诉", "乙": None, "丙": None, "丁": None}
    assert set(notes("guest").values()) == {None}


def test_choices_that_the_author_prefers_stand_first_and_say_why(build: Builder) -> None:
    shop = build(
        {
            "schema/shop/team.yaml": """
label: 队
fields: {name: {type: text, label: 名称}, city: {type: text, label: 城市}}
""",
            "schema/shop/case.yaml": """
label: 案件
fields:
  city: {type: text, label: 城市}
  team: {type: ref, to: team, label: 队, first: {when: city == outer.city, label: 本地}}
""",
            "permissions/shop/clerk.yaml": """
label: 店员
rows: {team: all, case: all}
may: {team: [read], case: [read, edit]}
""",
        }
    )
    case = shop.make("case", city="乙")
    for name, city in (("甲队", "甲"), ("乙队", "乙"), ("丙队", "丙")):
        shop.make("team", name=name, city=city)
    found = shop.as_("clerk").json(f"/shop/case/options/team?for=form&id={case}")["result"]
    assert found[0]["label"] == "乙队"
    assert {one["label"]: one.get("note") for one in found} == {"乙队": "本地", "甲队": None, "丙队": None}
