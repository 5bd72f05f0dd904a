"""Whether a record or a setting holds a code of a dictionary."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from fab_app.runtime.env import Fetch
from fab_app.runtime.world import World
from fab_app.spec.manifest import Entity


def is_used(world: World, fetch: Fetch, portal: str, dictionary: str, code: str) -> bool:
    """In one statement over every field of the portal that names the dictionary; deleted records count too."""
    settings = world.manifest.portals[portal].spec.settings
    held = world.tables.settings.of(portal)
    if any(field.field_type().of == dictionary and held.get(key) == code for key, field in settings.items()):
        return True
    asked = [sa.exists(one) for one in _holders(world, portal, dictionary, code)]
    return bool(asked) and bool(fetch(sa.select(sa.or_(*asked))).scalar())


def _holders(world: World, portal: str, dictionary: str, code: str) -> Iterator[sa.Select[Any]]:
    seen: set[tuple[str, str]] = set()
    for entity in world.manifest.of_portal(portal):
        for name, field in entity.fields.items():
            place = (entity.table, entity.columns.get(name, ""))
            if (
                field.field_type().of == dictionary
                and field.storage in ("column", "side")
                and place not in seen
            ):
                seen.add(place)
                yield _holding(world, entity, name, code)


def _holding(world: World, entity: Entity, name: str, code: str) -> sa.Select[Any]:
    stored = world.stored(entity)
    table = stored.table.alias()
    here = [table.c.portal == entity.portal] if entity.shared else []
    if name in stored.side:
        side = stored.side[name].alias()
        held = (side.c.owner_id == table.c.id, side.c.value == code)
        return sa.select(sa.literal(1)).select_from(side).where(*held, *here)
    return sa.select(sa.literal(1)).select_from(table).where(table.c[entity.columns[name]] == code, *here)
