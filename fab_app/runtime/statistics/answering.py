"""Asks for the numbers of a chart, and keeps them until one of the tables behind them is written to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from fab_app.access.guards import AGGREGATE
from fab_app.charts.base import Chart, Dimension
from fab_app.runtime.plans import scope_of
from fab_app.runtime.query import Condition
from fab_app.runtime.reading import Reader
from fab_app.runtime.selection import acting
from fab_app.runtime.statistics.adding import totalled
from fab_app.runtime.statistics.arranging import arranged
from fab_app.runtime.statistics.dimensions import Axis, axis_of
from fab_app.runtime.statistics.figures import Figures
from fab_app.runtime.statistics.periods import within
from fab_app.runtime.statistics.permission import counted, permitted
from fab_app.runtime.statistics.running import ended
from fab_app.runtime.statistics.statement import Part, every, everything, query_of, statement
from fab_app.runtime.writes import names_of, pending, read_tables
from fab_app.spec.charted import way_down
from fab_app.spec.manifest import BASE, Entity, Portal
from fab_app.store.written import NAME, numbers

Given = Mapping[str, tuple[Condition, ...]]
"""The conditions that were asked for, by the key of the entity."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The statements of a chart: its groups, the row over all, the groups that stand there in any case."""

    groups: Any
    total: Any
    every: Any

    @property
    def statements(self) -> tuple[Any, ...]:
        return tuple(one for one in (self.groups, self.total, self.every) if one is not None)


@dataclass(frozen=True)
class Statistics:
    """The charts of one portal as one person may see them."""

    reader: Reader
    portal: Portal
    own: bool = False
    """Whether figures are taken over the rows alone that the person may open."""
    period: str = ""
    """The one that was chosen of those of a chart; "" for the first."""

    def permitted(self, code: str, action: str = "read") -> bool:
        return permitted(self.reader.world, self.reader.principal, self.portal, code, action)

    def entities(self, code: str) -> tuple[Entity, ...]:
        return counted(self.reader.world, self.reader.principal, self.portal, code)

    def figures(self, code: str, given: Given) -> Figures:
        """The numbers under these conditions."""
        reader, chart = self.reader, self._chart(code)
        parts = tuple(self._part(chart, entity, given.get(entity.key, ())) for entity in self.entities(code))
        by = chart.by.period if chart.by is not None else ""
        question = ("chart", self.portal.name, code, by, tuple(_told(part) for part in parts))
        names = names_of(reader.world.tables)

        def build(inner: Reader) -> tuple[Asked, frozenset[str] | None, bool]:
            total = statement(inner, chart, everything(parts)) if getattr(chart, "total", False) else None
            made = Asked(statement(inner, chart, parts), total, every(inner, parts))
            return made, read_tables(made.statements, names), bool(getattr(inner.world.clock, "asked", False))

        made, tables, clocked = reader.kept(parts[0].entity, question, build)
        if tables is None or pending(reader.session.info):
            return self._asked(code, chart, parts, made)
        written = numbers(self._execute, reader.world.tables.platform(NAME), tables)
        zone = str(reader.show.zone)
        day = (reader.world.clock.today(zone), reader.world.clock.offset(zone))
        key = (question, scope_of(reader.principal), reader.show.locale, day, written)
        answers = reader.world.answers.under(reader.world.grants)
        return answers.get(key, lambda: (self._asked(code, chart, parts, made), not clocked))

    def _chart(self, code: str) -> Chart:
        chart: Chart = self.portal.spec.charts[code]
        if chart.by is None or not chart.by.periods:
            return chart
        return chart.model_copy(update={"by": chart.by.within(self.period)})

    def _asked(self, code: str, chart: Chart, parts: tuple[Part, ...], made: Asked) -> Figures:
        rows = self._execute(made.groups).all()
        keys = {str(key) for key in self._execute(made.every).scalars()} if made.every is not None else set()
        figures = arranged(self.reader, code, chart, parts, rows, self._wider(parts), keys)
        if way_down(self.portal, code):
            figures = replace(figures, below=self._parents(parts[0].axes[0]))
        if made.total is None:
            return figures
        total = totalled(chart, everything(parts), self._execute(made.total).all())
        return replace(figures, total=ended(chart, total, figures.cells))

    def _wider(self, parts: tuple[Part, ...]) -> bool:
        """Whether some figure is taken over rows that the person may not open."""
        reader = self.reader
        grants = reader.world.grants
        return not reader.principal.everything and any(
            part.action == AGGREGATE and grants.of(reader.principal, part.entity.key, AGGREGATE)
            for part in parts
        )

    def switched(self, code: str) -> bool:
        """Whether the chart has a switch, and the person figures over more than his own rows."""
        chart, who = self.portal.spec.charts[code], self.reader.principal
        grants = self.reader.world.grants
        entities = [one for part in (code, *chart.beside) for one in self.entities(part)]
        wider = any(grants.of(who, entity.key, AGGREGATE) for entity in entities)
        return chart.switch is not None and wider and not who.everything

    def _part(self, chart: Chart, entity: Entity, conditions: tuple[Condition, ...]) -> Part:
        reader = self.reader
        limits = within(reader, entity, chart, conditions)
        axes: list[Axis | None] = []
        for written in (chart.by, chart.split):
            if written is None:
                axes.append(None)
            else:
                nodes = self._nodes(entity, written, conditions) if written.tree is not None else ()
                axes.append(axis_of(reader.world, entity, written, nodes))
        action = "read" if self.own or chart.own else AGGREGATE
        return Part(entity, query_of(chart, (*conditions, *limits)), tuple(axes), action)

    def _nodes(
        self, entity: Entity, written: Dimension, conditions: tuple[Condition, ...]
    ) -> tuple[int, ...]:
        """The nodes that rows are gathered under: of a level, or those right below where one stands."""
        world = self.reader.world
        axis = axis_of(world, entity, written)
        assert axis.target is not None
        closure = world.stored(axis.target).closure
        assert closure is not None
        if written.level is not None:
            leaves = self._leaves(axis.target, closure, written.level - 1) if written.every else ()
            return (*leaves, *self._level(axis.target, closure, written.level - 1))
        asked = [item.value for item in conditions if item.op == "below" and item.path == axis.path]
        own = self.reader.principal.value(("region",)) if axis.target.owner == f"{BASE}.region" else None
        base = asked[0] if asked else own
        nodes = (base,) if base is not None else self._level(axis.target, closure, 0)
        while len(nodes) == 1 and (below := self._below(closure, nodes[0])):
            nodes = below
        return nodes

    def _parents(self, axis: Axis | None) -> frozenset[str]:
        """Those nodes of an axis that have others below them."""
        assert axis is not None
        assert axis.target is not None
        closure = self.reader.world.stored(axis.target).closure
        assert closure is not None
        found = sa.select(closure.c.ancestor).where(closure.c.ancestor.in_(axis.nodes), closure.c.depth == 1)
        return frozenset(str(node) for node in self._execute(found.distinct()).scalars())

    def _below(self, closure: sa.Table, node: int) -> tuple[int, ...]:
        found = sa.select(closure.c.descendant).where(closure.c.ancestor == node, closure.c.depth == 1)
        return tuple(sorted(self._execute(found).scalars()))

    def _leaves(self, target: Entity, closure: sa.Table, depth: int) -> tuple[int, ...]:
        """The nodes above a level that have nothing below them: they stand beside it."""
        above = [node for level in range(depth) for node in self._level(target, closure, level)]
        return tuple(node for node in above if not self._below(closure, node))

    def _level(self, target: Entity, closure: sa.Table, depth: int) -> tuple[int, ...]:
        world = self.reader.world
        row = world.stored(target).table.alias()
        standing = world.access(self.reader.principal).standing(world.stored(target), row)
        found = (
            sa.select(closure.c.descendant)
            .join(row, row.c.id == closure.c.descendant)
            .where(*standing)
            .group_by(closure.c.descendant)
            .having(sa.func.max(closure.c.depth) == depth)
        )
        return tuple(sorted(self._execute(found).scalars()))

    def _execute(self, statement_: Any) -> Any:
        return self.reader.session.execute(statement_, execution_options=acting(self.reader.principal))


def _told(part: Part) -> tuple[Any, ...]:
    """What tells two questions of one chart apart."""
    return (
        part.entity.key,
        part.action,
        part.query,
        tuple(axis.nodes if axis is not None else () for axis in part.axes),
    )
