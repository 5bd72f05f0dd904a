"""One SELECT of exactly the shown columns: page ids under the row predicate first, everything else joined late."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.elements import ColumnElement

from fab_app.access.principal import Principal
from fab_app.access.resolver import RowResolver
from fab_app.access.rows import EVERY, NONE, RowAccess
from fab_app.expr import Path, sql
from fab_app.fields.base import Field
from fab_app.fields.computed import ComputedField
from fab_app.fields.ref import Ref
from fab_app.fields.richtext import RichtextField, placed
from fab_app.fields.show import Show
from fab_app.runtime.beside import Behind
from fab_app.runtime.query import Asking, shown_by_author
from fab_app.runtime.veils import AUDIT, CHANGES, Veils
from fab_app.runtime.world import World
from fab_app.spec.kept import Flag, Stands
from fab_app.spec.manifest import Entity

Names = tuple[str, ...]
Decode = Callable[[Mapping[Any, Any]], Any]


@dataclass(frozen=True, slots=True)
class Joined:
    """An entity's rows under one alias of the statement."""

    entity: Entity
    row: sa.FromClause


@dataclass(frozen=True, slots=True)
class Plain:
    """Gives what stands in one column of the answer."""

    key: str

    def __call__(self, row: Mapping[Any, Any]) -> Any:
        return row[self.key]


@dataclass(frozen=True, slots=True)
class Keyed:
    """Gives a reference: its title is the same in all rows with the same ``key``."""

    key: str
    read: Decode

    def __call__(self, row: Mapping[Any, Any]) -> Any:
        return self.read(row)


class Selection:
    """Collects columns, joins and decoders over one row source; each reference is joined once."""

    def __init__(
        self, world: World, entity: Entity, row: sa.FromClause, access: RowAccess, show: Show
    ) -> None:
        self.world = world
        self.access = access
        self.show = show
        self.root = Joined(entity, row)
        self.columns: list[ColumnElement[Any]] = []
        self.source: sa.FromClause = row
        self._joined: dict[Names, Joined] = {(): self.root}
        self._labels: dict[sa.Column[Any], str] = {}

    def label(self, element: ColumnElement[Any]) -> str:
        """Selects the element (a column only once) and gives the name under which rows hold it."""
        known = self._labels.get(element) if isinstance(element, sa.Column) else None
        if known is not None:
            return known
        name = f"c{len(self.columns)}"
        self.columns.append(element.label(name))
        if isinstance(element, sa.Column):
            self._labels[element] = name
        return name

    def add(self, path: Names) -> Decode:
        """Selects what the path needs; the decoder gives its value from a row of the answer.

        A field that a part of the person's grants hides is empty in the rows that only those let him read.
        """
        decode, open_ = self._value(path), self.open(path)
        return decode if open_ is None else lambda row: decode(row) if open_(row) else None

    def _value(self, path: Names) -> Decode:
        joined, name = self.follow(path)
        field = joined.entity.fields[name]
        if field.storage == "column" or field.storage == "none":
            inner = shown_field(field)
            target = self.target(joined.entity, name)
            if target is not None:
                return self._reference(self.join(expanded(joined.entity, path)), inner)
            key = self.label(self.element(joined, name))
            if isinstance(inner, RichtextField) and inner.uploads:
                return self._pictured(joined, key)
            return self._changes(joined, key) if self._veiled(joined.entity, name) else Plain(key)
        raise LookupError(f"{'.'.join(path)} is many-valued")

    def _pictured(self, joined: Joined, key: str) -> Decode:
        """Formatted text whose pictures are read as files of its record."""
        entity, id_ = joined.entity, self.label(joined.row.c.id)
        root = f"{self.access.principal.pages(entity.portal, entity.name)}/file"
        return lambda row: placed(row[key], f"{root}/{row[id_]}") if row[key] else row[key]

    def _veiled(self, entity: Entity, name: str) -> bool:
        """Whether this is what entries of the log tell, of which not every reader may know all."""
        whole = self.access.principal.everything
        return entity.owner == AUDIT and entity.columns.get(name) == CHANGES and not whole

    def _changes(self, joined: Joined, key: str) -> Decode:
        kind, veils = self.label(joined.row.c.entity), Veils(self.world, self.access.principal)
        return lambda row: veils.told(row[kind], row[key])

    def files(self, path: Names) -> Behind | None:
        """Of a path that ends in files of another record: where they stand."""
        joined, name = self.follow(path)
        if joined.entity.fields[name].storage != "file":
            return None
        return Behind(joined.entity, name, self.label(joined.row.c.id), self.open(path) or (lambda row: True))

    def open(self, path: Names) -> Decode | None:
        """Whether a row's value is shown: by a grant it lies in, through rows that may be read; None where always."""
        if self.access.principal.everything:
            return None
        conditions = [*self._showing(self.join(path[:-1]), path[-1]), *self._reaching(path)]
        if not conditions:
            return None
        label = self.label(sa.case((sa.and_(*conditions), 1), else_=0))
        return lambda row: bool(row[label])

    def _showing(self, joined: Joined, name: str) -> Iterator[ColumnElement[bool]]:
        """The rows of the grants that show the field, where others hide it."""
        principal, grants = self.access.principal, self.world.grants
        key = joined.entity.key
        if name in grants.fields(principal, key).partly:
            showing = [
                grant for grant in grants.of(principal, key, "read") if name not in grant.fields.hidden
            ]
            yield sa.or_(*(self.access.granted_by(key, grant, "read", joined.row) for grant in showing))

    def _reaching(self, path: Names) -> Iterator[ColumnElement[bool]]:
        """A path that no author wrote leads through rows that its asker may read, or to nothing."""
        if len(path) > 1 and not shown_by_author(self.world.manifest, self.root.entity, path):
            for steps in range(1, len(path)):
                joined = self.join(path[:steps])
                yield self.access.predicate(joined.entity.key, "read", joined.row)

    def follow(self, path: Names) -> tuple[Joined, str]:
        """The joined entity whose field the last step of the path is."""
        root = self.root.entity
        path = expanded(root, path, keep_last=True)
        return self.join(path[:-1]), path[-1]

    def join(self, path: Names) -> Joined:
        """The rows that the reference path leads to, joined outer so that no row is lost."""
        known = self._joined.get(path)
        if known is not None:
            return known
        before, name = self.join(path[:-1]), path[-1]
        computed = plain_path(before.entity.fields.get(name))
        if computed is not None:
            joined = self.join((*path[:-1], *computed))
        else:
            target = self.target(before.entity, name)
            if target is None:
                raise LookupError(".".join(path))
            row = self.world.stored(target).table.alias()
            self.source = self.source.outerjoin(row, row.c.id == self.element(before, name))
            joined = Joined(target, row)
        self._joined[path] = joined
        return joined

    def target(self, entity: Entity, name: str) -> Entity | None:
        field = entity.fields[name]
        return self.world.manifest.target(entity, name) if field.field_type().kind == "ref" else None

    def element(self, joined: Joined, name: str) -> ColumnElement[Any]:
        return self.resolver(joined).field(name)

    def resolver(self, joined: Joined) -> RowResolver:
        world = self.world
        return RowResolver(world.tables, joined.entity.key, joined.row, self.access.principal, world.clock)

    def flag(self, flag: Flag) -> Decode:
        """Whether an expression holds for a row: conditions of buttons, tabs, badges."""
        expr = flag.expr if isinstance(flag, Stands) else flag
        holds = sa.type_coerce(sql(expr, self.resolver(self.root)), sa.Boolean())
        key = self.label(holds if flag is expr else sa.and_(holds, *self._began(flag)))
        return lambda row: bool(row[key])

    def _began(self, flag: Flag) -> Iterator[ColumnElement[bool]]:
        """Of a step that a changed workflow has otherwise: the records that began with it."""
        key, row = self.root.entity.key, self.root.row
        if isinstance(flag, Stands) and flag.only:
            yield self.access.began(key, flag.only, row)
        if isinstance(flag, Stands) and flag.never:
            yield sa.not_(self.access.began(key, flag.never, row))

    def may(self, action: str) -> Decode:
        """Whether the row lies within the principal's rows of another action: its button."""
        root, access = self.root, self.access
        if access.principal.everything:
            return lambda row: True
        if not self.world.grants.may(access.principal, root.entity.key, action):
            return lambda row: False
        key = self.label(sa.case((access.granted(root.entity.key, action, root.row), 1), else_=0))
        return lambda row: bool(row[key])

    def _reference(self, joined: Joined, field: Field) -> Decode:
        target = joined.entity
        id_key = self.label(joined.row.c.id)
        title = self._title(joined)
        seen = self._seen(joined, field)
        scoped = getattr(field, "label_rows", "always") == "scoped"
        address = f"{self.access.principal.pages(target.portal, target.name)}/show/"

        def decode(row: Mapping[str, Any]) -> Ref | None:
            key = row[id_key]
            if key is None:
                return None
            visible = seen(row)
            if scoped and not visible:
                return Ref(key, "")
            return Ref(key, title(row), f"{address}{key}" if visible else "")

        return decode if scoped else Keyed(id_key, decode)

    def _title(self, joined: Joined) -> Callable[[Mapping[str, Any]], str]:
        target = joined.entity
        parts = {name: self._title_part(joined, name) for name in target.title_paths}
        if len(parts) == 1 and target.spec.title in (None, f"{{{target.title_paths[0]}}}"):
            return parts[target.title_paths[0]]
        return lambda row: target.title({name: part(row) for name, part in parts.items()})

    def _title_part(self, joined: Joined, name: str) -> Callable[[Mapping[Any, Any]], str]:
        key = self.label(self.element(joined, name))
        told = Asking(self.world, joined.entity, self.access.principal).teller(name, self.show)
        holds = next(self._showing(joined, name), None)
        if holds is None:
            return lambda row: told(row[key])
        shown = self.label(sa.case((holds, 1), else_=0))
        return lambda row: told(row[key]) if row[shown] else ""

    def _seen(self, joined: Joined, field: Field) -> Decode:
        """Whether the referenced row lies within the reader's rows: only then it is a link."""
        linked = self.access.linked(joined.entity.key, joined.row)
        if linked is EVERY or linked is NONE:
            return lambda row: linked is EVERY
        key = self.label(sa.case((linked, 1), else_=0))
        return lambda row: bool(row[key])


def shown_field(field: Field) -> Field:
    """The field whose faces show the value: of a computed field the one it is ``as``."""
    return field.inner if isinstance(field, ComputedField) else field


def plain_path(field: Field | None) -> Names | None:
    """The path that a computed field merely follows, as ``policy_id.insurer_id``; None where it computes."""
    if not isinstance(field, ComputedField) or field.storage != "none":
        return None
    tree = field.value.tree
    return tree.names if isinstance(tree, Path) and tree.root == "this" and tree.names else None


def expanded(entity: Entity, path: Names, keep_last: bool = False) -> Names:
    """The path with a first step that merely follows another path written out."""
    head = plain_path(entity.fields.get(path[0]))
    if head is None:
        return path
    return (*head, *path[1:])


def readable(entity: Entity, names: Iterable[str]) -> tuple[str, ...]:
    return tuple(name for name in names if entity.fields[name].readable)


def acting(principal: Principal) -> dict[str, str]:
    """Execution options that tell the guard under whose predicate a statement was written."""
    return {"authorised": principal.account or str(principal.subject) or "nobody"}
