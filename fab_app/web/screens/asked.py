"""A list's address to a query and back: what was asked, judged, kept in links."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from fab_app.core.words import say
from fab_app.runtime.query import Asking, Condition, Query, Unreadable, usual_order
from fab_app.runtime.world import World
from fab_app.web.screens.behind import behind_chart
from fab_app.web.screens.plan import Plan, PlannedSearch

SIZES = (10, 20, 50, 100)
MOST_PAGES = 1_000_000


@dataclass(frozen=True)
class Asked:
    """The query of a list page, and the arguments that say it again."""

    plan: Plan
    query: Query
    values: dict[str, tuple[str, ...]]
    within: tuple[str, int] | None
    base: str

    def url(self, **changes: str | int | None) -> str:
        """The address of the same list with some arguments changed; None or "" takes one away."""
        kept: dict[str, list[str]] = {name: [v for v in values if v] for name, values in self.values.items()}
        for name, value in self._state().items():
            kept[name] = [value] if value else []
        for name, change in changes.items():
            kept[name] = [] if change in (None, "") else [str(change)]
        pairs = [(name, value) for name, values in kept.items() for value in values]
        return self.base + (f"?{urlencode(pairs)}" if pairs else "")

    def reset(self) -> str:
        state = {name: value for name, value in self._state().items() if name in ("of", "tab") and value}
        return self.base + (f"?{urlencode(state)}" if state else "")

    def hidden(self) -> tuple[tuple[str, str], ...]:
        return tuple((name, value) for name, value in self._state().items() if value)

    def _state(self) -> dict[str, str]:
        query, listing = self.query, self.plan.entity.spec.listing
        order = ",".join(("-" if o.down else "") + ".".join(o.path) for o in query.order)
        return {
            "of": f"{self.within[0]}:{self.within[1]}" if self.within else "",
            "chart": self.plan.chart,
            "tab": query.tab,
            "order": "" if order == usual_order(self.plan.entity, query.tab) else order,
            "size": "" if query.size == listing.size else str(query.size),
        }


def first_tab(plan: Plan) -> str:
    """The tab that is shown first; of a chart's rows one that leaves none out."""
    tabs = {code: tab for code, tab in plan.entity.spec.listing.tabs.items() if not tab.apart}
    if plan.chart:
        return next((code for code, tab in tabs.items() if tab.where is None), "")
    return next(iter(tabs), "")


def asked(world: World, asking: Asking, plan: Plan, args: MultiDict[str, str], base: str) -> Asked:
    """Raises Unreadable (400) for what cannot be read."""
    plan = behind_chart(world, asking, plan, args)
    listing = plan.entity.spec.listing
    tab = args.get("tab", "")
    if tab and tab not in listing.tabs:
        raise Unreadable(say("there is no tab '{name}'", name=tab))
    tab = tab or first_tab(plan)
    plan = plan.on(tab)
    within = _within(asking, args.get("of", ""))
    values: dict[str, tuple[str, ...]] = {}
    where: list[Condition] = []
    for search in plan.searches:
        typed = given(search, args)
        values |= typed
        where += conditions(asking, search, typed)
    query = Query(
        columns=tuple(
            column.path for column in plan.columns if not (within and column.written.outside == within[0])
        ),
        where=tuple(where),
        tab=tab,
        within=within,
        order=tuple(asking.orders(args["order"])) if args.get("order") else asking.usual(tab),
        page=_number(args.get("page", "1"), 1, MOST_PAGES) - 1,
        size=_size(args.get("size", ""), listing.size),
        also=plan.also,
    )
    return Asked(plan, query, values, within, base)


def given(search: PlannedSearch, args: MultiDict[str, str]) -> dict[str, tuple[str, ...]]:
    names = [f"{search.name}_from", f"{search.name}_to"] if search.op == "range" else [search.name]
    return {name: tuple(value.strip() for value in args.getlist(name)[:200]) for name in names}


def conditions(
    asking: Asking, search: PlannedSearch, typed: dict[str, tuple[str, ...]]
) -> Iterable[Condition]:
    if search.op == "range":
        low, high = (next(iter(values), "") for values in typed.values())
        if low or high:
            yield asking.condition(".".join(search.path), "range", [low or None, _end(search, high) or None])
        return
    values = [value for value in typed[search.name] if value]
    if not values:
        return
    if search.op == "in" or len(values) > 1:
        yield asking.condition(".".join(search.path), "in", values)
    else:
        yield asking.condition(".".join(search.path), search.op, values[0])


def _end(search: PlannedSearch, text: str) -> str:
    """The end of a range of instants that was given as a day is the end of that day."""
    return f"{text} 23:59:59" if search.field.type == "datetime" and len(text) == 10 else text


def _within(asking: Asking, text: str) -> tuple[str, int] | None:
    """By a reference that is closed to the person no list is opened: it would tell what it refers to."""
    if not text:
        return None
    name, _, key = text.partition(":")
    field = asking.entity.fields.get(name)
    if (
        field is None
        or field.storage != "column"
        or asking.world.manifest.target(asking.entity, name) is None
        or not key.isdecimal()
        or not asking.shows((name,))
        or asking.closed((name,))
    ):
        raise Unreadable(say("the address cannot be read"))
    return name, int(key[:18])


def _number(text: str, least: int, most: int) -> int:
    if not text.isascii() or not text.isdecimal() or not least <= int(text[:9]) <= most:
        raise Unreadable(say("the address cannot be read"))
    return int(text[:9])


def _size(text: str, otherwise: int) -> int:
    size = _number(text, 1, 100) if text else otherwise
    if size not in SIZES:
        raise Unreadable(say("the address cannot be read"))
    return size
