"""Who may see which chart and board."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from fab_app.access.principal import Principal
from fab_app.charts.base import Chart, Filter
from fab_app.expr import Expr
from fab_app.runtime.chains.todo import offered
from fab_app.runtime.query import Asking
from fab_app.runtime.world import World
from fab_app.spec.board import Board, ChartBlock, ExportBlock, TodoBlock
from fab_app.spec.charted import entities, filters_of, functions_of, leaves
from fab_app.spec.manifest import Entity, Portal


def permitted(world: World, who: Principal, portal: Portal, code: str, action: str = "read") -> bool:
    """Whether the person may see (or export) the chart at all: by a function before it, or by its entities."""
    chart = portal.spec.charts[code]
    if chart.parts or chart.beside:
        every = (*chart.parts, *chart.beside)
        return any(permitted(world, who, portal, part, action) for part in every)
    if not _inside(who, portal):
        return False
    functions = functions_of(portal, code)
    opened = any(world.grants.may(who, f"{portal.name}.{name}", action) for name in functions)
    if functions and not who.everything and not opened:
        return False
    needed = "read" if functions else action
    return any(world.grants.may(who, entity.key, needed) for entity in counted(world, who, portal, code))


def counted(world: World, who: Principal, portal: Portal, code: str) -> tuple[Entity, ...]:
    """The chart's entities whose rows the person may read, where what groups and figures tell is open to him."""
    chart = portal.spec.charts[code]
    return tuple(
        entity
        for entity in entities(world.manifest, portal.name, chart)
        if world.grants.opens(who, entity.key)
        and all(
            asking.shows(path) and not asking.closed(path)
            for asking, path in _told(world, who, entity, chart)
        )
    )


def _told(
    world: World, who: Principal, entity: Entity, chart: Chart
) -> Iterator[tuple[Asking, tuple[str, ...]]]:
    """The paths whose values groups and figures tell: of one row, in the end. Conditions are their author's own."""
    asking = Asking(world, entity, who)
    for axis in (chart.by, chart.split):
        if axis is not None and axis.path:
            yield asking, tuple(axis.path.split("."))
    for value in (one.value for one in chart.figures.values() if one.value is not None):
        yield from taken_of(asking, value)


def taken_of(asking: Asking, value: Expr) -> Iterator[tuple[Asking, tuple[str, ...]]]:
    """The paths of which a figure tells the values."""
    yield from ((asking, path) for path in value.paths if path)
    for rows in value.children:
        child = asking.world.manifest.entity(asking.entity.portal, rows.name)
        if child is not None and rows.value is not None:
            yield replace(asking, entity=child), rows.value.names


def opens(world: World, who: Principal, portal: Portal, board: Board) -> bool:
    """Whether something of the board is the person's to see: those of a portal are for its own people."""
    return _inside(who, portal) and any(shown(world, who, portal, block) for _, block in board.placed)


def _inside(who: Principal, portal: Portal) -> bool:
    return who.everything or who.portal == portal.name


def shown(world: World, who: Principal, portal: Portal, block: object) -> bool:
    if isinstance(block, ChartBlock):
        return any(permitted(world, who, portal, leaf) for leaf in leaves(portal, block.chart))
    if isinstance(block, ExportBlock):
        given = world.manifest.entity(portal.name, block.export)
        return given is not None and world.grants.may(who, given.key, "export")
    if isinstance(block, TodoBlock):
        return offered(world, who, portal.name)
    entity = world.manifest.entity(portal.name, str(getattr(block, "list", "")))
    return entity is not None and world.grants.opens(who, entity.key)


def conditions_of(world: World, who: Principal, portal: Portal, code: str) -> list[tuple[Entity, Filter]]:
    """The conditions that a chart takes, each with the first of the person's entities that knows it."""
    chart = portal.spec.charts[code]
    if not chart.beside:
        known = [one for leaf in leaves(portal, code) for one in counted(world, who, portal, leaf)]
        return [(known[0], one) for one in filters_of(portal, code).values()] if known else []
    found: dict[str, tuple[Entity, Filter]] = {}
    for part in chart.beside:
        for entity, one in conditions_of(world, who, portal, part):
            found.setdefault(one.code, (entity, one))
    return list(found.values())
