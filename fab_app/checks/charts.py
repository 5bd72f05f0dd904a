"""Charts, boards and functions: what they count, group by and show exists."""

from __future__ import annotations

from collections.abc import Iterator

from fab_app.charts.base import Chart, Dimension, Filter
from fab_app.charts.group import Group
from fab_app.charts.joined import Joined
from fab_app.charts.line import LineChart
from fab_app.charts.lines import Lines
from fab_app.charts.pivot import PivotTable
from fab_app.charts.point_map import PointMap
from fab_app.charts.tile import Tile
from fab_app.checks.paths import Astray, named, walked
from fab_app.core.problems import Problem, nearest
from fab_app.core.source import Loc
from fab_app.spec import defaults
from fab_app.spec.board import Board, ChartBlock, ExportBlock, ListBlock, TodoBlock
from fab_app.spec.charted import charts_on, entities
from fab_app.spec.manifest import Entity, Manifest, Portal

DATES = ("date", "datetime")
NOT_FLAT = ("table", "qr")
"""Types that make no column of a file."""


def check(manifest: Manifest) -> Iterator[Problem]:
    for portal in manifest.portals.values():
        for code, chart in portal.spec.charts.items():
            yield from _chart(manifest, portal, chart, ("charts", code))
        for code, board in portal.spec.boards.items():
            yield from _board(manifest, portal, board, ("boards", code))
        for name in portal.spec.functions:
            yield from _function(manifest, portal, name)


def _chart(manifest: Manifest, portal: Portal, chart: Chart, loc: Loc) -> Iterator[Problem]:
    document = portal.document
    if isinstance(chart, Group | Joined | Lines):
        yield from (
            _parts(manifest, portal, chart, loc) if isinstance(chart, Group) else _beside(portal, chart, loc)
        )
        return
    if not chart.of:
        yield Problem("chart.E001", "this chart counts nothing", document.at(*loc), "add 'of: an_entity'")
    for index, name in enumerate(chart.of):
        found = named(manifest, portal.name, name)
        if isinstance(found, Astray):
            place = document.value_at(*loc, "of", *([index] if _listed(portal, loc) else []))
            yield Problem("chart.E001", found.text, place, found.hint)
    yield from _figures(portal, chart, loc)
    for entity in entities(manifest, portal.name, chart):
        for key in ("by", "split"):
            dimension = getattr(chart, key)
            if dimension is not None and dimension.path:
                yield from _dimension(manifest, portal, entity, chart, dimension, (*loc, key))
        for index, one in enumerate(chart.filters):
            yield from _filter(manifest, portal, entity, one, (*loc, "filters", index))
        if isinstance(chart, Tile) and chart.tab is not None and chart.tab not in entity.spec.listing.tabs:
            text = f"the list of {entity.name} has no tab '{chart.tab}'"
            hint = nearest(chart.tab, entity.spec.listing.tabs) or "remove 'tab'"
            yield Problem("chart.E006", text, document.value_at(*loc, "tab"), hint)


def _beside(portal: Portal, joined: Joined | Lines, loc: Loc) -> Iterator[Problem]:
    """Figures stand beside each other in rows, or as lines over the same periods."""
    if isinstance(joined, Lines):
        yield from _together(portal, joined, loc)
        return
    charts, document = portal.spec.charts, portal.document
    pivots = [code for code, chart in charts.items() if isinstance(chart, PivotTable) and not chart.split]
    for index, code in enumerate(joined.charts):
        if code not in pivots:
            text = f"'{code}' is no pivot of figures"
            hint = nearest(code, pivots) or "make it of the type pivot, without 'split'"
            yield Problem("chart.E010", text, document.value_at(*loc, "charts", index), hint)


def _together(portal: Portal, lines: Lines, loc: Loc) -> Iterator[Problem]:
    """Each is a line over time, and all over the same periods."""
    charts, first = portal.spec.charts, None
    for index, code in enumerate(lines.charts):
        chart = charts.get(code)
        by = chart.by if isinstance(chart, LineChart) and chart.split is None else None
        place = portal.document.value_at(*loc, "charts", index)
        if by is None or not by.period:
            timed = [name for name, one in charts.items() if isinstance(one, LineChart)]
            hint = nearest(code, timed) or "make it of the type line, by a period of a date"
            yield Problem("chart.E012", f"'{code}' is no line of figures over time", place, hint)
            continue
        over = (tuple(by.periods.items()), by.period, by.last)
        first = first or over
        if over != first:
            text = f"'{code}' is over other periods than '{lines.charts[0]}'"
            yield Problem("chart.E012", text, place, "write the same periods for all of them")


def _figures(portal: Portal, chart: Chart, loc: Loc) -> Iterator[Problem]:
    """What is taken over one entity alone, and the figures that a ranking names."""
    document = portal.document
    if len(chart.of) > 1 and any(any(measure.single) for measure in chart.figures.values()):
        text = "different values, the least and the greatest cannot be added up over several entities"
        yield Problem("chart.E008", text, document.at(*loc, "of"), "make a chart of each")
    for key in ("rank", "then"):
        code = getattr(chart, key, None)
        if code is not None and code not in chart.figures:
            text = f"the chart has no figure '{code}'"
            hint = nearest(code, chart.figures) or "name one of 'measure:'"
            yield Problem("chart.E009", text, document.value_at(*loc, key), hint)


def _listed(portal: Portal, loc: Loc) -> bool:
    data = portal.document.data
    for step in (*loc, "of"):
        data = data[step] if isinstance(data, dict) else None
    return isinstance(data, list)


def _parts(manifest: Manifest, portal: Portal, group: Group, loc: Loc) -> Iterator[Problem]:
    charts = portal.spec.charts
    plain = [code for code, chart in charts.items() if not chart.parts]
    for index, code in enumerate(group.charts):
        if code not in plain:
            text = (
                f"a group holds no groups, as '{code}'" if code in charts else f"there is no chart '{code}'"
            )
            place = portal.document.value_at(*loc, "charts", index)
            yield Problem("chart.E005", text, place, nearest(code, plain) or "define it under 'charts:'")
            continue
        for entity in entities(manifest, portal.name, charts[code]):
            for at, one in enumerate(group.filters):
                yield from _filter(manifest, portal, entity, one, (*loc, "filters", at))


def _dimension(
    manifest: Manifest, portal: Portal, entity: Entity, chart: Chart, one: Dimension, loc: Loc
) -> Iterator[Problem]:
    found, place = walked(manifest, entity, one.path), portal.document.value_at(*loc)
    if isinstance(found, Astray):
        yield Problem("chart.E002", found.text, place, found.hint)
    elif found is not None:
        owner, field = found
        inner = getattr(field, "inner", field)
        target = manifest.target(owner, one.path.rpartition(".")[2])
        if field.many or not field.readable or (one.field is not None and not field.operators):
            text = f"rows cannot be grouped by '{one.path}'"
            yield Problem("chart.E003", text, place, "group by a choice, a reference, a date or a text")
        if one.period and inner.type not in DATES:
            text = f"'{one.path}' is no date, so it has no {one.period}"
            yield Problem("chart.E003", text, place, "group by a field of the type date or datetime")
        if one.tree is not None and (target is None or not _is_tree(manifest, target)):
            yield Problem(
                "chart.E003", f"'{one.path}' refers to no tree", place, "write 'field:' for 'tree:'"
            )
        if isinstance(chart, PointMap) and inner.type != "geo_point":
            text = f"'{one.path}' is no place on a map"
            yield Problem("chart.E003", text, place, "group by a field of the type geo_point")


def _is_tree(manifest: Manifest, target: Entity) -> bool:
    owner = manifest.entities.get(target.owner, target)
    return owner.spec.tree is not None


def _filter(manifest: Manifest, portal: Portal, entity: Entity, one: Filter, loc: Loc) -> Iterator[Problem]:
    found, place = walked(manifest, entity, one.field), portal.document.at(*loc)
    if isinstance(found, Astray):
        yield Problem("chart.E002", found.text, place, found.hint)
    elif found is not None and not found[1].operators:
        yield Problem("chart.E003", f"'{one.field}' cannot be searched by", place, "remove it")
    elif found is not None and (one.periods or one.default) and found[1].type not in DATES:
        yield Problem("chart.E011", f"'{one.field}' is no date, so it has no periods", place, "remove them")


def _board(manifest: Manifest, portal: Portal, board: Board, loc: Loc) -> Iterator[Problem]:
    if loc[1] in portal.spec.charts and not portal.spec.charts[str(loc[1])].parts:
        text = f"'{loc[1]}' is a chart too: both have one address for their rows"
        yield Problem("board.E001", text, portal.document.at(*loc), "give the board another name")
    for within, block in board.placed:
        place = (*loc, *within)
        if isinstance(block, ChartBlock):
            yield from _charted(portal, block, place)
        elif isinstance(block, ListBlock):
            yield from _list(manifest, portal, block, place)
        elif isinstance(block, ExportBlock):
            yield from _export(manifest, portal, block, place)
        elif isinstance(block, TodoBlock) and not _approves(manifest, portal):
            text = f"nothing of {portal.name} is ever approved, so nothing waits for anybody"
            hint = "remove it, or give a workflow an 'approval:'"
            yield Problem("board.E005", text, portal.document.value_at(*place, "todo"), hint)
    for code in charts_on(portal, board):
        for entity in entities(manifest, portal.name, portal.spec.charts[code]):
            for at, one in enumerate(board.filters):
                yield from _filter(manifest, portal, entity, one, (*loc, "filters", at))


def _approves(manifest: Manifest, portal: Portal) -> bool:
    flows = (flow for entity in manifest.of_portal(portal.name) for flow in entity.spec.workflows.values())
    return any(flow.approval is not None for flow in flows)


def _charted(portal: Portal, block: ChartBlock, loc: Loc) -> Iterator[Problem]:
    if block.chart not in portal.spec.charts:
        hint = nearest(block.chart, portal.spec.charts) or "define it under 'charts:'"
        place = portal.document.value_at(*loc)
        yield Problem("board.E002", f"there is no chart '{block.chart}'", place, hint)


def _list(manifest: Manifest, portal: Portal, block: ListBlock, loc: Loc) -> Iterator[Problem]:
    document = portal.document
    entity = named(manifest, portal.name, block.list)
    if isinstance(entity, Astray):
        yield Problem("board.E003", entity.text, document.value_at(*loc, "list"), entity.hint)
    elif entity is not None:
        tabs = entity.spec.listing.tabs
        if block.tab is not None and block.tab not in tabs:
            text, hint = f"the list of {entity.name} has no tab '{block.tab}'", nearest(block.tab, tabs)
            yield Problem("board.E003", text, document.value_at(*loc, "tab"), hint or "remove 'tab'")
        known = [column.field for column in defaults.columns(entity)]
        for index, name in enumerate(block.columns):
            if name not in known:
                text = f"the list of {entity.name} has no column '{name}'"
                yield Problem(
                    "board.E003", text, document.value_at(*loc, "columns", index), nearest(name, known)
                )


def _export(manifest: Manifest, portal: Portal, block: ExportBlock, loc: Loc) -> Iterator[Problem]:
    document = portal.document
    entity = named(manifest, portal.name, block.export)
    if isinstance(entity, Astray):
        yield Problem("board.E004", entity.text, document.value_at(*loc, "export"), entity.hint)
    elif entity is not None:
        listing = entity.spec.listing
        asked = [search.field for search in listing.search]
        if block.tab is not None and block.tab not in listing.tabs:
            text, hint = (
                f"the list of {entity.name} has no tab '{block.tab}'",
                nearest(block.tab, listing.tabs),
            )
            yield Problem("board.E004", text, document.value_at(*loc, "tab"), hint or "remove 'tab'")
        for index, name in enumerate(block.ask):
            if name not in asked:
                text = f"the list of {entity.name} has no condition '{name}'"
                hint = nearest(name, asked) or f"add it to 'search:' of {entity.name}"
                yield Problem("board.E004", text, document.value_at(*loc, "ask", index), hint)
        yield from _columns(portal, entity, block, loc)


def _columns(portal: Portal, entity: Entity, block: ExportBlock, loc: Loc) -> Iterator[Problem]:
    """What the file of a card has in place of the list's columns, and as sheets of its own."""
    many = [name for name, field in entity.fields.items() if field.storage == "side"]
    flat = [name for name, field in entity.fields.items() if field.readable and field.type not in NOT_FLAT]
    for key, known in (("columns", flat), ("sheets", many)):
        for index, name in enumerate(getattr(block, key)):
            if name not in known:
                what = "cannot be a column" if key == "columns" else "names no records for a sheet"
                place = portal.document.value_at(*loc, key, index)
                yield Problem(
                    "board.E006",
                    f"'{name}' of {entity.name} {what}",
                    place,
                    nearest(name, known) or "remove it",
                )


def _function(manifest: Manifest, portal: Portal, name: str) -> Iterator[Problem]:
    function, loc = portal.spec.functions[name], ("functions", name)
    if manifest.entity(portal.name, name) is not None:
        text = f"'{name}' is an entity, so roles could not tell the two apart"
        yield Problem("function.E001", text, portal.document.at(*loc), "give the function another name")
    for key, known in (
        ("boards", portal.spec.boards),
        ("charts", portal.spec.charts),
        ("workbooks", portal.spec.workbooks),
    ):
        for index, code in enumerate(getattr(function, key)):
            if code not in known:
                place = portal.document.value_at(*loc, key, index)
                hint = nearest(code, known) or f"define it under '{key}:'"
                yield Problem("function.E002", f"there is no {key[:-1]} '{code}'", place, hint)
