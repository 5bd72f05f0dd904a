"""Child rows that are edited within their parent: part of its transaction, by the parent's right."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from fab_app.access.resolver import reference
from fab_app.core.problems import Refused
from fab_app.core.words import say
from fab_app.fields.base import Field
from fab_app.fields.ref import key_of
from fab_app.spec.manifest import Entity

if TYPE_CHECKING:
    from fab_app.runtime.writing import Writer


class Children:
    """Stores the rows of ``table`` fields: known ids are changed, rows without one created, the rest deleted."""

    def __init__(self, writer: Writer) -> None:
        self.writer = writer

    def store(self, entity: Entity, id_: int, values: Mapping[str, Any]) -> None:
        errors: dict[str, list[str]] = {}
        for name, rows in values.items():
            field = entity.fields[name]
            if field.type == "table":
                self._store(entity, id_, name, field, list(rows or ()), errors)
        if errors:
            raise Refused(next(iter(errors.values()))[0], errors)

    def _store(
        self,
        entity: Entity,
        id_: int,
        name: str,
        field: Field,
        rows: list[Mapping[str, Any]],
        errors: dict[str, list[str]],
    ) -> None:
        child, by = self._child(entity, field)
        writer, standing = self.writer.of_children(by), self._ids(child, by, id_)
        kept: set[int] = set()
        for index, row in enumerate(rows):
            given = {key: value for key, value in row.items() if key not in ("id", "version", by)}
            key = row.get("id")
            try:
                self._allowed(child, field, given)
                if key in (None, ""):
                    writer.create(child, {**given, by: id_})
                elif key_of(key) in standing:
                    kept.add(int(key))
                    writer.change(child, int(key), given)
                else:
                    raise Refused(say("This row does not belong here"))
            except Refused as refusal:
                told = refusal.errors or {"": [refusal.sentence]}
                errors |= {
                    f"{name}.{index}.{column}".rstrip("."): list(said) for column, said in told.items()
                }
        for gone in standing - kept:
            writer.delete(child, gone)

    def _allowed(self, child: Entity, field: Field, given: Mapping[str, Any]) -> None:
        columns = getattr(field, "columns", ())
        for key in given:
            if key not in child.fields or (columns and key not in columns and not self.writer.trusted):
                raise Refused(say("there is no field '{name}'", name=key), status=400)

    def _child(self, entity: Entity, field: Field) -> tuple[Entity, str]:
        world = self.writer.world
        child = world.manifest.entity(entity.portal, str(getattr(field, "of", "")))
        assert child is not None
        return child, getattr(field, "by", None) or reference(world.tables, child, entity)

    def _ids(self, child: Entity, by: str, id_: int) -> set[int]:
        stored = self.writer.world.stored(child)
        where = [stored.column(by) == id_, *([stored.table.c.alive == 0] if stored.soft else [])]
        return set(self.writer.fetch(sa.select(stored.table.c.id).where(*where)).scalars())
