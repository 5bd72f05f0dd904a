"""Records that a line refers to by their own values: found where they stand, else made by the system for the person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa

from fab_app.core.problems import Refused
from fab_app.core.words import locale, say
from fab_app.fields.base import EMPTY
from fab_app.runtime.imports.columns import Plan
from fab_app.runtime.imports.finding import AT_ONCE
from fab_app.runtime.imports.lines import Line
from fab_app.runtime.judging import Duplicate
from fab_app.runtime.people import USER
from fab_app.runtime.views import own_name
from fab_app.runtime.writing import Writer
from fab_app.spec.manifest import Entity
from fab_app.store.engine import savepoint

Named = tuple[str, Any]
"""A field of the other entity and its value."""


@dataclass(slots=True)
class Made:
    """``new``: (row, entity, key) of the records that did not stand; ``users`` the lines that refer to each."""

    new: list[tuple[int, str, int]] = field(default_factory=list)
    users: list[list[Line]] = field(default_factory=list)

    def orphans(self, lines: list[Line]) -> bool:
        """Whether a record was made for lines that are all wrong."""
        return any(all(line.errors for line in users) for users in self.users)


def make(system: Writer, writer: Writer, plan: Plan, lines: list[Line]) -> Made:
    """Sets the references of ``Plan.made`` in each line. Lines whose record cannot be made are refused."""
    made = Made()
    for reference, by in plan.spec.make.items():
        target = writer.world.manifest.target(plan.entity, reference)
        assert target is not None
        groups: dict[Named, list[Line]] = {}
        for line in lines:
            if named := _named(line, reference, by):
                groups.setdefault(named, []).append(line)
            else:
                label = target.spec.label.of(locale.get())
                line.refuse(f"{reference}.{by[0]}", say("Say which {label} is meant", label=label))
        known = _standing(writer, target, groups)
        for named, users in groups.items():
            key = known.get(named) or _make(system, plan, reference, target, users, made)
            for line in users:
                line.made[reference] = key
    return made


def _named(line: Line, reference: str, by: Iterable[str]) -> Named | None:
    """By the first of the fields that the line has a value of."""
    values = ((name, line.values.get(f"{reference}.{name}")) for name in by)
    return next(((name, value) for name, value in values if value not in EMPTY), None)


def _standing(writer: Writer, target: Entity, wanted: Iterable[Named]) -> dict[Named, int]:
    """Those that the person may refer to; one that he may not see is as good as none."""
    table = writer.world.stored(target).table
    allowed = writer.access.choosable(target.key, table)
    found: dict[Named, int] = {}
    names = list(wanted)
    for name in dict.fromkeys(name for name, _ in names):
        column, values = table.c[target.columns[name]], [value for other, value in names if other == name]
        for start in range(0, len(values), AT_ONCE):
            some = column.in_(values[start : start + AT_ONCE])
            rows = writer.fetch(sa.select(column, table.c.id).where(some, allowed))
            found |= {(name, value): int(key) for value, key in rows}
    return found


def _make(
    system: Writer, plan: Plan, reference: str, target: Entity, users: list[Line], made: Made
) -> int | None:
    """With the values of the first line that names it; an account imported with its organisation is its first."""
    from fab_app.runtime.imports.running import refuse

    first = users[0]
    values = {c.name: first.values.get(c.path) for c in plan.made[reference]}
    if plan.entity.owner == USER and target.spec.first_account is not None:
        values[target.spec.first_account.account] = first.values.get(own_name(plan.entity, "account"))
    given = {name: value for name, value in values.items() if value is not None}
    try:
        with savepoint(system.session):
            key = replace(system, lone=plan.entity.owner == USER).create(target, given)
    except Refused as refusal:
        told = refusal.errors or {"": [refusal.sentence]}
        for line in users:
            refuse(plan, line, told, isinstance(refusal, Duplicate), reference)
        return None
    made.new.append((first.number, target.key, key))
    made.users.append(users)
    return key
