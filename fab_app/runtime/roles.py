"""Roles of ``permissions/`` as rows: accounts hold rows, grants come from the definitions. Bulk, compared by digest."""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from fab_app.access.principal import system
from fab_app.core.text import Text
from fab_app.runtime.preparing import AnySession
from fab_app.runtime.selection import acting
from fab_app.runtime.world import World
from fab_app.spec.manifest import BASE, Manifest

_NAME = "roles_digest"


def sync_roles(world: World, session: AnySession) -> None:
    """Makes the rows of built-in roles and Flask-AppBuilder's permission tables say what the definitions say.

    One SELECT where nothing changed. Idempotent; two processes at once end with the same rows.
    """
    wanted = _digest(world.manifest)
    settings = world.tables.platform("base_setting")
    kept = session.execute(sa.select(settings.c.value).where(settings.c.name == _NAME)).scalar()
    if kept == wanted:
        return
    _role_rows(world, session)
    _fab_rows(world, session)
    session.execute(sa.delete(settings).where(settings.c.name == _NAME))
    session.execute(sa.insert(settings).values(name=_NAME, value=wanted))
    session.commit()


def _digest(manifest: Manifest) -> str:
    lines = [
        f"{key}|{role.spec.model_dump_json(exclude={'rows'})}" for key, role in sorted(manifest.roles.items())
    ]
    return hashlib.sha256("\n".join([*sorted(manifest.entities), *lines]).encode()).hexdigest()


def _role_rows(world: World, session: AnySession) -> None:
    table = world.tables.of(f"{BASE}.role").table
    options = acting(system("roles"))
    rows = session.execute(
        sa.select(table.c.portal, table.c.code, table.c.id).where(table.c.builtin), execution_options=options
    )
    have = {f"{portal}.{code}": key for portal, code, key in rows}
    now = world.clock.now()
    for key, role in world.manifest.roles.items():
        if role.spec.seats:
            continue  # no account is given it
        values: dict[str, Any] = {
            "name": _plain(role.spec.label),
            "remark": _plain(role.spec.remark),
            "kind": ",".join(role.spec.kinds),
            "updated_at": now,
        }
        if key in have:
            session.execute(
                sa.update(table).where(table.c.id == have[key]).values(values), execution_options=options
            )
            continue
        fresh = {
            "uuid": str(uuid4()),
            "created_at": now,
            "portal": role.portal,
            "code": role.name,
            "builtin": True,
        }
        session.execute(sa.insert(table).values({**fresh, **values}), execution_options=options)


def _plain(text: Text | None) -> str | None:
    return text.zh if text is not None else None


def _fab_rows(world: World, session: AnySession) -> None:
    """``ab_role``, ``ab_permission``, ``ab_view_menu`` and their pairs, so that its tools see the same grants."""
    from fab_app.runtime.fab_tables import sync_permissions

    sync_permissions(world, session)
