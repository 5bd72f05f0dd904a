"""A shop whose wares have a grade from a dictionary, an index over it, and a state whose codes are not in order."""

from __future__ import annotations

from tests.projects import Site

ROWS = 2_400
GRADES = ("top", "fair", "mean", "worn")
STATES = ("open", "busy", "done")
FILES = {
    "seeds/dictionaries/grade.yaml": "label: 等级\nitems: {top: 特级, fair: 一级, mean: 二级, worn: 三级}\n",
    "schema/shop/item.yaml": "label: 数据字典\nview_of: base.dictionary_item\n",
    "schema/shop/portal.yaml": "title: 商店\n",
    "schema/shop/ware.yaml": """
label: 商品
title: "{name}"
fields:
  name: {type: text, label: 品名}
  grade: {type: choice, of: grade, label: 等级, index: true}
  state: {type: choice, options: {open: 待办, busy: 在办, done: 办结}, label: 状态}
  third: {type: int, label: 三分之一, index: true}
  shown: {type: computed, as: {type: choice, of: grade}, value: grade, label: 同级}
listing: {columns: [name, grade, state, shown], search: [third], order: -id}
""",
    "schema/shop/sale.yaml": """
label: 销售
fields:
  ware: {type: ref, to: ware, label: 商品}
listing: {columns: [ware, ware.grade]}
""",
    **{
        f"permissions/shop/{role}.yaml": f"""
label: {role}
rows: {{ware: {rows}, item: all, sale: all}}
may: {{ware: [read, export], sale: [read], item: [read, edit, add]}}
"""
        for role, rows in {"all": "all", "third": "third == 1", "few": "third == 1 and id < 100"}.items()
    },
}


def grade_of(key: int) -> str | None:
    """Most are worn, every ninth has none, every hundredth one that no dictionary knows."""
    if key % 9 == 0:
        return None
    return "lost" if key % 100 == 50 else "worn" if key % 2 else GRADES[key // 2 % 3]


def ware(key: int) -> dict[str, object]:
    return {"name": f"N{key}", "grade": grade_of(key), "state": STATES[key * 7 % 3], "third": key % 3}


def sees(role: str, key: int) -> bool:
    return role == "all" or (key % 3 == 1 and (role == "third" or key < 100))


def by_grade(role: str, down: bool, grades: tuple[str, ...] = GRADES) -> list[int]:
    """The keys of a role's rows by grade and id; rows without a grade and strange ones last either way."""
    places = {grade: -at if down else at for at, grade in enumerate(grades)}
    behind = {None: len(grades), "lost": len(grades) + 1}
    keys = [key for key in range(1, ROWS + 1) if sees(role, key)]
    return sorted(keys, key=lambda key: ({**places, **behind}[grade_of(key)], -key if down else key))


def fill(shop: Site) -> None:
    shop.fill("ware", [{"id": key, **ware(key)} for key in range(1, ROWS + 1)])
    shop.fill("sale", [{"id": key, "ware": key} for key in range(1, 101)])
