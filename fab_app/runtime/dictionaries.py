"""Dictionaries as records: a row per item of every dictionary that a portal's fields name, kept on screen.

The definitions give the first items; rows own their words, colour, order and state afterwards. Which codes are
``fixed`` the definitions say at every start: those that they call so, and those that their rules name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import sqlalchemy as sa

from fab_app.core.text import Text
from fab_app.core.words import say
from fab_app.fields.book import Item
from fab_app.runtime.custom_roles import bump
from fab_app.runtime.dictionary_use import is_used
from fab_app.runtime.judging import Errors
from fab_app.runtime.world import World
from fab_app.spec.manifest import BASE, Entity
from fab_app.store.ledger import locked
from fab_app.store.tables import Tables

if TYPE_CHECKING:
    from fab_app.runtime.writing import Writer

ITEM = f"{BASE}.dictionary_item"
STEP = 10
_OPTIONS = {"authorised": "dictionaries"}
Place = tuple[str, str, str]
"""Portal, dictionary, code."""


def sync(world: World, engine: sa.Engine) -> None:
    """A row for each item that never had one, and what is fixed; one SELECT where nothing changed.

    In a transaction of its own, and of processes that start together in one after the other.
    """
    with engine.connect() as connection:
        if not list(_due(world, connection)):
            return
    with locked(engine) as connection:
        for statement in list(_due(world, connection)):
            connection.execute(statement)


def _due(world: World, connection: sa.Connection) -> Iterator[sa.Executable]:
    table = world.tables.of(ITEM).table
    columns = (table.c.portal, table.c.dictionary, table.c.code, table.c.fixed, table.c.id)
    standing: set[Place] = set()
    for portal, name, code, fixed, id_ in connection.execute(sa.select(*columns)):
        standing.add((portal, name, code))
        if portal in world.manifest.portals and bool(fixed) != _fixed(world, (portal, name, code)):
            yield sa.update(table).where(table.c.id == id_).values(fixed=not fixed)
    for row in _first(world):
        if (row["portal"], row["dictionary"], row["code"]) not in standing:
            yield sa.insert(table).values(row)


def _fixed(world: World, place: Place) -> bool:
    portal, name, code = place
    spec = world.manifest.dictionaries.get(name)
    return world.manifest.books.named(portal, name, code) or (spec is not None and spec.fixes(code))


def _first(world: World) -> Iterator[dict[str, Any]]:
    """The rows that the definitions begin with."""
    now = world.clock.now()
    for portal, name, _ in world.manifest.books:
        spec = world.manifest.dictionaries.get(name)
        for at, item in enumerate(spec.entries() if spec is not None else (), start=1):
            yield {
                "uuid": str(uuid4()),
                "portal": portal,
                "dictionary": name,
                "code": item.code,
                "label": item.label.zh or item.label.en,
                "label_en": item.label.en or None,
                "tone": item.tone or None,
                "position": at * STEP,
                "enabled": True,
                "fixed": _fixed(world, (portal, name, item.code)),
                "created_at": now,
                "updated_at": now,
            }


def load(world: World, session: Any) -> None:
    """What every field offers and shows from now on, in one statement; none where no field names a dictionary."""
    books = world.manifest.books
    if not list(books):
        return
    kept = _kept(world.tables, session)
    for portal, name, book in books:
        if kept.get((portal, name)):
            book.put(kept[portal, name])


def _kept(tables: Tables, session: Any) -> dict[tuple[str, str], list[Item]]:
    """The items of each dictionary as rows have them."""
    found: dict[tuple[str, str], list[Item]] = {}
    for row in session.execute(_every(tables), execution_options=_OPTIONS):
        living, label = row.alive == 0, Text(row.label, row.label_en or "")
        offered = living and bool(row.enabled)
        item = Item(row.code, label, row.tone or "", offered, living and not offered, gone=not living)
        found.setdefault((row.portal, row.dictionary), []).append(item)
    return {place: _current(items) for place, items in found.items()}


def _current(items: list[Item]) -> list[Item]:
    """Those that stand, in their order, and of codes that were deleted, and not made again, the words."""
    living = [item for item in items if not item.gone]
    codes = {item.code for item in living}
    return living + [item for item in items if item.code not in codes]


def _every(tables: Tables) -> sa.Select[Any]:
    table = tables.of(ITEM).table
    names = ("portal", "dictionary", "code", "label", "label_en", "tone", "enabled", "alive")
    order = (sa.case((table.c.position.is_(None), 1), else_=0), table.c.position, table.c.id)
    return sa.select(*(table.c[name] for name in names)).order_by(*order)


def differences(tables: Tables, session: Any) -> Iterator[str]:
    """Where the rows say otherwise than the definitions, a line each."""
    kept, manifest = _kept(tables, session), tables.manifest
    for portal, name, _ in sorted(manifest.books, key=lambda place: place[:2]):
        spec = manifest.dictionaries.get(name)
        if spec is not None:
            written = {item.code: item for item in spec.entries()}
            stands = {item.code: item for item in kept.get((portal, name), ())}
            for line in _told(written, stands):
                yield f"{portal} {name}: {line}"


def _told(written: Mapping[str, Item], kept: Mapping[str, Item]) -> Iterator[str]:
    for code, item in written.items():
        stands = kept.get(code)
        if stands is None:
            yield f"'{code}' is new and comes with the next start"
        elif stands.gone:
            yield f"'{code}' was deleted on screen"
        else:
            if stands.label != Text(item.label.zh or item.label.en, item.label.en):
                yield f"'{code}' is called {_words(stands.label)} on screen, {_words(item.label)} here"
            if stands.tone != item.tone:
                yield f"'{code}' has the tone '{stands.tone}' on screen, '{item.tone}' here"
            if stands.withdrawn:
                yield f"'{code}' was withdrawn on screen"
    for code in (code for code, item in kept.items() if code not in written and not item.gone):
        yield f"'{code}' stands on screen only: {_words(kept[code].label)}"
    both = [code for code in kept if code in written and not kept[code].gone]
    if both != [code for code in written if code in both]:
        yield "the order is another on screen"


def _words(label: Text) -> str:
    return f"“{label.zh}” / “{label.en}”" if label.zh and label.en else f"“{label}”"


# --- what a person may change ----------------------------------------------------------------------


def placed(writer: Writer, entity: Entity, values: Mapping[str, Any]) -> dict[str, Any]:
    """A new item without a place comes last."""
    if entity.owner != ITEM or values.get("position") is not None or not values.get("dictionary"):
        return {}
    standing = _siblings(writer, entity.portal, values["dictionary"])
    last = max((row.position or 0 for row in standing), default=0)
    return {"position": last + STEP}


def refused(
    writer: Writer, entity: Entity, row: Mapping[str, Any] | None, values: Mapping[str, Any]
) -> Errors:
    """What may not be done to an item, whoever may edit it. ``row``: as it stands; None of a new one."""
    if entity.owner != ITEM or writer.trusted:
        return {}
    errors, others = Errors(), _others(writer, entity, row or values)
    spec = writer.world.manifest.dictionaries.get(values.get("dictionary", ""))
    if row is None and spec is not None and spec.fixed:
        errors["dictionary"] = [say("The codes of this dictionary are fixed")]
    for key in ("label", "label_en"):
        if values.get(key) and values[key] in {one for row in others for one in (row.label, row.label_en)}:
            errors[key] = [say("The dictionary has another item of this name")]
    if values.get("enabled", True) is not True and row is not None and not _offered(others):
        errors["enabled"] = [say("It is the last item in use")]
    return errors


def undeletable(writer: Writer, entity: Entity, row: Mapping[str, Any]) -> Errors:
    """Why an item has to stay."""
    if entity.owner != ITEM or writer.trusted:
        return {}
    if row["fixed"]:
        return {"": [say("Rules name this code: it cannot be deleted")]}
    if row["enabled"] and not _offered(_others(writer, entity, row)):
        return {"": [say("It is the last item in use")]}
    if is_used(writer.world, writer.fetch, row["portal"], row["dictionary"], row["code"]):
        return {"": [say("It is in use: it can only be withdrawn")]}
    return {}


def deleted(world: World, session: Any, entity: Entity) -> None:
    """Every process reads the dictionaries anew."""
    if entity.owner == ITEM:
        bump(world, session)


def _others(writer: Writer, entity: Entity, row: Mapping[str, Any]) -> list[Any]:
    standing = _siblings(writer, row.get("portal") or entity.portal, row.get("dictionary"))
    return [one for one in standing if one.id != row.get("id")]


def _siblings(writer: Writer, portal: str, name: Any) -> list[Any]:
    """The items of the dictionary, held until the caller's transaction ends: of two who withdraw one waits."""
    table = writer.world.tables.of(ITEM).table
    columns = (table.c.id, table.c.label, table.c.label_en, table.c.enabled, table.c.position)
    here = (table.c.portal == portal, table.c.dictionary == name, table.c.alive == 0)
    return list(writer.fetch(sa.select(*columns).where(*here).order_by(table.c.id).with_for_update()))


def _offered(rows: Iterable[Any]) -> bool:
    return any(row.enabled for row in rows)
