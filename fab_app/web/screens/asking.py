"""The questions of a form: each field with its widget, what was typed, its errors and live conditions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from fab_app.access.person import expressions
from fab_app.access.principal import system
from fab_app.core.words import locale, say
from fab_app.fields.base import EMPTY, Field
from fab_app.fields.faces import Cell, Widget
from fab_app.fields.ref import Ref
from fab_app.runtime.env import RecordEnv
from fab_app.runtime.judging import is_true, writable_fields
from fab_app.runtime.query import Order, Query
from fab_app.runtime.reading import Reader, Record
from fab_app.runtime.selection import shown_field
from fab_app.spec.manifest import Entity
from fab_app.web import context
from fab_app.web.pages import ChildRow, ChildTable, FormField
from fab_app.web.screens.buttons import root
from fab_app.web.screens.questions import form_field, span_of

_SPANS = {1: 4, 2: 6, 3: 4, 4: 3}


@dataclass(frozen=True)
class Asking:
    """One drawing of a form. ``values`` hold stored values or, after a refusal, raw ones."""

    entity: Entity
    values: Mapping[str, Any]
    errors: Mapping[str, list[str]]
    names: list[str]
    record: Record | None
    within: tuple[str, int] | None

    @property
    def reader(self) -> Reader:
        return context.reader(self.entity)

    def line(self, names: tuple[str, ...]) -> tuple[FormField | None, ...]:
        """The fields of one line; alone a field has the width its author or its type gives."""
        fields = [name for name in names if self.entity.fields[name].type != "table"]
        span = _SPANS.get(len(fields), 4) if len(fields) > 1 else 0
        return tuple(self.field(name, span) for name in fields)

    def field(self, name: str, span: int = 0) -> FormField | None:
        spec = self.entity.fields[name]
        hidden = context.world().grants.fields(context.principal(), self.entity.key).hidden
        if name in hidden or (self.within is not None and name == self.within[0] and not self.record):
            return (
                self._shown(name, spec, span) if self.within is not None and name == self.within[0] else None
            )
        if name not in self.names:
            return self._shown(name, spec, span)
        return form_field(
            self.entity, name, name, self.values.get(name), self.errors.get(name, []), span, self.record
        )

    def _shown(self, name: str, spec: Field, span: int) -> FormField | None:
        """A field that is not asked but stands here: its value as text, or that it comes later."""
        stands = (
            self.record is not None or self._given(name) or spec.type == "serial" or spec.begin is not None
        )
        if spec.type == "table" or not stands:
            return None
        value = self.values.get(name)
        inner = shown_field(spec)
        if isinstance(value, int) and not isinstance(value, bool) and inner.field_type().kind == "ref":
            value = self._titled(name, value)
        cell = inner.cell(value, self.reader.show)
        if spec.type == "serial" and value in EMPTY:
            cell = Cell("text", say("Made when saved"))
        return FormField(
            name,
            spec.label.of(locale.get()),
            Widget("text"),
            display=cell,
            readonly=True,
            locked=spec.locked is not None,
            span=span or spec.span or span_of(inner),
        )

    def _given(self, name: str) -> bool:
        return self.within is not None and name == self.within[0]

    def _titled(self, name: str, key: int) -> Ref | int:
        target = context.world().manifest.target(self.entity, name)
        return context.reader(target).titles(target, [key]).get(key, key) if target is not None else key

    def environment(self) -> dict[str, Any]:
        """What live conditions may read beside the inputs: other values, the person, the day."""
        who, world = context.principal(), context.world()
        zone = world.manifest.portals[self.entity.portal].spec.zone
        values: dict[str, Any] = {"id": self.record.id if self.record else None}
        asking = context.asking(self.entity)
        hidden = world.grants.fields(who, self.entity.key).hidden
        for name, value in self.values.items():
            spec = self.entity.fields.get(name)
            told = spec is not None and name not in hidden and spec.readable and not asking.masks((name,))
            if spec is not None and told and name not in self.names:
                values[name] = spec.to_browser(value)
        return {
            "record": values,
            "user": {
                "id": who.subject,
                "kind": who.kind,
                "org": who.value(("org",)),
                "region": who.value(("region",)),
            },
            "roots": {"setting": _settings(self.entity)},
            "today": world.clock.today(zone).isoformat(),
            "now": world.clock.now().isoformat(),
            "offset": world.clock.offset(zone),
        }

    def table(self, name: str) -> ChildTable | None:
        spec = self.entity.fields[name]
        world = context.world()
        child = world.manifest.entity(self.entity.portal, str(getattr(spec, "of", "")))
        if child is None or name not in self.names:
            return None
        fresh = context.writer().blank(child, {}, {str(getattr(spec, "by", "")): self._typed()})
        rows = self._rows(name, spec, child, fresh)
        hidden = world.grants.fields(context.principal(), child.key).hidden
        columns = tuple(column for column in getattr(spec, "columns", ()) if column not in hidden)
        drawn = tuple(self._row(name, child, columns, index, row) for index, row in enumerate(rows))
        return ChildTable(
            name=name,
            label=spec.label.of(locale.get()),
            columns=tuple(_head(child, column) for column in columns),
            rows=drawn,
            template=self._row(name, child, columns, "__n__", fresh),
            min=getattr(spec, "min", 0),
            max=getattr(spec, "max", 0),
            errors=tuple(self.errors.get(name, ())),
            can_copy=bool(getattr(spec, "copies", False)),
            totals=tuple(
                column for column in columns if child.fields[column].type in ("money", "int", "decimal")
            ),
        )

    def _typed(self) -> RecordEnv:
        """The record as the form holds it now; what cannot be read is nothing yet."""
        values: dict[str, Any] = {}
        for name, value in self.values.items():
            field = self.entity.fields.get(name)
            try:
                values[name] = field.parse(value) if field is not None and isinstance(value, str) else value
            except ValueError:
                values[name] = None
        return context.writer().env(self.entity, values, self.record.id if self.record else None)

    def _rows(
        self, name: str, spec: Field, child: Entity, fresh: Mapping[str, Any]
    ) -> list[Mapping[str, Any]]:
        typed = self.values.get(name)
        if isinstance(typed, list | tuple):
            return [row or fresh for row in typed if isinstance(row, Mapping)]
        if self.record is None:
            return [fresh for _ in range(min(getattr(spec, "min", 0), 20))]
        by = str(getattr(spec, "by", ""))
        paths = tuple((column,) for column in getattr(spec, "columns", ()))
        # By the right to edit the parent: a row that were not drawn would be taken for one that was removed.
        reader = Reader(context.world(), context.session(), system("child rows"), context.show(child.portal))
        order = (Order(("id",)),)
        found = reader.rows(child, Query(columns=paths, within=(by, self.record.id), order=order, size=200))
        rows = [{**row.values, "id": row.id, "version": row.version} for row in found]
        for path in paths:
            _veil(child, path[0], rows)
        return [*rows]

    def _row(
        self, table: str, child: Entity, columns: tuple[str, ...], index: int | str, row: Mapping[str, Any]
    ) -> ChildRow:
        policy = context.world().grants.fields(context.principal(), child.key)
        asking = context.asking(child)
        masked = {name for name in columns if row.get("id") and asking.masks((name,))}
        writable = writable_fields(child, policy.hidden, policy.readonly) - masked
        fields = tuple(
            replace(
                form_field(
                    child,
                    name,
                    f"{table}-{index}-{name}",
                    row.get(name),
                    self.errors.get(f"{table}.{index}.{name}", []),
                    12,
                    None,
                ),
                upload_url=f"{root(child)}/upload/{name}" if child.fields[name].uploads else "",
            )
            if name in writable
            else self._told(child, name, row.get(name))
            for name in columns
        )
        told = tuple(self.errors.get(f"{table}.{index}", ()))
        return ChildRow(
            str(index), fields, str(row.get("id", "") or ""), str(row.get("version", "") or ""), told
        )

    def _told(self, child: Entity, name: str, value: Any) -> FormField:
        """A cell of a child row that is only read."""
        field = shown_field(child.fields[name])
        cell = field.cell(value, context.show(child.portal))
        if value not in EMPTY and context.asking(child).masks((name,)):
            cell = Cell("masked", str(field.masked(value)))
        return FormField(
            name, field.label.of(locale.get()), Widget("text"), display=cell, readonly=True, align=field.align
        )


def _head(child: Entity, name: str) -> FormField:
    spec = child.fields[name]
    width = "" if spec.type == "text" else "146"
    return FormField(
        name,
        spec.label.of(locale.get()),
        spec.widget(context.show(child.portal)),
        required=is_true(spec.required),
        width=width,
        align=spec.align,
    )


def _veil(child: Entity, name: str, rows: list[dict[str, Any]]) -> None:
    """Titles of references that the person may not be told whole, told as he may."""
    target = context.world().manifest.target(child, name)
    if target is None or child.fields[name].type == "table":
        return
    asking = context.asking(target)
    if all(asking.shows((part,)) and not asking.masks((part,)) for part in target.title_paths):
        return
    held = [ref for row in rows for ref in _refs(row.get(name))]
    titles = context.reader(target).titles(target, [ref.id for ref in held])
    for row in rows:
        told = tuple(titles.get(ref.id, ref) for ref in _refs(row.get(name)))
        row[name] = told if child.fields[name].many else next(iter(told), None)


def _refs(value: Any) -> tuple[Ref, ...]:
    items = value if isinstance(value, list | tuple) else (value,)
    return tuple(item for item in items if isinstance(item, Ref))


def _settings(entity: Entity) -> dict[str, Any]:
    """The settings that the entity's own expressions read: no others leave the server."""
    portal = context.world().manifest.portals[entity.portal].spec
    values = context.world().tables.settings.of(entity.portal)
    return {key: portal.settings[key].to_browser(values[key]) for key in _read(entity) if key in values}


@lru_cache(maxsize=1024)
def _read(entity: Entity) -> tuple[str, ...]:
    paths = {path for expr in expressions(entity.spec) for path in expr.root_paths}
    return tuple(sorted({path[1] for path in paths if path[0] == "setting" and len(path) > 1}))
