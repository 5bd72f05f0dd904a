"""A document of a person's records: judged, set, counted and logged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from fab_app.core.problems import Refused
from fab_app.core.typesetting import typeset
from fab_app.core.words import say
from fab_app.runtime import audit
from fab_app.runtime.judging import Conflict
from fab_app.runtime.prints.gathering import PRINT, Gathered, Gathering, Progress
from fab_app.runtime.reading import Reader, Record
from fab_app.runtime.refusals import forbidden, missing
from fab_app.runtime.world import World
from fab_app.runtime.writing import Writer
from fab_app.spec.manifest import Entity
from fab_app.spec.print import PrintSpec

MOST = 200


@dataclass(frozen=True, slots=True)
class Printed:
    """``name`` is what the file is called."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Printing:
    """One print of one entity for one person."""

    reader: Reader
    writer: Writer
    entity: Entity
    name: str
    spec: PrintSpec

    def preview(self, keys: Sequence[int]) -> Printed:
        """As it would be printed, with a word across every page that it is a draft. Nothing is counted."""
        return self._set(self._gathered(keys), draft=True)

    def print(self, keys: Sequence[int], progress: Progress = lambda done, total: None) -> Printed:
        """The document, counted and logged for each of its records. Nothing here commits."""
        gathered = self._gathered(keys, progress)
        printed = self._set(gathered, draft=False)
        ids = [record.id for record in gathered.records]
        progress(len(ids), len(ids))
        self._count(ids)
        world, who = self.writer.world, self.writer.principal
        changes = {PRINT: (None, self.name)}
        rows = [audit.row(world, who, self.entity, id_, PRINT, changes) for id_ in ids]
        self.writer.fetch(sa.insert(audit.table(world)), rows)
        return printed

    def title(self, keys: Sequence[int]) -> str:
        """The title of what would be printed; refuses what cannot be."""
        gathering = self._gathering()
        records = self._records(gathering, keys)
        first = gathering.title(records[0])
        return (
            first if len(records) == 1 else say("{first} and {more} more", first=first, more=len(records) - 1)
        )

    def _gathering(self) -> Gathering:
        return Gathering(self.reader, self.entity, self.spec)

    def _gathered(self, keys: Sequence[int], progress: Progress = lambda done, total: None) -> Gathered:
        gathering = self._gathering()
        return gathering.gathered(self._records(gathering, keys), progress)

    def _records(self, gathering: Gathering, keys: Sequence[int]) -> list[Record]:
        """The records, all of which may be printed, and together."""
        if not self.spec.many and len(keys) != 1:
            raise Refused(say("Only one record is printed at a time"))
        if not 0 < len(keys) <= MOST:
            raise Refused(say("Tick 1 to {most} rows", most=MOST))
        records = gathering.records(keys)
        if lost := [key for key in keys if key not in {record.id for record in records}]:
            raise missing(self.reader.world, self.entity, self.writer.fetch, lost[0])
        if not all(record.flags[f"may:{PRINT}"] for record in records):
            raise forbidden(self.reader.world, self.entity)
        self._judge(records)
        return records

    def _judge(self, records: Sequence[Record]) -> None:
        when, same, locale = self.spec.when, self.spec.same, self.reader.show.locale
        if when is not None and not all(record.flags[when.text] for record in records):
            words = self.spec.message
            raise Conflict(words.of(locale) if words else say("This record cannot be printed as it stands"))
        if same is not None and len({_plain(record.values[same.field]) for record in records}) > 1:
            raise Refused(same.message.of(locale))

    def _set(self, gathered: Gathered, draft: bool) -> Printed:
        portal = self.reader.world.manifest.portals[self.entity.portal]
        data = {**frame(self.reader.world, self.reader, self.entity, self.spec, draft), **gathered.data}
        content = typeset(self.spec.template, {**portal.papers, **gathered.files}, data)
        first = gathered.data["records"][0]["title"]
        return Printed(f"{data['title']} {first}.pdf", content)

    def _count(self, ids: Sequence[int]) -> None:
        """In SQL, so that two who print at once are both counted; the record's version stays."""
        table, columns = self.writer.world.stored(self.entity).table, self.entity.columns
        values: dict[str, Any] = {}
        if self.spec.counts is not None:
            column = table.c[columns[self.spec.counts]]
            values[column.name] = sa.func.coalesce(column, 0) + 1
        if self.spec.dates is not None:
            values[columns[self.spec.dates]] = self.writer.world.clock.now()
        if values:
            self.writer.fetch(sa.update(table).where(table.c.id.in_(ids)).values(values))


def frame(world: World, reader: Reader, entity: Entity, spec: PrintSpec, draft: bool) -> Mapping[str, Any]:
    """What every template gets beside its records."""
    locale = reader.show.locale
    paper, _, turned = spec.page.partition(" ")
    return {
        "title": spec.label.of(locale),
        "portal": world.manifest.portals[entity.portal].spec.title.of(locale),
        "lang": locale,
        "words": {name: text.of(locale) for name, text in spec.words.items()},
        "page": {"paper": paper.lower(), "flipped": bool(turned)},
        "preview": draft,
        "draft": say("Preview"),
        "printed": {
            "at": reader.show.local(world.clock.now()).strftime("%Y-%m-%d %H:%M"),
            "by": reader.principal.name,
        },
    }


def _plain(value: Any) -> Any:
    return getattr(value, "id", value)
