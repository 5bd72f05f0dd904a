"""What does not change between two requests for the same list: columns, conditions, buttons, as their author meant."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from fab_app.core.text import Text
from fab_app.expr import Expr
from fab_app.fields.base import Field
from fab_app.runtime.selection import shown_field
from fab_app.runtime.world import World
from fab_app.spec import defaults
from fab_app.spec.listing import Column as Written
from fab_app.spec.listing import Link, Press, Search
from fab_app.spec.manifest import Entity

_WIDTHS = {
    "serial": "146",
    "date": "116",
    "datetime": "136",
    "time": "74",
    "month": "84",
    "bool": "64",
    "int": "80",
    "decimal": "100",
    "percent": "80",
    "money": "120",
    "phone": "120",
    "user": "84",
    "choice": "100",
    "region": "108",
    "images": "136",
    "files": "136",
    "image": "92",
    "file": "136",
    "uscc": "168",
    "id_card": "168",
    "text": "146",
    "ref": "146",
    "tree_ref": "108",
    "org": "146",
    "refs": "146",
    "choices": "200",
}
_NAMES = frozenset(("text", "longtext", "ref"))
_CLASSES = (
    44,
    54,
    60,
    64,
    72,
    74,
    80,
    84,
    92,
    94,
    100,
    108,
    116,
    120,
    128,
    136,
    138,
    146,
    150,
    168,
    200,
    260,
    320,
)


@dataclass(frozen=True, slots=True)
class PlannedColumn:
    name: str
    path: tuple[str, ...]
    field: Field
    label: Text
    width: str
    align: str
    card: str
    sortable: bool
    written: Written


@dataclass(frozen=True, slots=True)
class PlannedSearch:
    name: str
    path: tuple[str, ...]
    field: Field
    label: Text
    op: str
    target: Entity | None


@dataclass(frozen=True, slots=True)
class Plan:
    entity: Entity
    columns: tuple[PlannedColumn, ...]
    searches: tuple[PlannedSearch, ...]
    buttons: tuple[Press | Link, ...]
    toolbar: tuple[Press | Link, ...]
    flags: tuple[Expr, ...]
    title: str


@lru_cache(maxsize=4096)
def plan_of(world: World, entity: Entity) -> Plan:
    columns = _columns(world, entity)
    buttons = defaults.row_buttons(entity)
    flags = [expr for b in buttons for expr in (b.when, getattr(b, "disabled", None)) if expr is not None]
    flags += [lock.when for lock in entity.spec.locks]
    return Plan(
        entity,
        columns,
        tuple(_search(world, entity, search) for search in defaults.searches(entity)),
        buttons,
        defaults.toolbar(entity),
        tuple({flag.text: flag for flag in flags}.values()),
        columns[0].name if columns else "id",
    )


def _columns(world: World, entity: Entity) -> tuple[PlannedColumn, ...]:
    """The columns of a list: each has its width but one, the name, which takes what is left."""
    columns = [_column(world, entity, written, index) for index, written in enumerate(defaults.columns(entity))]
    free = next((i for i, c in enumerate(columns) if c.card == "title" and not c.written.width), None)
    if free is None:
        free = next((i for i, c in enumerate(columns) if not c.written.width and c.field.type in _NAMES), None)
    if free is not None:
        columns[free] = replace(columns[free], width="")
    return tuple(columns)


def _column(world: World, entity: Entity, written: Written, index: int) -> PlannedColumn:
    path = tuple(written.field.split("."))
    found = world.manifest.walk(entity, path)
    assert found is not None, f"{entity.key}: {written.field}"
    field = found[1]
    shown = shown_field(field)
    width = written.width or field.width
    chosen = _class(width) if width else _WIDTHS.get(shown.type, "120")
    card = written.card or ("title" if index == 0 else "state" if _is_state(shown) else "meta")
    sortable = (
        not field.many and field.sortable and len(path) == 1 and shown.type not in ("longtext", "richtext")
    )
    return PlannedColumn(
        written.field, path, shown, written.label or field.label, chosen, shown.align, card, sortable, written
    )


def _class(width: int) -> str:
    """The nearest width class."""
    return str(min(_CLASSES, key=lambda known: abs(known - width)))


def _is_state(field: Field) -> bool:
    options = getattr(field, "options", None) or {}
    return field.type == "choice" and any(getattr(option, "tone", None) for option in options.values())


def _search(world: World, entity: Entity, search: Search) -> PlannedSearch:
    path = tuple(search.field.split("."))
    found = world.manifest.walk(entity, path)
    assert found is not None, f"{entity.key}: {search.field}"
    field = shown_field(found[1])
    target = world.manifest.target(found[0], path[-1])
    label = search.label or found[1].label
    return PlannedSearch(search.field, path, field, label, defaults.operator(search, field), target)
