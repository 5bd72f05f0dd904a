"""What stands beside the rows: values of fields with several, files of the row itself or behind a reference."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from fab_app.access.covering import covered
from fab_app.access.principal import Principal
from fab_app.fields.covered import ticked_by
from fab_app.fields.stored import Stored
from fab_app.spec.manifest import Entity
from fab_app.store.files import File, Slot, of_records
from fab_app.store.tables import Tables


@dataclass(frozen=True, slots=True)
class Behind:
    """Files in ``field`` of a record of ``entity``, whose id a row of the answer holds under ``key``.

    They are told, and opened, through the row that is read: by its rows, where ``open`` says that the path is shown.
    """

    entity: Entity
    field: str
    key: str
    open: Callable[[Mapping[Any, Any]], Any]

    def values(
        self, connection: sa.Connection, root: str, rows: Sequence[Mapping[str, Any]], id_key: str
    ) -> dict[Any, tuple[Stored, ...]]:
        """By the id of the row that is read."""
        ids = {row[id_key]: row[self.key] for row in rows if row[self.key] is not None and self.open(row)}
        held = of_records(connection, _slot(self.entity, self.field), set(ids.values()))
        return {id_: told(held.get(key, ()), f"{root}/{id_}") for id_, key in ids.items()}


def own(
    connection: sa.Connection, entity: Entity, name: str, root: str, keys: Iterable[int]
) -> dict[int, tuple[Stored, ...]]:
    """The files of the rows themselves, by their ids."""
    held = of_records(connection, _slot(entity, name), keys)
    return {key: told(files, f"{root}/{key}") for key, files in held.items()}


def members(tables: Tables, entity: Entity, name: str, keys: Sequence[int]) -> sa.Select[Any]:
    """(id, member) of a field with several values: as they stand, or what the ticks of another field cover."""
    if of := ticked_by(entity.fields[name]):
        return covered(tables, entity, of, keys)
    side = tables.of(entity.key).side[name]
    found = sa.select(side.c.owner_id, side.c.value).where(side.c.owner_id.in_(keys))
    return found.order_by(side.c.owner_id, side.c.position)


def told(files: Iterable[File], root: str) -> tuple[Stored, ...]:
    return tuple(
        Stored(
            file.id,
            file.name,
            file.size,
            file.mime,
            f"{root}/{file.uuid}",
            f"{root}/{file.uuid}?thumb=1" if file.thumb_key else "",
        )
        for file in files
    )


def address(principal: Principal, entity: Entity) -> str:
    return f"{principal.pages(entity.portal, entity.name)}/file"


def _slot(entity: Entity, name: str) -> Slot:
    return Slot(entity.portal, entity.name, name)
