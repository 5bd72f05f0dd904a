"""Kept columns say what the paths say, whatever is changed along them; trees stay trees."""

from __future__ import annotations

import pytest

from fab_app.access.principal import system
from fab_app.runtime import belongs
from fab_app.runtime.selection import acting
from tests.projects import Browser, Builder, Site

FILES = {
    "schema/shop/branch.yaml": """
label: 网点
fields:
  name: {type: text, label: 名称}
  org: {type: ref, to: base.org, label: 机构}
""",
    "schema/shop/order.yaml": """
label: 订单
belongs: {org: branch.org}
fields:
  name: {type: text, label: 名称}
  branch: {type: ref, to: branch, label: 网点}
""",
    "schema/shop/line.yaml": """
label: 明细
belongs: {org: order.branch.org}
fields:
  name: {type: text, label: 名称}
  order: {type: ref, to: order, label: 订单}
""",
    "schema/shop/area.yaml": """
label: 区域
tree: parent
fields:
  name: {type: text, label: 名称, required: true}
  parent: {type: ref, to: area, label: 上级}
""",
    "permissions/shop/clerk.yaml": """
label: 店员
rows: {branch: 'true', order: 'true', line: 'true', area: 'true'}
may:
  branch: [read, edit]
  order: [read, add, edit]
  line: [read, add, edit]
  area: [read, add, edit, delete]
""",
}


@pytest.fixture(scope="module")
def shop(build: Builder, database: str) -> Site:
    return build(FILES, database)


@pytest.fixture
def clerk(shop: Site) -> Browser:
    return shop.as_("clerk")


def org(shop: Site, name: str) -> int:
    with shop.acting() as system_:
        return system_.writer.create(
            shop.world.manifest.entities["base.org"], {"name": name, "kind": "shop"}, {"portal": "shop"}
        )


@pytest.fixture
def chain(shop: Site) -> dict[str, int]:
    """A line of an order of a branch of a first organisation; a second one beside it."""
    from uuid import uuid4

    first, second = org(shop, uuid4().hex), org(shop, uuid4().hex)
    branch, other = shop.make("branch", name="甲", org=first), shop.make("branch", name="乙", org=second)
    order = shop.make("order", name="甲", branch=branch)
    line = shop.make("line", name="甲", order=order)
    return {"first": first, "second": second, "branch": branch, "other": other, "order": order, "line": line}


def kept(shop: Site, chain: dict[str, int]) -> tuple[int, int]:
    return shop.row("order", chain["order"])["b_org"], shop.row("line", chain["line"])["b_org"]


def test_new_rows_keep_where_they_belong(shop: Site, chain: dict[str, int]) -> None:
    assert kept(shop, chain) == (chain["first"], chain["first"])


def test_kept_columns_follow_an_edit_of_the_row_itself(
    shop: Site, clerk: Browser, chain: dict[str, int]
) -> None:
    clerk.post(f"/shop/order/edit/{chain['order']}", {"branch": chain["other"]})
    assert kept(shop, chain) == (chain["second"], chain["second"])


def test_kept_columns_follow_a_change_far_up(shop: Site, chain: dict[str, int]) -> None:
    with shop.acting() as system_:
        system_.writer.change(shop.entity("branch"), chain["branch"], {"org": chain["second"]})
    assert kept(shop, chain) == (chain["second"], chain["second"])


def test_other_rows_stay_where_they_are(shop: Site, clerk: Browser, chain: dict[str, int]) -> None:
    beside = shop.make("order", name="旁", branch=chain["branch"])
    clerk.post(f"/shop/order/edit/{chain['order']}", {"branch": chain["other"]})
    assert shop.row("order", beside)["b_org"] == chain["first"]


def test_kept_column_is_empty_where_the_path_ends(shop: Site, clerk: Browser, chain: dict[str, int]) -> None:
    clerk.post(f"/shop/order/edit/{chain['order']}", {"branch": ""})
    assert kept(shop, chain) == (None, None)


def test_repair_makes_all_true_again(shop: Site, chain: dict[str, int]) -> None:
    shop.set("order", chain["order"], b_org=chain["second"])
    shop.set("line", chain["line"], b_org=None)
    session = shop.here.session
    belongs.repair(
        shop.world, lambda statement: session.execute(statement, execution_options=acting(system("repair")))
    )
    session.commit()
    session.remove()
    assert kept(shop, chain) == (chain["first"], chain["first"])


@pytest.fixture
def tree(shop: Site) -> dict[str, int]:
    root = shop.make("area", name="根")
    middle = shop.make("area", name="中", parent=root)
    return {"root": root, "middle": middle, "leaf": shop.make("area", name="叶", parent=middle)}


def above(shop: Site, node: int) -> list[int]:
    import sqlalchemy as sa

    closure = shop.world.stored(shop.entity("area")).closure
    assert closure is not None
    with shop.engine.connect() as connection:
        found = sa.select(closure.c.ancestor).where(closure.c.descendant == node).order_by(closure.c.depth)
        return list(connection.scalars(found))


def test_new_node_knows_all_above_it(shop: Site, tree: dict[str, int]) -> None:
    assert above(shop, tree["leaf"]) == [tree["leaf"], tree["middle"], tree["root"]]


def test_moved_node_takes_all_below_it_along(shop: Site, clerk: Browser, tree: dict[str, int]) -> None:
    new = shop.make("area", name="新")
    clerk.post(f"/shop/area/edit/{tree['middle']}", {"parent": new})
    assert above(shop, tree["leaf"]) == [tree["leaf"], tree["middle"], new]


@pytest.mark.parametrize("below", ["root", "middle", "leaf"])
def test_node_cannot_be_moved_below_itself(
    shop: Site, clerk: Browser, tree: dict[str, int], below: str
) -> None:
    answer = clerk.submit(f"/shop/area/edit/{tree['root']}", parent=tree[below])
    assert (answer.status, "parent" in answer.errors) == (422, True)
    assert shop.row("area", tree["root"])["parent"] is None


def test_node_can_become_a_root(shop: Site, clerk: Browser, tree: dict[str, int]) -> None:
    clerk.post(f"/shop/area/edit/{tree['middle']}", {"parent": ""})
    assert above(shop, tree["leaf"]) == [tree["leaf"], tree["middle"]]


def test_node_with_others_below_is_not_deleted(shop: Site, clerk: Browser, tree: dict[str, int]) -> None:
    assert clerk.post(f"/shop/area/delete/{tree['middle']}").status == 422
    assert above(shop, tree["leaf"])[1] == tree["middle"]


def test_leaf_can_be_deleted(shop: Site, clerk: Browser, tree: dict[str, int]) -> None:
    clerk.post(f"/shop/area/delete/{tree['leaf']}")
    assert above(shop, tree["leaf"]) == []
