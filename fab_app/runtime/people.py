"""Accounts over Flask-AppBuilder's table: its row is kept beside ours, the login name unique without regard to case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from fab_app.core.words import locale, say
from fab_app.runtime.env import Fetch
from fab_app.runtime.judging import Errors
from fab_app.runtime.world import World
from fab_app.spec.manifest import BASE, Entity

USER = f"{BASE}.user"


def _shared(entity: Entity, values: Mapping[str, Any]) -> dict[str, Any]:
    """Values by the shared field's own code, whatever a portal calls it."""
    return {entity.columns.get(name, name): value for name, value in values.items()}


def columns(entity: Entity, values: Mapping[str, Any]) -> dict[str, Any]:
    """More columns of an account's row: the login name in lower case."""
    account = _shared(entity, values).get("account") if entity.owner == USER else None
    return {} if account is None else {"login": str(account).lower()}


def mirror(world: World, fetch: Fetch, entity: Entity, id_: int, values: Mapping[str, Any], new: bool) -> None:
    """Keeps ``ab_user`` true: name, activity and hash of the password."""
    if entity.owner != USER:
        return
    given = _shared(entity, values)
    table = world.tables.platform("ab_user")
    row: dict[str, Any] = {}
    if "account" in given:
        row |= {"username": given["account"], "email": f"{id_}@accounts.invalid"}
    if "name" in given:
        row |= {"first_name": str(given["name"])[:64], "last_name": ""}
    if "status" in given:
        row["active"] = given["status"] == "enabled"
    if new:
        fetch(sa.insert(table).values({"id": id_, "active": True, "first_name": "", "last_name": "", **row}))
    elif row:
        fetch(sa.update(table).where(table.c.id == id_).values(row))


def duplicates(world: World, fetch: Fetch, entity: Entity, values: Mapping[str, Any], id_: int | None) -> Errors:
    """A login name is unique over all portals, the deleted included."""
    if entity.owner != USER:
        return {}
    name = next((code for code, column in entity.columns.items() if column == "account"), "account")
    account = values.get(name)
    if account is None:
        return {}
    table = world.stored(entity).table
    where = [table.c.login == str(account).lower(), *([table.c.id != id_] if id_ is not None else [])]
    if fetch(sa.select(table.c.id).where(*where)).first() is None:
        return {}
    return {name: [entity.fields[name].label.of(locale.get()) + say("already exists")]}
