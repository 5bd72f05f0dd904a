"""Files of one record that another one holds as well: each record has its own, so that one may lose them alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from fab_app.spec.manifest import Entity
from fab_app.store.files import File, Slot, Upload, by_keys, insert

if TYPE_CHECKING:
    from fab_app.runtime.writing import Writer

_SAME = ("name", "mime", "size", "sha256", "width", "height")


def copied(writer: Writer, entity: Entity, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a new record, with copies in the place of files that stand in other records."""
    files = {name for name in values if entity.fields[name].storage == "file"}
    return {
        name: _copies(writer, Slot(entity.portal, entity.name, name), value) if name in files else value
        for name, value in values.items()
    }


def _copies(writer: Writer, slot: Slot, ids: Any) -> list[int]:
    found = {file.id: file for file in by_keys(writer.session.connection(), list(ids or ()))}
    return [copy(writer, slot, found[id_]).id for id_ in ids or () if id_ in found]


def copy(writer: Writer, slot: Slot, file: File) -> File:
    """The same content once more, attached to nothing yet: contents are never shared, for each is swept alone."""
    blobs = writer.world.blobs
    keys = [blobs.copy(key) if key else None for key in (file.key, file.thumb_key)]
    upload = Upload(**{name: getattr(file, name) for name in _SAME}, key=str(keys[0]), thumb_key=keys[1])
    by, now = writer.principal.maker, writer.world.clock.now()
    return insert(writer.session.connection(), slot, upload, by, now)
