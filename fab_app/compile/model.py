"""A real SQLAlchemy model per entity, mapped on its table when somebody first asks for it.

No page of ours reads through a model, and mapping two hundred costs two seconds and thirty megabytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from threading import Lock
from typing import Any

from flask_appbuilder.models.sqla.interface import SQLAInterface
from sqlalchemy.orm import registry

from fab_app.compile.names import class_name
from fab_app.store.tables import Tables


class Record:
    """The base of all models. Rows are read and written through ``runtime``; the guard refuses other ways."""

    id: int

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.id}>"


class Models(Mapping[str, type[Any]]):
    """The model of each entity by its key. Entities that show one shared table each have their own class."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._registry = registry(metadata=tables.metadata)
        self._made: dict[str, type[Any]] = {}
        self._lock = Lock()

    def __getitem__(self, key: str) -> type[Any]:
        with self._lock:
            if key not in self._made:
                self._made[key] = self._mapped(key)
            return self._made[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables.entities)

    def __len__(self) -> int:
        return len(self._tables.entities)

    def _mapped(self, key: str) -> type[Any]:
        stored = self._tables.entities[key]
        model = type(class_name(stored.entity), (Record,), {"__module__": __name__, "__doc__": key})
        self._registry.map_imperatively(model, stored.table)
        return model


class Interface:
    """Flask-AppBuilder's ``datamodel`` of a class: made when it is first read."""

    def __init__(self, models: Models, key: str) -> None:
        self._models = models
        self._key = key
        self._made: SQLAInterface | None = None

    def __get__(self, view: object, owner: type | None = None) -> SQLAInterface:
        if self._made is None:
            self._made = SQLAInterface(self._models[self._key])
        return self._made


def models(tables: Tables) -> Models:
    return Models(tables)
