"""Flask-AppBuilder's permission tables, written in bulk: roles, permissions, views and which role holds which."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from fab_app.runtime.preparing import AnySession
from fab_app.runtime.world import World


def sync_permissions(world: World, session: AnySession) -> None:
    """A dozen statements, whatever the number of entities and roles."""
    grants = world.grants.by_role
    held = {(role, f"can_{action}", entity) for role, found in grants.items() for entity, action in found}
    table = world.tables.platform
    roles = _names(session, table("ab_role"), grants)
    permissions = _names(session, table("ab_permission"), {p for _, p, _ in held})
    views = _names(session, table("ab_view_menu"), {v for _, _, v in held})
    pairs = _pairs(session, table("ab_permission_view"), {(permissions[p], views[v]) for _, p, v in held})
    wanted = {(roles[r], pairs[permissions[p], views[v]]) for r, p, v in held}
    link = table("ab_permission_view_role")
    have = {
        (role, pair) for pair, role in session.execute(sa.select(link.c.permission_view_id, link.c.role_id))
    }
    ours = set(roles.values())
    for role, pair in sorted(have - wanted):
        if role in ours:
            session.execute(sa.delete(link).where(link.c.role_id == role, link.c.permission_view_id == pair))
    _insert(
        session, link, [{"role_id": role, "permission_view_id": pair} for role, pair in sorted(wanted - have)]
    )


def _names(session: AnySession, table: sa.Table, names: Iterable[str]) -> dict[str, int]:
    have = {name: key for key, name in session.execute(sa.select(table.c.id, table.c.name))}
    _insert(session, table, [{"name": name} for name in sorted(set(names) - set(have))])
    return {name: key for key, name in session.execute(sa.select(table.c.id, table.c.name))}


def _pairs(session: AnySession, table: sa.Table, pairs: set[tuple[int, int]]) -> dict[tuple[int, int], int]:
    columns = (table.c.permission_id, table.c.view_menu_id, table.c.id)
    have = {(p, v): key for p, v, key in session.execute(sa.select(*columns))}
    rows = [{"permission_id": p, "view_menu_id": v} for p, v in sorted(pairs - set(have))]
    _insert(session, table, rows)
    return {(p, v): key for p, v, key in session.execute(sa.select(*columns))}


def _insert(session: AnySession, table: sa.Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        session.execute(sa.insert(table), rows)
