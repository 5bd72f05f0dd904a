"""A second opinion on figures: who sees which chart and board, and how many rows may be counted for him.

As ``opinion.py``, the YAML alone: charts' ``of``, groups, functions and who holds them, the blocks of boards. Nothing
of what enforces it is used, nor what finds for it which chart stands behind which function.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fab_app.charts.base import Chart
from fab_app.expr import closure
from fab_app.spec.board import Board, ChartBlock, ExportBlock, Function, ListBlock, TodoBlock
from fab_app.spec.manifest import Entity, Portal
from tests.leaks.opinion import Opinion
from tests.leaks.rows import Row


@dataclass(frozen=True)
class Figures:
    """Of one portal, for one person."""

    opinion: Opinion
    portal: Portal

    def may(self, code: str, action: str = "read") -> bool:
        """Whether he gets something of the chart: of one that holds others, of any of them."""
        if self.opinion.who.portal != self.portal.name:
            return False
        return any(self._one(leaf, action) for leaf in self.leaves(code))

    def leaves(self, code: str) -> tuple[str, ...]:
        """The charts that count something themselves, below this one."""
        chart = self.portal.spec.charts[code]
        inner = (*chart.parts, *chart.beside)
        return tuple(leaf for one in inner for leaf in self.leaves(one)) if inner else (code,)

    def opens(self, board: Board) -> bool:
        """Whether a block of the page is his, on whatever tab."""
        rows = [*board.rows, *(row for tab in board.tabs.values() for row in tab.rows)]
        here = self.opinion.who.portal == self.portal.name
        return here and any(self._shows(block) for row in rows for block in row)

    def counted(self, code: str) -> tuple[Entity, ...]:
        """Those of the chart's entities that he may list, and of which it tells nothing that is closed to him."""
        chart = self.portal.spec.charts[code]
        return tuple(one for one in self._of(chart) if self.opinion.opens(one) and not self._told(chart, one))

    def rows(self, code: str) -> int:
        """How many rows his figures may be over: those that he reads, and without ``own`` those of ``aggregate``."""
        chart, found = self.portal.spec.charts[code], 0
        where = closure(chart.where) if chart.where is not None else None
        for entity in self.counted(code):
            ids = self.opinion.visible(entity) if chart.own else self.opinion.wider(entity)
            rows = (Row(self.opinion.rows, entity, id_, self.opinion.who) for id_ in ids)
            found += sum(where is None or where(row) is True for row in rows)
        return found

    def _of(self, chart: Chart) -> Iterator[Entity]:
        found = (self.opinion.rows.manifest.entity(self.portal.name, name) for name in chart.of)
        return (entity for entity in found if entity is not None)

    def _one(self, code: str, action: str) -> bool:
        behind = [name for name, one in self.portal.spec.functions.items() if code in self._behind(one)]
        if behind and not any(self.opinion.holds_function(self.portal, name, action) for name in behind):
            return False
        needed = "read" if behind else action
        return any(self.opinion.may(entity, needed) for entity in self.counted(code))

    def _behind(self, function: Function) -> set[str]:
        """What the function names, what stands on its boards, and all that these hold."""
        boards = [self.portal.spec.boards[code] for code in function.boards]
        blocks = [block for board in boards for _, block in board.placed if isinstance(block, ChartBlock)]
        codes = [*function.charts, *(block.chart for block in blocks)]
        return {leaf for code in codes for leaf in self.leaves(code)}

    def _told(self, chart: Chart, entity: Entity) -> bool:
        """Whether groups or figures tell a value of a field that is hidden from him or masked, in any row."""
        paths = [axis.path for axis in (chart.by, chart.split) if axis is not None and axis.path]
        if any(self._closed(entity, path.split(".")) for path in paths):
            return True
        values = [one.value for one in chart.figures.values() if one.value is not None]
        if any(self._closed(entity, path) for value in values for path in value.paths):
            return True
        folded = [rows for value in values for rows in value.children if rows.value is not None]
        return any(self._closed(self._child(rows.name), rows.value.names) for rows in folded)

    def _child(self, name: str) -> Entity:
        found = self.opinion.rows.manifest.entity(self.portal.name, name)
        assert found is not None
        return found

    def _closed(self, entity: Entity, path: Any) -> bool:
        for step in path:
            if step in self.opinion.closed(entity):
                return True
            entity = self.opinion.rows.manifest.target(entity, step) or entity
        return False

    def _shows(self, block: object) -> bool:
        manifest, portal = self.opinion.rows.manifest, self.portal.name
        if isinstance(block, ChartBlock):
            return self.may(block.chart)
        if isinstance(block, TodoBlock):
            return any(self.opinion.awaiting.may(one, "read") for one in manifest.of_portal(portal))
        if isinstance(block, ExportBlock):
            given = manifest.entity(portal, block.export)
            return given is not None and self.opinion.may(given, "export")
        assert isinstance(block, ListBlock)
        listed = manifest.entity(portal, block.list)
        return listed is not None and self.opinion.opens(listed)
