"""What a template is told of one entity's records: words as their reader may have them, pictures by their places."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fab_app.fields.base import Field
from fab_app.fields.stored import Stored
from fab_app.runtime.query import Asking
from fab_app.runtime.reading import Reader, Record
from fab_app.runtime.selection import Names, shown_field
from fab_app.spec.manifest import Entity
from fab_app.spec.print import PrintField

Value = Any
Picture = Callable[[Stored], str]
"""Takes a file that a reader was given and answers where the template finds its picture; "" where it is none."""


@dataclass(frozen=True)
class Told:
    """The named fields of one entity for one reader: what he is told of each, and what is hidden from him."""

    reader: Reader
    entity: Entity
    fields: tuple[PrintField, ...]

    def labels(self) -> dict[str, str]:
        return {one.field: self._label(one) for one in self.fields}

    def hidden(self) -> tuple[str, ...]:
        asking = self.asking
        return tuple(one.field for one in self.fields if not asking.shows(_path(one.field)))

    def columns(self) -> tuple[Names, ...]:
        """The paths to read: none that is hidden."""
        hidden = self.hidden()
        return tuple(_path(one.field) for one in self.fields if one.field not in hidden)

    def values(self, record: Record, picture: Picture) -> dict[str, Value]:
        """Each field's text or pictures; "" or () where there is nothing to be told."""
        hidden = self.hidden()
        return {
            one.field: self._nothing(one) if one.field in hidden else self._value(one, record, picture)
            for one in self.fields
        }

    def text(self, name: str, record: Record) -> str:
        """The value in words as the reader may have it."""
        field, value = self._field(name), record.values.get(name)
        if value is None or value == ():
            return ""
        if self.asking.masks(_path(name)):
            return str(field.masked(value))
        return field.text(value, self.reader.show)

    def _value(self, one: PrintField, record: Record, picture: Picture) -> Value:
        if self._field(one.field).storage != "file":
            return self.text(one.field, record)
        if self.asking.masks(_path(one.field)):
            return ()
        return tuple(_file(file, picture) for file in record.values.get(one.field) or ())

    def _nothing(self, one: PrintField) -> Value:
        return () if self._field(one.field).storage == "file" else ""

    def _label(self, one: PrintField) -> str:
        found = self._walked(one.field)
        return (one.label or found.label).of(self.reader.show.locale)

    def _field(self, name: str) -> Field:
        return shown_field(self._walked(name))

    def _walked(self, name: str) -> Field:
        found = self.reader.world.manifest.walk(self.entity, _path(name))
        assert found is not None, f"{self.entity.key}: {name}"
        return found[1]

    @property
    def asking(self) -> Asking:
        return Asking(self.reader.world, self.entity, self.reader.principal)


def _path(name: str) -> Names:
    return tuple(name.split("."))


def _file(file: Stored, picture: Picture) -> dict[str, str]:
    return {"name": file.name, "picture": picture(file)}
