"""Charts of a portal together: the entities of each, the conditions that it takes, the paths that it shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from fab_app.charts.base import Chart, Filter
from fab_app.spec.board import Board, ChartBlock

if TYPE_CHECKING:
    from fab_app.spec.manifest import Entity, Manifest, Portal


def entities(manifest: Manifest, portal: str, chart: Chart) -> tuple[Entity, ...]:
    found = (manifest.entity(portal, name) for name in chart.of)
    return tuple(entity for entity in found if entity is not None)


def leaves(portal: Portal, code: str) -> tuple[str, ...]:
    """The charts that a code stands for: itself, or those of a group."""
    chart = portal.spec.charts.get(code)
    return () if chart is None else chart.parts or (code,)


def charts_on(portal: Portal, board: Board) -> tuple[str, ...]:
    """The charts of a board in their order, groups as their parts."""
    blocks = (block for _, block in board.placed if isinstance(block, ChartBlock))
    return tuple(dict.fromkeys(leaf for block in blocks for leaf in leaves(portal, block.chart)))


def filters_of(portal: Portal, code: str) -> dict[str, Filter]:
    """The conditions that a chart takes: its own, those of its groups and of the boards it stands on.

    A group takes also what all its charts take, a joined one what any of them takes.
    """
    chart = portal.spec.charts[code]
    found = {one.code: one for one in chart.filters}
    if chart.parts:
        return {**_common(portal, chart.parts), **found}
    for part in chart.beside:
        if part in portal.spec.charts:
            found |= {name: one for name, one in filters_of(portal, part).items() if name not in found}
    for group in portal.spec.charts.values():
        if code in group.parts:
            found |= {one.code: one for one in group.filters if one.code not in found}
    for board in portal.spec.boards.values():
        if code in charts_on(portal, board):
            found |= {one.code: one for one in board.filters if one.code not in found}
    return found


def periods_of(portal: Portal, code: str) -> tuple[str, ...]:
    """The periods from which the reader of a chart chooses one."""
    chart = portal.spec.charts[code]
    own = chart.by.periods if chart.by is not None else {}
    each = (periods_of(portal, one) for one in (*chart.parts, *chart.beside) if one in portal.spec.charts)
    return tuple(own) or next(filter(None, each), ())


def way_down(portal: Portal, code: str) -> str:
    """The condition that leads from a node of a chart to those below it; "" where there is none."""
    by = portal.spec.charts[code].by
    if by is None or by.tree is None or by.level is not None:
        return ""
    found = filters_of(portal, code).items()
    return next((name for name, one in found if one.field == by.tree and one.by in (None, "below")), "")


def _common(portal: Portal, parts: tuple[str, ...]) -> dict[str, Filter]:
    """The conditions that all of the charts take."""
    each = [filters_of(portal, part) for part in parts if part in portal.spec.charts]
    return (
        {name: one for name, one in each[0].items() if all(name in other for other in each)} if each else {}
    )


def functions_of(portal: Portal, code: str) -> tuple[str, ...]:
    """The functions behind which a chart stands: named by them, part of what they name, or on their boards."""
    return tuple(name for name in portal.spec.functions if code in _behind(portal, name))


def _behind(portal: Portal, name: str) -> frozenset[str]:
    function = portal.spec.functions[name]
    named = {leaf for code in function.charts for leaf in leaves(portal, code)}
    boards = (portal.spec.boards[code] for code in function.boards if code in portal.spec.boards)
    shown = {leaf for board in boards for leaf in charts_on(portal, board)}
    whole = {
        code for code, chart in portal.spec.charts.items() if chart.parts and {*chart.parts} <= named | shown
    }
    beside = {part for code in named | shown for part in portal.spec.charts[code].beside}
    return frozenset(named | shown | {*function.charts} | whole | beside)


def charted(manifest: Manifest) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for portal in manifest.portals.values():
        for code, chart in portal.spec.charts.items():
            for entity in entities(manifest, portal.name, chart):
                found.setdefault(entity.key, set()).update(_paths(portal, code, chart))
    return {key: frozenset(paths) for key, paths in found.items()}


def _paths(portal: Portal, code: str, chart: Chart) -> Iterator[str]:
    yield from (one.field for one in filters_of(portal, code).values())
    yield from (one.path for one in (chart.by, chart.split) if one is not None and one.path)
