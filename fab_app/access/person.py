"""What rules read of the acting person beside his own basics: ``user.…`` and ``user.org.…`` as columns.

Only the paths that a definition of the portal names are read, in the one statement that finds the person.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from pydantic import BaseModel
from sqlalchemy.sql.elements import ColumnElement

from fab_app.access.principal import NOBODY
from fab_app.access.resolver import Clock, RowResolver
from fab_app.expr import Expr, Kind
from fab_app.fields.base import Field
from fab_app.spec.manifest import BASE, Entity, Manifest
from fab_app.store.tables import Tables

BASICS = ("account", "name", "phone", "kind", "org", "region")
OF_ORG = ("name", "status", "kind", "region")
_MARK = "\x1f"
Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """One path of a portal. ``label``: the column of the statement that holds it."""

    path: Path
    label: str
    column: ColumnElement[Any]
    many: bool
    keys: bool

    def read(self, row: Mapping[str, Any]) -> Any:
        value = row[self.label]
        if not self.many:
            return value
        parts = value.split(_MARK) if value else []
        return tuple(int(part) for part in parts) if self.keys else tuple(parts)


def told(
    tables: Tables, clock: Clock, user: sa.FromClause, org: sa.FromClause
) -> dict[str, tuple[Told, ...]]:
    """Of each portal what its definitions read of a person."""
    found = {}
    for portal in tables.manifest.portals:
        paths = sorted(_asked(tables.manifest, portal))
        items = (_told(tables, clock, portal, path, user, org, index) for index, path in enumerate(paths))
        found[portal] = tuple(item for item in items if item is not None)
    return found


def _asked(manifest: Manifest, portal: str) -> set[Path]:
    pieces: list[Any] = [manifest.portals[portal].spec]
    pieces += [entity.spec for entity in manifest.of_portal(portal)]
    pieces += [role.spec for role in manifest.roles.values() if role.portal == portal]
    pieces += [menu.spec for menu in manifest.menus.values() if menu.portal == portal]
    paths = {path for expr in expressions(pieces) for path in expr.user_paths}
    known = {(), *((name,) for name in BASICS), *(("org", name) for name in OF_ORG)}
    return paths - known


def told_of_seat(
    tables: Tables, clock: Clock, portal: str, code: str, row: sa.FromClause
) -> tuple[Told, ...]:
    """What the portal's definitions read of the row of a person without an account: ``user.<code>.…``."""
    manifest, found = tables.manifest, list[Told]()
    entity = manifest.entity(portal, manifest.portals[portal].spec.seats[code].entity)
    assert entity is not None
    paths = sorted(path for path in _asked(manifest, portal) if path[0] == code and len(path) > 1)
    for index, path in enumerate(paths):
        end = manifest.walk(entity, path[1:])
        if end is None or not end[1].readable or end[1].type == "password":
            continue
        many, label = end[1].storage == "side", f"seat_{index}"
        value = _value(tables, clock, entity, row, path[1:]).label(label)
        found.append(Told(path, label, value, many, many and bool(end[1].field_type().target)))
    return tuple(found)


def expressions(piece: Any) -> Iterator[Expr]:
    """Every expression of a piece of a definition, however deep."""
    if isinstance(piece, Expr):
        yield piece
    elif isinstance(piece, BaseModel):
        for name in type(piece).model_fields:
            yield from expressions(getattr(piece, name))
    elif isinstance(piece, dict):
        yield from expressions(list(piece.values()))
    elif isinstance(piece, list | tuple):
        for part in piece:
            yield from expressions(part)


def _told(
    tables: Tables, clock: Clock, portal: str, path: Path, user: sa.FromClause, org: sa.FromClause, index: int
) -> Told | None:
    """None where the portal has no such field, which a check says, or it is never read."""
    manifest = tables.manifest
    seen, row, rest = manifest.known(f"@{portal}.user"), user, path
    if len(path) > 1 and _is_org(manifest, portal, path[0]):
        seen, row, rest = manifest.known(f"@{portal}.org"), org, path[1:]
    assert seen is not None
    views = manifest.views(portal, f"{BASE}.{seen.name}", rest[0])
    found = manifest.walk(views[0], rest) if views else None
    if found is None or not found[1].readable or found[1].type == "password":
        return None
    field, values = found[1], [_value(tables, clock, view, row, rest) for view in views]
    here = sa.and_(user.c.portal == portal, *([] if row is user else [row.c.portal == portal]))
    whens = [(sa.and_(here, *_kind(view, row)), value) for view, value in zip(views, values, strict=True)]
    column: ColumnElement[Any] = sa.case(*whens)
    many = field.storage == "side"
    keys = many and bool(field.field_type().target)
    return Told(path, f"{portal}_{index}", column.label(f"{portal}_{index}"), many, keys)


def _is_org(manifest: Manifest, portal: str, name: str) -> bool:
    views = manifest.views(portal, f"{BASE}.user", name)
    return bool(views) and views[0].columns[name] == "org"


def _kind(view: Entity, row: sa.FromClause) -> list[ColumnElement[bool]]:
    return [row.c[view.columns[name]] == value for name, value in view.spec.fixed.items()]


def _value(tables: Tables, clock: Clock, view: Entity, row: sa.FromClause, path: Path) -> ColumnElement[Any]:
    resolver = RowResolver(tables, view.key, row, NOBODY, clock)
    found = tables.manifest.walk(view, path)
    assert found is not None
    owner, field = found
    if field.storage != "side":
        return resolver.column(path)
    return _joined(tables, owner, path[-1], field, resolver.column(path[:-1]), row)


def _joined(
    tables: Tables, owner: Entity, name: str, field: Field, id_: ColumnElement[Any], row: sa.FromClause
) -> ColumnElement[Any]:
    """The members of a many-valued field in one text."""
    side = tables.of(owner.key).side[name].alias()
    member = sa.cast(side.c.value, sa.String) if field.field_type().kind is not Kind.text else side.c.value
    joined = sa.func.aggregate_strings(member, _MARK)
    return sa.select(joined).where(side.c.owner_id == id_).correlate(row).scalar_subquery()
