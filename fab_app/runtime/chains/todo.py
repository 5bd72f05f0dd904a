"""The to-do list of a person in a portal: over all its entities and chains, in a fixed number of statements.

Everything that a line shows stands in the tables of approvals; who is awaited is computed from accounts as they
stand. No statement looks into the table of an entity.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.sql.elements import ColumnElement

from fab_app.access.awaited import Posts
from fab_app.access.principal import Principal
from fab_app.runtime.chains.progress import inside
from fab_app.runtime.env import Fetch
from fab_app.runtime.filters import escaped, like
from fab_app.runtime.world import World
from fab_app.spec.kept import flows
from fab_app.spec.manifest import BASE, Entity

TABS: Final = ("waiting", "decided", "submitted")
SOON: Final = 3
"""Days: what is due within them is soon."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for. ``kind``: ``entity:workflow``; ``due``: overdue, soon or rest; ``day``s of the submission."""

    tab: str = "waiting"
    text: str = ""
    kind: str = ""
    step: str = ""
    due: str = ""
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """A line. ``label`` is JSON of the step's words; ``state`` of the task, or of the round that one submitted."""

    entity: str
    workflow: str
    record_id: int
    title: str
    told: str
    applicant: str
    submitted_at: datetime
    label: str
    act: str
    state: str
    opened_at: datetime | None
    due_on: date | None
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class Counts:
    """``kinds``: what waits, by ``entity:workflow``; ``overdue``, ``soon``: of it; ``week``: decided since Monday."""

    kinds: Mapping[str, int] = field(default_factory=dict)
    overdue: int = 0
    soon: int = 0
    submitted: int = 0
    decided: int = 0
    week: int = 0

    @property
    def waiting(self) -> int:
        return sum(self.kinds.values())


def chained(world: World, portal: str) -> tuple[Entity, ...]:
    """The entities of the portal that have a chain."""
    entities = world.manifest.of_portal(portal)
    return tuple(e for e in entities if any(flow.approval for _, flow in flows(e)))


def offered(world: World, who: Principal, portal: str) -> bool:
    """Whether a chain of the portal may ever ask this person: then the list stands in his menu."""
    return any(inside(world, who, entity) for entity in chained(world, portal))


@dataclass(frozen=True)
class Todo:
    """Of one person in one portal."""

    world: World
    fetch: Fetch
    portal: str
    me: int

    @property
    def today(self) -> date:
        return self.world.clock.today(self._zone)

    def number(self) -> int:
        """How many tasks wait: for the badge, one statement."""
        task = self._task
        return int(
            self.fetch(sa.select(sa.func.count()).select_from(task).where(*self._waiting(task))).scalar() or 0
        )

    def counts(self) -> Counts:
        """All numbers of the page in one statement."""
        task, run, today = self._task, self._run, self.today
        late = sa.func.sum(sa.case((task.c.due_on < today, 1), else_=0))
        near = (task.c.due_on >= today, task.c.due_on <= today + timedelta(days=SOON))
        soon = sa.func.sum(sa.case((sa.and_(*near), 1), else_=0))
        count, none = sa.func.count(), sa.literal(0)
        columns = (task.c.entity, task.c.workflow, count.label("n"), late.label("late"), soon.label("soon"))
        waiting = sa.select(sa.literal("waiting").label("tab"), *columns).where(*self._waiting(task))
        waiting = waiting.group_by(task.c.entity, task.c.workflow)
        monday = self._instant(today - timedelta(days=today.weekday()))
        week = sa.func.sum(sa.case((task.c.decided_at >= monday, 1), else_=0))
        fixed = (sa.literal(""), sa.literal(""))
        decided = sa.select(sa.literal("decided"), *fixed, count, week, none).where(*self._decided(task))
        mine = sa.select(sa.literal("submitted"), *fixed, count, none, none).where(*self._submitted(run))
        rows = self.fetch(sa.union_all(waiting, decided, mine)).all()
        kinds = {f"{row.entity}:{row.workflow}": row.n for row in rows if row.tab == "waiting"}
        by_tab = {row.tab: row for row in rows}
        return Counts(
            kinds,
            overdue=sum(int(row.late or 0) for row in rows if row.tab == "waiting"),
            soon=sum(int(row.soon or 0) for row in rows if row.tab == "waiting"),
            submitted=by_tab["submitted"].n,
            decided=by_tab["decided"].n,
            week=int(by_tab["decided"].late or 0),
        )

    def items(self, asked: Asked, page: int, size: int) -> tuple[list[Item], int]:
        """One page, and how many there are in all: one statement each."""
        statement = self._items(asked)
        total = self.fetch(
            sa.select(sa.func.count()).select_from(statement.order_by(None).subquery())
        ).scalar()
        rows = self.fetch(statement.limit(size).offset(page * size)).mappings().all()
        return [Item(**row) for row in rows], int(total or 0)

    def numbers(self, asked: Asked) -> dict[str, int]:
        """How many there are, by entity."""
        found = self._items(asked).order_by(None).subquery()
        statement = sa.select(found.c.entity, sa.func.count()).group_by(found.c.entity)
        return {row[0]: row[1] for row in self.fetch(statement).all()}

    def every(self, asked: Asked, piece: int) -> Iterator[list[Item]]:
        """All of them, so many at a time; the statement runs now."""
        rows = self.fetch(self._items(asked).execution_options(yield_per=piece)).mappings()
        return ([Item(**row) for row in part] for part in rows.partitions(piece))

    def steps(self) -> list[str]:
        """The words of the steps at which something waits, as JSON."""
        task = self._task
        return list(self.fetch(sa.select(task.c.label).distinct().where(*self._waiting(task))).scalars())

    # --- statements --------------------------------------------------------------------------

    def _items(self, asked: Asked) -> sa.Select[Any]:
        task, run = self._task, self._run
        applicant = self.world.tables.of(f"{BASE}.user").table.alias()
        if asked.tab == "submitted":
            task = self._current(task, run)
            source, here = run.outerjoin(task, task.c.approval_id == run.c.id), self._submitted(run)
            state, order = run.c.state, [run.c.submitted_at.desc(), run.c.id.desc()]
        else:
            source = run.join(task, task.c.approval_id == run.c.id)
            state = task.c.state
            if asked.tab == "waiting":
                here = self._waiting(task)
                order = [
                    sa.case((task.c.due_on.is_(None), 1), else_=0),
                    task.c.due_on,
                    task.c.opened_at,
                    task.c.id,
                ]
            else:
                here, order = self._decided(task), [task.c.decided_at.desc(), task.c.id.desc()]
        source = source.outerjoin(applicant, applicant.c.id == run.c.applicant_id)
        own = [run.c[name] for name in ("entity", "workflow", "record_id", "title", "told", "submitted_at")]
        of_task = [task.c[name] for name in ("label", "act", "opened_at", "due_on", "decided_at")]
        columns = (
            *own,
            *of_task,
            state.label("state"),
            sa.func.coalesce(applicant.c.name, "").label("applicant"),
        )
        asks = self._asks(asked, task, run, applicant)
        return sa.select(*columns).select_from(source).where(*here, *asks).order_by(*order)

    def _current(self, task: Any, run: Any) -> Any:
        """The first open task of each round: where it stands."""
        first = (
            sa.select(sa.func.min(task.c.id)).where(task.c.state == "waiting").group_by(task.c.approval_id)
        )
        return sa.select(task).where(task.c.id.in_(first)).subquery()

    def _asks(self, asked: Asked, task: Any, run: Any, applicant: Any) -> list[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = []
        if asked.kind:
            entity, _, workflow = asked.kind.partition(":")
            found += [run.c.entity == entity, run.c.workflow == workflow]
        if asked.text:
            looked = f"%{escaped(asked.text)}%"
            columns = (run.c.title, run.c.told, applicant.c.name)
            found.append(sa.or_(*(like(column, looked, asked.text) for column in columns)))
        if asked.step:
            found.append(like(task.c.label, f"%{escaped(asked.step)}%", asked.step))
        if asked.first is not None:
            found.append(run.c.submitted_at >= self._instant(asked.first))
        if asked.last is not None:
            found.append(run.c.submitted_at < self._instant(asked.last + timedelta(days=1)))
        if asked.due:
            found.append(self._due(asked.due, task))
        return found

    def _due(self, due: str, task: Any) -> ColumnElement[bool]:
        today, until = self.today, self.today + timedelta(days=SOON)
        conditions: dict[str, ColumnElement[bool]] = {
            "overdue": task.c.due_on < today,
            "soon": sa.and_(task.c.due_on >= today, task.c.due_on <= until),
            "rest": sa.or_(task.c.due_on.is_(None), task.c.due_on > until),
        }
        return conditions.get(due, sa.true())

    def _waiting(self, task: Any) -> list[ColumnElement[bool]]:
        awaits = Posts.now(self.world.tables, self.portal, self.world.clock).awaits(task, self.me)
        return [task.c.portal == self.portal, task.c.state == "waiting", awaits]

    def _decided(self, task: Any) -> list[ColumnElement[bool]]:
        run = self._run
        gone = sa.select(sa.literal(1)).where(run.c.id == task.c.approval_id, run.c.state == "dropped")
        return [task.c.portal == self.portal, task.c.decided_by == self.me, ~gone.correlate(task).exists()]

    def _submitted(self, run: Any) -> list[ColumnElement[bool]]:
        """The newest round of each record that one submitted."""
        later = self.world.tables.platform("base_approval").alias()
        same = [later.c[name] == run.c[name] for name in ("entity", "record_id", "workflow")]
        newer = sa.select(sa.literal(1)).where(*same, later.c.round > run.c.round).correlate(run).exists()
        return [run.c.portal == self.portal, run.c.applicant_id == self.me, run.c.state != "dropped", ~newer]

    @property
    def _task(self) -> Any:
        return self.world.tables.platform("base_task").alias()

    @property
    def _run(self) -> Any:
        return self.world.tables.platform("base_approval").alias()

    @property
    def _zone(self) -> str:
        return self.world.manifest.portals[self.portal].spec.zone

    def _instant(self, day: date) -> datetime:
        """The day's beginning in the portal's zone, as moments are stored."""
        return datetime.combine(day, time()) - timedelta(minutes=self.world.clock.offset(self._zone))
