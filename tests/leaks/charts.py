"""What boards and charts must answer: a person sees those that are his, and in their numbers only his rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from werkzeug.routing import Rule

from fab_app.charts.base import Chart, Measure
from fab_app.spec.manifest import Portal
from tests.leaks.cells import named
from tests.leaks.figures import Figures
from tests.leaks.planting import Cell
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
    figures, board = Figures(visitor.opinion, portal), known == "/P/charts/<code>"
    visitor.ask(method, rule.rule.replace("<code>", "nothing"), [404])
    for code in portal.spec.boards if board else portal.spec.charts:
        path, action = rule.rule.replace("<code>", code), _action(known)
        may = figures.opens(portal.spec.boards[code]) if board else figures.may(code, action)
        but = _named(visitor, figures, code, action) if known.startswith("/api/") else ()
        answer = visitor.ask(method, path, [200] if may else [403], told=known, but=but)
        if known == "/api/P/charts/<code>" and method == "GET" and answer.status_code == 200:
            _counted(visitor, figures, code, answer.get_json()["result"], f"GET {path}")


def _action(known: str) -> str:
    return "export" if known.endswith((".csv", ".xlsx")) else "read"


def _named(visitor: Visitor, figures: Figures, code: str, action: str) -> Iterator[Cell]:
    """The groups of those charts that he sees, of a chart or of those that it holds or stands beside."""
    for leaf in figures.leaves(code):
        if figures.may(leaf, action):
            chart = figures.portal.spec.charts[leaf]
            yield from named(visitor.opinion, visitor.known, chart, figures.counted(leaf))


def _counted(visitor: Visitor, figures: Figures, code: str, body: Mapping[str, Any], path: str) -> None:
    """A group holds those of its charts that are his; no figure is over more rows than his, and none over fewer."""
    chart = figures.portal.spec.charts[code]
    if chart.parts:
        own = {part for part in chart.parts if figures.may(part)}
        told = set(body["charts"])
        visitor.report.expect(
            told == own, f"{visitor.account} {path} holds {sorted(told)}, not {sorted(own)}"
        )
        for part in own & told:
            _counted(visitor, figures, part, body["charts"][part], f"{path} {part}")
    elif not chart.beside:
        most, sums = figures.rows(code), [sum(one["rows"]) for one in body["series"]]
        sums = [sum(sums)] if chart.split is not None else sums
        right = all(rows == most if _whole(figures.portal, chart) else rows <= most for rows in sums)
        visitor.report.expect(right, f"{visitor.account} {path} counts {sums} of {most} rows")


def _whole(portal: Portal, chart: Chart) -> bool:
    """Whether each row is in one of the groups, and every figure over all of them, where nothing is asked."""
    holders = (*portal.spec.charts.values(), *portal.spec.boards.values())
    asked = any(one.default for holder in holders for one in holder.filters)
    plain = all(one == Measure(label=one.label, tone=one.tone) for one in chart.figures.values())
    axes = [axis for axis in (chart.by, chart.split) if axis is not None]
    cut = (
        chart.limit
        or getattr(chart, "tab", None)
        or any(axis.last or axis.periods or axis.tree for axis in axes)
    )
    return plain and not asked and not cut


def _portal(visitor: Visitor, rule: Rule) -> Portal:
    manifest = visitor.site.world.manifest
    return next(portal for name, portal in manifest.portals.items() if f"/{name}/charts/" in rule.rule)
