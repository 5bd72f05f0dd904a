"""Who did what in which roles, when, from where, to which record, old → new. Append only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from fab_app.access.principal import Principal
from fab_app.fields.base import Field
from fab_app.runtime.env import Fetch
from fab_app.runtime.world import World
from fab_app.spec.manifest import BASE, Entity

Changes = Mapping[str, tuple[Any, Any]]


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
    now = world.clock.now()
    fields = {name: entity.fields.get(name) for name in changes}
    words = {
        name: [told(field, value) for value in changes[name]]
        for name, field in fields.items()
        if field is None or field.type != "table"  # child rows have entries of their own
    }
    return {
        "uuid": str(uuid4()),
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
        "record_id": id_,
        "action": action,
        "changes": words,
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
