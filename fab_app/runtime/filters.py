"""Conditions of a query as SQL, over the entity's own row: dotted paths become subqueries or kept columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.elements import ColumnElement

from fab_app.access.resolver import RowResolver
from fab_app.access.rows import RowAccess
from fab_app.expr import sql
from fab_app.expr.nodes import THIS
from fab_app.runtime.query import Asking, Condition, Query, shown_by_author
from fab_app.runtime.selection import plain_path, shown_field
from fab_app.spec.manifest import Entity
from fab_app.store.grams import searched, wanted
from fab_app.store.tables import Stored

_COMPARE: dict[str, Callable[[Any, Any], ColumnElement[bool]]] = {
    "eq": lambda column, value: column == value,
    "ne": lambda column, value: sa.or_(column != value, column.is_(None)),
    "in": lambda column, value: column.in_(value),
    "gt": lambda column, value: column > value,
    "ge": lambda column, value: column >= value,
    "lt": lambda column, value: column < value,
    "le": lambda column, value: column <= value,
    "null": lambda column, value: column.is_(None) if value else column.is_not(None),
    "contains": lambda column, value: like(column, f"%{escaped(value)}%", value),
    "startswith": lambda column, value: like(column, f"{escaped(value)}%", value),
}


def escaped(text: str) -> str:
    """The text with LIKE's own signs made ordinary."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def like(column: Any, pattern: str, needle: str) -> ColumnElement[bool]:
    """Folds case only where the needle has cased letters: plain LIKE is much faster and enough for Chinese."""
    text = _as_text(column)
    if needle.lower() == needle.upper():
        return text.like(pattern, escape="\\")
    return sa.func.lower(text).like(pattern.lower(), escape="\\")


def _as_text(column: Any) -> ColumnElement[str]:
    """A date is looked for by its signs, too; what is text already is left as it stands."""
    kind = getattr(column.type, "impl_instance", column.type)
    return (
        sa.type_coerce(column, sa.String()) if isinstance(kind, sa.String) else sa.cast(column, sa.String(40))
    )


def conditions(query: Query, resolver: RowResolver, asking: Asking) -> list[ColumnElement[bool]]:
    """What the query asks of a row, without its tab and without the row predicate."""
    found = [condition(item, resolver, asking) for item in query.where]
    if query.within is not None:
        found.append(resolver.field(query.within[0]) == query.within[1])
    if query.keyword:
        found.append(_keyword(query.keyword, resolver, asking))
    return found


def reached(path: tuple[str, ...], resolver: RowResolver, access: RowAccess) -> list[ColumnElement[bool]]:
    """What must hold for a path that no author wrote: each row on it may be read by who asks."""
    entity, manifest = resolver.entity, resolver.tables.manifest
    if access.principal.everything or len(path) < 2 or shown_by_author(manifest, entity, path):
        return []
    found: list[ColumnElement[bool]] = []
    for steps in range(1, len(path)):
        before = manifest.walk(entity, path[:steps])
        target = manifest.target(before[0], path[steps - 1]) if before is not None else None
        assert target is not None
        row = resolver.tables.of(target.key).table.alias()
        held = row.c.id == resolver.column(followed(entity, path[:steps]))
        found.append(sa.select(sa.literal(1)).where(held, access.predicate(target.key, "read", row)).exists())
    return found


def tab_condition(entity: Entity, code: str, resolver: RowResolver) -> ColumnElement[bool] | None:
    where = entity.spec.listing.tabs[code].where
    return None if where is None else sql(where, resolver)


def condition(item: Condition, resolver: RowResolver, asking: Asking) -> ColumnElement[bool]:
    path = followed(resolver.entity, item.path)
    found = resolver.tables.manifest.walk(resolver.entity, path)
    assert found is not None
    field = found[1]
    if field.storage == "side":
        return _member(item, path, resolver)
    if field.storage == "file":
        raise LookupError(".".join(path))
    if item.op == "below":
        return resolver.below(path, item.value)
    if field.field_type().kind == "ref" and item.op == "contains":
        return _titled(item, path, resolver, asking)
    column = resolver.column(path)
    if item.op == "range":
        return _range(column, item.value)
    if item.op == "contains" and len(path) == 1:
        near = narrowed(resolver.tables.of(resolver.entity.key), resolver.row, path, item.value)
        return sa.and_(*near, _COMPARE["contains"](_typed(column, shown_field(field)), item.value))
    return _COMPARE[item.op](_typed(column, shown_field(field)), item.value)


def followed(entity: Entity, path: tuple[str, ...]) -> tuple[str, ...]:
    head = plain_path(entity.fields.get(path[0]))
    return path if head is None else (*head, *path[1:])


def _typed(column: ColumnElement[Any], field: Any) -> ColumnElement[Any]:
    return column if isinstance(column, sa.Column) else sa.type_coerce(column, field.sa_type())


def _member(item: Condition, path: tuple[str, ...], resolver: RowResolver) -> ColumnElement[bool]:
    from fab_app.expr import ANY

    if item.op == "null":
        holds = resolver.member(path, ANY)
        return sa.not_(holds) if item.value else holds
    if item.op == "covers":
        pairs = resolver.links(THIS, path, None)
        return pairs.where(pairs.selected_columns[0] == item.value).exists()
    return resolver.member(path, tuple(item.value) if item.op == "in" else item.value)


def _titled(
    item: Condition, path: tuple[str, ...], resolver: RowResolver, asking: Asking
) -> ColumnElement[bool]:
    """A reference filtered by a part of its title, as far as the person is told it."""
    manifest = resolver.tables.manifest
    found = manifest.walk(resolver.entity, path)
    assert found is not None
    target = manifest.target(found[0], path[-1])
    assert target is not None
    row = resolver.tables.of(target.key).table.alias()
    names = replace(asking, entity=target).titles()
    where = narrowed(resolver.tables.of(target.key), row, names, item.value)
    where.append(holding((row.c[target.columns[name]] for name in names), item.value))
    if getattr(shown_field(found[1]), "label_rows", "always") == "scoped":
        where.append(asking.world.access(asking.principal).linked(target.key, row))
    return resolver.column(path).in_(sa.select(row.c.id).where(*where))


def _range(column: ColumnElement[Any], value: tuple[Any, Any]) -> ColumnElement[bool]:
    low, high = value
    bounds = [] if low is None else [column >= low]
    return sa.and_(sa.true(), *bounds, *([] if high is None else [column <= high]))


def _keyword(word: str, resolver: RowResolver, asking: Asking) -> ColumnElement[bool]:
    names = asking.searched()
    near = narrowed(resolver.tables.of(resolver.entity.key), resolver.row, names, word)
    return sa.and_(*near, holding(map(resolver.field, names), word))


def holding(columns: Iterable[Any], needle: str) -> ColumnElement[bool]:
    """Whether one of the columns holds the needle; no row does where there is none to look in."""
    pattern = f"%{escaped(needle)}%"
    return sa.or_(sa.false(), *(like(column, pattern, needle) for column in columns))


def narrowed(
    stored: Stored, row: sa.FromClause, names: Iterable[str], needle: str
) -> list[ColumnElement[bool]]:
    """The rows that may have the needle in one of these fields, by the index of pairs.

    None of them is left out; whether the needle is there the text itself must still tell. Nothing where the index
    does not hold all of the fields, or the needle is a single sign.
    """
    pairs = wanted(needle)
    if stored.grams is None or not pairs or not set(names) <= set(searched(stored.entity)):
        return []
    first, *more = (stored.grams.alias() for _ in pairs)
    source: sa.FromClause = first
    for other, pair in zip(more, pairs[1:], strict=True):
        source = source.join(other, sa.and_(other.c.owner_id == first.c.owner_id, other.c.gram == pair))
    holding = sa.select(first.c.owner_id).select_from(source).where(first.c.gram == pairs[0])
    return [row.c.id.in_(holding)]
