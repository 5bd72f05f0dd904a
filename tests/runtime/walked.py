"""A shop with many rows, of which people see a part that lies evenly in the order of names, or all at its end."""

from __future__ import annotations

from tests.projects import Site

ROWS = 1_200
FILES = {
    "schema/shop/portal.yaml": "title: 商店\n",
    "schema/shop/firm.yaml": """
label: 企业
title: "{name}"
fields:
  name: {type: text, label: 名称, index: true, search: true}
  code: {type: text, label: 编号}
  third: {type: int, label: 三分之一, index: true}
  late: {type: bool, label: 末尾, index: true}
listing: {columns: [name, code, third], search: [third], order: -id}
""",
    "schema/shop/line.yaml": """
label: 明细
title: "{name}"
fields:
  name: {type: text, label: 名称, index: true}
  firm: {type: ref, to: firm, label: 企业}
  other: {type: ref, to: firm, label: 另一企业}
listing: {columns: [name, firm], order: -id}
""",
    **{
        f"permissions/shop/{role}.yaml": f"label: {role}\nrows: {{{rows}}}\nmay: {{firm: [read], line: [read]}}\n"
        for role, rows in {
            "all": "firm: all, line: all",
            "third": "firm: third == 1, line: {through: firm}",
            "either": "firm: third == 1 or third == 2, line: firm.third == 1 or other.third == 1",
            "late": "firm: late, line: firm.late",
            "deep": "firm: third == 1, line: firm.third == 1 and other.third is none",
        }.items()
    },
}


def name_of(key: int) -> str | None:
    """Every tenth has none, every seventh shares its own with others."""
    return None if key % 10 == 0 else f"N{key * 7919 % ROWS // (7 if key % 7 == 0 else 1):05d}"


def firm_of(key: int) -> dict[str, object]:
    return {"name": name_of(key), "code": f"C{key}", "third": key % 3, "late": key > ROWS - 30}


def line_of(key: int) -> dict[str, object]:
    other = key % ROWS + 1 if key % 2 else None
    return {"name": name_of(key), "firm": None if key % 11 == 0 else key, "other": other}


SEES = {
    "all": (lambda key: True, lambda key: True),
    "third": (lambda key: key % 3 == 1, lambda key: key % 11 != 0 and key % 3 == 1),
    "either": (
        lambda key: key % 3 != 0,
        lambda key: (key % 11 != 0 and key % 3 == 1) or (key % 2 == 1 and (key % ROWS + 1) % 3 == 1),
    ),
    "late": (lambda key: key > ROWS - 30, lambda key: key % 11 != 0 and key > ROWS - 30),
    "deep": (
        lambda key: key % 3 == 1,
        lambda key: key % 11 != 0 and key % 3 == 1 and key % 2 == 0,
    ),
}


KEEPING = {
    path: f"soft_delete: true{text}" if path.endswith(("firm.yaml", "line.yaml")) else text
    for path, text in FILES.items()
}
"""The same shop, which keeps what was deleted."""


def fill(shop: Site, keeping: bool = False) -> None:
    """``keeping``: as many rows again that were deleted."""
    for name, of in (("firm", firm_of), ("line", line_of)):
        rows = [{"id": key, **of(key)} for key in range(1, ROWS + 1)]
        gone = [{"id": key + ROWS, **of(key), "alive": key + ROWS} for key in range(1, ROWS + 1)]
        shop.fill(name, [{**row, "alive": 0} for row in rows] + gone if keeping else rows)
