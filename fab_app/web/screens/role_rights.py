"""What a role allows, as a table on its page: of a role from a file with the lines where it is written, read-only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fab_app.access.grants import Grant, Place, Rows
from fab_app.access.guards import AGGREGATE
from fab_app.access.written import rule_of, source_of
from fab_app.core.problems import Place as Written
from fab_app.core.words import locale, say
from fab_app.fields.faces import Cell
from fab_app.runtime.granting import ROLE, key_of
from fab_app.spec.manifest import Entity, Role
from fab_app.web import context
from fab_app.web.pages import Column, RelatedTable, Row
from fab_app.web.screens import matrix

_HEADS = ("Function", "What may be done", "Which rows", "Fields", "Source")
_SCOPES = {
    "all": "All rows",
    "own": "Rows of one's own",
    "org": "Rows of one's organisation",
    "org_tree": "Rows of one's organisation and those below it",
    "region_tree": "Rows of one's region and those below it",
}


@dataclass(frozen=True, slots=True)
class _Line:
    """Actions on one kind of record that reach equally far."""

    function: str
    rows: str
    fields: str
    source: str


def tables(entity: Entity, pk: int) -> tuple[RelatedTable, ...]:
    """For the page of a role, whoever may read it; nothing for other records."""
    if entity.owner != ROLE:
        return ()
    world, key = context.world(), key_of(context.writer(), pk)
    role = world.manifest.roles.get(key)
    granted = world.grants.by_role if role is not None else world.grants.custom
    return (_table(granted.get(key, {}), role),)


def _table(granted: Mapping[Place, Grant], role: Role | None) -> RelatedTable:
    """Columns that say nothing of any line are left out."""
    lines = list(_cells(granted, role))
    told = [at for at, cells in enumerate(zip(*lines, strict=True)) if any(cells)]
    heads = [_HEADS[at] for at in told]
    rows = tuple(Row("", tuple(_cell(cells[at]) for at in told)) for cells in lines)
    file = role.document.path if role is not None else ""
    return RelatedTable(
        say("Permissions"),
        "rights",
        columns=tuple(Column(head, say(head)) for head in heads),
        rows=rows,
        count=str(len(rows)),
        empty=say("The role allows nothing"),
        note=say("Defined in {file}: it is changed there", file=file) if file else "",
    )


def _cell(text: str) -> Cell:
    return Cell("text", text, text) if text else Cell("nil")


def _cells(granted: Mapping[Place, Grant], role: Role | None) -> Iterator[tuple[str, ...]]:
    lines: dict[_Line, list[str]] = {}
    for (key, action), grant in granted.items():
        if action != AGGREGATE:
            lines.setdefault(_line(key, action, grant, role), []).append(_action(key, action))
    for line, actions in lines.items():
        yield line.function, "、".join(actions), line.rows, line.fields, line.source


def _line(key: str, action: str, grant: Grant, role: Role | None) -> _Line:
    world = context.world()
    entity = world.manifest.entities.get(key)
    if entity is None:
        portal, _, name = key.partition(".")
        label = world.manifest.portals[portal].spec.functions[name].label
        return _Line(label.of(locale.get()), "", "", _at(role.document.at("may", name) if role else None))
    source = source_of(world.manifest, world.grants, grant, entity, action) if role else None
    label = entity.spec.label
    return _Line(label.of(locale.get()), _rows(entity, grant.rows), _fields(entity, grant), _at(source))


def _at(place: Written | None) -> str:
    return say("line {line}", line=place.line) if place is not None else ""


def _action(key: str, action: str) -> str:
    return matrix.words(key, action) if key in context.world().manifest.entities else say("Use")


def _rows(entity: Entity, rows: Rows) -> str:
    """A scope in words, a rule as it is written."""
    if rows.within is not None or rows.of is not None:
        return rule_of(rows)
    if rows.through in entity.fields:
        return say("As those of {label}", label=_labels(entity, (rows.through,)))
    return say(_SCOPES[rows.scope]) if rows.scope in _SCOPES else rule_of(rows)


def _fields(entity: Entity, grant: Grant) -> str:
    """What is kept from its holder."""
    kept: list[tuple[str, Any]] = [
        ("hidden: {names}", grant.fields.hidden),
        ("masked: {names}", grant.fields.masked),
        ("read only: {names}", grant.fields.readonly),
    ]
    return "；".join(say(text, names=_labels(entity, names)) for text, names in kept if names)


def _labels(entity: Entity, names: tuple[str, ...]) -> str:
    return "、".join(entity.fields[name].label.of(locale.get()) for name in names if name in entity.fields)
