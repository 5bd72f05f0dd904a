"""An upload looked through, written, undone: small ones at once, long ones as background work. Nothing here commits."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from typing import Any

from fab_app.core.problems import Refused
from fab_app.core.words import locale, say
from fab_app.fields.show import Show, zone
from fab_app.jobs.outbox import enqueue
from fab_app.runtime import audit
from fab_app.runtime.imports import package, sheet
from fab_app.runtime.imports.batch import Batch, Batches
from fab_app.runtime.imports.columns import MARK, Plan, plan_of
from fab_app.runtime.imports.heading import fits, mapped, outdated, remark
from fab_app.runtime.imports.lines import Line, lines_of
from fab_app.runtime.imports.parts import TooLarge, WrongKind
from fab_app.runtime.imports.recording import leave_record
from fab_app.runtime.imports.running import Importing, Outcome, Progress
from fab_app.runtime.judging import Conflict, NotFound
from fab_app.runtime.query import Unreadable
from fab_app.runtime.refusals import forbidden
from fab_app.runtime.writing import Writer
from fab_app.spec.imports import ImportSpec
from fab_app.spec.manifest import Entity
from fab_app.store.engine import savepoint

KIND = "imports.run"
AT_ONCE = 300
"""Files with more rows than this are background work."""

MOST_SHEETS = 10
"""Behind the first, among which the one that was meant is looked for."""


class _NotKept(Exception):
    """What was stored to be looked at is taken back."""


@dataclass(frozen=True)
class Imports:
    """The imports of one entity for one person. Raises Forbidden where he has none."""

    writer: Writer
    show: Show
    entity: Entity

    @cached_property
    def spec(self) -> ImportSpec:
        found = self.writer.world.manifest.imported(self.entity)
        assert found is not None
        return found

    @cached_property
    def batches(self) -> Batches:
        return Batches(self.writer.world, self.writer.session, self.writer.principal, self.entity)

    def permit(self) -> None:
        world, who = self.writer.world, self.writer.principal
        near = who.everything or self.entity.portal == who.portal
        if not near or not world.grants.may(who, self.entity.key, self.spec.right):
            raise forbidden(world, self.entity, who, self.spec.right)

    @cached_property
    def plan(self) -> Plan:
        return plan_of(self.writer.world, self.writer.principal, self.entity, self.spec)

    def context(self, within: int | None) -> dict[str, Any]:
        """What all rows share. Raises Unreadable where the record that they belong to is not named."""
        if self.spec.within is None:
            return {}
        if within is None:
            raise Unreadable(say("'{name}' is missing", name=self.spec.within))
        return {self.spec.within: within}

    def mode(self, wanted: str) -> str:
        if wanted and wanted not in self.spec.mode:
            raise Unreadable(say("'{name}' is no way to import here", name=wanted[:40]))
        return wanted or self.spec.mode[0]

    # --- one file --------------------------------------------------------------------------------

    def upload(self, name: str, content: bytes, mode: str, within: int | None, dry: bool) -> Batch:
        """The batch: judged or written, or waiting for its job. A file that is no such workbook is refused, untold."""
        self.permit()
        context = self.context(within)
        reading = self._read(content)
        head = list(islice(reading.rows, AT_ONCE + 1))
        if not head:
            raise Refused(say("The workbook has no rows"))
        batch = self.batches.begin(name, content, self.mode(mode), within, reading.remark)
        if len(head) > AT_ONCE:
            return self._enqueue(batch, dry)
        return self._perform(batch, lines_of(head, reading.heads), context, dry)

    def write(self, batch: Batch, mode: str = "") -> Batch:
        """What was looked through is written now, and judged again for that."""
        self.permit()
        batch = self._locked(batch, "judged")
        batch = self.batches.set(batch, mode=self.mode(mode))
        if batch.rows > AT_ONCE:
            return self._enqueue(batch, dry=False)
        return self.perform(batch, dry=False)

    def drop(self, batch: Batch) -> Batch:
        self.permit()
        return self.batches.set(self._locked(batch, "judged"), state="dropped")

    def perform(self, batch: Batch, dry: bool, progress: Progress = lambda done, total: None) -> Batch:
        context = self.context(batch.within)
        reading = self._read(self.batches.content(batch))
        lines = lines_of(islice(reading.rows, self.spec.most + 1), reading.heads)
        return self._perform(batch, lines, context, dry, progress)

    def _perform(
        self,
        batch: Batch,
        lines: list[Line],
        context: Mapping[str, Any],
        dry: bool,
        progress: Progress = lambda done, total: None,
    ) -> Batch:
        if len(lines) > self.spec.most:
            words = self.spec.words.many
            told = say("The workbook has more than {most} rows", most=self.spec.most)
            raise Refused(words.of(locale.get()).replace("{most}", str(self.spec.most)) if words else told)
        whole = batch.mode == "all_or_nothing"
        importing = Importing(self.writer, self.plan, self.show, context, progress, dry, whole)
        try:
            with savepoint(self.writer.session):
                outcome = importing.run(lines)
                stays = not dry and not (outcome.bad and whole)
                if not stays:
                    raise _NotKept
        except _NotKept:
            pass
        state = "judged" if dry else "written" if stays else "refused"
        batch = self.batches.keep(batch, outcome, state)
        return batch if dry else self._told(batch, outcome)

    def _told(self, batch: Batch, outcome: Outcome) -> Batch:
        """In the log, and where the definition wants it in a record of its own."""
        writer = self.writer
        changes = {
            name: (None, getattr(batch, name))
            for name in ("name", "state", "rows", "added", "changed", "bad")
        }
        audit.record(writer.world, writer.fetch, writer.principal, self.entity, None, "import", changes)
        if self.spec.record is not None:
            leave_record(writer, self.plan, self.spec.record, batch, self.batches)
        return batch

    # --- reading ---------------------------------------------------------------------------------

    def _read(self, content: bytes) -> _Reading:
        words = self.spec.words
        if len(content) > self.spec.max_size:
            told = say("The file is too large")
            raise TooLarge(words.large.of(locale.get()) if words.large else told)
        try:
            opened = package.opened(content)
        except WrongKind as error:
            raise WrongKind(words.kind.of(locale.get()) if words.kind else error.sentence) from error
        if not opened.sheets:
            raise Refused(say("The workbook has no sheet"))
        [part, *others] = opened.sheets.values()
        rows = sheet.rows(opened, part)
        older = outdated(self.writer.world.manifest, self.plan, opened.names.get(MARK, ""))
        first = next(rows, None)
        try:
            heads = mapped(self.plan, first.cells if first is not None else {}, older)
        except Refused:
            self._look_behind(opened, others)
            raise
        return _Reading(rows, heads, remark(self.plan, heads) if older else "")

    def _look_behind(self, opened: package.Package, others: list[str]) -> None:
        """Raises Refused where another sheet is the one that was meant."""
        names = {part: name for name, part in opened.sheets.items()}
        for part in others[:MOST_SHEETS]:
            first = next(sheet.rows(opened, part), None)
            if first is not None and fits(self.plan, first.cells):
                told = "Only the first sheet is read, and the rows stand on “{name}”: move it to the front"
                raise Refused(say(told, name=names[part]))

    def _locked(self, batch: Batch, state: str) -> Batch:
        found = self.batches.one(batch.uuid, lock=True)
        if found is None:
            raise NotFound(say("There is no such import"))
        if found.state != state:
            raise Conflict(say("This import is no longer as it was: look at it again"))
        return found

    # --- background work -------------------------------------------------------------------------

    def _enqueue(self, batch: Batch, dry: bool) -> Batch:
        arguments = {"batch": batch.uuid, "entity": self.entity.key, "dry": dry, "locale": locale.get()}
        title = say("Import of {label}", label=self.plan.label)
        who = self.writer.principal.subject
        run = enqueue(
            self.writer.session.execute,
            KIND,
            arguments,
            portal=self.entity.portal,
            subject=who,
            title=f"{title} {batch.name}",
        )
        return self.batches.set(batch, state="waiting", run=run)


@dataclass(frozen=True, slots=True)
class _Reading:
    rows: Any
    heads: Any
    remark: str


def run(work: Any) -> None:
    """The job: everything is committed in one transaction with its end, so it happened once or not at all."""
    entity = work.world.manifest.entities[work.arguments["entity"]]
    show = work.world.show(entity.portal, locale.get())
    zone.set(show.zone)
    imports = Imports(work.writer(), show, entity)
    batch = imports.batches.one(work.arguments["batch"], lock=True)
    if batch is None or batch.state != "waiting":
        return
    url = f"/{entity.portal}/{entity.name}/import/{batch.uuid}"
    try:
        imports.permit()
        with _uncollected():
            done = imports.perform(batch, work.arguments["dry"], work.run.progress)
    except Refused as refusal:
        work.session.rollback()
        done = replace(batch, note=refusal.sentence)
        imports.batches.set(batch, state="refused", note=refusal.sentence, ended_at=work.world.clock.now())
    work.run.finish(url=url, label=say("Open the result"), text=done.note or told(imports.spec, done))


@contextmanager
def _uncollected() -> Iterator[None]:
    """All lines stay until the end, so the collector need not look at them again and again: a fifth of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def told(spec: ImportSpec, batch: Batch) -> str:
    """What came of it in one sentence."""
    if batch.note:
        return batch.note
    good, bad = batch.good, batch.bad
    if batch.state == "judged":
        return say("{good} rows can be imported, {bad} cannot", good=good, bad=bad)
    if batch.state == "refused":
        return say("Nothing was imported: {bad} of {rows} rows are wrong", bad=bad, rows=batch.rows)
    if batch.state == "waiting":
        return say("It is being worked on")
    if batch.state == "undone":
        return say("This import was undone")
    words = spec.words.result
    if words is not None:
        return words.of(locale.get()).replace("{good}", str(good)).replace("{bad}", str(bad))
    return say("{good} rows imported, {bad} not", good=good, bad=bad)
