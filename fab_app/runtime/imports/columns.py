"""The columns of an import: what each of them is a value of, and in whose words references are written."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from fab_app.access.principal import Principal
from fab_app.core.text import LOCALES
from fab_app.core.words import locale
from fab_app.expr import Kind
from fab_app.fields.base import Field
from fab_app.fields.show import Show
from fab_app.runtime.judging import is_true, writable_fields
from fab_app.runtime.world import World
from fab_app.spec.imports import ImportColumn, ImportSpec
from fab_app.spec.manifest import Entity

_NO_CELL = frozenset(("file", "files", "image", "images", "table", "password", "json", "richtext", "rights"))
MARK = "fab_import"
"""The defined name in which a template holds the fingerprint of its definition."""

_NAMING = frozenset(("text", "serial", "uscc", "phone", "email", "id_card"))


@dataclass(frozen=True, eq=False)
class Column:
    """``reference``: the field whose record ``make`` finds or makes, "" for a field of the entity itself.

    ``target``: what a reference refers to, ``by`` the fields in whose words it is written.
    """

    spec: ImportColumn
    reference: str
    name: str
    field: Field
    owner: Entity
    target: Entity | None
    by: tuple[str, ...]

    @property
    def path(self) -> str:
        return self.spec.field

    @property
    def label(self) -> str:
        return (self.spec.label or self.field.label).of(locale.get())

    @property
    def names(self) -> tuple[str, ...]:
        """What may stand above it: its path, its label in any language."""
        text = self.spec.label or self.field.label
        return (self.path, *(text.of(language) for language in LOCALES))

    @property
    def required(self) -> bool:
        always = is_true(self.field.required) and self.field.default is None
        return self.spec.required or always


@dataclass(frozen=True, eq=False)
class Plan:
    """An import of one entity for one person. ``given``: columns of the definition that no workbook has."""

    entity: Entity
    spec: ImportSpec
    columns: tuple[Column, ...]
    given: tuple[Column, ...]

    @property
    def label(self) -> str:
        return (self.spec.label or self.entity.spec.label).of(locale.get())

    @cached_property
    def made(self) -> dict[str, tuple[Column, ...]]:
        """By reference the columns of the records that are found or made."""
        return {
            reference: tuple(column for column in self.columns if column.reference == reference)
            for reference in self.spec.make
        }

    @cached_property
    def formulas(self) -> tuple[Column, ...]:
        return tuple(column for column in self.given if column.spec.formula is not None)

    @cached_property
    def fingerprint(self) -> str:
        """Tells a template of this definition from an older one."""
        told = [f"{c.path}:{c.field.type}:{c.required}:{c.spec.label or c.field.label}" for c in self.columns]
        digest = hashlib.sha256("|".join(told).encode()).hexdigest()[:16]
        return f"{self.entity.key}:{digest}"


def plan_of(world: World, who: Principal, entity: Entity, spec: ImportSpec, action: str = "add") -> Plan:
    """Without what the person may not write; of ``make`` everything, for the system makes it."""
    policy = world.grants.writing(who, entity.key, action)
    writable = writable_fields(entity, policy.hidden, policy.readonly)
    written = spec.columns or tuple(ImportColumn(field=name) for name in _usual(entity, spec))
    found = [_column(world, who, entity, one) for one in written]
    own = [c for c in found if c.spec.typed and (c.reference or c.name in writable)]
    return Plan(entity, spec, tuple(own), tuple(c for c in found if not c.spec.typed))


def _usual(entity: Entity, spec: ImportSpec) -> Iterator[str]:
    """The fields that a cell can hold, in the order in which they were written."""
    for name in entity.listed:
        field = entity.fields[name]
        stored = field.storage in ("column", "side") and field.type not in _NO_CELL
        if stored and name != spec.within and name not in entity.spec.fixed and field.type != "serial":
            yield name


def _column(world: World, who: Principal, entity: Entity, spec: ImportColumn) -> Column:
    reference, _, name = spec.field.rpartition(".")
    owner = entity
    if reference:
        found = world.manifest.target(entity, reference)
        assert found is not None
        owner = found
    field = owner.fields[name]
    target = world.manifest.target(owner, name) if refers(field) else None
    by = spec.by or (names_of(target) if target is not None else ())
    if target is not None:
        policy = world.grants.fields(who, target.key)
        by = tuple(one for one in by if one not in policy.hidden | policy.masked)
    return Column(spec, reference, name, field, owner, target, by)


def refers(field: Field) -> bool:
    """Whether the value is a key, or several, of another entity's records."""
    type_ = field.field_type()
    return bool(type_.target) and type_.kind in (Kind.ref, Kind.many) and field.type != "table"


def names_of(target: Entity) -> tuple[str, ...]:
    """The fields in whose words a record is named: its title where that is one field, and what is unique."""
    titles = target.title_paths if len(target.title_paths) == 1 else ()
    unique = [name for name in target.listed if target.fields[name].unique]
    names = dict.fromkeys((*titles, *unique))
    fit = (n for n in names if n in target.stored and target.fields[n].type in _NAMING)
    return tuple(name for name in fit if not target.fields[name].mask)


def words_of(column: Column, show: Show) -> dict[str, str]:
    """The labels of the choices of a column, in the reader's language, -> the code, those withdrawn included."""
    if column.field.type not in ("choice", "choices"):
        return {}
    offered = {option.label: option.value for option in column.field.choices(show)}
    return {option.label: option.value for option in column.field.every(show)} | offered
