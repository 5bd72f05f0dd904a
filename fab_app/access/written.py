"""Where the right of a role stands in its file, and what is written there."""

from __future__ import annotations

from fab_app.access.grants import Grant, Grants, Rows
from fab_app.core.problems import Place
from fab_app.core.words import say
from fab_app.spec.manifest import Entity, Manifest, Role
from fab_app.spec.portal import RowsByAction


def name_of(manifest: Manifest, role: Role, entity: Entity) -> str:
    """What the role's file calls the entity; "" where it does not speak of it."""
    names = (*role.spec.may, *role.spec.rows)
    return next((name for name in names if manifest.entity(role.portal, name) is entity), "")


def rows_at(manifest: Manifest, role: Role, entity: Entity, action: str) -> Place:
    """The line of the rows that count for the action: its own where it has some, else those of reading."""
    name = name_of(manifest, role, entity)
    written = role.spec.rows.get(name)
    if not isinstance(written, RowsByAction):
        return role.document.at("rows", name)
    if action.startswith("move:"):
        code = action.removeprefix("move:")
        return role.document.at("rows", name, *(("move", code) if code in written.move else ("read",)))
    own = action if getattr(written, action, None) is not None else "read"
    return role.document.at("rows", name, own)


def rule_of(rows: Rows) -> str:
    """The rows as their author wrote them."""
    own = rows.rule.text if rows.rule is not None else rows.scope or f"through {rows.through}"
    own = say("began with a workflow that had this step") if rows.began else own
    own = f"{own} of {', '.join(map(str, rows.of))}" if rows.of is not None else own
    return own if rows.within is None else f"({own}) within ({rule_of(rows.within)})"


def source_of(manifest: Manifest, grants: Grants, grant: Grant, entity: Entity, action: str) -> Place | None:
    """The place of a grant's rows; a custom role has those of the built-in role that its scope names."""
    role = manifest.roles.get(grant.role) or _lender(manifest, grants, grant, entity)
    return rows_at(manifest, role, entity, action) if role is not None else None


def _lender(manifest: Manifest, grants: Grants, grant: Grant, entity: Entity) -> Role | None:
    for key, role in manifest.roles.items():
        places = grants.by_role.get(key, {}).items()
        if any(place[0] == entity.key and lent.rows is grant.rows for place, lent in places):
            return role
    return None


def chained(entity: Entity) -> str:
    """The workflow of the entity that has a chain."""
    return next(code for code, flow in entity.spec.workflows.items() if flow.approval is not None)
