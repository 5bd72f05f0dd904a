"""Values beside the row: many-valued fields in their side tables, files in the shared file table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from fab_app.access.principal import Principal
from fab_app.core.problems import Refused
from fab_app.core.words import say
from fab_app.fields.richtext import RichtextField, held
from fab_app.runtime.env import Fetch
from fab_app.runtime.preparing import AnySession
from fab_app.runtime.world import World
from fab_app.spec.manifest import Entity
from fab_app.store.files import Slot, attach, detach, of_records, of_slot


@dataclass(frozen=True)
class Many:
    world: World
    fetch: Fetch
    session: AnySession
    principal: Principal
    entity: Entity

    def values(self, id_: int, names: Iterable[str]) -> dict[str, tuple[Any, ...]]:
        """What stands now in these fields of the record: codes, keys, ids of files."""
        return {
            name: self._files(id_, name) if self._is_file(name) else self._side(id_, name) for name in names
        }

    def store(self, id_: int, values: Mapping[str, Any], new: bool) -> None:
        for name, value in values.items():
            field = self.entity.fields[name]
            if field.storage == "file":
                self._attach(id_, name, tuple(value or ()), new)
            elif isinstance(field, RichtextField) and field.uploads:
                self._attach(id_, name, self._pictures(name, value or ""), new)
            elif field.storage == "side":
                self._replace(id_, name, tuple(value or ()), new)

    def _pictures(self, name: str, markup: str) -> tuple[int, ...]:
        """The files of the pictures in a text; which of them may stand here is judged when they are attached."""
        uuids = held(markup)
        found = of_slot(self.session.connection(), self._slot(name), uuids) if uuids else {}
        return tuple(found.get(uuid, 0) for uuid in uuids)

    def _is_file(self, name: str) -> bool:
        return self.entity.fields[name].storage == "file"

    def _side(self, id_: int, name: str) -> tuple[Any, ...]:
        side = self.world.stored(self.entity).side[name]
        statement = sa.select(side.c.value).where(side.c.owner_id == id_).order_by(side.c.position)
        return tuple(self.fetch(statement).scalars())

    def _files(self, id_: int, name: str) -> tuple[int, ...]:
        found = of_records(self.session.connection(), self._slot(name), [id_])
        return tuple(file.id for file in found.get(id_, ()))

    def _replace(self, id_: int, name: str, values: tuple[Any, ...], new: bool) -> None:
        side = self.world.stored(self.entity).side[name]
        if not new:
            self.fetch(sa.delete(side).where(side.c.owner_id == id_))
        if values:
            rows = [
                {"owner_id": id_, "position": index, "value": value} for index, value in enumerate(values)
            ]
            self.fetch(sa.insert(side).values(rows))

    def _attach(self, id_: int, name: str, ids: tuple[int, ...], new: bool) -> None:
        connection = self.session.connection()
        if not new:
            detach(connection, self._slot(name), id_, ids)
        try:
            attach(connection, self._slot(name), id_, ids, self.principal.maker)
        except ValueError as error:
            sentence = say("This file cannot be used here, upload it again")
            raise Refused(sentence, {name: [sentence]}) from error

    def _slot(self, name: str) -> Slot:
        return Slot(self.entity.portal, self.entity.name, name)
