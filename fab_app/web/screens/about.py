"""What records the entries of the log are about: on a list in a request beside it, on the page of an entry with it.

A list costs as many statements whatever it shows, and titles cost one for each kind of record on the page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from fab_app.core.words import locale
from fab_app.fields.faces import Cell
from fab_app.runtime import about
from fab_app.runtime.reading import Reader, Record
from fab_app.runtime.veils import CHANGES
from fab_app.spec.manifest import Entity
from fab_app.web import context
from fab_app.web.pages import About
from fab_app.web.screens import changed
from fab_app.web.screens.asked import Asked
from fab_app.web.screens.detailed import SeenDetail
from fab_app.web.screens.seen import SeenColumn, seen

PART = "titles"
"""The ``part`` of a list that the titles of its records are."""


def asked_for(columns: Iterable[SeenColumn], entity: Entity) -> bool:
    """Whether the list shows to its reader which records its rows are about."""
    pair = about.pair(context.asking(entity))
    return pair is not None and {column.column.name for column in columns} >= set(pair)


def abouts(reader: Reader, wanted: Asked) -> tuple[About, ...]:
    """The titles of the page's rows."""
    entity = wanted.plan.entity
    asking = context.asking(entity)
    columns, pair = seen(wanted.plan, asking).columns, about.pair(asking)
    if pair is None or not asked_for(columns, entity):
        return ()
    kind, key = pair
    place = next(c.column.label.of(locale.get()) for c in columns if c.column.name == key)
    rows = reader.rows(entity, replace(wanted.query, columns=((kind,), (key,))))
    meant = {row.id: (row.values[kind], row.values[key]) for row in rows}
    told = about.titles(reader, entity.portal, meant.values())
    return tuple(
        About(id_, place, told[one].title, told[one].url) for id_, one in meant.items() if one in told
    )


def instead(reader: Reader, entity: Entity, page: SeenDetail, record: Record) -> Mapping[str, Cell]:
    """On the page of an entry: the cells that say in words what record it is about, and what changed of it."""
    pair = about.pair(context.asking(entity))
    shown = {item.name for section in page.sections for item in section.items if not item.masked}
    if pair is None or not shown >= set(pair):
        return {}
    kind, key = pair
    meant = record.values[kind], record.values[key]
    ref = about.titles(reader, entity.portal, [meant]).get(meant)
    changes = next(name for name, column in entity.columns.items() if column == CHANGES)
    words = _words(reader, record.values[kind], record.values.get(changes)) if changes in shown else ""
    named = {key: Cell("link", ref.title, url=ref.url)} if ref is not None else {}
    return {**named, **({changes: Cell("text", words)} if words else {})}


def _words(reader: Reader, kind: str | None, told: object) -> str:
    target = reader.world.manifest.entities.get(kind or "")
    return changed.entry(reader, target, told) if target is not None and isinstance(told, dict) else ""
