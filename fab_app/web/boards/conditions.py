"""The conditions under which a chart is asked for, from an address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from urllib.parse import urlencode

from flask import request
from werkzeug.datastructures import MultiDict

from fab_app.charts.base import PERIOD, Filter
from fab_app.core.words import say
from fab_app.fields.show import zone
from fab_app.runtime.query import Asking, Condition, Unreadable
from fab_app.runtime.reading import Reader
from fab_app.runtime.statistics.answering import Statistics
from fab_app.spec.charted import filters_of
from fab_app.spec.manifest import Portal
from fab_app.web import context
from fab_app.web.boards.spans import in_order, present
from fab_app.web.screens.asked import conditions, given
from fab_app.web.screens.behind import filter_searches
from fab_app.web.screens.plan import PlannedSearch

LANGUAGE = "_l_"
ENDS = ("_from", "_to")
ROWS = "rows"
"""Of a chart with a switch: whose rows its figures are taken over."""
Typed = Mapping[str, tuple[str, ...]]


def statistics(portal: Portal) -> Statistics:
    show = context.show(portal.name)
    zone.set(show.zone)
    reader = Reader(context.world(), context.session(), context.principal(), show)
    rows = request.args.get(ROWS, "")
    if rows not in ("", "all", "own"):
        raise Unreadable(say("there is no condition '{name}'", name=f"{ROWS}={rows[:20]}"))
    return Statistics(reader, portal, rows == "own", request.args.get(PERIOD, ""))


def typed(
    searches: Iterable[tuple[Filter, PlannedSearch]], args: MultiDict[str, str], today: date
) -> dict[str, tuple[str, ...]]:
    """What was given for each condition, empty where nothing was; the present period where it holds by itself."""
    found: dict[str, tuple[str, ...]] = {}
    for one, search in searches:
        said = given(search, args)
        if one.default is not None and not any(said.values()):
            said = dict(zip(said, ((end,) for end in present(one, today)), strict=True))
        found |= said
    return found


def today(portal: Portal) -> date:
    return context.world().clock.today(str(context.show(portal.name).zone))


def asked(
    stats: Statistics, code: str, args: MultiDict[str, str]
) -> tuple[dict[str, tuple[Condition, ...]], dict[str, tuple[str, ...]]]:
    """The judged conditions by entity, and what was given. Raises Unreadable, and Refused for ends turned round."""
    world = context.world()
    found: dict[str, tuple[Condition, ...]] = {}
    values: dict[str, tuple[str, ...]] = {}
    filters = filters_of(stats.portal, code).values()
    for entity in stats.entities(code):
        asking = Asking(world, entity, context.principal())
        searches = filter_searches(world, stats.portal, entity, code)
        values = typed(zip(filters, searches, strict=True), args, today(stats.portal))
        found[entity.key] = tuple(one for search in searches for one in judged(asking, search, values))
        for one in found[entity.key]:
            in_order(one)
    return found, values


def judged(asking: Asking, search: PlannedSearch, values: Typed) -> Iterable[Condition]:
    """The condition as it was given. Raises Unreadable."""
    names = (f"{search.name}{end}" for end in (ENDS if search.op == "range" else ("",)))
    return conditions(asking, search, {name: values[name] for name in names})


def only_known(args: MultiDict[str, str], known: set[str]) -> None:
    """Raises Unreadable (400) for a condition that nothing knows: it is never dropped in silence."""
    for name in args:
        if name not in known and name != LANGUAGE:
            raise Unreadable(say("there is no condition '{name}'", name=name))


def query_string(values: Typed, names: set[str]) -> str:
    """The given conditions of these names, to be put behind an address; ends that were given empty stay so."""
    pairs = [
        (name, value)
        for name, many in values.items()
        if name in names
        for value in many
        if value or name.endswith(ENDS)
    ]
    return f"?{urlencode(pairs)}" if pairs else ""
