"""Ticks in a tree as SQL: which node is covered by which of them, and how many steps lie between the two."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.elements import ColumnElement

from fab_app.expr.nodes import USER
from fab_app.spec.manifest import BASE, Entity, Manifest
from fab_app.store.tables import Tables

Names = tuple[str, ...]
Members = tuple[int, ...]


def links(
    tables: Tables, entity: Entity, path: Names, ticks: Members | ColumnElement[Any], ends: bool = False
) -> sa.Select[tuple[int, int]]:
    """(node, depth) of each node with each tick of the field that covers it; ``ends``: of nodes with nothing below.

    ``ticks`` are keys, or the id of the record that holds the field. Of ``cover: children`` a tick counts only where
    nothing below it is ticked.
    """
    owner, name = _end(tables.manifest, entity, path)
    target = tables.manifest.target(owner, name)
    tree = tables.of(target.owner).closure if target is not None else None
    if tree is None:
        raise LookupError(f"{entity.key}: {'.'.join(path)} is no tree")
    side = None if isinstance(ticks, tuple) else tables.of(owner.key).side[name]
    up, down = tree.alias(), tree.alias()
    ticked, held = _ticked(side, up.c.ancestor, ticks)
    pairs = sa.select(up.c.descendant, up.c.depth).where(*ticked).correlate_except(up, *held)
    if ends:
        inner = tree.alias()
        lower = sa.select(inner.c.depth).where(inner.c.ancestor == up.c.descendant, inner.c.depth > 0)
        pairs = pairs.where(~lower.correlate_except(inner).exists())
    if owner.fields[name].field_type().cover != "children":
        return pairs
    more, others = _ticked(side, down.c.descendant, ticks)
    narrower = sa.select(down.c.depth).where(down.c.ancestor == up.c.ancestor, down.c.depth > 0, *more)
    return pairs.where(~narrower.correlate_except(down, *others).exists())


def covered(tables: Tables, entity: Entity, name: str, ids: Sequence[int]) -> sa.Select[tuple[int, int]]:
    """(id, end) of these records with each end of the tree that their ticks in the field cover."""
    row = tables.of(entity.key).table.alias()
    pairs = links(tables, entity, (name,), row.c.id, ends=True)
    node = pairs.selected_columns[0]
    return (
        pairs.with_only_columns(row.c.id, node).where(row.c.id.in_(ids)).distinct().order_by(row.c.id, node)
    )


def begin(manifest: Manifest, entity: Entity, root: str, found: Any, portal: str) -> Entity:
    """The entity at which a path of a root begins: the account's, that of a record found there, or the record's own."""
    if root == USER:
        person = manifest.known(f"@{portal}.user")
        assert person is not None, portal
        return person
    other = getattr(found, "entity", entity)
    return other if isinstance(other, Entity) else entity


def _end(manifest: Manifest, entity: Entity, path: Names) -> tuple[Entity, str]:
    """The entity whose field the last step is; of a person's organisation all that the portal's views add to it."""
    for step in path[:-1]:
        following = manifest.target(entity, step)
        if following is None:
            raise LookupError(f"{entity.key}: {'.'.join(path)}")
        seen = entity is manifest.known(f"@{entity.portal}.user") and following.owner == f"{BASE}.org"
        entity = (manifest.known(f"@{entity.portal}.org") if seen else None) or following
    return entity, path[-1]


def _ticked(
    side: sa.Table | None, node: ColumnElement[Any], ticks: Members | ColumnElement[Any]
) -> tuple[list[ColumnElement[bool]], list[sa.FromClause]]:
    """That a node is ticked, and the tables that are asked for it."""
    if side is None:
        return [node.in_(ticks)], []
    own = side.alias()
    return [own.c.owner_id == ticks, own.c.value == node], [own]
