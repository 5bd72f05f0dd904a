"""Trees: a closure table beside the entity's own ``parent`` column answers "all below" with one join.

Every change first locks its tree (a row in ``base_number``) until the caller's transaction ends, so that two
moves which are each right alone cannot make a circle together: the second sees the first's result and is
refused. The transaction must have been begun for writing (``engine.writing``) where it read before.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import sqlalchemy as sa

from fab_app.store.engine import TABLE_ARGS
from fab_app.store.numbers import next_number

Pair = tuple[int, int, int]
CIRCLE: Final = "A node cannot be moved below itself."


def closure_table(metadata: sa.MetaData, name: str) -> sa.Table:
    """The table ``name``: a row per node and each of its ancestors, itself included at depth 0."""
    return sa.Table(
        name,
        metadata,
        sa.Column("ancestor", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("descendant", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("ancestor", "descendant", name=f"pk_{name}"),
        sa.Index(f"ix_{name}_up", "descendant", "depth", "ancestor"),
        **TABLE_ARGS,
    )


def lock(connection: sa.Connection, tree: sa.Table) -> None:
    """Waits for other changes of the tree and keeps them waiting until the transaction ends."""
    next_number(connection, f"tree:{tree.name}")


def insert_node(connection: sa.Connection, tree: sa.Table, node: int, parent: int | None) -> None:
    """A new node below ``parent``, or a root. ValueError where the parent is not in the tree."""
    lock(connection, tree)
    connection.execute(tree.insert().values(ancestor=node, descendant=node, depth=0))
    _hang(connection, tree, node, parent)


def move_node(connection: sa.Connection, tree: sa.Table, node: int, parent: int | None) -> None:
    """Hangs the node with all below it under ``parent`` (None: makes it a root).

    ValueError where that would be a circle or the parent is not in the tree.
    """
    lock(connection, tree)
    below = set(descendants(connection, tree, node))
    if parent in below:
        raise ValueError(CIRCLE)
    above = [one for one in ancestors(connection, tree, node) if one != node]
    if above:
        _cut(connection, tree, above, below)
    _hang(connection, tree, node, parent)


def remove_node(connection: sa.Connection, tree: sa.Table, node: int) -> None:
    """Takes out a leaf. ValueError where something hangs below it."""
    lock(connection, tree)
    if len(descendants(connection, tree, node)) > 1:
        raise ValueError("Something still hangs below this node.")
    connection.execute(tree.delete().where(tree.c.descendant == node))


def descendants(connection: sa.Connection, tree: sa.Table, node: int) -> list[int]:
    """The node and all below it, nearest first."""
    found = sa.select(tree.c.descendant).where(tree.c.ancestor == node)
    return list(connection.scalars(found.order_by(tree.c.depth, tree.c.descendant)))


def ancestors(connection: sa.Connection, tree: sa.Table, node: int) -> list[int]:
    """The node and all above it, nearest first."""
    found = sa.select(tree.c.ancestor).where(tree.c.descendant == node)
    return list(connection.scalars(found.order_by(tree.c.depth)))


def rebuild(connection: sa.Connection, tree: sa.Table, node: sa.Column[int], parent: sa.Column[int]) -> int:
    """Makes the closure table say what the entity's columns ``node`` and ``parent`` say.

    Answers how many rows were wrong or missing. ValueError, naming nodes, where the columns hold a circle.
    """
    lock(connection, tree)
    rows = connection.execute(sa.select(node, parent)).all()
    wanted = set(closure((int(row[0]), row[1]) for row in rows))
    columns = (tree.c.ancestor, tree.c.descendant, tree.c.depth)
    found = {(row[0], row[1], row[2]) for row in connection.execute(sa.select(*columns))}
    _delete_pairs(connection, tree, found - wanted)
    _insert_pairs(connection, tree, wanted - found)
    return len(wanted ^ found)


def closure(parents: Iterable[tuple[int, int | None]]) -> list[Pair]:
    """(ancestor, descendant, depth) of all nodes, from (node, parent); an unknown parent makes a root."""
    above = dict(parents)
    pairs: list[Pair] = []
    for node in above:
        one: int | None = node
        depth = 0
        while one is not None and one in above:
            pairs.append((one, node, depth))
            one, depth = above[one], depth + 1
            if depth > len(above):
                raise ValueError(f"These nodes hang below themselves: {_circle(above, one)}")
    return pairs


def _circle(above: dict[int, int | None], start: int | None) -> str:
    seen: list[int] = []
    while start is not None and start not in seen:
        seen.append(start)
        start = above[start]
    return ", ".join(str(one) for one in sorted(seen))


def _hang(connection: sa.Connection, tree: sa.Table, node: int, parent: int | None) -> None:
    """Pairs of everything above and at ``parent`` with the node and everything below it."""
    if parent is None:
        return
    if parent not in descendants(connection, tree, parent):
        raise ValueError("The node above is not in the tree.")
    up, down = tree.alias("up"), tree.alias("down")
    both = up.join(down, sa.and_(up.c.descendant == parent, down.c.ancestor == node))
    pairs = sa.select(up.c.ancestor, down.c.descendant, up.c.depth + down.c.depth + 1).select_from(both)
    connection.execute(tree.insert().from_select(["ancestor", "descendant", "depth"], pairs))


def _cut(connection: sa.Connection, tree: sa.Table, above: list[int], below: set[int]) -> None:
    for some in _portions(sorted(below)):
        cut = tree.delete().where(tree.c.ancestor.in_(above), tree.c.descendant.in_(some))
        connection.execute(cut)


def _delete_pairs(connection: sa.Connection, tree: sa.Table, pairs: set[Pair]) -> None:
    if pairs:
        one = tree.delete().where(
            tree.c.ancestor == sa.bindparam("a"), tree.c.descendant == sa.bindparam("d")
        )
        connection.execute(one, [{"a": pair[0], "d": pair[1]} for pair in sorted(pairs)])


def _insert_pairs(connection: sa.Connection, tree: sa.Table, pairs: set[Pair]) -> None:
    if pairs:
        names = ("ancestor", "descendant", "depth")
        connection.execute(tree.insert(), [dict(zip(names, pair, strict=True)) for pair in sorted(pairs)])


def _portions(values: list[int], size: int = 500) -> Iterable[list[int]]:
    return (values[start : start + size] for start in range(0, len(values), size))
