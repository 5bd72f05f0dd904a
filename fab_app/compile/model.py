"""A real SQLAlchemy model per entity, mapped on its table."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import registry

from fab_app.compile.names import class_name
from fab_app.store.tables import Tables


class Record:
    """The base of all models. Rows are read and written through ``runtime``; the guard refuses other ways."""

    id: int

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.id}>"


def models(tables: Tables) -> dict[str, type[Any]]:
    """The model of each entity by its key. Entities that show one shared table each have their own class."""
    mapping = registry(metadata=tables.metadata)
    found: dict[str, type[Any]] = {}
    for key, stored in tables.entities.items():
        model = type(class_name(stored.entity), (Record,), {"__module__": __name__, "__doc__": key})
        mapping.map_imperatively(model, stored.table)
        found[key] = model
    mapping.configure()
    return found
