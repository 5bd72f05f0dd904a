"""``q`` to a query: everything in it is known and fits, or the request is refused with 400."""

from __future__ import annotations

from typing import Any

from fab_app.core.words import say
from fab_app.runtime.query import MAX_PAGE, MAX_SIZE, Asking, Condition, Order, Query, Unreadable
from fab_app.web.rest import rison
from fab_app.web.rest.shown import usual

SIZE = 20
KEYS = frozenset(
    ("columns", "filters", "keys", "order_column", "order_direction", "page", "page_size", "tab", "keyword")
)
OPERATORS = {
    "eq": "eq",
    "neq": "ne",
    "ne": "ne",
    "gt": "gt",
    "gte": "ge",
    "ge": "ge",
    "lt": "lt",
    "lte": "le",
    "le": "le",
    "ct": "contains",
    "contains": "contains",
    "sw": "startswith",
    "startswith": "startswith",
    "in": "in",
    "range": "range",
    "null": "null",
    "below": "below",
    "covers": "covers",
    "rel_o_m": "eq",
    "nrel_o_m": "ne",
    "rel_m_m": "contains",
}
"""Flask-AppBuilder's names of operators and our own, to those of the fields."""

MOST_COLUMNS = 100
MOST_FILTERS = 50


def asked(asking: Asking, text: str) -> Query:
    """Raises Unreadable for broken notation and for unknown keys, columns, operators and values."""
    given = _given(text)
    return Query(
        columns=_columns(asking, given.get("columns")),
        where=tuple(_condition(asking, item) for item in _list(given, "filters", MOST_FILTERS)),
        keyword=_keyword(asking, given.get("keyword")),
        tab=_tab(asking, given.get("tab")),
        order=_order(asking, given),
        page=_number(given, "page", 0, 0, MAX_PAGE),
        size=_number(given, "page_size", SIZE, 0, MAX_SIZE) or SIZE,
    )


def _given(text: str) -> dict[str, Any]:
    if not text.strip():
        return {}
    try:
        given = rison.loads(text)
    except ValueError as error:
        raise Unreadable(say("q cannot be read")) from error
    if not isinstance(given, dict):
        raise Unreadable(say("q cannot be read"))
    _only(given, KEYS)
    return given


def _only(given: dict[str, Any], known: frozenset[str]) -> None:
    for name in given:
        if name not in known:
            raise Unreadable(say("q has no key '{name}'", name=name))


def _columns(asking: Asking, names: Any) -> tuple[tuple[str, ...], ...]:
    if names is None:
        return usual(asking)
    if not isinstance(names, list) or len(names) > MOST_COLUMNS or not all(isinstance(n, str) for n in names):
        raise Unreadable(say("'{name}' in q cannot be read", name="columns"))
    alone = ("id", asking.entity.version)
    return tuple(asking.column(name) for name in dict.fromkeys(names) if name not in alone)


def _condition(asking: Asking, item: Any) -> Condition:
    if not isinstance(item, dict):
        raise Unreadable(say("'{name}' in q cannot be read", name="filters"))
    _only(item, frozenset(("col", "opr", "value")))
    name, operator = item.get("col"), item.get("opr")
    if not isinstance(name, str) or not isinstance(operator, str) or "value" not in item:
        raise Unreadable(say("a filter has 'col', 'opr' and 'value'"))
    if operator not in OPERATORS:
        raise Unreadable(say("there is no operator '{name}'", name=operator))
    return asking.condition(name, OPERATORS[operator], item["value"])


def _keyword(asking: Asking, word: Any) -> str:
    """One word over the fields that the entity's author made searchable."""
    if word is None:
        return ""
    if isinstance(word, int) and not isinstance(word, bool):
        word = str(word)
    if not isinstance(word, str) or len(word) > 200 or "\0" in word:
        raise Unreadable(say("'{name}' in q cannot be read", name="keyword"))
    return word.strip()


def _tab(asking: Asking, tab: Any) -> str:
    if tab is None or tab == "":
        return ""
    if not isinstance(tab, str) or tab not in asking.entity.spec.listing.tabs:
        raise Unreadable(say("there is no tab '{name}'", name=tab))
    return tab


def _order(asking: Asking, given: dict[str, Any]) -> tuple[Order, ...]:
    direction = given.get("order_direction", "asc")
    if direction not in ("asc", "desc"):
        raise Unreadable(say("order_direction is asc or desc"))
    column = given.get("order_column")
    if column is not None:
        if not isinstance(column, str):
            raise Unreadable(say("'{name}' in q cannot be read", name="order_column"))
        return (asking.order(column, direction == "desc"),)
    return asking.usual()


def _number(given: dict[str, Any], name: str, otherwise: int, low: int, high: int) -> int:
    value = given.get(name)
    if value is None:
        return otherwise
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise Unreadable(say("'{name}' is a number from {low} to {high}", name=name, low=low, high=high))
    return value


def _list(given: dict[str, Any], name: str, most: int) -> list[Any]:
    value = given.get(name)
    if value is None:
        return []
    if not isinstance(value, list) or len(value) > most:
        raise Unreadable(say("'{name}' in q cannot be read", name=name))
    return value
