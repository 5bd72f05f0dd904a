"""Settings as records: a row per key that a definition names, its value judged by the key's own field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import sqlalchemy as sa

from fab_app.core.words import say
from fab_app.fields.base import EMPTY, Field
from fab_app.runtime.judging import Errors
from fab_app.runtime.world import World
from fab_app.spec.manifest import BASE, Entity
from fab_app.spec.setting import default_of, ruled
from fab_app.store.tables import Tables

if TYPE_CHECKING:
    from fab_app.runtime.writing import Writer

SETTING = f"{BASE}.parameter"
_OPTIONS = {"authorised": "settings"}


def sync(world: World, session: Any) -> None:
    """A row for each key that has none yet; rows own their values afterwards."""
    table, now = world.tables.of(SETTING).table, world.clock.now()
    columns = (table.c.portal, table.c.key)
    standing = set(map(tuple, session.execute(sa.select(*columns), execution_options=_OPTIONS)))
    rows = [
        {
            "uuid": str(uuid4()),
            "portal": name,
            "key": key,
            "label": field.label.zh[:100],
            "value": text_of(default_of(field)),
            "created_at": now,
            "updated_at": now,
        }
        for name, portal in world.manifest.portals.items()
        for key, field in portal.spec.settings.items()
        if (name, key) not in standing
    ]
    if rows:
        session.execute(sa.insert(table), rows, execution_options=_OPTIONS)


def load(world: World, session: Any) -> None:
    """The values as they stand, in one statement; none where no portal has settings."""
    if not any(portal.spec.settings for portal in world.manifest.portals.values()):
        return
    table = world.tables.of(SETTING).table
    found: dict[str, dict[str, Any]] = {}
    columns = (table.c.portal, table.c.key, table.c.value)
    for name, key, text in session.execute(sa.select(*columns), execution_options=_OPTIONS):
        field = field_of(world, name, key)
        if field is not None:
            found.setdefault(name, {})[key] = None if text in EMPTY else field.parse(text)
    world.tables.settings.put(found)


def differences(tables: Tables, session: Any) -> Iterator[str]:
    """The keys whose rows say otherwise than the definitions, a line each."""
    table, portals = tables.of(SETTING).table, tables.manifest.portals
    columns = (table.c.portal, table.c.key, table.c.value)
    for name, key, text in session.execute(
        sa.select(*columns).order_by(table.c.portal, table.c.id), execution_options=_OPTIONS
    ):
        field = portals[name].spec.settings.get(key) if name in portals else None
        written = text_of(default_of(field)) if field is not None else None
        if field is not None and (text or None) != written:
            yield f"{name} setting.{key}: '{text or ''}' on screen, '{written or ''}' here"


def field_of(world: World, portal: str, key: str) -> Field | None:
    found = world.manifest.portals.get(portal)
    return found.spec.settings.get(key) if found is not None else None


def text_of(value: Any) -> str | None:
    """The value as its row holds it, which its field reads again."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value in EMPTY else str(value)


def typed(entity: Entity, raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """A number or a switch of a JSON body as the text that stands for it."""
    given = raw.get("value") if entity.owner == SETTING else None
    return {**raw, "value": text_of(given)} if isinstance(given, bool | int | float) else raw


def judged(
    writer: Writer, entity: Entity, row: Mapping[str, Any], values: dict[str, Any], errors: Errors
) -> dict[str, Any]:
    """The value by the judge of its key, in the one form in which it is kept."""
    if entity.owner != SETTING or "value" not in values:
        return values
    field = field_of(writer.world, entity.portal, row["key"])
    try:
        value = field.parse(values["value"]) if field is not None else values["value"]
        _ruled(writer, entity.portal, row["key"], value)
    except ValueError as error:
        errors["value"] = [str(error)]
        return values
    if value in EMPTY and field is not None and field.required is not None:
        errors["value"] = [field.missing()]
    return {**values, "value": text_of(value)}


def _ruled(writer: Writer, portal: str, key: str, value: Any) -> None:
    """Whether the portal's login can be ruled by it."""
    written = writer.world.manifest.login(portal)
    if key in written.settings.values():
        try:
            ruled(written, {**writer.world.tables.settings.of(portal), key: value})
        except ValueError as error:
            raise ValueError(say("This value is outside what a login takes")) from error
