"""Handlers of long work: which kinds there are, and what each is handed.

A handler is ``def export(work: Work) -> None`` in a module of its own, named here and imported at its first run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from importlib import import_module
from typing import Any, Final

from sqlalchemy.orm import Session

from fab_app.access.principal import Principal, system
from fab_app.core.problems import Refused
from fab_app.core.words import locale, say
from fab_app.jobs.run import Run
from fab_app.jobs.runner import Handler
from fab_app.runtime.reading import Reader
from fab_app.runtime.renewing import ask, renew
from fab_app.runtime.world import World
from fab_app.runtime.writing import Writer

KINDS: Final[Mapping[str, str]] = {
    "audit.seal": "fab_app.runtime.sealing:seal_due",
    "audit.keep": "fab_app.runtime.sealing:archive_due",
    "files.sweep": "fab_app.runtime.sweeping:run",
    "chains.due": "fab_app.runtime.chains.due:run",
    "notices.deliver": "fab_app.runtime.notices.sending:attempt",
    "imports.run": "fab_app.runtime.imports.service:run",
    "jobs.run": "fab_app.runtime.portal_jobs:run",
    "prints.run": "fab_app.runtime.prints.later:run",
    "timers.fire": "fab_app.runtime.timers:fire",
}
"""A kind of run, and ``module:function`` of its handler."""

People = Callable[[Session, int], Principal]


@dataclass(frozen=True)
class Work:
    """One attempt: the run, the world, and who asked for it. What is written in ``session`` and not committed
    is committed together with the run's end; ``run.commit()`` commits on the way."""

    run: Run
    world: World
    people: People

    @property
    def arguments(self) -> dict[str, Any]:
        return self.run.arguments

    @property
    def session(self) -> Session:
        return self.run.session

    @cached_property
    def principal(self) -> Principal:
        """Who asked, with the rights of now; the system where nobody did. Raises Refused for a closed account."""
        if not self.run.subject:
            return system(self.run.kind)
        who = self.people(self.session, self.run.subject)
        if not who.known:
            raise Refused(say("The account of who asked for this is closed"))
        renew(self.world, self.session, who.version)
        return who

    def reader(self, portal: str = "") -> Reader:
        show = self.world.show(portal or self.run.portal, locale.get())
        return Reader(self.world, self.session, self.principal, show)

    def writer(self) -> Writer:
        return Writer(self.world, self.session, self.principal)


def handlers(world: World, people: People, kinds: Mapping[str, str] = KINDS) -> dict[str, Handler]:
    """What the runner calls, by kind."""
    return {kind: partial(_handle, world, people, where) for kind, where in kinds.items()}


def _handle(world: World, people: People, where: str, run: Run) -> None:
    """The language of who asked is an argument ``locale`` of the run."""
    module, _, name = where.partition(":")
    handler: Callable[[Work], None] = getattr(import_module(module), name)
    if not run.subject:
        with run.reading() as session:  # apart, so that the run holds no lock before its work asks for one
            ask(world, session)
    reading = locale.set(run.arguments.get("locale", "zh"))
    try:
        handler(Work(run, world, people))
    finally:
        locale.reset(reading)
