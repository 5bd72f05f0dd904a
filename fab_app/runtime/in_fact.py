"""What the ticks of a tree stand for in fact: told while one ticks, and to those who may choose its nodes alone."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from fab_app.access.covering import links
from fab_app.runtime.env import Fetch
from fab_app.runtime.reading import Reader
from fab_app.spec.manifest import Entity

MOST = 300
"""Ends that are told by name, and ticks that are asked about."""


def in_fact(
    reader: Reader, fetch: Fetch, owner: Entity, path: tuple[str, ...], target: Entity, asked: str, rule: Any
) -> dict[str, Any]:
    """``{ticks, groups: [{label, ends}], count, more, above}`` of ticks given as ``1,2,3``; ``reader`` is of the tree.

    ``ticks``: the keys of those that may be ticked. ``groups``: the covered ends of the tree below the titles of their
    parents. ``above``: the keys of all above the ticks, so that branches show what is ticked inside.
    """
    wanted = sorted({int(part) for part in asked.split(",")[:MOST] if part.isdecimal() and len(part) < 18})
    ticks = _allowed(reader, target, wanted, rule) if wanted else ()
    ends = _ends(reader, fetch, owner, path, target, ticks) if ticks else []
    told, more = ends[:MOST], len(ends) > MOST
    titles = reader.titles(target, {key for end in told for key in end if key is not None})
    groups: dict[int | None, list[str]] = {}
    for node, parent in told:
        groups.setdefault(parent, []).append(titles[node].title)
    return {
        "ticks": [str(key) for key in ticks],
        "groups": [
            {"label": titles[key].title if key in titles else "", "ends": names}
            for key, names in groups.items()
        ],
        "count": len(told),
        "more": more,
        "above": [str(node) for node in _above(reader, fetch, target, ticks)] if ticks else [],
    }


def _allowed(reader: Reader, target: Entity, keys: list[int], rule: Any) -> tuple[int, ...]:
    return tuple(ref.id for ref in reader.options(target, "", 0, keys=keys, where=rule, size=len(keys))[0])


def _ends(
    reader: Reader,
    fetch: Fetch,
    owner: Entity,
    path: tuple[str, ...],
    target: Entity,
    ticks: tuple[int, ...],
) -> list[tuple[int, int | None]]:
    """(end, parent) of the covered nodes with nothing below them, one more than are told."""
    world = reader.world
    row = world.stored(target).table.alias()
    tree = world.manifest.entities[target.owner]
    parent = row.c[tree.columns[str(tree.spec.tree)]]
    covered = links(world.tables, owner, path, ticks, ends=True)
    statement = sa.select(row.c.id, parent).where(
        row.c.id.in_(covered.with_only_columns(covered.selected_columns[0])),
        world.access(reader.principal).choosable(target.key, row),
    )
    found = fetch(statement.order_by(parent, row.c.id).limit(MOST + 1))
    return [(int(node), above) for node, above in found]


def _above(reader: Reader, fetch: Fetch, target: Entity, ticks: tuple[int, ...]) -> list[int]:
    closure = reader.world.stored(target).closure
    assert closure is not None, target.key
    up = sa.select(closure.c.ancestor).where(closure.c.descendant.in_(ticks), closure.c.depth > 0)
    return list(fetch(up.distinct()).scalars())
