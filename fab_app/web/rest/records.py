"""One record: read, made, changed, deleted, with the rows of its children inside it."""

from __future__ import annotations

from typing import Any

from flask import Response

from fab_app.access.principal import system
from fab_app.access.resolver import reference
from fab_app.core.words import say
from fab_app.fields.table import MOST, TableField
from fab_app.runtime.judging import NotFound
from fab_app.runtime.query import Asking, Order, Query
from fab_app.runtime.reading import Reader
from fab_app.runtime.refusals import missing
from fab_app.runtime.reusing import standing
from fab_app.runtime.selection import Names
from fab_app.spec.manifest import Entity
from fab_app.web import context
from fab_app.web.rest.answers import answer
from fab_app.web.rest.bodies import sent, version_only
from fab_app.web.rest.door import permitted
from fab_app.web.rest.plans import Planner
from fab_app.web.rest.shown import coders, readable, shown

GREATEST = 2**63 - 1


def show(entity: Entity, planner: Planner, pk: str) -> Response:
    permitted(entity, "read")
    key = key_of(pk)
    columns = planner.columns(entity, "all", _all)
    record = planner.one(entity, key, columns)
    if record is None:
        raise missing(context.world(), entity, context.writer().fetch, key)
    for name, field in _tables(entity):
        record[name] = children(entity, key, field)
    return answer(200, {"id": key, "result": record}, tag(entity, record))


def create(entity: Entity, planner: Planner) -> Response:
    permitted(entity, "add")
    given = sent(entity)
    if (stands := standing(context.writer(), entity, given.values)) is not None:
        record = after(entity, planner, stands, given.values)
        return answer(200, {"id": stands, "result": record}, tag(entity, record))
    key = context.writer().create(entity, given.values)
    record = after(entity, planner, key, given.values)
    where = f"/api/v1/{entity.portal}/{entity.name}/{key}"
    return answer(201, {"id": key, "result": record}, {"Location": where, **tag(entity, record)})


def change(entity: Entity, planner: Planner, pk: str) -> Response:
    permitted(entity, "edit")
    key = key_of(pk)
    given = sent(entity)
    context.writer().change(entity, key, given.values, given.version)
    record = after(entity, planner, key, given.values)
    return answer(200, {"result": record}, tag(entity, record))


def delete(entity: Entity, planner: Planner, pk: str) -> Response:
    permitted(entity, "delete")
    context.writer().delete(entity, key_of(pk), version_only(entity))
    return answer(200, {"message": say("Deleted")})


def key_of(pk: str) -> int:
    """The key that an address names; what cannot be one is no record."""
    if not (pk.isascii() and pk.isdecimal()) or len(pk) > 19 or not 0 < int(pk) <= GREATEST:
        raise NotFound(say("There is no such record"))
    return int(pk)


def children(entity: Entity, key: int, field: TableField) -> list[dict[str, Any]]:
    """The rows of a table field. Who may read the record may read them, but for what is hidden from him."""
    world, who = context.world(), context.principal()
    child = world.manifest.entity(entity.portal, field.of)
    assert child is not None
    known = set(readable(world, who, child))
    columns: tuple[Names, ...] = tuple((name,) for name in field.columns if name in known)
    order = field.order or "id"
    query = Query(
        columns=columns,
        within=(field.by or reference(world.tables, child, entity), key),
        order=(Order((order.removeprefix("-"),), order.startswith("-")),),
        size=MOST,
    )
    reader = Reader(world, context.session(), system("children"), context.show(child.portal))
    using = coders(world, who, child, columns)
    return [shown(child, record, using) for record in reader.rows(child, query)]


def after(entity: Entity, planner: Planner, key: int, values: dict[str, Any]) -> dict[str, Any]:
    """The record after a write: its own columns, and of what stands beside them only what was sent."""
    readable_ = planner.columns(entity, "all", _all)
    columns = tuple(path for path in readable_ if not entity.fields[path[0]].many or path[0] in values)
    record = planner.one(entity, key, columns)
    if record is None:
        return {"id": key}
    for name, field in _tables(entity):
        if name in values:
            record[name] = children(entity, key, field)
    return record


def _all(asking: Asking) -> tuple[Names, ...]:
    names = readable(asking.world, asking.principal, asking.entity)
    return tuple((name,) for name in names if name not in ("id", asking.entity.version))


def _tables(entity: Entity) -> list[tuple[str, TableField]]:
    hidden = context.world().grants.fields(context.principal(), entity.key).hidden
    return [(n, f) for n, f in entity.fields.items() if isinstance(f, TableField) and n not in hidden]


def tag(entity: Entity, record: dict[str, Any]) -> dict[str, str]:
    return {"ETag": f'"{record[entity.version]}"'} if entity.version in record else {}
