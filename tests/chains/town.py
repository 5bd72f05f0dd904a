"""A small administration: a province, two cities, a county; posts on three levels; applications that climb them."""

from __future__ import annotations

from typing import Any

from tests.projects import Browser, Builder, Site

PORTAL = """
title: 审批
kinds: {police: {label: 民警}, firm: {label: 企业}}
levels: {order: [province, city, county], offices: [office]}
"""
PERMIT = """
label: 许可申请
title: "{app_no} {name}"
soft_delete: true
belongs: {region: region, owner: created_by}
fields:
  app_no: {type: text, label: 申请编号}
  name: {type: text, label: 单位名称, required: true}
  region: {type: region, label: 区域, required: true}
  checked: {type: bool, label: 审查通过, default: false}
  applicant_note: {type: text, label: 退回原因, max: 500, readonly: true}
  step: {type: text, label: 当前环节, readonly: true}
  round: {type: int, label: 轮次, readonly: true}
workflows:
  permit:
    approval:
      by: [firm]
      inside: [police]
      note: applicant_note
      told: "{name} · {region.name}"
      keeps: {step: step, round: round}
      chain:
        - step: handler
          label: {zh: 市经办人, en: City handler}
          by: {post: handler, level: city}
          gates: [{when: checked == true, message: 背景审查未全部通过，不能进入下一级审批}]
        - {step: leader, label: 市保安处领导, by: {post: leader, org: same}}
        - {step: chief, label: 省厅科长, by: {post: chief, level: province}}
    moves:
      disagree:
        dialog:
          opinion: {type: text, label: 审批意见, max: 500, required: true}
          applicant_note: {required: true}
detail:
  - {section: 申请信息, fields: "*"}
  - {timeline: moves, label: 审批进度}
"""
ROLE = "label: {label}\nkinds: [police]\nrows: {{}}\nmay: {{}}\n"
FIRM = """
label: 企业
kinds: [firm]
rows: {base.region: all, ROWS}
may: {base.region: [pick], MAY}
"""


def firm(*entities: str) -> str:
    """The role of those who apply."""
    rows, may = (
        ", ".join(f"{name}: {words}" for name in entities) for words in ("own", "[read, add, edit, delete]")
    )
    return FIRM.replace("ROWS", rows).replace("MAY", may)


FILES = {
    "schema/shop/portal.yaml": PORTAL,
    "schema/shop/permit.yaml": PERMIT,
    "permissions/shop/firm.yaml": firm("permit"),
    "permissions/shop/viewer.yaml": """
label: 查看
kinds: [police]
rows: {permit: region_tree}
may: {permit: [read]}
""",
    **{
        f"permissions/shop/{post}.yaml": ROLE.format(label=label)
        for post, label in (("handler", "市经办民警"), ("leader", "市保安处领导"), ("chief", "省厅科长"))
    },
}


def town(
    build: Builder, database: str = "sqlite", files: dict[str, str] | None = None, more: tuple[str, ...] = ()
) -> Site:
    """Handlers and leaders of two cities, a chief of the province; the leader of the first sits in an office of it.

    ``more``: other entities with the same chain.
    """
    same = {f"schema/shop/{name}.yaml": PERMIT.replace("许可申请", name) for name in more}
    firms = {"permissions/shop/firm.yaml": firm("permit", *more)}
    site = build({**FILES, **same, **firms, **(files or {})}, database)
    places: dict[str, int] = {}
    base = site.world.manifest.entities
    with site.acting() as system:
        write, portal = system.writer.create, {"portal": "shop"}
        for code, name, above in (
            ("10", "省", ""),
            ("1001", "甲市", "省"),
            ("1002", "乙市", "省"),
            ("100101", "东城", "甲市"),
        ):
            values = {"code": code, "name": name, "parent": places.get(above)}
            places[name] = write(base["base.region"], values, portal)
        for kind, name, above, region in (
            ("province", "省厅", "", "省"),
            ("city", "甲市局", "省厅", "甲市"),
            ("city", "乙市局", "省厅", "乙市"),
            ("office", "保安处", "甲市局", "甲市"),
            ("firm", "甲卫", "", "东城"),
        ):
            values = {"kind": kind, "name": name, "parent": places.get(above), "region": places[region]}
            places[name] = write(base["base.org"], values, portal)
    for account, role, org in (
        ("jia_handler", "handler", "甲市局"),
        ("yi_handler", "handler", "乙市局"),
        ("jia_leader", "leader", "保安处"),
        ("yi_leader", "leader", "乙市局"),
        ("prov_chief", "chief", "省厅"),
        ("jia_viewer", "viewer", "甲市局"),
    ):
        site.person(account, role, kind="police", org=places[org], region=places["甲市"])
    for account in ("firm", "handler", "leader", "chief", "viewer"):
        user = base["base.user"]
        change = {"kind": "firm" if account == "firm" else "police", "org": places["甲卫"]}
        with site.acting() as system:
            system.writer.change(user, site.users[account], change)
    site.places = places  # type: ignore[attr-defined]
    return site


def apply(
    site: Site,
    name: str = "丙盾",
    region: str = "东城",
    checked: bool = True,
    submit: bool = True,
    entity: str = "permit",
) -> int:
    """An application that the firm made, submitted to its chain."""
    with site.acting("firm") as firm:
        given = {"name": name, "app_no": "XK1", "region": site.places[region], "checked": checked}  # type: ignore[attr-defined]
        id_ = firm.writer.create(site.entity(entity), given)
    if submit:
        assert do(site.as_("firm"), "submit", id_, entity)[0] == 200
    return id_


def do(who: Browser, code: str, id_: int, entity: str = "permit", **said: Any) -> tuple[int, Any]:
    who.token = who.token or who.get("/login/").token
    headers = {"X-CSRFToken": who.token, "Accept-Language": "zh"}
    answer = who.client.post(f"/api/v1/shop/{entity}/{id_}/do/{code}", json=said, headers=headers)
    return answer.status_code, answer.get_json()


def agree(site: Site, id_: int, *accounts: str) -> None:
    for account in accounts:
        status, body = do(site.as_(account), "agree", id_, opinion=f"{account}的意见")
        assert status == 200, (account, body)


def tasks(site: Site, id_: int, entity: str = "permit") -> list[tuple[str, str]]:
    """(step, state) of the record's tasks in the order in which they were opened."""
    found = [
        r for r in site.platform("base_task") if (r["entity"], r["record_id"]) == (f"shop.{entity}", id_)
    ]
    return [(row["step"], row["state"]) for row in sorted(found, key=lambda row: row["id"])]
