"""Custom roles: what was ticked, over the rows of the scope that was chosen, compiled to the same grants.

A portal says for which kinds of account there are custom roles: the ``ceiling`` role tells which functions and
actions may be ticked at all. A scope takes the rows of a built-in role, or puts its own word, and the organisations
that were ticked, in place of the ceiling's scope.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from fab_app.access.grants import EVERY, Grant, Grants, Place, Rows
from fab_app.access.guards import AGGREGATE
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


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of a custom role: its key, what was ticked, over which rows, of which organisations."""

    key: str
    portal: str
    kind: str
    scope: str
    rights: tuple[str, ...]
    orgs: tuple[int, ...] = ()


def compiled(manifest: Manifest, grants: Grants, kept: Kept) -> Mapping[Place, Grant]:
    """The grants of one custom role; a right that the ceiling no longer holds gives nothing."""
    custom = written(manifest, kept.portal, kept.kind)
    scope = custom.scopes.get(kept.scope) if custom is not None else None
    if custom is None or scope is None:
        return {}
    ceiling = grants.by_role.get(f"{kept.portal}.{custom.ceiling}", {})
    found: dict[Place, Grant] = {}
    for ticked in kept.rights:
        name, _, action = ticked.partition(".")
        place = (f"{kept.portal}.{name}", action)
        if place not in ceiling:
            place = (place[0], right(action))
        if place not in ceiling:
            continue
        if place[0] not in manifest.entities:
            found[place] = Grant(kept.key, EVERY)
        elif scope.rows_of is not None:
            lent = _lent(grants.by_role.get(f"{kept.portal}.{scope.rows_of}", {}), place, kept.key)
            found |= {
                at: replace(one, rows=_begun(ceiling[place].rows, one.rows)) for at, one in lent.items()
            }
        else:
            rows = Rows(scope=scope.rows or "", of=kept.orgs if scope.chosen else None)
            found[place] = Grant(kept.key, narrowed(ceiling[place].rows, rows), ceiling[place].fields)
    return found


def _lent(rows: Mapping[Place, Grant], place: Place, key: str) -> dict[Place, Grant]:
    """The rows that a built-in role has for the place, and those over which it may have figures."""
    found: dict[Place, Grant] = {}
    source = rows.get(place) or rows.get((place[0], "read"))
    if source is not None:
        found[place] = Grant(key, source.rows, source.fields)
    wider = rows.get((place[0], AGGREGATE))
    if wider is not None and place[1] == "read":
        found[place[0], AGGREGATE] = Grant(key, wider.rows, wider.fields)
    return found


def _begun(ceiling: Rows, rows: Rows) -> Rows:
    """A move that only older cases have is made over those alone."""
    return Rows(began=ceiling.began, within=rows) if ceiling.began and not rows.began else rows


def narrowed(ceiling: Rows, rows: Rows) -> Rows:
    """The chosen rows in place of the ceiling's scope. A rule of the ceiling must hold besides; its ``own`` stays."""
    if ceiling.within is not None:
        return replace(ceiling, within=narrowed(ceiling.within, rows))
    if ceiling.scope in ("", "own"):
        return ceiling if ceiling.through or ceiling.scope else replace(ceiling, within=rows)
    return rows
