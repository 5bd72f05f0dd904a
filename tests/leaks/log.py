"""Marks in the changes of the log, and by docs/access.md who is told which of them."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from fab_app.spec.manifest import Entity
from tests.leaks.numbers import KINDS
from tests.leaks.opinion import Opinion
from tests.leaks.planting import MARKED, Marks, log_of
from tests.projects import Site

AUDIT = "base.audit"


def plant_log(site: Site) -> None:
    """In every entry a change of each text and number of its kind of record, whole, as if no field were masked."""
    known = Marks(site)
    with site.engine.begin() as connection:
        _plant(connection, known)


def _plant(connection: sa.Connection, known: Marks) -> None:
    table = known.tables[AUDIT]
    for row in connection.execute(sa.select(table.c.id, table.c.entity, table.c.changes)).all():
        entity = known.manifest.entities.get(row.entity)
        if entity is not None:
            marks = {
                name: [None, str(known.cell(log_of(entity.owner), entity.columns[name], row.id))]
                for name in _told(entity)
            }
            changes = {**(row.changes or {}), **marks}
            connection.execute(sa.update(table).where(table.c.id == row.id).values(changes=changes))


def logged(opinion: Opinion) -> Iterator[tuple[str, str, int]]:
    """Of entries that he may read, and of those in the history of records that he may read."""
    manifest, read = opinion.rows.manifest, set[int]()
    for log in (one for one in manifest.entities.values() if one.owner == AUDIT):
        name = next((name for name, column in log.columns.items() if column == "changes"), "")
        read |= opinion.visible(log) if name and name not in opinion.untold(log) else frozenset()
    for id_, row in opinion.rows.tables[AUDIT].items():
        entity = manifest.entities.get(row["entity"])
        if entity is None or not (id_ in read or row["record_id"] in opinion.visible(entity)):
            continue
        veiled = _veiled(opinion, entity)
        for name in _told(entity):
            if entity.columns[name] not in veiled:
                yield (log_of(entity.owner), entity.columns[name], id_)


def _veiled(opinion: Opinion, entity: Entity) -> set[str]:
    """The columns that are closed to him by any view of the table."""
    views = [one for one in opinion.rows.manifest.entities.values() if one.owner == entity.owner]
    by_roles = {
        view.columns.get(name, name)
        for view in views
        for rights in opinion._fields(view)
        for name in (*rights.masked, *rights.hidden)
    }
    return by_roles | {entity.columns[name] for name in entity.stored if entity.fields[name].mask}


def _told(entity: Entity) -> list[str]:
    return [name for name in entity.stored if entity.fields[name].type in (*MARKED, *KINDS)]
