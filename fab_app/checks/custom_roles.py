"""Custom roles: the kind of account, the ceiling and the lending roles exist; chosen organisations have a field."""

from __future__ import annotations

from collections.abc import Iterator

from fab_app.checks.forms import placed
from fab_app.core.problems import Problem, nearest
from fab_app.core.source import Loc
from fab_app.spec.manifest import BASE, Entity, Manifest, Portal
from fab_app.spec.portal import CustomRoles


def check(manifest: Manifest) -> Iterator[Problem]:
    for portal in manifest.portals.values():
        for kind, custom in portal.spec.custom_roles.items():
            if kind not in portal.spec.kinds:
                text = f"the portal has no kind of account '{kind}'"
                place = portal.document.at("custom_roles", kind)
                yield Problem(
                    "custom.E001", text, place, nearest(kind, portal.spec.kinds) or "add it to 'kinds:'"
                )
            yield from _roles(manifest, portal, kind, custom)
            yield from _chosen(manifest, portal, kind, custom)


def _roles(manifest: Manifest, portal: Portal, kind: str, custom: CustomRoles) -> Iterator[Problem]:
    """A name that no file of permissions has would give nothing, silently."""
    known = [role.name for role in manifest.roles.values() if role.portal == portal.name]
    named: list[tuple[str, Loc]] = [(custom.ceiling, ("ceiling",))]
    named += [
        (one.rows_of, ("scopes", code, "rows_of")) for code, one in custom.scopes.items() if one.rows_of
    ]
    for name, loc in named:
        if name not in known:
            place = portal.document.value_at("custom_roles", kind, *loc)
            hint = nearest(name, known) or f"write permissions/{portal.name}/{name}.yaml"
            yield Problem("custom.E002", f"the portal has no role '{name}'", place, hint)


def _chosen(manifest: Manifest, portal: Portal, kind: str, custom: CustomRoles) -> Iterator[Problem]:
    """Organisations of a scope are ticked in a field of the portal's roles."""
    views = [one for one in manifest.of_portal(portal.name) if one.owner == f"{BASE}.role"]
    asked = any(map(_asks, views))
    for code, scope in custom.scopes.items():
        if scope.chosen and not asked:
            text = "no form of the portal's roles asks for the chosen organisations"
            place = portal.document.at("custom_roles", kind, "scopes", code, "chosen")
            hint = "add the field 'orgs' to a section of the form of the view of base.role"
            yield Problem("custom.E003", text, place, hint)


def _asks(view: Entity) -> bool:
    form = view.spec.form
    rest = not form or any(section.fields == "*" for section in form)
    return rest or any(view.columns.get(name) == "orgs" for section in form for _, name in placed(section))
