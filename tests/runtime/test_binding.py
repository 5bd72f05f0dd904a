"""One statement serves all who ask the same of other values; each gets the rows and the counter of his own value."""

from __future__ import annotations

import pytest

from tests.projects import Builder, Site

FILES = {
    "schema/shop/portal.yaml": "title: 商店\n",
    "schema/shop/firm.yaml": """
label: 企业
title: "{name}"
fields:
  name: {type: text, label: 名称}
  kind: {type: choice, label: 类别, options: {a: 甲, b: 乙}}
  tags: {type: choices, label: 标签, options: {hot: 急, new: 新}}
  size: {type: int, label: 人数}
  rate: {type: money, label: 费率}
  since: {type: date, label: 自}
  paid: {type: bool, label: 已付}
listing:
  columns: [name]
  order: id
  search: [kind, {field: size, by: range}, {field: since, by: range}, {field: paid}]
""",
    "schema/shop/line.yaml": """
label: 明细
title: "{name}"
fields: {name: {type: text, label: 名称}, firm: {type: ref, to: firm, label: 企业}}
listing: {columns: [name], order: id, within: {firm: {title: 企业的明细}}}
""",
    "permissions/shop/clerk.yaml": "label: 店员\nrows: {firm: all, line: all}\nmay: {firm: [read], line: [read]}\n",
}
FIRMS = (
    ("一", "a", ["hot"], 5, "1.50", "2026-01-01", True),
    ("二", "b", ["new"], 15, "2.50", "2026-02-01", False),
    ("三", "b", ["hot", "new"], 25, "3.50", "2026-03-01", True),
)
ASKED = (
    ("kind=a", "kind=b", ([1], [2, 3])),
    ("size_from=10", "size_from=20", ([2, 3], [3])),
    ("size_from=1&size_to=9", "size_from=10&size_to=20", ([1], [2])),
    ("since_from=2026-02-01", "since_from=2026-03-01", ([2, 3], [3])),
    ("paid=true", "paid=false", ([1, 3], [2])),
)
FILTERED = (
    ("rate", "gt", "2.00", "3.00", ([2, 3], [3])),
    ("rate", "ne", "1.50", "3.50", ([2, 3], [1, 2])),
    ("kind", "eq", "a", "b", ([1], [2, 3])),
)


@pytest.fixture(scope="module")
def shop(build: Builder, database: str) -> Site:
    site = build(FILES, database)
    for name, kind, tags, size, rate, since, paid in FIRMS:
        site.make("firm", name=name, kind=kind, tags=tags, size=size, rate=rate, since=since, paid=paid)
    for name, firm in (("甲", 1), ("乙", 2), ("丙", 2)):
        site.make("line", name=name, firm=firm)
    return site


def built(shop: Site) -> int:
    return len(shop.world.plans._known)


@pytest.mark.parametrize(("first", "second", "rows"), ASKED)
def test_a_list_asked_for_other_values(
    shop: Site, first: str, second: str, rows: tuple[list[int], list[int]]
) -> None:
    clerk = shop.as_("clerk")
    page = clerk.get(f"/shop/firm/list/?{first}")
    before = built(shop)
    other = clerk.get(f"/shop/firm/list/?{second}")
    assert (page.ids, other.ids, built(shop)) == (*rows, before)
    again = clerk.get(f"/shop/firm/list/?{first}")
    assert [len(page.ids), len(other.ids)] == [len(rows[0]), len(rows[1])] and again.ids == rows[0]


def test_rows_within_other_records(shop: Site) -> None:
    clerk = shop.as_("clerk")
    found = [clerk.get("/shop/line/list/?of=firm:1").ids]
    before = built(shop)
    found.append(clerk.get("/shop/line/list/?of=firm:2").ids)
    assert found == [[1], [2, 3]]
    assert built(shop) <= before + 1  # the title of the record within which they are


@pytest.mark.parametrize(("field", "op", "first", "second", "rows"), FILTERED)
def test_the_api_gives_rows_and_count_of_each_value(
    shop: Site, field: str, op: str, first: str, second: str, rows: tuple[list[int], list[int]]
) -> None:
    clerk, found = shop.as_("clerk"), []
    for value in (first, second, first):
        body = clerk.json(
            f"/api/v1/shop/firm/?q=(filters:!((col:{field},opr:{op},value:'{value}')),order_column:id)"
        )
        found.append((body["ids"], body["count"]))
    one, two = ((ids, len(ids)) for ids in rows)
    assert found == [one, two, one]
