"""What boards and charts must answer: a person sees those that are his, and in their numbers only his rows."""

from __future__ import annotations

from collections.abc import Iterator

from werkzeug.routing import Rule

from fab_app.charts.base import Chart
from fab_app.runtime.statistics.permission import opens, permitted
from fab_app.spec.manifest import Portal
from tests.leaks.cells import named
from tests.leaks.walk import Visitor

CHARTS = (
    "/P/charts/<code>",
    "/P/charts/<code>/rows",
    "/api/P/charts/<code>",
    "/api/P/charts/<code>.csv",
    "/api/P/charts/<code>.xlsx",
)
"""The kinds of address below which each board or chart is asked for by its own code."""


def visit_charts(visitor: Visitor, rule: Rule, known: str, method: str) -> None:
    """Every code of the portal, and one that does not exist."""
    portal = _portal(visitor, rule)
    codes = portal.spec.boards if known == "/P/charts/<code>" else portal.spec.charts
    for code in (*codes, "nothing"):
        path = rule.rule.replace("<code>", code)
        charts = _parts(portal, code) if known.startswith("/api/") else ()
        but = named(visitor.opinion, visitor.known, charts, portal.name)
        visitor.ask(method, path, _statuses(visitor, portal, known, code), told=known, but=but)


def _parts(portal: Portal, code: str) -> Iterator[Chart]:
    """The chart, and those that it holds or stands beside."""
    chart = portal.spec.charts.get(code)
    if chart is not None:
        yield chart
        for inner in (*chart.parts, *chart.beside):
            yield from _parts(portal, inner)


def _statuses(visitor: Visitor, portal: Portal, known: str, code: str) -> tuple[int, ...]:
    world, who = visitor.site.world, visitor.site.principal(visitor.account)
    if code == "nothing":
        return (404,)
    if known == "/P/charts/<code>":
        allowed = opens(world, who, portal, portal.spec.boards[code])
    else:
        allowed = permitted(
            world, who, portal, code, "export" if known.endswith((".csv", ".xlsx")) else "read"
        )
    return (200,) if allowed else (403,)


def _portal(visitor: Visitor, rule: Rule) -> Portal:
    manifest = visitor.site.world.manifest
    return next(portal for name, portal in manifest.portals.items() if f"/{name}/charts/" in rule.rule)
