"""Custom roles: what was ticked, over the rows of the scope that was chosen, compiled to the same grants.

A portal says for which kinds of account there are custom roles: the ``ceiling`` role tells which functions and
actions may be ticked at all, and each scope names the built-in role whose rows it takes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from fab_app.access.grants import AGGREGATE, EVERY, Grant, Grants, Place
from fab_app.core.text import Text
from fab_app.spec.manifest import Manifest
from fab_app.spec.portal import CustomRoles, right


def written(manifest: Manifest, portal: str, kind: str) -> CustomRoles | None:
    """What a portal says of custom roles for this kind of account."""
    found = manifest.portals.get(portal)
    return found.spec.custom_roles.get(kind) if found is not None else None


@dataclass(frozen=True, slots=True)
class Ticked:
    """Something that may be ticked: an entity, or a function that portal.yaml declares."""

    key: str
    label: Text
    actions: tuple[str, ...]


def catalogue(manifest: Manifest, grants: Grants, portal: str, kind: str) -> dict[str, Ticked]:
    """The functions that may be ticked, by name, in the order of the ceiling role."""
    custom = written(manifest, portal, kind)
    found: dict[str, Ticked] = {}
    ceiling = grants.by_role.get(f"{portal}.{custom.ceiling}", {}) if custom is not None else {}
    for key, action in ceiling:
        owner, _, name = key.partition(".")
        if owner == portal and action != AGGREGATE:
            before = found[name].actions if name in found else ()
            found[name] = Ticked(key, _label(manifest, key), (*before, action))
    return found


def _label(manifest: Manifest, key: str) -> Text:
    portal, _, name = key.partition(".")
    entity = manifest.entities.get(key)
    return entity.spec.label if entity is not None else manifest.portals[portal].spec.functions[name].label


def compiled(
    manifest: Manifest, grants: Grants, portal: str, kind: str, scope: str, rights: Iterable[str], key: str
) -> Mapping[Place, Grant]:
    """The grants of one custom role; a right that the ceiling no longer holds gives nothing."""
    custom = written(manifest, portal, kind)
    if custom is None or scope not in custom.scopes:
        return {}
    ceiling = grants.by_role.get(f"{portal}.{custom.ceiling}", {})
    rows = grants.by_role.get(f"{portal}.{custom.scopes[scope].rows_of}", {})
    found: dict[Place, Grant] = {}
    for ticked in rights:
        name, _, action = ticked.partition(".")
        place = (f"{portal}.{name}", action)
        if place not in ceiling:
            place = (place[0], right(action))
        if place not in ceiling:
            continue
        if place[0] not in manifest.entities:
            found[place] = Grant(key, EVERY)
            continue
        source = rows.get(place) or rows.get((place[0], "read"))
        if source is not None:
            found[place] = Grant(key, source.rows, source.fields)
        wider = rows.get((place[0], AGGREGATE))
        if wider is not None and action == "read":
            found[place[0], AGGREGATE] = Grant(key, wider.rows, wider.fields)
    return found
