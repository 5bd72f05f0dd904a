"""The tables of a manifest: one ``sa.Table`` per entity, a side table per many-valued field, closure tables.

Every constraint and index is named, every column that an author chose is nullable: whether a value is
required is judged when it is written, so that adding a field never fails on rows that stand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2s

import sqlalchemy as sa

from fab_app.fields.ref import Id
from fab_app.spec.manifest import BASE, Entity, Manifest
from fab_app.store.engine import TABLE_ARGS, Moment
from fab_app.store.grams import grams_table, searched
from fab_app.store.platform import platform_tables
from fab_app.store.rename import Renames
from fab_app.store.settings import Settings
from fab_app.store.trees import closure_table

LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Stored:
    """Where an entity's rows are. ``belongs``: axis -> column; ``side``: many-valued field -> its table.

    Of a place itself the column of its own axis is its id. ``grams``: the index of its searched texts, if any.
    """

    entity: Entity
    table: sa.Table
    side: Mapping[str, sa.Table]
    closure: sa.Table | None
    belongs: Mapping[str, str]
    soft: bool
    grams: sa.Table | None = None

    def column(self, field: str) -> sa.Column[object]:
        return self.table.c[self.entity.columns[field]]


@dataclass(frozen=True, slots=True)
class Tables:
    manifest: Manifest
    metadata: sa.MetaData
    entities: Mapping[str, Stored]
    settings: Settings

    def of(self, key: str) -> Stored:
        return self.entities[key]

    def platform(self, name: str) -> sa.Table:
        """A table of the framework itself: base_session, base_audit, base_file, …"""
        return self.metadata.tables[name]


def build_tables(manifest: Manifest) -> Tables:
    metadata = sa.MetaData()
    platform_tables(metadata)
    owners = {key: entity for key, entity in manifest.entities.items() if not entity.shared}
    tables: dict[str, sa.Table] = {}
    for key, entity in owners.items():
        tables[key] = _table(manifest, metadata, entity)
    entities: dict[str, Stored] = {}
    for key, entity in manifest.entities.items():
        entities[key] = _stored(manifest, metadata, entity, owners[entity.owner], tables[entity.owner])
    return Tables(manifest, metadata, entities, Settings(manifest))


def short(name: str) -> str:
    """The name, cut and told apart by a digest where a database would refuse its length."""
    if len(name) <= LONGEST_NAME:
        return name
    return f"{name[: LONGEST_NAME - 9]}_{blake2s(name.encode(), digest_size=4).hexdigest()}"


def _table(manifest: Manifest, metadata: sa.MetaData, entity: Entity) -> sa.Table:
    name = entity.table
    columns = _system_columns(entity)
    for viewer in manifest.entities.values():
        if viewer.owner == entity.key:
            columns += [
                _column(manifest, viewer, field)
                for field in viewer.spec.fields
                if _is_own_column(viewer, field)
            ]
            columns += _belongs_columns(viewer)
    # What hangs on a record by its key (course, log, files) must not come to a later one: no key is given twice.
    table = sa.Table(name, metadata, *columns, sqlite_autoincrement=True, **TABLE_ARGS)
    for viewer in manifest.entities.values():
        if viewer.owner == entity.key:
            _constraints(table, viewer, entity)
    return table


def _system_columns(entity: Entity) -> list[sa.Column[object]]:
    columns: list[sa.Column[object]] = [
        sa.Column("id", Id, primary_key=True, autoincrement=True),
        sa.Column("uuid", sa.String(36), nullable=False),
        sa.Column(entity.version, sa.Integer, nullable=False, server_default="1"),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("created_by", Id),
        sa.Column("updated_at", Moment, nullable=False),
        sa.Column("updated_by", Id),
    ]
    columns = [column for column in columns if column.name not in entity.spec.fields]
    if entity.portal == BASE:
        columns.append(sa.Column("portal", sa.String(50)))
    if entity.key == f"{BASE}.user":
        columns.append(sa.Column("login", sa.String(64)))
    if entity.key == f"{BASE}.delivery":
        columns.append(sa.Column("payload", sa.Text))
    if entity.spec.soft_delete:
        columns += [
            sa.Column("alive", Id, nullable=False, server_default="0"),
            sa.Column("deleted_at", Moment),
            sa.Column("deleted_by", Id),
        ]
    return columns


def _is_own_column(entity: Entity, field: str) -> bool:
    """Not a shared column that this entity only describes in its own words."""
    return entity.fields[field].storage == "column" and (not entity.shared or "__" in entity.columns[field])


def _column(manifest: Manifest, entity: Entity, field: str) -> sa.Column[object]:
    name, spec = entity.columns[field], entity.fields[field]
    target = manifest.target(entity, field)
    if target is None or spec.field_type().kind != "ref":
        return sa.Column(name, spec.sa_type())
    foreign = sa.ForeignKey(f"{target.table}.id", name=short(f"fk_{entity.table}_{name}"))
    return sa.Column(name, spec.sa_type(), foreign)


def _belongs_columns(entity: Entity) -> list[sa.Column[object]]:
    return [sa.Column(f"b_{axis}", Id) for axis, path in entity.spec.belongs.items() if "." in path]


def _constraints(table: sa.Table, viewer: Entity, owner: Entity) -> None:
    alive = ["alive"] if owner.spec.soft_delete else []
    if viewer is owner:
        table.append_constraint(sa.UniqueConstraint(table.c.uuid, name=short(f"uq_{table.name}_uuid")))
        if "login" in table.c:
            table.append_constraint(sa.UniqueConstraint(table.c.login, name=short(f"uq_{table.name}_login")))
    for names in _unique_sets(viewer):
        columns = [viewer.columns[name] for name in names]
        within, name = _within(table, viewer, owner, columns), f"uq_{table.name}_{'_'.join(columns)}"
        name = short(f"{name}_{viewer.portal}_{viewer.name}" if viewer is not owner else name)
        table.append_constraint(sa.UniqueConstraint(*columns, *within, *alive, name=name))
    for names in _index_sets(viewer):
        columns = [names_column(viewer, name) for name in names]
        name = short(f"ix_{table.name}_{'_'.join(columns)}")
        if all(index.name != name for index in table.indexes):
            # Every list asks whether a row was deleted: told by the index, behind what it is of, nothing is looked up.
            sa.Index(name, *(table.c[column] for column in (columns[0], *alive, *columns[1:])))


def _within(table: sa.Table, viewer: Entity, owner: Entity, columns: list[str]) -> list[str]:
    """What keeps a unique set to the rows it is said of: those of a portal, or of a view.

    The column of a view is 0 in its rows and empty in all others, and what is empty is never double.
    """
    if viewer is owner:
        return ["portal"] if owner.portal == BASE and columns[0] != "account" else []
    conditions = {"portal": viewer.portal} | {
        viewer.columns[n]: value for n, value in viewer.spec.fixed.items()
    }
    digest = blake2s(repr(conditions).encode(), digest_size=4).hexdigest()
    name = f"{short(f'own_{viewer.portal}_{viewer.name}')[: LONGEST_NAME - 9]}_{digest}"
    if name not in table.c:
        ours = sa.and_(*(sa.column(column) == value for column, value in conditions.items()))
        table.append_column(sa.Column(name, sa.Integer, sa.Computed(sa.case((ours, 0)), persisted=True)))
    return [name]


def names_column(entity: Entity, name: str) -> str:
    """The column of a field, or of an axis of ``belongs``, by the name an author uses in ``indexes``."""
    if name in entity.columns and entity.fields[name].storage == "column":
        return entity.columns[name]
    path = entity.spec.belongs[name]
    return entity.columns[path] if "." not in path else f"b_{name}"


def _unique_sets(entity: Entity) -> list[tuple[str, ...]]:
    own = entity.spec.fields
    sets = [tuple(names) for names in entity.spec.unique]
    for name, field in own.items():
        if field.storage == "column" and field.unique:
            more = field.unique if isinstance(field.unique, tuple) else ()
            sets.append((name, *more))
    return sets


def _index_sets(entity: Entity) -> list[tuple[str, ...]]:
    own = [name for name, field in entity.spec.fields.items() if field.storage == "column" and field.index]
    axes = [axis for axis, path in entity.spec.belongs.items() if "." in path or path in entity.columns]
    return (
        [(name,) for name in own]
        + [(axis,) for axis in axes]
        + [tuple(names) for names in entity.spec.indexes]
    )


def _stored(
    manifest: Manifest, metadata: sa.MetaData, entity: Entity, owner: Entity, table: sa.Table
) -> Stored:
    side: dict[str, sa.Table] = {}
    for field, spec in entity.fields.items():
        if spec.storage == "side":
            name = short(f"{table.name}__{entity.columns[field]}")
            side[field] = (
                metadata.tables[name]
                if name in metadata.tables
                else _side(metadata, name, table, entity, field, manifest)
            )
    closure_name = short(f"{table.name}__tree")
    closure = None
    if owner.spec.tree is not None:
        closure = (
            metadata.tables[closure_name]
            if closure_name in metadata.tables
            else closure_table(metadata, closure_name)
        )
    axes = {**(owner.spec.belongs if entity is not owner else {}), **entity.spec.belongs}
    belongs = {axis: "id" for axis in ("org", "region") if entity.owner == f"{BASE}.{axis}"}
    belongs |= {
        axis: f"b_{axis}" if "." in path else _single(entity, owner, path) for axis, path in axes.items()
    }
    grams = grams_table(metadata, short(f"{table.name}__grams"), table) if searched(entity) else None
    return Stored(entity, table, side, closure, belongs, owner.spec.soft_delete, grams)


def _single(entity: Entity, owner: Entity, path: str) -> str:
    return entity.columns.get(path) or owner.columns[path]


def _side(
    metadata: sa.MetaData, name: str, table: sa.Table, entity: Entity, field: str, manifest: Manifest
) -> sa.Table:
    """One row a value: (owner_id, position, value). A value that is a reference has its foreign key."""
    target = manifest.target(entity, field)
    foreign = (
        [sa.ForeignKey(f"{target.table}.id", name=short(f"fk_{name}_value"))] if target is not None else []
    )
    side = sa.Table(
        name,
        metadata,
        sa.Column(
            "owner_id",
            Id,
            sa.ForeignKey(f"{table.name}.id", name=short(f"fk_{name}_owner"), ondelete="CASCADE"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("value", entity.fields[field].sa_type(), *foreign, nullable=False),
        **TABLE_ARGS,
    )
    sa.Index(short(f"ix_{name}_value"), side.c.value, side.c.owner_id)
    return side


def renames(manifest: Manifest) -> Renames:
    """What the definitions call otherwise than before, by their key ``was``."""
    found: dict[tuple[str, str], str] = {}
    for entity in manifest.entities.values():
        for name, field in entity.spec.fields.items():
            if field.was is None:
                continue
            old, new = entity.columns[name].removesuffix(name) + field.was, entity.columns[name]
            if field.storage == "column":
                found[entity.table, old] = new
            elif field.storage == "side":
                found[f"{entity.table}__{old}", ""] = f"{entity.table}__{new}"
    return found
