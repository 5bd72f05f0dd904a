"""Uploaded files: a row each in ``base_file``; the contents lie in ``blobs``.

An upload first belongs to nobody's record (``record_id`` null). Saving the record attaches it, in the same
transaction; what is not attached within a day is swept.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final
from uuid import uuid4

import sqlalchemy as sa

from fab_app.store.blobs import Blobs, make_thumbnail, picture_size
from fab_app.store.engine import TABLE_ARGS, Id, Moment

UNKNOWN: Final = "This file is not yours to attach here, or it is already used elsewhere."


@dataclass(frozen=True)
class Slot:
    """Where a file may be: one field of one entity."""

    portal: str
    entity: str
    field: str


@dataclass(frozen=True)
class Upload:
    """What is known of a file once its content is stored under ``key``; ``name`` is only ever shown."""

    name: str
    mime: str
    size: int
    sha256: str
    key: str
    thumb_key: str | None = None
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, kw_only=True)
class File(Upload):
    """A row of ``base_file``. ``record_id`` is None until attached; ``created_at`` is naive UTC."""

    id: int
    uuid: str
    portal: str
    entity: str
    field: str
    record_id: int | None
    position: int
    created_at: datetime
    created_by: str | None


def file_table(metadata: sa.MetaData) -> sa.Table:
    """The table ``base_file``. ``created_by`` is the ``maker`` of the principal who uploaded."""
    return sa.Table(
        "base_file",
        metadata,
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("uuid", sa.String(36), nullable=False),
        sa.Column("portal", sa.String(60), nullable=False),
        sa.Column("entity", sa.String(60), nullable=False),
        sa.Column("record_id", sa.BigInteger()),
        sa.Column("field", sa.String(60), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("mime", sa.String(127), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("width", sa.Integer()),
        sa.Column("height", sa.Integer()),
        sa.Column("key", sa.String(100), nullable=False),
        sa.Column("thumb_key", sa.String(100)),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("created_by", sa.String(64)),
        sa.PrimaryKeyConstraint("id", name="pk_base_file"),
        sa.UniqueConstraint("uuid", name="uq_base_file_uuid"),
        sa.Index("ix_base_file_record", "portal", "entity", "record_id", "field", "position"),
        sa.Index("ix_base_file_unattached", "record_id", "created_at"),
        **TABLE_ARGS,
    )


_FILE: Final = file_table(sa.MetaData())
_FIELDS: Final = tuple(File.__dataclass_fields__)


def keep(blobs: Blobs, name: str, mime: str, content: bytes) -> Upload:
    """Stores the content, with a thumbnail where it is a picture. ``mime`` was judged by its content."""
    thumb = make_thumbnail(content)
    width, height = picture_size(content) or (None, None)
    thumb_key = blobs.put(thumb) if thumb is not None else None
    sha = sha256(content).hexdigest()
    return Upload(name[-255:], mime, len(content), sha, blobs.put(content), thumb_key, width, height)


def insert(connection: sa.Connection, slot: Slot, upload: Upload, by: str | None, now: datetime) -> File:
    """A row for a stored upload, attached to nothing yet."""
    values = {name: getattr(upload, name) for name in Upload.__dataclass_fields__} | {
        "uuid": str(uuid4()),
        "portal": slot.portal,
        "entity": slot.entity,
        "field": slot.field,
        "position": 0,
        "created_at": now,
        "created_by": by,
    }
    key = connection.execute(_FILE.insert().values(values)).inserted_primary_key
    assert key is not None
    return File(id=int(key[0]), record_id=None, **values)


def attach(connection: sa.Connection, slot: Slot, record_id: int, ids: Sequence[int], by: str | None) -> None:
    """Makes the record's field hold the files ``ids`` in this order; others it holds stay (see ``detach``).

    Taken are files of this record's field and uploads for this slot that ``by`` made and nobody attached.
    Anything else is a ValueError and nothing is right to keep of the transaction. Of two transactions that
    attach the same upload to two records, one gets the ValueError.
    """
    if len(set(ids)) < len(ids):
        raise ValueError("The same file is named twice.")
    for position, id_ in enumerate(ids):
        usable = sa.or_(_here(slot, record_id), _unattached_of(slot, by))
        done = connection.execute(
            _FILE.update().where(_FILE.c.id == id_, usable).values(record_id=record_id, position=position)
        )
        if done.rowcount != 1:
            raise ValueError(UNKNOWN)


def detach(connection: sa.Connection, slot: Slot, record_id: int, keep: Collection[int] = ()) -> int:
    """Takes from the record's field all files but ``keep``; the sweep removes them. Answers how many."""
    gone = _FILE.update().where(_here(slot, record_id), _FILE.c.id.not_in(keep)).values(record_id=None)
    return connection.execute(gone).rowcount


def of_records(
    connection: sa.Connection, slot: Slot, record_ids: Iterable[int]
) -> dict[int, tuple[File, ...]]:
    """The files of each record in their order, in one statement; records without files are absent."""
    wanted = (
        _select()
        .where(
            _FILE.c.portal == slot.portal,
            _FILE.c.entity == slot.entity,
            _FILE.c.field == slot.field,
            _FILE.c.record_id.in_(list(record_ids)),
        )
        .order_by(_FILE.c.record_id, _FILE.c.position, _FILE.c.id)
    )
    found: dict[int, tuple[File, ...]] = {}
    for row in connection.execute(wanted):
        file = File(**row._mapping)
        assert file.record_id is not None
        found[file.record_id] = (*found.get(file.record_id, ()), file)
    return found


def by_uuid(connection: sa.Connection, uuid: str) -> File | None:
    """The file behind a download address. Who may see it is the caller's question."""
    row = connection.execute(_select().where(_FILE.c.uuid == uuid)).one_or_none()
    return None if row is None else File(**row._mapping)


def of_slot(connection: sa.Connection, slot: Slot, uuids: Sequence[str]) -> dict[str, int]:
    """The ids of files of a field by what their addresses call them. Who may use them is the caller's question."""
    here = (_FILE.c.portal == slot.portal, _FILE.c.entity == slot.entity, _FILE.c.field == slot.field)
    found = connection.execute(sa.select(_FILE.c.uuid, _FILE.c.id).where(_FILE.c.uuid.in_(uuids), *here))
    return {row.uuid: int(row.id) for row in found}


def by_keys(connection: sa.Connection, ids: Sequence[int]) -> tuple[File, ...]:
    """The files with these ids, which a reader was given with the records that hold them."""
    rows = connection.execute(_select().where(_FILE.c.id.in_(sorted(set(ids)))))
    return tuple(File(**row._mapping) for row in rows)


def by_ids(connection: sa.Connection, slot: Slot, ids: Sequence[int], by: str | None) -> tuple[File, ...]:
    """The uploads for this slot that ``by`` made and nobody attached yet, of those asked for."""
    rows = connection.execute(
        _select().where(_FILE.c.id.in_(list(ids)), _unattached_of(slot, by)).order_by(_FILE.c.id)
    )
    return tuple(File(**row._mapping) for row in rows)


def sweep(connection: sa.Connection, before: datetime, limit: int = 1000) -> tuple[str, ...]:
    """Removes rows attached to nothing and uploaded before ``before``, at most ``limit``.

    Answers the keys of their contents, to be deleted from ``blobs`` once the transaction is committed. An
    upload that is attached meanwhile stays.
    """
    stale = sa.and_(_FILE.c.record_id.is_(None), _FILE.c.created_at < before)
    rows = connection.execute(
        sa.select(_FILE.c.id, _FILE.c.key, _FILE.c.thumb_key).where(stale).order_by(_FILE.c.id).limit(limit)
    ).all()
    gone: list[str] = []
    for row in rows:
        if connection.execute(_FILE.delete().where(_FILE.c.id == row.id, stale)).rowcount:
            gone += [key for key in (row.key, row.thumb_key) if key]
    return tuple(gone)


def _select() -> sa.Select[tuple[object, ...]]:
    return sa.select(*(_FILE.c[name] for name in _FIELDS))


def _here(slot: Slot, record_id: int) -> sa.ColumnElement[bool]:
    return sa.and_(
        _FILE.c.portal == slot.portal,
        _FILE.c.entity == slot.entity,
        _FILE.c.field == slot.field,
        _FILE.c.record_id == record_id,
    )


def _unattached_of(slot: Slot, by: str | None) -> sa.ColumnElement[bool]:
    return sa.and_(
        _FILE.c.portal == slot.portal,
        _FILE.c.entity == slot.entity,
        _FILE.c.field == slot.field,
        _FILE.c.record_id.is_(None),
        _FILE.c.created_by == by if by is not None else sa.false(),
    )
