"""A board's page: its frame, its conditions and short lists; each chart fetches its numbers itself."""

from __future__ import annotations

from dataclasses import replace

from flask import render_template, request
from flask.typing import ResponseReturnValue

from fab_app.charts.base import PERIOD, Filter
from fab_app.core.problems import Refused
from fab_app.core.words import locale, say
from fab_app.runtime.env import RecordEnv
from fab_app.runtime.judging import NotFound
from fab_app.runtime.query import Unreadable
from fab_app.runtime.statistics.permission import conditions_of, opens, permitted, shown
from fab_app.spec.board import Board, ExportBlock, ListBlock, Rows, TodoBlock
from fab_app.spec.board import ChartBlock as Written
from fab_app.spec.charted import charts_on, filters_of, leaves, periods_of
from fab_app.spec.manifest import Entity, Portal
from fab_app.web import context
from fab_app.web.boards.conditions import ROWS, judged, query_string, statistics, today, typed
from fab_app.web.boards.rows import list_block
from fab_app.web.boards.sheets import export_block
from fab_app.web.boards.spans import in_order, offered, period_name
from fab_app.web.boards.waiting import todo_block
from fab_app.web.pages import Query, QueryField
from fab_app.web.pages.boards import Block, BoardPage, ChartBlock
from fab_app.web.pages.parts import Action, Tab
from fab_app.web.screens.access import require_person
from fab_app.web.screens.behind import filter_search
from fab_app.web.screens.plan import PlannedSearch
from fab_app.web.screens.querying import condition_words, query_field
from fab_app.web.shell import shell_of

TAB = "tab"
Search = tuple[Entity, Filter, PlannedSearch]
Given = dict[str, tuple[str, ...]]


def board(portal: Portal, code: str) -> ResponseReturnValue:
    require_person()
    written = portal.spec.boards.get(code)
    who = context.principal()
    if written is None:
        raise NotFound(say("There is no such page"))
    if not opens(context.world(), who, portal, written):
        raise Refused(say("You may not do this"), status=403)
    return draw(portal, code, written, f"/{portal.name}/charts/{code}", written.label.of(locale.get()))


def home_board(portal: Portal) -> tuple[str, Board] | None:
    """The first home whose condition holds for the person and of which he may see something."""
    world, who = context.world(), context.principal()
    for code, written in portal.spec.boards.items():
        if written.home and _holds(portal, written) and opens(world, who, portal, written):
            return code, written
    return None


def _holds(portal: Portal, written: Board) -> bool:
    world, who = context.world(), context.principal()
    if written.when is None or who.everything:
        return True
    entity = next(iter(world.manifest.of_portal(portal.name)))
    return RecordEnv(world, entity, {}, who, _no_rows).holds(written.when, True)


def _no_rows(statement: object) -> object:
    raise LookupError("the condition of a board reads rows")


def draw(
    portal: Portal, code: str, written: Board, at: str, title: str, subtitle: str = ""
) -> ResponseReturnValue:
    searches = _searches(portal, written)
    given = typed(((one, search) for _, one, search in searches), request.args, today(portal))
    tab = _tab(portal, written)
    problem = _problem(searches, given)
    page = BoardPage(
        shell=shell_of(portal.name, at=at),
        title=title,
        subtitle=subtitle,
        printed=not written.home and not problem,
        rows=() if problem else _blocks(portal, written.rows, given),
        query=_query(portal, searches, given, at, tab),
        scopes=_scopes(portal, written, {**given, TAB: (tab,)}, at),
        tabs=_tabs(portal, written, given, at, tab),
        tabbed=_blocks(portal, written.tabs[tab].rows, given) if tab and not problem else (),
        problem=problem,
    )
    return render_template("board.html", page=page), 422 if problem else 200


def _blocks(portal: Portal, rows: Rows, given: Given) -> tuple[tuple[Block, ...], ...]:
    """What the person may see of these rows."""
    world, who = context.world(), context.principal()
    found = (
        tuple(block for one in row if shown(world, who, portal, one) for block in _drawn(portal, one, given))
        for row in rows
    )
    return tuple(row for row in found if row)


def _problem(searches: tuple[Search, ...], given: Given) -> str:
    """Why nothing can be counted under what was given."""
    asking = {entity.key: context.asking(entity) for entity, _, _ in searches}
    try:
        for entity, _, search in searches:
            for condition in judged(asking[entity.key], search, given):
                in_order(condition)
    except (Refused, Unreadable) as refused:
        return str(refused)
    return ""


def _open_tabs(portal: Portal, written: Board) -> tuple[str, ...]:
    world, who = context.world(), context.principal()
    return tuple(
        code
        for code, tab in written.tabs.items()
        if any(shown(world, who, portal, block) for row in tab.rows for block in row)
    )


def _tab(portal: Portal, written: Board) -> str:
    """The chosen tab, else the first of which the person may see something."""
    found = _open_tabs(portal, written)
    asked = request.args.get(TAB, "")
    return asked if asked in found else next(iter(found), "")


def _tabs(portal: Portal, written: Board, given: Given, at: str, tab: str) -> tuple[Tab, ...]:
    own = {ROWS: ("own",)} if request.args.get(ROWS) == "own" else {}
    kept = {**given, **own}
    return tuple(
        Tab(
            code,
            written.tabs[code].label.of(locale.get()),
            at + query_string({**kept, TAB: (code,)}, {TAB, *kept}),
            current=code == tab,
        )
        for code in _open_tabs(portal, written)
    )


def _scopes(portal: Portal, written: Board, given: Given, at: str) -> tuple[Tab, ...]:
    """The switch between all rows and one's own, for who has figures over more than these."""
    stats = statistics(portal)
    codes = (code for code in charts_on(portal, written) if stats.permitted(code) and stats.switched(code))
    switch = portal.spec.charts[found].switch if (found := next(codes, None)) is not None else None
    if switch is None:
        return ()
    own = {**given, ROWS: ("own",)}
    return (
        Tab("all", switch.all.of(locale.get()), at + query_string(given, set(given)), current=not stats.own),
        Tab("own", switch.own.of(locale.get()), at + query_string(own, set(own)), current=stats.own),
    )


def _drawn(portal: Portal, one: object, given: Given) -> tuple[Block, ...]:
    if isinstance(one, Written):
        return _charts(portal, one, given)
    if isinstance(one, ExportBlock):
        return (export_block(portal, one),)
    if isinstance(one, TodoBlock):
        return (todo_block(portal, one),)
    assert isinstance(one, ListBlock)
    return (list_block(portal, one),)


def _charts(portal: Portal, one: Written, given: Given) -> tuple[ChartBlock, ...]:
    world, who = context.world(), context.principal()
    found = []
    for code in leaves(portal, one.chart):
        if not permitted(world, who, portal, code):
            continue
        chart = portal.spec.charts[code]
        names = names_of(portal, code)
        address = f"/api/v1/{portal.name}/charts/{code}"
        own = {ROWS: ("own",)} if chart.switch is not None and request.args.get(ROWS) == "own" else {}
        asked = query_string({**given, **own}, names)
        export = (
            Action(say("Export the numbers"), f"{address}.xlsx{asked}", "download")
            if chart.drawn != "tile" and permitted(world, who, portal, code, "export")
            else None
        )
        found.append(
            ChartBlock(
                code,
                chart.label.of(locale.get()),
                chart.drawn,
                address + asked,
                one.span or chart.span,
                chart.note.of(locale.get()) if chart.note is not None else "",
                getattr(chart, "icon", None) or "",
                export,
                tuple((one, period_name(one)) for one in periods_of(portal, code)),
            )
        )
    return tuple(found)


def names_of(portal: Portal, code: str) -> set[str]:
    """What the chart's conditions are called in an address, the ends of ranges among them."""
    own = {ROWS, PERIOD} if periods_of(portal, code) else {ROWS}
    return own | {f"{name}{end}" for name in filters_of(portal, code) for end in ("", "_from", "_to")}


def _searches(portal: Portal, written: Board) -> tuple[Search, ...]:
    """The conditions of the board, each over the first entity that knows it."""
    world, who = context.world(), context.principal()
    stats = statistics(portal)
    charts = charts_on(portal, written)
    if not written.filters:
        joined = (code for code in charts if portal.spec.charts[code].beside)
        found = {one.code: (e, one) for code in joined for e, one in conditions_of(world, who, portal, code)}
        return tuple((entity, one, filter_search(world, entity, one)) for entity, one in found.values())
    first = next((entity for code in charts for entity in stats.entities(code)), None)
    return tuple((first, one, filter_search(world, first, one)) for one in written.filters) if first else ()


def _query(portal: Portal, searches: tuple[Search, ...], given: Given, at: str, tab: str) -> Query | None:
    if not searches:
        return None
    fields = tuple(_field(portal, search, given, index == 0) for index, search in enumerate(searches))
    conditions = tuple(condition_words(field) for field in fields if any(field.values))
    own = ((ROWS, "own"),) if request.args.get(ROWS) == "own" else ()
    hidden = (*own, *(((TAB, tab),) if tab else ()))
    return Query(
        fields,
        at,
        at + query_string({name: (value,) for name, value in hidden}, {ROWS, TAB}),
        hidden,
        conditions,
    )


def _field(portal: Portal, search: Search, given: Given, key: bool) -> QueryField:
    """The condition as the form asks for it; of a date with the periods that are offered."""
    entity, one, planned = search
    field = query_field(statistics(portal).reader, entity, planned, given, key)
    periods = offered(one, today(portal))
    return replace(field, widget=replace(field.widget, options=periods)) if periods else field
