"""An import taken back: while every record is as it left it and nobody refers to one that it made."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from fab_app.core.problems import Refused
from fab_app.core.words import listed, locale, say
from fab_app.runtime import audit
from fab_app.runtime.bulk import AT_ONCE
from fab_app.runtime.imports.batch import Batch, versions_of
from fab_app.runtime.imports.service import Imports
from fab_app.runtime.judging import Conflict, NotFound
from fab_app.runtime.writing import Writer

Record = Mapping[str, Any]


def undo(imports: Imports, batch: Batch) -> Batch:
    """All of it or nothing. Acts as the system in the person's name, who may import; locks and restrictions hold."""
    imports.permit()
    found = imports.batches.one(batch.uuid, lock=True)
    if found is None:
        raise NotFound(say("There is no such import"))
    if found.state != "written":
        raise Conflict(say("This import is no longer as it was: look at it again"))
    writer, records = imports.writer, imports.batches.records(found)
    _judge(imports, found, records)
    system = replace(writer, principal=replace(writer.principal, everything=True))
    for record in sorted(records, key=lambda one: one["entity"] != imports.entity.key):
        _take_back(system, record)
    done = imports.batches.set(found, state="undone", ended_at=writer.world.clock.now())
    changes = {"name": (None, found.name), "rows": (None, len(records))}
    audit.record(writer.world, writer.fetch, writer.principal, imports.entity, None, "import_undone", changes)
    return done


def _judge(imports: Imports, batch: Batch, records: list[Record]) -> None:
    """Raises Conflict with the rows of the file that stand in the way."""
    world, session = imports.writer.world, imports.writer.session
    by_entity: dict[str, list[Record]] = {}
    for record in records:
        by_entity.setdefault(record["entity"], []).append(record)
    touched: set[int] = set()
    for key, found in by_entity.items():
        numbers = {one["record_id"]: one["number"] for one in found}
        versions = versions_of(world, session, key, list(numbers))
        touched |= {one["number"] for one in found if versions.get(one["record_id"]) != one["version"]}
        touched |= {numbers[id_] for id_ in _acted(imports.writer, batch, key, sorted(numbers))}
        new = sorted(one["record_id"] for one in found if one["before"] is None)
        touched |= {numbers[id_] for id_ in _referred(imports.writer, key, new, by_entity)}
    if touched:
        rows = listed(map(str, sorted(touched)[:10])) + (" …" if len(touched) > 10 else "")
        raise Conflict(say("Records of these rows were changed or used since: {rows}", rows=rows))


def _acted(writer: Writer, batch: Batch, key: str, ids: list[int]) -> Iterator[int]:
    """Those of which the log tells something since: not all that is done to a record changes its version."""
    manifest, log = writer.world.manifest, audit.table(writer.world)
    owner = manifest.entities[key].owner
    views = [one.key for one in manifest.entities.values() if one.owner == owner]
    since = log.c.id > batch.entry if batch.entry is not None else log.c.at > batch.ended_at
    for start in range(0, len(ids), AT_ONCE):
        some = log.c.record_id.in_(ids[start : start + AT_ONCE])
        yield from writer.fetch(
            sa.select(log.c.record_id).where(log.c.entity.in_(views), some, since)
        ).scalars()


def _referred(writer: Writer, key: str, ids: list[int], ours: Mapping[str, list[Record]]) -> Iterator[int]:
    """Those of the records to which some record refers that this import did not make."""
    world = writer.world
    target = world.manifest.entities[key]
    for entity, name in (*world.manifest.referring(target), *world.manifest.holding(target)):
        if entity.fields[name].storage not in ("column", "side"):
            continue
        own = {
            one["record_id"]
            for made, records in ours.items()
            if world.manifest.entities[made].owner == entity.owner
            for one in records
        }
        stored = world.stored(entity)
        side, row = stored.side.get(name), stored.table
        places = sa.select(row.c.id) if side is None else sa.select(side.c.owner_id)
        column = stored.column(name) if side is None else side.c.value
        if side is not None and stored.soft:
            places = places.join(row, row.c.id == side.c.owner_id)
        more = [row.c.alive == 0] if stored.soft else []
        for start in range(0, len(ids), AT_ONCE):
            some = column.in_(ids[start : start + AT_ONCE])
            for by, id_ in writer.fetch(places.add_columns(column).where(some, *more)):
                if by not in own:
                    yield int(id_)


def _take_back(system: Writer, record: Record) -> None:
    entity = system.world.manifest.entities[record["entity"]]
    try:
        if record["before"] is None:
            system.delete(entity, record["record_id"], record["version"])
        else:
            before = json.loads(record["before"])
            replace(system, trusted=True).change(entity, record["record_id"], before, record["version"])
    except Refused as refusal:
        label = entity.spec.label.of(locale.get())
        row = say("Row {row} ({label}): {why}", row=record["number"], label=label, why=refusal.sentence)
        raise Conflict(row) from refusal
