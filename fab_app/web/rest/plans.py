"""Statements built once and run again: building a SELECT with its joins costs more than running it.

A statement holds the row predicate of the principal it was built for. So its key is everything that the
predicate and the reading can depend on: the principal's whole scope, the language, the question. One that
asked the clock is not kept.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from fab_app.runtime.binding import bound
from fab_app.runtime.counting import Count, Counting
from fab_app.runtime.plans import Plans, Watched, scope_of
from fab_app.runtime.preparing import Prepared
from fab_app.runtime.query import Asking, Query
from fab_app.runtime.reading import Reader, Record
from fab_app.runtime.selection import Names
from fab_app.runtime.world import World
from fab_app.spec.manifest import Entity
from fab_app.web.rest.asked import asked
from fab_app.web.rest.shown import Coder, coders, shown

LONGEST_KEPT = 500


@dataclass(frozen=True, slots=True)
class Planned:
    prepared: Prepared
    coders: list[Coder]


@dataclass(frozen=True)
class Planner:
    """Reads lists and records for one principal through the kept plans."""

    plans: Plans
    reader: Reader

    def page(self, entity: Entity, query: Query, known: Count) -> list[dict[str, Any]]:
        """The rows of a page, of whose number ``known`` is known."""

        def page(shape: Query, values: Mapping[str, Any]) -> list[dict[str, Any]]:
            plan = self._plan("page", entity, shape, query.columns, lambda one: one.prepare(entity, shape))
            return self._shown(entity, plan, values)

        return self.reader.by_way(entity, query, known, page)

    def one(
        self, entity: Entity, key: int, columns: tuple[Names, ...], action: str = "read"
    ) -> dict[str, Any] | None:
        question = (columns, action)
        plan = self._plan(
            "one", entity, question, columns, lambda reader: reader.prepare_one(entity, columns, (), action)
        )
        return next(iter(self._shown(entity, plan, {"key": key})), None)

    def count(self, entity: Entity, query: Query) -> Count:
        shape, values = bound(replace(query, columns=(), order=(), page=0, size=0))
        tabs = {"": query.tab}

        def build() -> tuple[Counting, bool]:
            reader, clock = self._watched()
            return reader.prepare_counts(entity, shape, tabs), not clock.asked

        return self.reader.numbers(self.plans.get(self._key("count", entity, shape), build), values)[""]

    def asked(self, entity: Entity, text: str) -> Query:
        """The judged question. Raises Unreadable."""
        asking = Asking(self.reader.world, entity, self.reader.principal)
        key = self._key("asked", entity, text)
        return self.plans.get(key, lambda: (asked(asking, text), len(text) < LONGEST_KEPT))

    def columns(
        self, entity: Entity, name: str, found: Callable[[Asking], tuple[Names, ...]]
    ) -> tuple[Names, ...]:
        """Columns that follow from the person's rights alone."""
        asking = Asking(self.reader.world, entity, self.reader.principal)
        return self.plans.get(self._key("columns", entity, name), lambda: (found(asking), True))

    def _plan(
        self,
        kind: str,
        entity: Entity,
        question: Hashable,
        columns: tuple[Names, ...],
        prepare: Callable[[Reader], Prepared],
    ) -> Planned:
        def build() -> tuple[Planned, bool]:
            reader, clock = self._watched()
            prepared = prepare(reader)
            return Planned(prepared, coders(reader.world, reader.principal, entity, columns)), not clock.asked

        return self.plans.get(self._key(kind, entity, question), build)

    def _watched(self) -> tuple[Reader, Watched]:
        clock = Watched(self.reader.world.clock)
        world: World = replace(self.reader.world, clock=clock)
        return replace(self.reader, world=world), clock

    def _shown(self, entity: Entity, plan: Planned, bound: Mapping[str, Any]) -> list[dict[str, Any]]:
        records: list[Record] = self.reader.run(plan.prepared, bound)
        return [shown(entity, record, plan.coders) for record in records]

    def _key(self, kind: str, entity: Entity, question: Hashable) -> Hashable:
        show, clock = self.reader.show, self.reader.world.clock
        day = clock.today(str(show.zone)), clock.offset(str(show.zone))
        return kind, entity.key, question, scope_of(self.reader.principal), show.locale, str(show.zone), day
