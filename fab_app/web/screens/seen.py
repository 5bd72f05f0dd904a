"""The columns and conditions of a list as one person sees them: found once for all who hold the same."""

from __future__ import annotations

from dataclasses import dataclass

from fab_app.runtime.plans import scope_of
from fab_app.runtime.query import Asking
from fab_app.web.screens.plan import Plan, PlannedColumn, PlannedSearch


@dataclass(frozen=True, slots=True)
class SeenColumn:
    """``masked``: told with its middle hidden; ``sortable``: sorting tells nothing that is not shown."""

    column: PlannedColumn
    masked: bool
    sortable: bool


@dataclass(frozen=True, slots=True)
class Seen:
    columns: tuple[SeenColumn, ...]
    searches: tuple[PlannedSearch, ...]


def seen(plan: Plan, asking: Asking) -> Seen:
    """Hidden fields are left out; kept by all that the answer depends on: the plan and the person's scope."""
    key = ("seen", plan.entity.key, plan.chart, plan.tab, scope_of(asking.principal))
    return asking.world.plans.get(key, lambda: (_seen(plan, asking), True))


def _seen(plan: Plan, asking: Asking) -> Seen:
    columns = (
        SeenColumn(column, asking.masks(column.path), column.sortable and not asking.closed(column.path))
        for column in plan.columns
        if asking.shows(column.path)
    )
    open_ = (s for s in plan.searches if asking.shows(s.path) and not asking.closed(s.path))
    searches = (s for s in open_ if s.op != "contains" or s.op in asking.operators(s.path))
    return Seen(tuple(columns), tuple(searches))
