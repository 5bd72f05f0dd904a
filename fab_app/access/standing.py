"""Whether an account is open at all: besides its own state that of the accounts above it."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.sql.elements import ColumnElement

from fab_app.spec.manifest import BASE
from fab_app.store.tables import Tables


def under(tables: Tables, user: sa.FromClause) -> list[ColumnElement[bool]]:
    """Of each kind that stands under another: its organisation has an open account of that one."""
    return [
        sa.not_(
            sa.and_(
                user.c.portal == name, user.c.kind == code, sa.not_(_above(tables, user, name, kind.under))
            )
        )
        for name, portal in tables.manifest.portals.items()
        for code, kind in portal.spec.kinds.items()
        if kind.under is not None
    ]


def _above(tables: Tables, user: sa.FromClause, portal: str, kind: str) -> ColumnElement[bool]:
    above = tables.of(f"{BASE}.user").table.alias()
    open_ = (above.c.alive == 0, sa.func.coalesce(above.c.status, "") != "disabled")
    same = (above.c.portal == portal, above.c.kind == kind, above.c.org == user.c.org)
    return sa.exists().where(*same, *open_).correlate(user)
