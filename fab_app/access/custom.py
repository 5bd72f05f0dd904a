"""Custom roles: what was ticked, over the rows of the scope that was chosen, compiled to the same grants.

A portal says for which kinds of account there are custom roles: the ``ceiling`` role tells which functions and
actions may be ticked at all, and each scope names the built-in role whose rows it takes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from fab_app.access.grants import Grant, Grants, Place
from fab_app.spec.manifest import Entity, Manifest
from fab_app.spec.portal import CustomRoles


def written(manifest: Manifest, portal: str, kind: str) -> CustomRoles | None:
    """What a portal says of custom roles for this kind of account."""
    found = manifest.portals.get(portal)
    return found.spec.custom_roles.get(kind) if found is not None else None


def catalogue(
    manifest: Manifest, grants: Grants, portal: str, kind: str
) -> dict[str, tuple[Entity, tuple[str, ...]]]:
    """The functions that may be ticked: entity name -> the entity and its actions, in the order of the ceiling role."""
    custom = written(manifest, portal, kind)
    found: dict[str, tuple[Entity, tuple[str, ...]]] = {}
    ceiling = grants.by_role.get(f"{portal}.{custom.ceiling}", {}) if custom is not None else {}
    for key, action in ceiling:
        entity = manifest.entities[key]
        if entity.portal == portal:
            found[entity.name] = (entity, (*found.get(entity.name, (entity, ()))[1], action))
    return found


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
    for right in rights:
        name, _, action = right.partition(".")
        place = (f"{portal}.{name}", action)
        source = rows.get(place) or rows.get((place[0], "read"))
        if place in ceiling and source is not None:
            found[place] = Grant(key, source.rows, source.fields)
    return found
