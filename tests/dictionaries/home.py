"""A shop whose wares have a kind and marks from two dictionaries, with a keeper of them and a clerk."""

from __future__ import annotations

from tests.portals.asking import headers
from tests.projects import Browser, Site, serve

FILES = {
    "seeds/dictionaries/kind.yaml": """
label: {zh: 种类, en: Kind}
items:
  tea: {zh: 茶叶, en: Tea}
  rice: {label: {zh: 大米, en: Rice}, tone: good}
  salt: {zh: 食盐, en: Salt}
""",
    "seeds/dictionaries/mark.yaml": """
label: 标记
items: {new: 新品, old: {label: 旧品, fixed: true}, cheap: 特价, first: 首发}
""",
    "seeds/dictionaries/grade.yaml": "label: 等级\nfixed: true\nitems: {high: 高, low: 低}\n",
    "schema/shop/item.yaml": "label: 数据字典\nview_of: base.dictionary_item\n",
    "schema/shop/ware.yaml": """
label: 商品
fields:
  name: {type: text, label: 品名, required: true}
  kind: {type: choice, of: kind, label: 种类}
  marks: {type: choices, of: mark, label: 标记, default: [new]}
  grade: {type: choice, of: grade, label: 等级}
  dear: {type: computed, label: 贵, as: bool, value: "kind == 'salt'"}
listing:
  columns: [name, kind, marks, grade]
  search: [kind, marks]
""",
    "schema/shop/sale.yaml": """
label: 销售
fields:
  ware: {type: ref, to: ware, label: 商品, required: true}
  kind: {type: choice, of: kind, label: 售时种类}
  shown: {type: computed, value: ware.kind, as: {type: choice, of: kind}, label: 种类}
""",
    "schema/shop/portal.yaml": """
title: 小店
charts:
  by_kind: {type: bar, label: 各种类, of: ware, by: {field: kind, every: "true"}}
imports:
  ware: {columns: [name, kind, marks]}
""",
    "permissions/shop/keeper.yaml": """
label: 管理员
rows: {item: all, ware: all, sale: all}
may: {item: [read, add, edit, delete, export], ware: [read, add, edit, delete], sale: [read, add]}
""",
    "permissions/shop/clerk.yaml": """
label: 店员
rows: {item: all, ware: all}
may: {item: [read], ware: [read, add, edit, export, import]}
""",
}


def again(site: Site) -> Site:
    """Another process over the same database."""
    folder = site.here.settings.instance.parent / "another"
    folder.mkdir(exist_ok=True)
    other = serve(folder, site.here.settings.home, site.here.settings.database_url)
    other.users = dict(site.users)
    return other


def item(site: Site, code: str, dictionary: str = "kind") -> int:
    found = [
        r["id"]
        for r in site.rows("item")
        if (r["dictionary"], r["code"], r["alive"]) == (dictionary, code, 0)
    ]
    return int(found[0])


def keep(
    site: Site, method: str, path: str, account: str = "keeper", **body: object
) -> tuple[int, dict[str, object]]:
    """What the API answers: the status and its body."""
    who: Browser = site.as_(account)
    answer = who.client.open(f"/api/v1/shop/{path}", method=method, json=body, headers=headers(who))
    return answer.status_code, answer.get_json(silent=True) or {}


def change(
    site: Site, code: str, dictionary: str = "kind", account: str = "keeper", **body: object
) -> tuple[int, dict[str, object]]:
    return keep(site, "PUT", f"item/{item(site, code, dictionary)}", account, **body)


def add(
    site: Site, code: str, label: str, dictionary: str = "kind", **more: object
) -> tuple[int, dict[str, object]]:
    return keep(site, "POST", "item/", dictionary=dictionary, code=code, label=label, **more)


def offered(
    site: Site, path: str = "/shop/ware/add", name: str = "kind", account: str = "clerk"
) -> list[str]:
    """What a form offers for a choice, in its order."""
    root = site.as_(account).get(path).root
    ticks = [
        one.attrs["value"]
        for one in root.all("input", name=name)
        if one.attrs.get("type") in ("radio", "checkbox")
    ]
    lists = [one for select in root.all("select", name=name) for one in select.all("option")]
    return [value for value in ticks or [one.attrs.get("value", "") for one in lists] if value]


def words(site: Site, path: str, account: str = "clerk", **headers: str) -> str:
    return site.as_(account, **headers).get(path).text
