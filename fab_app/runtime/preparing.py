"""Building SELECTs: exactly the shown columns, page ids first under the row predicate, everything else joined late."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, scoped_session
from sqlalchemy.sql import visitors
from sqlalchemy.sql.elements import ColumnClause

from fab_app.access.joins import Joins
from fab_app.access.principal import Principal
from fab_app.access.resolver import RowResolver
from fab_app.expr import sql
from fab_app.fields.show import Show
from fab_app.runtime.arms import arms
from fab_app.runtime.beside import Behind
from fab_app.runtime.counting import Counting, counting
from fab_app.runtime.filters import conditions, followed, reached, tab_condition
from fab_app.runtime.ordering import alive, by_choice, ordered, parts, place, ranked, with_keys, written
from fab_app.runtime.places import few, first_of_each, places
from fab_app.runtime.query import Asking, Order, Query
from fab_app.runtime.selection import Decode, Names, Selection, acting
from fab_app.runtime.walking import column_of, head
from fab_app.runtime.world import World
from fab_app.spec.kept import Flag
from fab_app.spec.manifest import Entity

AnySession = Session | scoped_session[Session]
Ones = sa.Select[Any] | sa.CompoundSelect[Any]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A SELECT with what reads its rows.

    It depends on the principal's scope, on the reader's language and, where a condition asks for it, on the
    time: only for the same of these may it run again.
    """

    entity: Entity
    statement: sa.Select[Any]
    id_key: str
    version_key: str
    decoders: Mapping[str, Decode]
    many: Mapping[str, Decode]
    flags: Mapping[str, Decode]
    behind: Mapping[str, Behind]


@dataclass(frozen=True)
class Preparer:
    """Prepares what one principal may read; reads none of it."""

    world: World
    session: AnySession
    principal: Principal
    show: Show

    def prepare(
        self,
        entity: Entity,
        query: Query,
        flags: Iterable[Flag] = (),
        action: str = "read",
        may: Iterable[str] = (),
    ) -> Prepared:
        """The SELECT of a page, the rows to skip bound late as ``skip``."""
        outer = self.world.stored(entity).table.alias("r")
        selection = self._selection(entity, outer)
        reading = self._reading(selection, query.columns, flags, may)
        page = self._page(entity, query, action).subquery("page")
        source = page.join(selection.source, page.c.id == outer.c.id)
        keys = [page.c[f"k{index}"] for index in range(len(query.order))]
        order_by = ordered(keys, query.order, page, query)
        statement = sa.select(*selection.columns).select_from(source).order_by(*order_by)
        return replace(reading, statement=statement)

    def prepare_all(self, entity: Entity, query: Query, action: str = "read") -> Prepared:
        """The SELECT of all rows of a query, whatever its page."""
        row = self.world.stored(entity).table.alias("r")
        selection = self._selection(entity, row)
        reading = self._reading(selection, query.columns, (), ())
        query = ranked(self.world.manifest, entity, query)
        keys = [self._order_key(entity, order, self._resolver(entity, row)) for order in query.order]
        order_by = ordered(keys, query.order, row, query)
        where = self._where(entity, query, row, action, query.tab)
        statement = sa.select(*selection.columns).select_from(selection.source).where(*where)
        return replace(reading, statement=statement.order_by(*order_by))

    def prepare_one(
        self,
        entity: Entity,
        columns: Sequence[Names],
        flags: Iterable[Flag] = (),
        action: str = "read",
        may: Iterable[str] = (),
    ) -> Prepared:
        """The SELECT of one record, its key bound late as ``key``."""
        row = self.world.stored(entity).table.alias("r")
        selection = self._selection(entity, row)
        reading = self._reading(selection, columns, flags, may)
        where = (row.c.id == sa.bindparam("key"), selection.access.predicate(entity.key, action, row))
        statement = sa.select(*selection.columns).select_from(selection.source).where(*where)
        return replace(reading, statement=statement)

    def _selection(self, entity: Entity, row: sa.FromClause) -> Selection:
        return Selection(self.world, entity, row, self.world.access(self.principal), self.show)

    def _reading(
        self, selection: Selection, columns: Sequence[Names], flags: Iterable[Flag], may: Iterable[str]
    ) -> Prepared:
        entity, row = selection.root.entity, selection.root.row
        id_key = selection.label(row.c.id)
        decoders, many, behind = self._decoders(selection, entity, columns)
        version = selection.label(row.c[entity.version])
        asked = _flags(selection, flags, may)
        return Prepared(entity, sa.select(), id_key, version, decoders, many, asked, behind)

    def prepare_keys(
        self, entity: Entity, columns: Sequence[Names], flags: Iterable[Flag], may: Iterable[str]
    ) -> Prepared:
        """The SELECT of records by key, the keys bound late as ``keys``."""
        row = self.world.stored(entity).table.alias("r")
        selection = self._selection(entity, row)
        reading = self._reading(selection, columns, flags, may)
        where = (
            row.c.id.in_(sa.bindparam("keys", expanding=True)),
            selection.access.predicate(entity.key, "read", row),
        )
        statement = sa.select(*selection.columns).select_from(selection.source).where(*where)
        return replace(reading, statement=statement)

    def prepare_counts(
        self, entity: Entity, query: Query, tabs: Mapping[str, str], action: str = "read"
    ) -> Counting:
        asked = ((name, self._ones(entity, query, action, tab)) for name, tab in tabs.items())
        table, kind = self.world.stored(entity).table, self.session.get_bind().dialect.name
        return counting(self.world.tables, asked, table, entity.spec.listing.exact_count, kind)

    def prepare_number(self, entity: Entity, query: Query, action: str, most: int) -> sa.Select[Any]:
        """The SELECT that counts the rows of a query, up to one beyond ``most``."""
        bounded = self._ones(entity, query, action, query.tab).limit(most + 1)
        return sa.select(sa.func.count()).select_from(bounded.subquery())

    def _ones(self, entity: Entity, query: Query, action: str, tab: str) -> Ones:
        """A 1 for each row of a query."""
        table = self.world.stored(entity).table
        row = table.alias()
        joins = Joins(row)
        where = self._where(entity, query, row, action, tab, joins)
        ones = sa.select(sa.literal(1).label("one")).select_from(joins.source)
        each = arms(table, row, where)
        return sa.union_all(*map(ones.where, each)) if each else ones.where(*where)

    def prepare_titles(self, entity: Entity, scoped: bool = False) -> Prepared:
        """The SELECT of titles, the keys bound late as ``keys``; ``scoped``: of rows that may be opened."""
        row = self.world.stored(entity).table.alias("t")
        selection = self._selection(entity, row)
        reading = self._reading(selection, [(name,) for name in entity.title_paths], (), ())
        told = selection.access.linked(entity.key, row) if scoped else sa.true()
        where = (row.c.id.in_(sa.bindparam("keys", expanding=True)), told)
        statement = sa.select(*selection.columns).select_from(selection.source).where(*where)
        return replace(reading, statement=statement)

    def _page(self, entity: Entity, query: Query, action: str) -> sa.Select[Any]:
        """The ids of one page, with the keys they are ordered by, from the narrowest rows that can tell."""
        row: sa.FromClause = self.world.stored(entity).table.alias("p")
        skip = sa.bindparam("skip", type_=sa.Integer())
        open_ = self._open(entity, query, row, action)
        joins = None if query.first and not open_ else Joins(row)
        if joins is None:
            row = self._first(entity, query, row)
        if open_ and query.apart:
            found, keys = self._parts(entity, query, row, query.apart)
            row = keys[0].table
        else:
            found, keys, row = self._keyed(entity, query, row, action, joins)
        if joins is not None or by_choice(query):
            found = found.order_by(*ordered(keys, query.order, row, query))
        return found.limit(query.size).offset(skip)

    def _keyed(
        self, entity: Entity, query: Query, row: sa.FromClause, action: str, joins: Joins | None
    ) -> tuple[sa.Select[Any], list[Any], sa.FromClause]:
        """The ids of all rows of a query with the keys they are ordered by, these, and what they are columns of."""
        resolver = self._resolver(entity, row, joins)
        keys = [self._order_key(entity, order, resolver) for order in query.order]
        where = self._where(entity, query, row, action, query.tab, joins)
        source = row if joins is None else joins.source
        spots = (
            places(self.world.stored(entity).table, row, where, head(entity, query)) if query.each else None
        )
        ask = partial(self.session.execute, execution_options=acting(self.principal))
        if spots is not None and few(spots, ask):
            return first_of_each(spots, source, row, query, keys)
        return with_keys(sa.select(row.c.id).select_from(source).where(*where), keys), keys, row

    def _parts(
        self, entity: Entity, query: Query, row: sa.FromClause, most: int
    ) -> tuple[sa.Select[Any], list[Any]]:
        """The ids of the first rows of each choice that is ordered by, whoever may read them, with their keys."""
        head, *rest = query.order
        keys = [place(row.c[column_of(entity, order)], order) for order in rest]
        every = []
        for holds, rank in parts(row.c[column_of(entity, head)], head):
            part = with_keys(sa.select(row.c.id), [rank, *keys]).where(holds, *alive(row))
            part = part.order_by(*ordered(keys, rest, row, query)).limit(written(most))
            every.append(sa.select(*part.subquery().c))
        found = sa.union_all(*every).subquery("u")
        return sa.select(*found.c), list(found.c)[1:]

    def _open(self, entity: Entity, query: Query, row: sa.FromClause, action: str) -> bool:
        """Whether nothing is asked of a row: the order alone finds the page."""
        where = self._where(entity, query, row, action, query.tab, Joins(row))
        return not any(isinstance(part, ColumnClause) for one in where for part in visitors.iterate(one))

    def _first(self, entity: Entity, query: Query, row: sa.FromClause) -> sa.FromClause:
        """The first rows of the table in the order of a query, whoever may read them: conditions follow.

        SQLite gives them one by one in their order, so the statement over them is not ordered again: that would
        read them all where it can stop at the last row of the page. Those of several choices are.
        """
        first = sa.select(*row.c).where(*alive(row))
        if by_choice(query):
            found, keys = self._parts(entity, query, row, query.first)
            ids = (
                found.order_by(*ordered(keys, query.order, keys[0].table, query))
                .limit(query.first)
                .subquery("i")
            )
            first = first.select_from(ids.join(row, row.c.id == ids.c.id))
        else:
            keys = [row.c[column_of(entity, order)] for order in query.order]
            first = first.order_by(*ordered(keys, query.order, row, query))
        return first.limit(query.first).subquery("f")

    def rows_where(self, entity: Entity, query: Query, row: sa.FromClause, action: str) -> list[Any]:
        """The conditions of the rows of a query, the row predicate of the action among them."""
        return self._where(entity, query, row, action, query.tab)

    def _where(
        self,
        entity: Entity,
        query: Query,
        row: sa.FromClause,
        action: str,
        tab: str,
        joins: Joins | None = None,
    ) -> list[Any]:
        resolver = self._resolver(entity, row, joins)
        where = [
            replace(self.world.access(self.principal), joins=joins).predicate(entity.key, action, row),
            *conditions(query, resolver, Asking(self.world, entity, self.principal)),
        ]
        where += [sql(rule, resolver) for rule in query.also]
        access = self.world.access(self.principal)
        where += [rows for item in query.where for rows in reached(item.path, resolver, access)]
        if tab:
            condition = tab_condition(entity, tab, resolver)
            where += [] if condition is None else [condition]
        return where

    def _order_key(self, entity: Entity, order: Order, resolver: RowResolver) -> Any:
        key = resolver.column(followed(entity, order.path))
        through = reached(order.path, resolver, self.world.access(self.principal))
        return place(sa.case((sa.and_(*through), key), else_=None) if through else key, order)

    def _resolver(self, entity: Entity, row: sa.FromClause, joins: Joins | None = None) -> RowResolver:
        return RowResolver(self.world.tables, entity.key, row, self.principal, self.world.clock, joins)

    def _decoders(
        self, selection: Selection, entity: Entity, columns: Sequence[Names]
    ) -> tuple[dict[str, Decode], dict[str, Decode], dict[str, Behind]]:
        """What reads the columns of the row; whether each of those beside it is shown; files behind references."""
        decoders: dict[str, Decode] = {}
        many: dict[str, Decode] = {}
        behind: dict[str, Behind] = {}
        for path in columns:
            if len(path) == 1 and entity.fields[path[0]].type == "table":
                continue
            if len(path) == 1 and entity.fields[path[0]].many:
                many[path[0]] = selection.open(path) or (lambda row: True)
            elif (files := selection.files(path)) is not None:
                behind[".".join(path)] = files
            else:
                decoders[".".join(path)] = selection.add(path)
        return decoders, many, behind


def _flags(selection: Selection, flags: Iterable[Flag], may: Iterable[str]) -> dict[str, Decode]:
    answers = {flag.text: selection.flag(flag) for flag in flags}
    return answers | {f"may:{action}": selection.may(action) for action in may}
