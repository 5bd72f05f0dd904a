"""Every field type, with the least its author must write, and some of them with more."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from fab_app.core.text import Text
from fab_app.fields.base import Field
from fab_app.fields.book import Books, Item, Shelf
from fab_app.fields.family import FIELDS

SHELF = Shelf(Books(), "shop")
"""A portal with one dictionary."""

SHELF.book("kinds").put((Item("a", Text("甲", "First"), "good"), Item("b", Text("乙"))))

NEEDED: dict[str, dict[str, Any]] = {
    "choice": {"options": {"a": "甲", "b": "乙"}},
    "choices": {"options": {"a": "甲", "b": "乙", "none": "无"}, "exclusive": "none"},
    "computed": {"as": {"type": "money", "min": 0}, "value": "1 + 1"},
    "covered": {"of": "regions", "to": "region"},
    "dynamic_ref": {"to": ["agency", "insurer"]},
    "qr": {"value": "'x'"},
    "ref": {"to": "order"},
    "refs": {"to": "order"},
    "rollup": {"of": "line", "by": "order"},
    "serial": {"pattern": "YH{yyyyMMdd}{0000}"},
    "snapshot": {"of": "enterprise.name", "as": "text"},
    "table": {"of": "line", "by": "order", "columns": ["name"]},
    "tree_ref": {"to": "region"},
    "tree_refs": {"to": "region"},
}
VARIANTS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("int", {"min": 1, "max": 9}),
    ("int", {"max": -5}),
    ("decimal", {"digits": 3, "scale": 1, "min": "30.0", "max": 45}),
    ("decimal", {"digits": 8, "scale": 0}),
    ("money", {"min": "0.01", "max": 0.05}),
    ("percent", {"scale": 1}),
    ("text", {"max": 5, "min": 3}),
    ("longtext", {"max": 20000}),
    ("choices", {"of": "kinds"}),
    ("choice", {"of": "kinds"}),
    ("choices", {"options": {"a": "甲", "b": "乙", "c": "丙"}, "min": 2, "max": 2}),
    ("password", {"policy": {"min": 20, "max": 20, "classes": 4}}),
    ("computed", {"as": "date", "value": "today()", "stored": True}),
    ("rollup", {"of": "line", "by": "order", "measure": "sum", "field": "amount", "as": "money"}),
    ("rating", {"max": 10}),
    ("duration", {"max": 90}),
)
CASES = [(name, NEEDED.get(name, {})) for name in FIELDS] + list(VARIANTS)
IDS = [f"{name}-{index}" if index >= len(FIELDS) else name for index, (name, _) in enumerate(CASES)]

KEYS: dict[str, Any] = {
    "table": [{"name": "x"}],
    "dynamic_ref": "agency:5",
    "choices": ["a"],
    "file": [3],
    "image": [3],
}


def build(name: str, keys: dict[str, Any]) -> Field:
    return FIELDS[name].model_validate(
        {"type": name, "label": {"zh": "标签", "en": "Label"}, **keys}, context=SHELF
    )


FAMILY = [build(name, keys) for name, keys in CASES]


@pytest.fixture(params=FAMILY, ids=IDS)
def field(request: pytest.FixtureRequest) -> Field:
    built = request.param
    assert isinstance(built, Field)
    return built


@pytest.fixture(scope="session")
def family() -> list[Field]:
    return FAMILY


@pytest.fixture
def value(field: Field) -> Any:
    """A value; of types whose values are keys of rows or codes of a dictionary, one that might exist."""
    raw = field.sample(Random(7))
    return field.parse(KEYS.get(field.type, [3, 1] if field.many else 3) if raw is None else raw)


@pytest.fixture(scope="session")
def make() -> Callable[..., Field]:
    """A field from the keys an author would write."""

    def make(type: str, label: str = "标签", **keys: Any) -> Field:
        return FIELDS[type].model_validate({"type": type, "label": label, **keys}, context=SHELF)

    return make
