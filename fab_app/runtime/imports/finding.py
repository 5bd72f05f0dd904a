"""References by their words: all that a column names, looked up by a few statements under the person's rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import sqlalchemy as sa

from fab_app.expr import Expr
from fab_app.runtime import references
from fab_app.runtime.imports.columns import Column
from fab_app.runtime.writing import Writer
from fab_app.spec.manifest import BASE, Entity

AT_ONCE = 4000
"""Words that are asked for by one statement: without an index each of them reads the whole table."""


def found(
    writer: Writer, column: Column, words: Iterable[str], context: dict[str, Any]
) -> dict[str, set[int]]:
    """Words -> the keys that they name. ``context``: what every record of the import has.

    A condition of the field that reads the record itself is judged with each record, not here.
    """
    assert column.target is not None
    wanted = set(words)
    named: dict[str, set[int]] = {}
    for name in column.by:
        for value, key in _rows(writer, column, name, _values(column.target, name, wanted), context):
            for word in value:
                named.setdefault(word, set()).add(key)
    return named


def _values(target: Entity, name: str, words: set[str]) -> dict[Any, set[str]]:
    """What may stand in the field -> the words that were typed for it."""
    values: dict[Any, set[str]] = {}
    for word in words:
        try:
            value = target.fields[name].from_excel(word)
        except ValueError:
            continue
        if value is not None:
            values.setdefault(value, set()).add(word)
    return values


def _rows(
    writer: Writer, column: Column, name: str, values: dict[Any, set[str]], context: dict[str, Any]
) -> Iterator[tuple[set[str], int]]:
    target = column.target
    assert target is not None
    row = writer.world.stored(target).table.alias()
    field = row.c[target.columns[name]]
    allowed = _allowed(writer, column, row, context)
    if target.portal == BASE:  # whose rows of other portals even the system does not mean
        allowed = sa.and_(allowed, row.c.portal == column.owner.portal)
    keys = list(values)
    for start in range(0, len(keys), AT_ONCE):
        some = keys[start : start + AT_ONCE]
        for value, key in writer.fetch(sa.select(field, row.c.id).where(field.in_(some), allowed)):
            yield values[value], int(key)


def _allowed(writer: Writer, column: Column, row: sa.FromClause, context: dict[str, Any]) -> Any:
    world, access, target = writer.world, writer.access, column.target
    assert target is not None
    if reads_record(column):
        return access.choosable(target.key, row)
    env = writer.env(column.owner, context, None)
    return references.allowed(world, access, column.owner, column.name, target, row, env)


def reads_record(column: Column) -> bool:
    """Whether what may be chosen depends on the rest of the record."""
    where: Expr | None = getattr(column.field, "where", None)
    return where is not None and any(path[0] == "outer" for path in where.root_paths)


def standing(writer: Writer, entity: Entity, name: str, values: Iterable[Any], action: str) -> dict[Any, int]:
    """Of these values of a field those that stand, with the key of the row, under the rows of the action."""
    table = writer.world.stored(entity).table
    field, rows = table.c[entity.columns[name]], writer.access.predicate(entity.key, action, table)
    wanted, known = list(dict.fromkeys(values)), dict[Any, int]()
    for start in range(0, len(wanted), AT_ONCE):
        some = wanted[start : start + AT_ONCE]
        known |= {
            v: int(k) for v, k in writer.fetch(sa.select(field, table.c.id).where(field.in_(some), rows))
        }
    return known
