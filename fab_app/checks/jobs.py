"""Jobs and the portal's own code: what they name exists, and a job does nothing that wants a record."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fab_app.checks.effects import effect_at
from fab_app.checks.workflows import Here
from fab_app.core.extension import FILE, JOB
from fab_app.core.problems import Place, Problem, nearest
from fab_app.core.source import Loc
from fab_app.effects.family import EFFECTS
from fab_app.spec.job import Job
from fab_app.spec.manifest import Manifest, Portal
from fab_app.spec.recordless import nothing


@dataclass(frozen=True)
class At(Here):
    """One job where it is written."""

    name: str
    job: Job

    @property
    def loc(self) -> Loc:
        return ("jobs", self.name)

    @property
    def asks(self) -> str:
        return "a job"


def check(manifest: Manifest) -> Iterator[Problem]:
    for portal in manifest.portals.values():
        yield from _file(portal)
        for name, job in portal.spec.jobs.items():
            yield from _job(manifest, portal, At(manifest, nothing(portal), name, job))


def _file(portal: Portal) -> Iterator[Problem]:
    if portal.extensions.wrong is not None:
        line, why = portal.extensions.wrong
        place = Place(f"schema/{portal.name}/{FILE}", line, 1)
        yield Problem("job.E003", f"Python cannot read it: {why}", place, "mend the line")


def _job(manifest: Manifest, portal: Portal, at: At) -> Iterator[Problem]:
    job = at.job
    if job.run is not None and job.run not in (known := portal.extensions.of(JOB)):
        hint = nearest(job.run, known) or f"write '@job def {job.run}(work)' in schema/{portal.name}/{FILE}"
        yield at.problem("job.E001", f"there is no job '{job.run}'", hint, "run")
    if job.do is not None and not job.do.recordless:
        fit = ", ".join(name for name, effect in EFFECTS.items() if effect.recordless)
        text = f"'{job.do.type}' wants a record, and a job has none"
        yield at.problem("job.E002", text, f"use {fit}, or a timer of an entity", "do", "type")
    elif job.do is not None:
        yield from effect_at(at, job.do, ("do",))
