"""Values as the API gives them, masked where the person may not read them whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from fab_app.access.principal import Principal
from fab_app.fields.base import Field
from fab_app.fields.file import Uploads
from fab_app.fields.ref import Ref
from fab_app.runtime.query import Asking, Unreadable
from fab_app.runtime.reading import Record
from fab_app.runtime.selection import Names
from fab_app.runtime.world import World
from fab_app.spec import defaults
from fab_app.spec.manifest import Entity

Coder = tuple[str, Callable[[Any], Any]]


def readable(world: World, principal: Principal, entity: Entity) -> list[str]:
    """The fields that the person may read at least in a part of his rows, rows of children not among them."""
    hidden = world.grants.fields(principal, entity.key).hidden
    return [
        name
        for name, field in entity.fields.items()
        if field.readable and name not in hidden and field.type not in ("table", "qr")
    ]


def usual(asking: Asking) -> tuple[Names, ...]:
    """The columns of a list that names none: those of the screen's list that the person may read."""
    found: list[Names] = []
    for written in defaults.columns(asking.entity):
        with suppress(Unreadable):
            found.append(asking.column(written.field))
    return tuple(dict.fromkeys(found))


def coders(world: World, principal: Principal, entity: Entity, columns: Iterable[Names]) -> list[Coder]:
    """For each column its key in the answer and what makes JSON of its value."""
    found = []
    for path in columns:
        walked = world.manifest.walk(entity, path)
        assert walked is not None
        owner, field = walked
        masked = not principal.everything and is_masked(world, principal, owner, path[-1])
        found.append((".".join(path), _masked(field) if masked else _coder(field)))
    return found


def is_masked(world: World, principal: Principal, entity: Entity, name: str) -> bool:
    """Masked by its definition, or by any of the person's grants: of two, the careful one holds."""
    grants = world.grants.of(principal, entity.key, "read")
    return entity.fields[name].mask or any(name in grant.fields.masked for grant in grants)


def shown(entity: Entity, record: Record, using: list[Coder]) -> dict[str, Any]:
    """One object of ``result``: id and version always, then the columns."""
    values = record.values
    body: dict[str, Any] = {"id": record.id, entity.version: record.version}
    for key, code in using:
        body[key] = code(values[key])
    return body


def _coder(field: Field) -> Callable[[Any], Any]:
    return _files if isinstance(field, Uploads) else field.to_api


def _files(value: Any) -> Any:
    """Files under their addresses in the API, where a token opens them."""
    return [
        {"id": file.id, "name": file.name, "size": file.size, "mime": file.mime, "url": f"/api/v1{file.url}"}
        for file in value or ()
    ]


def _masked(field: Field) -> Callable[[Any], Any]:
    return lambda value: None if value in (None, ()) else field.masked(_text(value))


def _text(value: Any) -> Any:
    return value.title if isinstance(value, Ref) else value
