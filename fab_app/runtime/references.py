"""References that were sent: each must be a row that the person may read and that the field allows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.elements import ColumnElement

from fab_app.access.resolver import RowResolver
from fab_app.access.rows import RowAccess
from fab_app.core.words import locale
from fab_app.expr import Expr, sql
from fab_app.fields.base import EMPTY, Field
from fab_app.runtime.env import Fetch, RecordEnv
from fab_app.runtime.judging import Errors
from fab_app.runtime.world import World
from fab_app.spec.manifest import Entity

_REFERRED = "referred"


@dataclass(frozen=True)
class Choosing(RowResolver):
    """A target's row as a ``where`` sees it: ``outer`` is the record that refers, ``before`` what that was."""

    chooser: RecordEnv | None = None
    stood: RecordEnv | None = None

    def root(self, name: str) -> Any:
        found = {"outer": self.chooser, "before": self.stood}.get(name)
        return found if found is not None else {}


def allowed(
    world: World,
    access: RowAccess,
    entity: Entity,
    name: str,
    target: Entity,
    row: sa.FromClause,
    env: RecordEnv,
) -> ColumnElement[bool]:
    """Which rows of the target the field may refer to: the person's own, narrowed by the field's ``where``."""
    predicate = sa.and_(access.choosable(target.key, row), *_of_tree(world, entity.fields[name], target, row))
    where: Expr | None = getattr(entity.fields[name], "where", None)
    if where is None:
        return predicate
    resolver = Choosing(world.tables, target.key, row, access.principal, world.clock, chooser=env)
    return sa.and_(predicate, sql(where, resolver))


def preferred(world: World, access: RowAccess, field: Field, target: Entity, env: RecordEnv) -> Any:
    """What takes a row of the target and gives whether it stands before the others; None where nothing does."""
    first = getattr(field, "first", None)
    if first is None:
        return None

    def holds(row: sa.FromClause) -> ColumnElement[bool]:
        chosen = Choosing(world.tables, target.key, row, access.principal, world.clock, chooser=env)
        return sql(first.when, chosen)

    return holds


def noted(
    world: World, access: RowAccess, entity: Entity, name: str, keys: list[int], id_: int | None, fetch: Fetch
) -> dict[int, str]:
    """The remarks beside choices by their key, told to who may read what they rest on; a statement a note."""
    found: dict[int, list[str]] = {}
    for note in getattr(entity.fields[name], "notes", ()) if id_ is not None and keys else ():
        child = world.manifest.entity(entity.portal, note.of)
        assert child is not None, note.of
        row = world.stored(child).table.alias()
        resolver = RowResolver(world.tables, child.key, row, access.principal, world.clock)
        chosen = resolver.field(note.field)
        where = [resolver.field(note.by) == id_, chosen.in_(keys)]
        where += [access.predicate(child.key, "read", row)]
        where += [sql(note.where, resolver)] if note.where is not None else []
        for key in fetch(sa.select(chosen).where(*where).distinct()).scalars():
            found.setdefault(key, []).append(note.label.of(locale.get()))
    return {key: ", ".join(told) for key, told in found.items()}


def _of_tree(world: World, field: Field, target: Entity, row: sa.FromClause) -> list[ColumnElement[bool]]:
    """Only leaves, only nodes of some levels: where the field of a tree says so."""
    found: list[ColumnElement[bool]] = []
    owner = world.manifest.entities[target.owner]
    if getattr(field, "leaf_only", False) and owner.spec.tree is not None:
        below = world.stored(target).table.alias()
        found.append(~sa.exists().where(below.c[owner.columns[owner.spec.tree]] == row.c.id))
    levels = getattr(field, "levels", ())
    if levels and "level" in row.c:
        found.append(row.c.level.in_(levels))
    return found


def _referred(table: sa.Table) -> sa.FromClause:
    """The table as what is referred to, made once: an alias copies each of its columns."""
    if _REFERRED not in table.info:
        table.info[_REFERRED] = table.alias()
    row: sa.FromClause = table.info[_REFERRED]
    return row


def refused(
    world: World, access: RowAccess, entity: Entity, values: Mapping[str, Any], env: RecordEnv, fetch: Fetch
) -> Errors:
    """A sentence for each reference in ``values`` that may not be made; one statement for all of them."""
    wanted: dict[str, tuple[int, ...]] = {}
    queries = []
    for index, (name, value) in enumerate(values.items()):
        target = world.manifest.target(entity, name)
        if target is None or value in EMPTY or entity.fields[name].type == "table":
            continue
        keys = value if isinstance(value, tuple) else (value,)
        row = _referred(world.stored(target).table)
        where = allowed(world, access, entity, name, target, row, env)
        queries.append(sa.select(sa.literal(index).label("field"), row.c.id).where(row.c.id.in_(keys), where))
        wanted[name] = keys
    if not queries:
        return {}
    found: dict[str, set[int]] = {}
    names = list(values)
    for index, key in fetch(sa.union_all(*queries) if len(queries) > 1 else queries[0]):
        found.setdefault(names[index], set()).add(key)
    return {
        name: [_sentence(entity.fields[name], env)]
        for name, keys in wanted.items()
        if set(keys) - found.get(name, set())
    }


def _sentence(field: Field, env: RecordEnv) -> str:
    """The author's sentence for such a record, else that of the field."""
    for one in getattr(field, "sentences", ()):
        if env.holds(one.when, False):
            return str(one.text.of(locale.get()))
    return str(field.refusal("does not exist"))
