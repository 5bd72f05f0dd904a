"""Who did what in which roles, when, from where, to which record, old → new. Append only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from fab_app.access.principal import Principal
from fab_app.fields.base import Field
from fab_app.runtime.env import Fetch
from fab_app.runtime.stacking import names_of, uuids
from fab_app.runtime.world import World
from fab_app.spec.manifest import BASE, Entity
from fab_app.store.inserting import Columns, Same

Changes = Mapping[str, tuple[Any, Any]]
Pairs = dict[Any, list[Any]]
"""By value the pair of nothing and what is told of it."""


def record(
    world: World,
    fetch: Fetch,
    principal: Principal,
    entity: Entity,
    id_: int | None,
    action: str,
    changes: Changes,
) -> None:
    fetch(sa.insert(table(world)), row(world, principal, entity, id_, action, changes))


def table(world: World) -> sa.Table:
    """``base.audit``: an entity like any other to read, written here alone."""
    return world.tables.of(f"{BASE}.audit").table


def row(
    world: World, principal: Principal, entity: Entity, id_: int | None, action: str, changes: Changes
) -> dict[str, Any]:
    fields = {name: entity.fields.get(name) for name in changes}
    words = {
        name: [told(field, value) for value in changes[name]]
        for name, field in fields.items()
        if field is None or field.type != "table"  # child rows have entries of their own
    }
    own = {"uuid": str(uuid4()), "record_id": id_, "changes": words}
    return _common(world, principal, entity, action) | own


def of_new(
    world: World,
    principal: Principal,
    entity: Entity,
    ids: Sequence[int],
    values: Sequence[Mapping[str, Any]],
    known: dict[str, Pairs],
) -> Columns:
    """The entries of new records, by column. ``known``: what was told of records before these."""
    names = names_of(values)
    columns = (
        _told_of(entity.fields[name], name, values, known.setdefault(f"{entity.key}.{name}", {}))
        for name in names
    )
    rows = zip(*columns, strict=True)
    words = [dict(zip(names, row, strict=True)) for row in rows]
    for made, told_ in zip(values, words, strict=True):
        if len(made) < len(names):
            for name in told_.keys() - made.keys():
                del told_[name]
    common = _common(world, principal, entity, "add").items()
    return {name: Same(value) for name, value in common} | {
        "uuid": uuids(len(ids)),
        "record_id": ids,
        "changes": words,
    }


def _told_of(field: Field, name: str, values: Sequence[Mapping[str, Any]], known: Pairs) -> list[list[Any]]:
    """Of each record the pair of what was (nothing) and what is; what occurs again is told once."""
    plain = field.readable and not field.mask and type(field).to_api is Field.to_api

    def pair(value: Any) -> list[Any]:
        if value.__hash__ is None:
            return [None, told(field, value)]
        if value not in known:
            known[value] = [None, told(field, value)]
        return known[value]

    column = [made.get(name) for made in values]
    if plain:
        return [[None, value] if value.__class__ is str else pair(value) for value in column]
    return list(map(pair, column))


def _common(world: World, principal: Principal, entity: Entity, action: str) -> dict[str, Any]:
    """What the entries of one act have alike."""
    now = world.clock.now()
    return {
        "created_at": now,
        "updated_at": now,
        "at": now,
        "user_id": principal.subject or None,
        "account": principal.account[:64],
        "address": principal.address[:64],
        "channel": principal.channel[:20],
        "roles": " ".join(role.rpartition(".")[2] for role in principal.roles)[:200] or None,
        "door": principal.door[:40] or None,
        "portal": entity.portal,
        "entity": entity.key,
        "action": action,
    }


def told(field: Field | None, value: Any) -> Any:
    """The value as the log keeps it: secrets never, masked fields masked."""
    if value is None or (value.__class__ is tuple and not value):
        return None
    if field is None:
        return str(value)
    if not field.readable:
        return "******"
    if field.mask:
        return field.masked(value)
    told = field.to_api(value)
    return told if isinstance(told, str | int | float | bool | list | dict | None) else str(told)
