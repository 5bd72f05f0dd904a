"""Lines to records, within the caller's transaction: all that can be stored is, and of the rest it is known why not."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from fab_app.core.problems import Refused
from fab_app.core.words import locale, say
from fab_app.fields.show import Show
from fab_app.runtime import references
from fab_app.runtime.bulk import AT_ONCE, Bulk, Lost, together
from fab_app.runtime.imports import lines as judged
from fab_app.runtime.imports.columns import Plan
from fab_app.runtime.imports.finding import reads_record, standing
from fab_app.runtime.imports.lines import Line
from fab_app.runtime.imports.making import make
from fab_app.runtime.judging import Conflict, Duplicate, Errors, New
from fab_app.runtime.many import Many
from fab_app.runtime.writing import Writer
from fab_app.spec.manifest import Entity
from fab_app.store.engine import savepoint

Progress = Callable[[int, int], None]
TRIES = 3


class Again(Exception):
    """Records were made for lines that turned out wrong."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A record that a line made or changed; ``before`` is what of it was changed, None for a new one."""

    number: int
    entity: str
    id: int
    before: str | None = None


@dataclass(slots=True)
class Outcome:
    lines: list[Line]
    stored: list[Stored] = field(default_factory=list)
    added: int = 0
    changed: int = 0

    @property
    def bad(self) -> list[Line]:
        return [line for line in self.lines if line.errors]


@dataclass(frozen=True)
class Importing:
    """``context``: what every record has because of where it is imported (its reference to another record).

    ``dry``: all is taken back afterwards; ``whole``: it is where a line is wrong.
    """

    writer: Writer
    plan: Plan
    show: Show
    context: Mapping[str, Any]
    progress: Progress = lambda done, total: None
    dry: bool = False
    whole: bool = False

    @property
    def entity(self) -> Entity:
        return self.plan.entity

    def run(self, lines: list[Line]) -> Outcome:
        """Stores what can be stored. Raises Conflict where others keep being faster; nothing here commits."""
        self.progress(0, 3)
        self._judge_context()
        judged.judge(self.writer, self.plan, lines, dict(self.context), self.show)
        judged.repeated(self.writer.world.manifest, self.plan, lines, lambda line: line.own(self.plan))
        self.progress(1, 3)
        given = judged.given(self._system(), self.plan, self.show)
        faster = 0
        while True:
            try:
                with savepoint(self.writer.session):
                    return self._attempt(lines, given)
            except (Again, Lost):
                continue
            except IntegrityError as error:
                faster += 1
                if faster == TRIES:
                    raise Conflict(say("Someone just changed what this record refers to")) from error

    def _judge_context(self) -> None:
        """The record within which is imported must be one that the person may refer to."""
        env = self.writer.env(self.entity, self.context, None)
        access, world = self.writer.access, self.writer.world
        wrong = references.refused(world, access, self.entity, self.context, env, self.writer.fetch)
        if wrong:
            raise Refused(next(iter(wrong.values()))[0], wrong)

    def _system(self) -> Writer:
        """The system in the name of the person: for what the definition gives and makes."""
        return replace(self.writer, principal=replace(self.writer.principal, everything=True))

    def _attempt(self, lines: list[Line], given: Mapping[str, Any]) -> Outcome:
        """Raises Again, or Lost, where what was found wrong on the way must be left out from the beginning."""
        outcome = Outcome(lines)
        good = [line for line in lines if not line.errors]
        self._find(good)
        made = make(self._system(), self.writer, self.plan, good)
        outcome.stored += [Stored(number, key, id_) for number, key, id_ in made.new]
        good = [line for line in good if not line.errors]
        new = [line for line in good if line.key is None]
        if together(self.writer, self.entity):
            self._add_all(new, given, outcome)
        else:
            self._add_each(new, given, outcome)
        self._change_each([line for line in good if line.key is not None], outcome)
        self.progress(3, 3)
        if made.orphans(lines):
            raise Again
        return outcome

    def _find(self, lines: list[Line]) -> None:
        key = self.plan.spec.key
        if key is None:
            return
        values = [line.values[key] for line in lines if line.values.get(key) is not None]
        found = standing(self.writer, self.entity, key, values, "edit")
        for line in lines:
            line.key = found.get(line.values.get(key))

    # --- new records -----------------------------------------------------------------------------

    def _raw(self, line: Line) -> dict[str, Any]:
        return {**self.context, **line.own(self.plan), **line.made}

    def _add_all(self, lines: list[Line], given: Mapping[str, Any], outcome: Outcome) -> None:
        writer = self.writer
        bulk = Bulk(
            writer.world, writer.session, writer.principal, checked=self._checked(), lacking=self._lacking
        )
        raws = [self._raw(line) for line in lines]
        bulk.prefetch(self.entity, raws)
        news = [self._judged(bulk, line, raw, given) for line, raw in zip(lines, raws, strict=True)]
        standing_ = bulk.taken(self.entity, [new.values if new else {} for new in news])
        for place, errors in standing_.items():
            self._refuse(lines[place], errors, taken=True)
        kept = [
            (line, new, raw)
            for line, new, raw in zip(lines, news, raws, strict=True)
            if new and not line.errors
        ]
        self.progress(2, 3)
        found, sent = [new for _, new, _ in kept], [raw for *_, raw in kept]
        try:
            if self._taken_back(outcome):
                bulk.tried(self.entity, found, sent)
                ids = []
            else:
                ids = bulk.store(self.entity, found, sent)
        except Lost as lost:
            for place, refusal in lost.why.items():
                self._refuse(kept[place][0], refusal.errors or {"": [refusal.sentence]})
            raise
        outcome.added += len(kept)
        outcome.stored += [
            Stored(line.number, self.entity.key, id_) for (line, *_), id_ in zip(kept, ids, strict=bool(ids))
        ]

    def _taken_back(self, outcome: Outcome) -> bool:
        """Whether nothing of this attempt stays. Lines that change records are judged over the new."""
        changing = any(line.key is not None for line in outcome.lines)
        return not changing and (self.dry or (self.whole and any(line.errors for line in outcome.lines)))

    def _judged(self, bulk: Bulk, line: Line, raw: Mapping[str, Any], given: Mapping[str, Any]) -> New | None:
        try:
            more = judged.worked_out(bulk, self.plan, {**raw, **given}) if self.plan.formulas else {}
            new = bulk.judge(self.entity, raw, {**given, **more} if more else given)
        except Refused as refusal:
            self._refuse(line, refusal.errors or {"": [refusal.sentence]})
            return None
        if new.errors:
            self._refuse(line, new.errors)
        return new

    def _add_each(self, lines: list[Line], given: Mapping[str, Any], outcome: Outcome) -> None:
        writer = replace(self.writer, lacking=self._lacking)
        for line in lines:
            with self._kept(line):
                raw = self._raw(line)
                more = judged.worked_out(self.writer, self.plan, {**raw, **given})
                id_ = writer.create(self.entity, raw, None, {**given, **more})
                outcome.added += 1
                outcome.stored.append(Stored(line.number, self.entity.key, id_))

    # --- records that stand ----------------------------------------------------------------------

    def _change_each(self, lines: list[Line], outcome: Outcome) -> None:
        """An empty cell leaves what stands. A record that has it all already is no change."""
        versions = self._versions([line.key for line in lines if line.key is not None])
        for line in lines:
            assert line.key is not None
            with self._kept(line):
                raw = {k: v for k, v in self._raw(line).items() if v is not None and k != self.plan.spec.key}
                before = self._before(line.key, raw)
                self.writer.change(self.entity, line.key, raw)
                if self._versions([line.key]) != {line.key: versions.get(line.key)}:
                    outcome.changed += 1
                    outcome.stored.append(Stored(line.number, self.entity.key, line.key, before))

    def _before(self, id_: int, raw: Mapping[str, Any]) -> str:
        row, writer, entity = self.writer.row(self.entity, id_, "edit"), self.writer, self.entity
        many = Many(writer.world, writer.fetch, writer.session, writer.principal, entity)
        sides = many.values(id_, [name for name in raw if entity.fields[name].storage == "side"])
        own = {name: row[entity.columns[name]] for name in raw if entity.fields[name].storage == "column"}
        told = {name: entity.fields[name].to_api(value) for name, value in {**own, **sides}.items()}
        return json.dumps(told, ensure_ascii=False, default=str)

    def _versions(self, ids: Sequence[int]) -> dict[int, int]:
        table = self.writer.world.stored(self.entity).table
        found: dict[int, int] = {}
        for start in range(0, len(ids), AT_ONCE):
            some = table.c.id.in_(ids[start : start + AT_ONCE])
            rows = self.writer.fetch(sa.select(table.c.id, table.c[self.entity.version]).where(some))
            found |= {int(id_): int(version) for id_, version in rows}
        return found

    # --- what is wrong ---------------------------------------------------------------------------

    @property
    def _lacking(self) -> frozenset[str]:
        return frozenset(self.plan.spec.lacking)

    def _checked(self) -> frozenset[str]:
        """The references that were looked up, or made, under the person's rows."""
        own = {c.name for c in self.plan.columns if c.target and not c.reference and not reads_record(c)}
        made = {
            name for name in self.plan.spec.make if getattr(self.entity.fields[name], "where", None) is None
        }
        return frozenset(own | made | self.context.keys())

    @contextmanager
    def _kept(self, line: Line) -> Iterator[None]:
        """A savepoint for one line; a refusal is the line's, and takes back what it did alone."""
        try:
            with savepoint(self.writer.session):
                yield
        except Refused as refusal:
            told = refusal.errors or {"": [refusal.sentence]}
            self._refuse(line, told, isinstance(refusal, Duplicate))

    def _refuse(self, line: Line, errors: Errors, taken: bool = False) -> None:
        refuse(self.plan, line, errors, taken)


def refuse(plan: Plan, line: Line, errors: Errors, taken: bool, reference: str = "") -> None:
    """What is wrong with a record, at the cells of its line; what no cell is to blame for, of the row as a whole."""
    columns = {column.name: column for column in plan.columns if column.reference == reference}
    for name, told in errors.items():
        column = columns.get(name)
        path = column.path if column is not None else reference if reference in columns else ""
        for sentence in told:
            written = column.spec.exists if column is not None and taken else None
            line.refuse(path, written.of(locale.get()) if written else sentence)
