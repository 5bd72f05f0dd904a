"""A shop with one kind of row rule to each role, and two organisations to tell apart."""

from __future__ import annotations

from uuid import uuid4

from tests.projects import Builder, Site

ORDER = """
label: 订单
title: "{name}"
soft_delete: true
belongs: {org: org, region: region, owner: created_by}
fields:
  name: {type: text, label: 名称, required: true, search: true}
  org: {type: org, label: 机构}
  region: {type: region, label: 区域}
  customer: {type: ref, to: customer, label: 客户}
  partner: {type: ref, to: customer, label: 伙伴, label_rows: scoped}
  helpers: {type: refs, to: customer, label: 相关}
  state: {type: choice, label: 状态, default: open, options: {open: 开, closed: 关}}
  amount: {type: money, label: 金额}
  photo: {type: image, label: 照片}
listing:
  columns: [name, customer, partner, helpers, state]
  search: [{field: name, by: contains}, state, customer]
  tabs:
    all: {label: 全部}
    open: {label: 开, where: state == 'open'}
    closed: {label: 关, where: state == 'closed'}
detail:
  - {section: 信息, fields: "*"}
  - {table: line, by: order}
"""
RULES = {
    "by_org": "org == user.org",
    "by_scope": "org",
    "by_tree": "region_tree",
    "by_owner": "own",
    "by_rule": "amount > 100 and state == 'open'",
    "by_customer": "{through: customer}",
}


def written(rule: str) -> str:
    return rule if rule.startswith("{") else repr(rule)


FILES = {
    "schema/shop/order.yaml": ORDER,
    "schema/shop/customer.yaml": """
label: 客户
fields: {name: {type: text, label: 名称}, org: {type: org, label: 机构}}
""",
    "schema/shop/line.yaml": """
label: 明细
fields: {name: {type: text, label: 名称}, order: {type: ref, to: order, label: 订单, on_delete: delete}}
""",
    **{
        f"permissions/shop/{role}.yaml": f"""
label: 角色
rows: {{order: {written(rule)}, customer: org == user.org, line: {{through: order}}}}
may: {{order: [read, edit, delete, add], customer: [read], line: [read, edit]}}
"""
        for role, rule in RULES.items()
    },
}


def two_sides(build: Builder, database: str) -> Site:
    """Two organisations in two regions below one; an account per role belongs to the first."""
    site = build(FILES, database)
    base = site.world.manifest.entities
    with site.acting() as system:
        write, portal = system.writer.create, {"portal": "shop"}
        top = write(base["base.region"], {"code": "10", "name": "省"}, portal)
        here = write(base["base.region"], {"code": "1001", "name": "此市", "parent": top}, portal)
        there = write(base["base.region"], {"code": "1002", "name": "彼市", "parent": top}, portal)
        ours = write(base["base.org"], {"kind": "shop", "name": "我们"}, portal)
        theirs = write(base["base.org"], {"kind": "shop", "name": "他们"}, portal)
        for role in RULES:
            system.writer.change(base["base.user"], site.users[role], {"org": ours, "region": here})
    site.places = {"top": top, "here": here, "there": there, "ours": ours, "theirs": theirs}  # type: ignore[attr-defined]
    return site


def pair(shop: Site, role: str) -> tuple[int, int]:
    """A record inside the rows of the role and one outside, alike in all that does not decide."""
    place = shop.places  # type: ignore[attr-defined]
    ours = shop.make("customer", name=uuid4().hex, org=place["ours"])
    theirs = shop.make("customer", name=uuid4().hex, org=place["theirs"])
    inside = {"org": place["ours"], "region": place["here"], "customer": ours, "amount": "101"}
    outside = {
        "by_rule": {**inside, "amount": "100"},
        "by_tree": {**inside, "region": place["there"]},
        "by_customer": {**inside, "customer": theirs},
        "by_owner": inside,
    }.get(role, {**inside, "org": place["theirs"]})
    rows = (
        shop.make("order", name=f"内{uuid4().hex}", **inside),
        shop.make("order", name=f"外{uuid4().hex}", **outside),
    )
    shop.set("order", rows[0], created_by=shop.users[role])
    return rows
