"""Agencies that tick regions and kinds, and reports that are handed to one of them."""

from __future__ import annotations

from typing import Any

from tests.projects import Site

FILES = {
    "schema/shop/portal.yaml": "title: 举报\nkinds: {officer: {label: 干部, org: agency}}\n",
    "schema/shop/category.yaml": """
label: 类别
title: "{name}"
tree: parent
fields:
  name: {type: text, label: 名称, required: true}
  parent: {type: ref, to: category, label: 上级}
""",
    "schema/shop/agency.yaml": """
label: 机构
title: "{name}"
view_of: base.org
is: {kind: agency}
fields:
  level: {type: choice, label: 层级, options: {province: 省级, city: 市级, county: 区县级}}
  regions:
    type: tree_refs
    to: base.region
    label: 管控区域
    cover: below
    covered: drop
    ticks: true
    where: "outer.level == 'province' or level == 'county' or (outer.level == 'city' and level == 'city')"
    message: 区县级机构只能选择区县级管控区域
  kinds: {type: tree_refs, to: category, label: 管控类别, cover: children, ticks: drop}
  in_fact: {type: covered, of: kinds, to: category, label: 实际管控类别}
listing:
  columns: [name, regions, kinds, in_fact]
  search: [{field: regions, by: covers}]
form: [{section: 机构, fields: [name, level, regions, kinds]}]
""",
    "schema/shop/account.yaml": "label: 账号\nview_of: base.user\nis: {kind: officer}\n",
    "schema/shop/report.yaml": """
label: 举报单
title: "{text}"
fields:
  text: {type: text, label: 内容}
  region: {type: region, label: 地区}
  kind: {type: tree_ref, to: category, label: 类别}
  agency: {type: ref, to: agency, label: 处理机构}
  reason: {type: text, label: 说明}
  direct: {type: computed, label: 直接命中, as: bool, value: "depth_of(agency.regions, region) == 0"}
  far: {type: computed, label: 层差, as: int, value: "depth_of(agency.regions, region)"}
listing: {columns: [text, region, agency, direct, far]}
workflows:
  handing:
    start: open
    states: {open: {label: 待分配}, given: {label: 处理中}}
    moves:
      give:
        label: 分配
        from: open
        to: given
        by: [clerk]
        effects:
          - type: pick
            each: agency
            where: covers(regions, outer.region) and covers(kinds, outer.kind)
            order:
              - depth_of(regions, outer.region)
              - "iif(level == 'county', 1, iif(level == 'city', 2, 3))"
              - depth_of(kinds, outer.kind)
              - "count(report where agency == outer.id and state == 'given')"
            fields:
              agency: each
              reason: >-
                each.name + iif(depth_of(each.regions, region) == 0, '直接命中', '上级覆盖')
                + iif(depth_of(each.kinds, kind) == 0, '', '（一级全选）')
      settle:
        label: 自办
        from: open
        to: given
        by: [officer]
        when: covers(user.org.regions, region)
""",
    "permissions/shop/clerk.yaml": """
label: 店员
rows: {report: all, agency: all, category: all, base.region: all}
may: {report: [read, add, edit, move: [give]], agency: [read, add, edit], category: [read], base.region: [read, pick]}
""",
    "permissions/shop/officer.yaml": """
label: 干部
rows:
  report: covers(user.org.regions, region) and covers(user.org.kinds, kind)
  category: all
  base.region: all
may: {report: [read, export, move: [settle]], category: [read], base.region: [read]}
""",
}
REGIONS = {
    "省": ("10", "province", ""),
    "甲市": ("1001", "city", "省"),
    "乙市": ("1002", "city", "省"),
    "东区": ("100101", "county", "甲市"),
    "西区": ("100102", "county", "甲市"),
    "北区": ("100201", "county", "乙市"),
}
KINDS = {"消防": "", "通道": "消防", "栓": "消防", "燃气": "", "管道": "燃气", "其他": ""}


def planted(site: Site) -> dict[str, int]:
    """The keys of regions and kinds by their names."""
    made: dict[str, int] = {}
    region = site.world.manifest.entities["base.region"]
    with site.acting() as system:
        for name, (code, level, above) in REGIONS.items():
            values = {"code": code, "name": name, "level": level, "parent": made.get(above)}
            made[name] = system.writer.create(region, values, {"portal": "shop"})
    for name, above in KINDS.items():
        made[name] = site.make("category", name=name, parent=made.get(above))
    return made


def agency(
    site: Site, made: dict[str, int], name: str, regions: str, kinds: str, level: str = "province"
) -> int:
    return site.make("agency", name=name, level=level, regions=keys(made, regions), kinds=keys(made, kinds))


def keys(made: dict[str, int], names: str) -> list[int]:
    return [made[name] for name in names.split()]


def report(site: Site, made: dict[str, int], region: str, kind: str, **more: Any) -> int:
    return site.make("report", text=f"{region}{kind}", region=made[region], kind=made[kind], **more)
