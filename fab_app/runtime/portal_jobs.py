"""Jobs of a portal: an effect without a record, or a function of the portal's own code, by the clock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from fab_app.access.resolver import Clock
from fab_app.core.words import locale
from fab_app.expr import Expr
from fab_app.jobs.schedules import Schedule
from fab_app.runtime.doing import Deed
from fab_app.runtime.env import MoveEnv
from fab_app.runtime.working import Work
from fab_app.runtime.writing import Writer
from fab_app.spec.job import Job
from fab_app.spec.manifest import Manifest, Portal
from fab_app.spec.recordless import nothing

KIND: Final = "jobs.run"
_PIECE: Final = 20
"""Records made in one transaction: on SQLite nobody else writes meanwhile."""


def schedules(manifest: Manifest) -> Iterator[Schedule]:
    for portal in manifest.portals.values():
        for name, job in portal.spec.jobs.items():
            title = job.label.of(locale.get()) if job.label is not None else name
            yield Schedule(
                f"job:{portal.name}:{name}",
                portal.name,
                job.timing,
                KIND,
                portal.spec.zone,
                {"portal": portal.name, "job": name},
                title,
                job.missed == "each",
            )


def run(work: Work) -> None:
    """The handler of a run. What a definition no longer has is left alone."""
    portal = work.world.manifest.portals.get(work.arguments["portal"])
    job = portal.spec.jobs.get(work.arguments["job"]) if portal is not None else None
    if portal is None or job is None:
        return
    if job.run is not None:
        work.world.extensions[portal.name][job.run](work)
    elif job.do is not None:
        _task(work, portal, job).all([job.do])


def _task(work: Work, portal: Portal, job: Job) -> Task:
    world = work.world
    if job.missed == "each":
        due = datetime.fromisoformat(work.arguments["due"])
        world = replace(world, clock=Standing(world.clock, due))
    nobody = nothing(portal)
    return Task(Writer(world, work.session, work.principal, trusted=True), nobody, 0, nobody, work=work)


@dataclass(frozen=True)
class Task(Deed):
    """What an effect may do where there is no record."""

    work: Work | None = None

    @property
    def env(self) -> MoveEnv:
        env = MoveEnv(self.writer.world, self.asks, {}, self.writer.principal, self.writer.fetch, None)
        env.each = self.other
        return env

    def each(self, entity: str, where: Expr | None, draw: Expr | None = None) -> Iterator[Deed]:
        """Commits on its way: what was made stands, and is found by its key when the run is begun anew."""
        for count, one in enumerate(super().each(entity, where, draw), 1):
            yield one
            if self.work is not None and count % _PIECE == 0:
                self.work.run.commit()
                self.work.run.progress(count, 0)
                _ = self.work.run.session


@dataclass(frozen=True)
class Standing:
    """A clock whose day is that of the time which a job stands for."""

    clock: Clock
    due: datetime

    def now(self) -> datetime:
        return self.clock.now()

    def exact(self) -> datetime:
        return self.clock.exact()

    def today(self, zone: str = "Asia/Shanghai") -> date:
        return self.due.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).date()

    def offset(self, zone: str) -> int:
        return self.clock.offset(zone)
