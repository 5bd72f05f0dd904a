"""A rule with ``or`` counts each row once, also where it is taken arm by arm."""

from __future__ import annotations

from itertools import product

import pytest
import sqlalchemy as sa

from fab_app.runtime.query import Query
from tests.projects import Builder, Site

FIRM = """
label: 企业
title: "{name}"
fields:
  name: {type: text, label: 名称}
  kind: {type: text, label: 类别, index: true}
  place: {type: text, label: 地点}
  grade: {type: int, label: 等级}
"""
RULES = {
    "pair": "kind == 'a' or place == 'x'",
    "three": "kind == 'a' or place == 'x' or grade in (1, 2)",
    "loose": "kind == 'a' or grade > 1",
}
INDEXES = {
    "pair": "[[place, kind]]",
    "three": "[[place, kind], [grade, place, kind]]",
    "loose": "[[place, kind]]",
}
ROWS = list(product(("a", "b", None), ("x", "y", None), (1, 2, 3, None)))
SEES = {
    "pair": [kind == "a" or place == "x" for kind, place, _ in ROWS],
    "three": [kind == "a" or place == "x" or grade in (1, 2) for kind, place, grade in ROWS],
    "loose": [kind == "a" or (grade or 0) > 1 for kind, _, grade in ROWS],
}


@pytest.fixture(params=RULES)
def role(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def shop(project: Builder, database: str, role: str, indexes: str) -> Site:
    site = project(
        {
            "schema/shop/portal.yaml": "title: 商店\n",
            "schema/shop/firm.yaml": FIRM + (f"indexes: {indexes}\n" if indexes else ""),
            f"permissions/shop/{role}.yaml": (
                f'label: 店员\nrows: {{firm: "{RULES[role]}"}}\nmay: {{firm: [read]}}\n'
            ),
        },
        database,
    )
    site.fill("firm", [{"kind": kind, "place": place, "grade": grade} for kind, place, grade in ROWS])
    return site


def counted(site: Site, role: str) -> tuple[int, int]:
    """How many rows the person has, and by how many SELECTs of the table they were counted."""
    told: list[str] = []
    sa.event.listen(site.engine, "before_cursor_execute", lambda *said: told.append(said[2]))
    with site.acting(role) as here:
        number = here.reader.count(site.world.manifest.entities["shop.firm"], Query()).number
    each = (statement.rpartition("ELSE")[2] for statement in told)
    return number, max(statement.count("FROM shop_firm AS") for statement in each)


def test_rows_are_counted_once_whatever_they_lack(project: Builder, database: str, role: str) -> None:
    site = shop(project, database, role, INDEXES[role])
    assert counted(site, role)[0] == sum(SEES[role])


@pytest.mark.parametrize(("indexed", "arms"), [("pair", 2), ("three", 3)])
def test_arms_are_counted_apart_where_an_index_tells_of_those_before(
    project: Builder, database: str, indexed: str, arms: int
) -> None:
    assert counted(shop(project, database, indexed, INDEXES[indexed]), indexed)[1] == arms


def test_arms_of_a_table_that_keeps_what_was_deleted(project: Builder, database: str) -> None:
    site = shop(project, database, "pair", INDEXES["pair"] + "\nsoft_delete: true")
    seen = [at for at, sees in enumerate(SEES["pair"]) if sees]
    site.set("firm", seen[0] + 1, alive=seen[0] + 1)
    assert counted(site, "pair") == (len(seen) - 1, 2)


def test_arms_without_such_an_index_are_one_condition(project: Builder, database: str, role: str) -> None:
    site = shop(project, database, role, "")
    assert counted(site, role) == (sum(SEES[role]), 1)


def test_a_filter_beside_the_rule_leaves_it_one_condition(project: Builder, database: str) -> None:
    site = shop(project, database, "pair", INDEXES["pair"])
    page = site.as_("pair").json("/api/v1/shop/firm/?q=(filters:!((col:grade,opr:eq,value:1)))")
    wanted = [sees for sees, (_, _, grade) in zip(SEES["pair"], ROWS, strict=True) if grade == 1]
    assert page["count"] == sum(wanted)


def test_indexes_of_a_table_that_keeps_what_was_deleted_tell_of_it(project: Builder, database: str) -> None:
    site = shop(project, database, "pair", INDEXES["pair"] + "\nsoft_delete: true")
    found = {
        tuple(one["column_names"])
        for one in sa.inspect(site.engine).get_indexes("shop_firm")
        if not one["unique"]
    }
    assert {("kind", "alive"), ("place", "alive", "kind")} <= found
