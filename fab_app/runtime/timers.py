"""What happens to records by the clock: chosen by one SELECT, done to each once, by the system's right.

A record's mark is written in the transaction of what happens to it, under a unique key: killed, tried again or
run by two at once, it happens once. What a record refuses is told in the run's log and tried again at the next
time; an error ends the run, which is then tried again, and does not do twice what was done.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

import sqlalchemy as sa

from fab_app.access.resolver import RowResolver
from fab_app.core.problems import Refused
from fab_app.expr import sql
from fab_app.jobs.outbox import InsertOnce
from fab_app.runtime import cases
from fab_app.runtime.clockworks import Clockwork, clockwork, clockworks
from fab_app.runtime.doing import Deed
from fab_app.runtime.judging import Deadlocked
from fab_app.runtime.working import Work
from fab_app.runtime.writing import Writer

_AT_ONCE: Final = 200
_PIECE: Final = 10
"""Records in one transaction: on SQLite nobody else writes meanwhile."""

_KEPT: Final = timedelta(days=30)
_LONGEST: Final = 100


def fire(work: Work) -> None:
    """The handler of a run. What a definition no longer has is left alone."""
    writer = Writer(work.world, work.session, work.principal, trusted=True)
    one = clockwork(work.world, writer.fetch, work.arguments)
    if one is not None:
        _Firing(work, one, writer).all()


class _Firing:
    def __init__(self, work: Work, one: Clockwork, writer: Writer) -> None:
        self.work, self.run, self.one, self.writer = work, work.run, one, writer
        self.marks = work.world.tables.platform("base_timed")
        self.done, self.refused = 0, 0

    def all(self) -> None:
        self._forget()
        last, found = 0, self._due(0)
        while found:
            for begin in range(0, len(found), _PIECE):
                self._piece(found[begin : begin + _PIECE])
            last = found[-1][0]
            found = self._due(last)
        self.run.finish(done=self.done, refused=self.refused)

    def _forget(self) -> None:
        """Marks without ``once`` stand for one run; those of long ago guard nothing any more."""
        if self.one.timer.once is None:
            before = self.work.world.clock.now() - _KEPT
            old = sa.delete(self.marks).where(self.marks.c.timer == self.one.key, self.marks.c.at < before)
            self.writer.fetch(old)

    def _due(self, after: int) -> list[tuple[int, str]]:
        """The next records that are due, with their marks: those that have the mark already are none."""
        row = _row(self.writer, self.one)
        mark = _mark(self.writer, self.one, row, str(self.run.arguments["due"]))
        stood = sa.exists().where(
            self.marks.c.timer == self.one.key, self.marks.c.record_id == row.c.id, self.marks.c.mark == mark
        )
        due = _select(self.writer, self.one, row, mark.label("mark")).where(row.c.id > after, ~stood)
        found = self._open().fetch(due.order_by(row.c.id).limit(_AT_ONCE))
        return [(int(id_), str(text)) for id_, text in found]

    def _piece(self, found: Sequence[tuple[int, str]]) -> None:
        session = self._open().session
        for id_, mark in found:
            try:
                with session.begin_nested():
                    self.done += self._one(id_, mark)
            except Deadlocked:
                raise
            except Refused as refusal:
                self.refused += 1
                self.run.log(f"{self.one.entity.key} {id_}: {refusal.sentence}")
        self.run.commit()
        self.run.progress(self.done, 0)

    def _one(self, id_: int, mark: str) -> bool:
        """Whether it happened: not where another run has done it, or it is no longer due."""
        row = _row(self.writer, self.one)
        still = _select(self.writer, self.one, row).where(row.c.id == id_).with_for_update()
        if self.writer.fetch(still).first() is None:
            return False
        marked = {"timer": self.one.key, "record_id": id_, "mark": mark, "at": self.work.world.clock.now()}
        once = InsertOnce(self.marks).values(marked).inline().execution_options(preserve_rowcount=True)
        if self.writer.fetch(once).rowcount != 1:
            return False
        Deed(self.writer, self.one.entity, id_, self.one.entity).all(self.one.timer.effects)
        return True

    def _open(self) -> Writer:
        """The writer, in a transaction that is open for writing: each commit ends one."""
        _ = self.run.session
        return self.writer


def stand(writer: Writer, portal: str) -> None:
    """Marks what is so already: of rows that are loaded as history nobody is told what the clock would tell of them.

    Timers that change records, or happen again at each time, are left alone.
    """
    marks, now = writer.world.tables.platform("base_timed"), writer.world.clock.now()
    for one in clockworks(writer.world.manifest):
        tells = all(effect.type == "notify" for effect in one.timer.effects)
        if one.entity.portal == portal and one.timer.once is not None and tells:
            row = _row(writer, one)
            mark = _mark(writer, one, row, "")
            found = _select(writer, one, row, mark.label("mark"))
            known = [
                {"timer": one.key, "record_id": id_, "mark": str(text)} for id_, text in writer.fetch(found)
            ]
            if known:
                writer.fetch(sa.insert(marks).values([{**each, "at": now} for each in known]))


def _row(writer: Writer, one: Clockwork) -> Any:
    return writer.world.stored(one.entity).table.alias("r")


def _resolver(writer: Writer, one: Clockwork, row: Any) -> RowResolver:
    world = writer.world
    return RowResolver(world.tables, one.entity.key, row, writer.principal, world.clock)


def _select(writer: Writer, one: Clockwork, row: Any, *more: Any) -> sa.Select[Any]:
    """The standing records for which it is time."""
    standing = writer.access.predicate(one.entity.key, "read", row)
    resolver = _resolver(writer, one, row)
    asked = sa.select(row.c.id, *more).where(standing, *(sql(expr, resolver) for expr in one.when))
    case = cases.table(writer.world)
    here = (case.c.entity == one.entity.key, case.c.record_id == row.c.id, case.c.workflow == one.workflow)
    if one.only:
        asked = asked.where(sa.exists().where(*here, case.c.digest.in_(one.only)))
    if one.never:
        asked = asked.where(~sa.exists().where(*here, case.c.digest.in_(one.never)))
    return asked


def _mark(writer: Writer, one: Clockwork, row: Any, due: str) -> sa.ColumnElement[str]:
    """What a record is marked with; ``due``: where it happens at each time, the time itself."""
    once = one.timer.once
    if once is None or once.constant:
        text = due if once is None else once.text
        return sa.literal(text[:_LONGEST], sa.String(_LONGEST))
    return sa.func.coalesce(sa.cast(sql(once, _resolver(writer, one, row)), sa.String(_LONGEST)), "")
