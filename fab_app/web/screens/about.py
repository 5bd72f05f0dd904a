"""What records the entries of the log are about: their titles, in a request beside the list.

A list costs as many statements whatever it shows, and titles cost one for each kind of record on the page.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from fab_app.core.words import locale
from fab_app.fields.record_kind import RecordKindField
from fab_app.runtime.query import Query
from fab_app.runtime.reading import Reader
from fab_app.spec.manifest import BASE, Entity
from fab_app.web import context
from fab_app.web.pages import About
from fab_app.web.screens.asked import Asked
from fab_app.web.screens.seen import SeenColumn, seen

PART = "titles"
"""The ``part`` of a list that the titles of its records are."""
AUDIT = f"{BASE}.audit"


def asked_for(columns: Iterable[SeenColumn], entity: Entity) -> bool:
    """Whether the list shows to its reader which records its rows are about."""
    names = {column.column.name for column in columns}
    return entity.owner == AUDIT and names >= set(_pair(entity))


def abouts(reader: Reader, wanted: Asked) -> tuple[About, ...]:
    """The titles of the page's rows. Of a record that the reader may not see there is none: its number stays."""
    entity = wanted.plan.entity
    columns = seen(wanted.plan, context.asking(entity)).columns
    if not asked_for(columns, entity):
        return ()
    kind, key = _pair(entity)
    place = next(c.column.label.of(locale.get()) for c in columns if c.column.name == key)
    rows = reader.rows(entity, replace(wanted.query, columns=((kind,), (key,))))
    meant = {row.id: (row.values[kind], row.values[key]) for row in rows if row.values[key] is not None}
    keys: dict[str, set[int]] = {}
    for name, number in meant.values():
        keys.setdefault(name, set()).add(number)
    told = {name: dict(_titles(entity.portal, name, numbers)) for name, numbers in keys.items()}
    return tuple(
        About(id_, place, *told[name][number])
        for id_, (name, number) in meant.items()
        if number in told[name]
    )


def _pair(entity: Entity) -> tuple[str, str]:
    """The fields of kind and number, by whatever name the view has them."""
    kind = next(name for name, field in entity.fields.items() if isinstance(field, RecordKindField))
    return kind, next(name for name, column in entity.columns.items() if column == "record_id")


def _titles(portal: str, name: str, keys: Iterable[int]) -> Iterator[tuple[int, tuple[str, str]]]:
    """Title and address of the records of one kind that the reader may read, as he may be told them; one statement."""
    target = _opened(portal, name)
    if target is None:
        return
    reader, asking = context.reader(target), context.asking(target)
    tellers = {part: asking.teller(part, reader.show) for part in target.title_paths}
    query = Query(columns=tuple((part,) for part in tellers))
    for record in reader.rows_of(target, query, sorted(keys)):
        title = target.title({part: tell(record.values[part]) for part, tell in tellers.items()})
        if title:
            yield record.id, (title, f"/{target.portal}/{target.name}/show/{record.id}")


def _opened(portal: str, name: str) -> Entity | None:
    """The kind as the reader may open it: itself, or the portal's view of it."""
    world, who = context.world(), context.principal()
    known = world.manifest.entities.get(name)
    views = [one for one in world.manifest.of_portal(portal) if one.owner == name and one is not known]
    kinds = [*([known] if known is not None else []), *views]
    return next((kind for kind in kinds if world.grants.may(who, kind.key, "read")), None)
