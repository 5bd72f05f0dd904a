"""What does not change between two requests for the same list: columns, conditions, buttons, as their author meant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar, cast

from fab_app.core.text import Text
from fab_app.expr import Expr
from fab_app.fields.base import Field
from fab_app.runtime.selection import shown_field
from fab_app.runtime.world import World
from fab_app.spec import defaults
from fab_app.spec.kept import Flag, ways
from fab_app.spec.listing import Act, Press, Search, Step, Tab
from fab_app.spec.listing import Column as Written
from fab_app.spec.manifest import Entity
from fab_app.spec.workflow import Move
from fab_app.web.screens import widths

_HALF_LINE = 120

One = TypeVar("One", Written, Search)


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
class PlannedMove:
    """``stands``: where the record's state allows it."""

    code: str
    move: Move
    stands: Flag


@dataclass(frozen=True, slots=True)
class Plan:
    entity: Entity
    columns: tuple[PlannedColumn, ...]
    searches: tuple[PlannedSearch, ...]
    buttons: tuple[Act, ...]
    toolbar: tuple[Act, ...]
    flags: tuple[Flag, ...]
    title: str
    moves: Mapping[str, tuple[PlannedMove, ...]]
    asked: tuple[str, ...]
    chart: str = ""
    """The chart whose rows are shown: its conditions stand among the searches."""
    also: tuple[Expr, ...] = ()
    moves_first: tuple[Act, ...] = ()
    """``buttons`` as they stand on the record's own page."""
    tab: str = ""
    tabs: Mapping[str, Plan] = field(default_factory=dict)
    """The plan while a tab is open that shows or offers something else."""

    def on(self, tab: str) -> Plan:
        """The plan while a tab is open; the rows behind a chart are shown as the list itself shows them."""
        return self if self.chart else self.tabs.get(tab, self)


def plan_of(world: World, entity: Entity) -> Plan:
    """The plan, made once and kept with the entity."""
    kept = vars(entity)
    if "plan" not in kept:
        kept["plan"] = _plan(world, entity)
    return cast(Plan, kept["plan"])


def _plan(world: World, entity: Entity) -> Plan:
    columns = _columns(world, entity, defaults.columns(entity))
    buttons = defaults.row_buttons(entity)
    keys = ("when", "disabled", "quiet")
    flags: list[Flag] = [
        expr for b in _all_buttons(entity) for key in keys if (expr := getattr(b, key, None)) is not None
    ]
    flags += [spec.when for spec in world.manifest.printed(entity).values() if spec.when is not None]
    flags += [lock.when for lock in entity.locks]
    moves = _moves(entity)
    for step in (one for found in moves.values() for one in found):
        flags += [step.stands, *(f for f in (step.move.when, getattr(step.move.again, "when", None)) if f)]
    plan = Plan(
        entity,
        columns,
        _searches(world, entity, defaults.searches(entity)),
        buttons,
        _toolbar(world, entity),
        tuple({flag.text: flag for flag in flags}.values()),
        columns[0].name if columns else "id",
        moves,
        ("edit", "delete", "print", *(f"move:{code}" for code in moves)),
        moves_first=tuple(sorted(buttons, key=lambda one: not isinstance(one, Step))),
    )
    tabs = entity.spec.listing.tabs.items()
    return replace(plan, tabs={code: _on_tab(world, plan, code, tab) for code, tab in tabs if _differs(tab)})


def _all_buttons(entity: Entity) -> Iterator[Act]:
    """Those of the rows, under whichever tab."""
    yield from defaults.row_buttons(entity)
    for tab in entity.spec.listing.tabs.values():
        yield from tab.row or ()


def _differs(tab: Tab) -> bool:
    return (
        bool(tab.columns)
        or "search" in tab.model_fields_set
        or tab.row is not None
        or tab.toolbar is not None
    )


def _on_tab(world: World, plan: Plan, code: str, tab: Tab) -> Plan:
    entity = plan.entity
    columns = _columns(world, entity, _as_listed(tab.columns, defaults.columns(entity)))
    searches = _searches(world, entity, _as_listed(tab.search, defaults.searches(entity)))
    return replace(
        plan,
        tab=code,
        columns=columns or plan.columns,
        searches=searches if "search" in tab.model_fields_set else plan.searches,
        buttons=plan.buttons if tab.row is None else tab.row,
        toolbar=plan.toolbar if tab.toolbar is None else tab.toolbar,
    )


def _as_listed(named: tuple[One, ...], listed: tuple[One, ...]) -> tuple[One, ...]:
    """Those of which nothing but the field is said look as the list's."""
    known = {one.field: one for one in listed}
    return tuple(known.get(one.field, one) if one.model_fields_set == {"field"} else one for one in named)


def _searches(world: World, entity: Entity, written: tuple[Search, ...]) -> tuple[PlannedSearch, ...]:
    return tuple(_search(world, entity, search) for search in written)


def _toolbar(world: World, entity: Entity) -> tuple[Act, ...]:
    """Where the author said nothing, an import has its button too."""
    found = defaults.toolbar(entity)
    if entity.spec.listing.toolbar is None and world.manifest.imported(entity) is not None:
        return (found[0], Press(button="import"), *found[1:])
    return found


def _moves(entity: Entity) -> dict[str, tuple[PlannedMove, ...]]:
    """The moves that people make, by code."""
    found: dict[str, tuple[PlannedMove, ...]] = {}
    for name in entity.spec.workflows:
        for code, move, stands in ways(entity, name):
            if move.offered:
                found[code] = (*found.get(code, ()), PlannedMove(code, move, stands))
    return found


def _columns(world: World, entity: Entity, written: tuple[Written, ...]) -> tuple[PlannedColumn, ...]:
    """The columns of a list: each has its width but the long texts, or else the name, which share what is left."""
    titled = any(column.card == "title" for column in written)
    first = "code" if titled else "title"
    columns = [_column(world, entity, one, first if at == 0 else "") for at, one in enumerate(written)]
    if any(column.card == "state" for column in written):
        columns = [_aside(column) for column in columns]
    if columns and all(column.width for column in columns):
        free = next((i for i, c in enumerate(columns) if c.card == "title" and not c.written.width), 0)
        columns[free] = replace(columns[free], width="")
    return tuple(columns)


def _aside(column: PlannedColumn) -> PlannedColumn:
    """The same column, but a state only where its author says so: one of them stands in sight."""
    taken = column.card == "state" and column.written.card != "state"
    return replace(column, card=_line(column.field, column.width)) if taken else column


def _column(world: World, entity: Entity, written: Written, place: str) -> PlannedColumn:
    path = tuple(written.field.split("."))
    found = world.manifest.walk(entity, path)
    assert found is not None, f"{entity.key}: {written.field}"
    field = found[1]
    shown = shown_field(field)
    width = written.width or field.width
    target = world.manifest.target(found[0], path[-1])
    chosen = (
        widths.nearest(width) if width else widths.of_field(shown, target is not None and _numbered(target))
    )
    card = written.card or place or ("state" if _is_state(shown) else _line(shown, chosen))
    sortable = (
        not field.many and field.sortable and len(path) == 1 and shown.type not in ("longtext", "richtext")
    )
    return PlannedColumn(
        written.field, path, shown, written.label or field.label, chosen, shown.align, card, sortable, written
    )


def _numbered(target: Entity) -> bool:
    """Whether a record of it is called by its number alone."""
    names = target.title_paths
    return len(names) == 1 and names[0] in target.fields and target.fields[names[0]].type == "serial"


def _line(field: Field, width: str) -> str:
    """On a phone: half a line, or a whole one for what may be long."""
    return "meta2" if not width or field.many or int(width) > _HALF_LINE else "meta"


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
