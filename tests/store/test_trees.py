from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fab_app.store import trees
from fab_app.store.engine import make_engine, writing
from fab_app.store.numbers import number_table

METADATA = sa.MetaData()
number_table(METADATA)
TREE = trees.closure_table(METADATA, "shop_region__tree")
REGION = sa.Table(
    "shop_region",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("parent_id", sa.Integer),
)
Parents = dict[int, int | None]


@pytest.fixture
def shop(kind: str, engine_of: Callable[..., sa.Engine]) -> sa.Engine:
    return engine_of(kind, METADATA)


def plant(engine: sa.Engine, parents: Parents) -> None:
    with writing(engine) as connection:
        for node, parent in parents.items():
            connection.execute(REGION.insert().values(id=node, parent_id=parent))
            trees.insert_node(connection, TREE, node, parent)


def pairs(connection: sa.Connection) -> set[tuple[int, int, int]]:
    return {(row[0], row[1], row[2]) for row in connection.execute(sa.select(TREE))}


def below(parents: Parents, node: int) -> set[int]:
    found = {node}
    while more := {one for one, parent in parents.items() if parent in found} - found:
        found |= more
    return found


# 1 ─ 2 ─ 3, 1 ─ 4, 5
SMALL: Parents = {1: None, 2: 1, 3: 2, 4: 1, 5: None}


def test_a_node_knows_all_above_and_all_below(shop: sa.Engine) -> None:
    plant(shop, SMALL)
    with shop.connect() as connection:
        assert trees.descendants(connection, TREE, 1) == [1, 2, 4, 3]
        assert trees.ancestors(connection, TREE, 3) == [3, 2, 1]


def test_a_branch_moves_with_all_below_it(shop: sa.Engine) -> None:
    plant(shop, SMALL)
    with writing(shop) as connection:
        trees.move_node(connection, TREE, 2, 5)
        assert pairs(connection) == set(trees.closure({**SMALL, 2: 5}.items()))


@pytest.mark.parametrize("node, parent", [(1, 3), (1, 1), (2, 3)])
def test_a_move_below_itself_is_refused(shop: sa.Engine, node: int, parent: int) -> None:
    plant(shop, SMALL)
    with pytest.raises(ValueError, match="below itself"), writing(shop) as connection:
        trees.move_node(connection, TREE, node, parent)
    with shop.connect() as connection:
        assert pairs(connection) == set(trees.closure(SMALL.items()))


def test_a_parent_that_is_not_in_the_tree_is_refused(shop: sa.Engine) -> None:
    plant(shop, SMALL)
    with pytest.raises(ValueError, match="not in the tree"), writing(shop) as connection:
        trees.move_node(connection, TREE, 1, 99)


def test_only_a_leaf_is_removed(shop: sa.Engine) -> None:
    plant(shop, SMALL)
    with writing(shop) as connection:
        trees.remove_node(connection, TREE, 4)
        assert trees.descendants(connection, TREE, 1) == [1, 2, 3]
    with pytest.raises(ValueError, match="hangs below"), writing(shop) as connection:
        trees.remove_node(connection, TREE, 2)


def test_a_damaged_tree_is_repaired_from_the_parents(shop: sa.Engine) -> None:
    plant(shop, SMALL)
    with writing(shop) as connection:
        connection.execute(TREE.delete().where(TREE.c.descendant == 3))
        connection.execute(TREE.insert().values(ancestor=5, descendant=4, depth=1))
        assert trees.rebuild(connection, TREE, REGION.c.id, REGION.c.parent_id) == 4
        assert pairs(connection) == set(trees.closure(SMALL.items()))


def test_a_circle_of_parents_is_named() -> None:
    with pytest.raises(ValueError, match=r"1, 2, 3$"):
        trees.closure({1: 3, 2: 1, 3: 2, 4: None}.items())


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.one_of(st.none(), st.integers(0, 9)), min_size=1, max_size=10),
    st.lists(
        st.tuples(st.sampled_from(["move", "remove"]), st.integers(1, 10), st.none() | st.integers(1, 10)),
        max_size=12,
    ),
)
def test_any_moves_leave_what_a_naive_tree_would_be(
    made: list[int | None], moves: list[tuple[str, int, int | None]]
) -> None:
    engine = make_engine("sqlite://")
    METADATA.create_all(engine)
    parents: Parents = {}
    for number, hint in enumerate(made, start=1):
        parents[number] = None if hint is None or number == 1 else hint % (number - 1) + 1
    plant(engine, parents)
    with writing(engine) as connection:
        for kind, node, parent in moves:
            change(connection, parents, kind, node, parent)
            assert pairs(connection) == set(trees.closure(parents.items()))


def change(connection: sa.Connection, parents: Parents, kind: str, node: int, parent: int | None) -> None:
    """The same change to the tree and to the naive model; where the model refuses, the tree must too."""
    if node not in parents or (parent is not None and parent not in parents):
        return
    if kind == "remove":
        if below(parents, node) == {node}:
            trees.remove_node(connection, TREE, node)
            del parents[node]
    elif parent in below(parents, node):
        with pytest.raises(ValueError):
            trees.move_node(connection, TREE, node, parent)
    else:
        trees.move_node(connection, TREE, node, parent)
        parents[node] = parent


def test_moves_made_at_once_make_no_circle_and_no_damage(shop: sa.Engine) -> None:
    plant(shop, dict.fromkeys(range(1, 9)))
    draws = random.Random(7)
    wishes = [(draws.randint(1, 8), draws.randint(1, 8)) for _ in range(60)]

    def move(wish: tuple[int, int]) -> bool:
        """As a caller does: first the parent column, then the tree, in one transaction."""
        try:
            with writing(shop) as connection:
                trees.lock(connection, TREE)
                update = REGION.update().where(REGION.c.id == wish[0]).values(parent_id=wish[1])
                connection.execute(update)
                trees.move_node(connection, TREE, *wish)
        except ValueError:
            return False
        return True

    with ThreadPoolExecutor(6) as threads:
        made = list(threads.map(move, wishes))
    with shop.connect() as connection:
        rows = connection.execute(sa.select(REGION.c.id, REGION.c.parent_id)).all()
        assert pairs(connection) == set(trees.closure((row[0], row[1]) for row in rows))
    assert any(made) and not all(made)


def test_of_two_moves_that_together_make_a_circle_one_is_refused(shop: sa.Engine) -> None:
    def move(wish: tuple[int, int]) -> bool:
        try:
            with writing(shop) as connection:
                trees.move_node(connection, TREE, *wish)
        except ValueError:
            return False
        return True

    for one in (1, 3, 5, 7, 9):
        plant(shop, {one: None, one + 1: None})
        with ThreadPoolExecutor(2) as threads:
            assert sorted(threads.map(move, [(one, one + 1), (one + 1, one)])) == [False, True]
