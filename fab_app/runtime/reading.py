"""Reading rows: lists, counters, single records, pickers. Each statement carries the row predicate."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session, scoped_session

from fab_app.access.principal import Principal
from fab_app.access.resolver import RowResolver
from fab_app.expr import Expr, sql
from fab_app.fields.ref import Ref
from fab_app.fields.show import Show
from fab_app.fields.stored import Stored as StoredFile
from fab_app.runtime.filters import conditions, escaped, followed, like, reached, tab_condition
from fab_app.runtime.plans import Watched, scope_of
from fab_app.runtime.query import Asking, Order, Query
from fab_app.runtime.selection import Decode, Names, Selection, acting
from fab_app.runtime.world import World
from fab_app.spec.manifest import Entity
from fab_app.store.files import Slot, of_records

COUNTED = 10_000
AnySession = Session | scoped_session[Session]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Record:
    """A row as it is shown: values by dotted path, conditions of buttons by their expression's text."""

    id: int
    version: int
    values: Mapping[str, Any]
    flags: Mapping[str, bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Count:
    """Exact up to 10,000; ``more`` says that there are others beyond."""

    number: int
    more: bool = False


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


@dataclass(frozen=True)
class Reader:
    """Reads as one principal. Holds nothing between calls but the session it was given."""

    world: World
    session: AnySession
    principal: Principal
    show: Show

    def rows(
        self, entity: Entity, query: Query, flags: Iterable[Expr] = (), action: str = "read", may: Iterable[str] = ()
    ) -> list[Record]:
        """One page, in one statement plus one per many-valued or file column.

        ``may`` are actions of which each row is asked whether it lies in their rows: flags ``may:<action>``.
        """
        flags, may, shape = tuple(flags), tuple(may), replace(query, page=0)
        question = ("rows", shape, tuple(flag.text for flag in flags), action, may)
        prepared = self._kept(entity, question, lambda reader: reader.prepare(entity, shape, flags, action, may))
        return self.run(prepared, {"skip": query.page * query.size})

    def _kept(self, entity: Entity, question: Hashable, build: Callable[[Reader], T]) -> T:
        """What ``build`` makes, kept for the next who asks the same with the same rows, language and day."""
        zone = str(self.show.zone)
        day = (self.world.clock.today(zone), self.world.clock.offset(zone))
        key = (entity.key, question, scope_of(self.principal), self.show.locale, zone, day)

        def built() -> tuple[T, bool]:
            clock = Watched(self.world.clock)
            value = build(replace(self, world=replace(self.world, clock=clock)))
            return value, not clock.asked

        return self.world.plans.get(key, built)

    def prepare(
        self, entity: Entity, query: Query, flags: Iterable[Expr] = (), action: str = "read", may: Iterable[str] = ()
    ) -> Prepared:
        """The SELECT of a page, the rows to skip bound late as ``skip``."""
        outer = self.world.stored(entity).table.alias("r")
        selection = self._selection(entity, outer)
        reading = self._reading(selection, query.columns, flags, may)
        page = self._page(entity, query, self.world.stored(entity).table.alias("p"), action).subquery("page")
        source = page.join(selection.source, page.c.id == outer.c.id)
        statement = sa.select(*selection.columns).select_from(source).order_by(*_outer_order(page, query))
        return replace(reading, statement=statement)

    def prepare_all(self, entity: Entity, query: Query, action: str = "read") -> Prepared:
        """The SELECT of all rows of a query, whatever its page."""
        row = self.world.stored(entity).table.alias("r")
        selection = self._selection(entity, row)
        reading = self._reading(selection, query.columns, (), ())
        keys = [(self._order_key(entity, order, self._resolver(entity, row)), order.down) for order in query.order]
        order_by = [*(key.desc() if down else key.asc() for key, down in keys), _last_key(row, query)]
        where = self._where(entity, query, row, action, query.tab)
        statement = sa.select(*selection.columns).select_from(selection.source).where(*where)
        return replace(reading, statement=statement.order_by(*order_by))

    def one(
        self,
        entity: Entity,
        key: int,
        columns: Sequence[Names],
        flags: Iterable[Expr] = (),
        action: str = "read",
        may: Iterable[str] = (),
    ) -> Record | None:
        """The record with this key, or None where there is none within the principal's rows."""
        flags, may, columns = tuple(flags), tuple(may), tuple(columns)
        question = ("one", columns, tuple(flag.text for flag in flags), action, may)
        prepared = self._kept(entity, question, lambda reader: reader.prepare_one(entity, columns, flags, action, may))
        return next(iter(self.run(prepared, {"key": key})), None)

    def prepare_one(
        self,
        entity: Entity,
        columns: Sequence[Names],
        flags: Iterable[Expr] = (),
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

    def run(self, prepared: Prepared, bound: Mapping[str, Any]) -> list[Record]:
        """The records of a prepared SELECT; it was prepared for a principal of the same scope."""
        answer = self._execute(prepared.statement, bound)
        keys = tuple(answer.keys())
        return self._records(prepared, [dict(zip(keys, row, strict=True)) for row in answer.all()])

    def stream(self, prepared: Prepared, size: int = 500) -> Iterator[list[Record]]:
        """All records in pieces of ``size``; the statement runs before the first piece is asked for."""
        options = {**acting(self.principal), "yield_per": size}
        answer = self.session.execute(prepared.statement, execution_options=options)
        keys = tuple(answer.keys())
        return (
            self._records(prepared, [dict(zip(keys, row, strict=True)) for row in piece])
            for piece in answer.partitions(size)
        )

    def _selection(self, entity: Entity, row: sa.FromClause) -> Selection:
        return Selection(self.world, entity, row, self.world.access(self.principal), self.show)

    def _reading(
        self, selection: Selection, columns: Sequence[Names], flags: Iterable[Expr], may: Iterable[str]
    ) -> Prepared:
        entity, row = selection.root.entity, selection.root.row
        id_key = selection.label(row.c.id)
        decoders, many = self._decoders(selection, entity, columns)
        version = selection.label(row.c[entity.version])
        return Prepared(entity, sa.select(), id_key, version, decoders, many, _flags(selection, flags, may))

    def _records(self, prepared: Prepared, rows: Sequence[Mapping[str, Any]]) -> list[Record]:
        id_key, version_key, flags = prepared.id_key, prepared.version_key, prepared.flags.items()
        decoders = tuple(prepared.decoders.items())
        sides = self._many(prepared.entity, tuple(prepared.many), [row[id_key] for row in rows])
        records = []
        for row in rows:
            values = {name: decode(row) for name, decode in decoders}
            for name, open_ in prepared.many.items():
                values[name] = sides[name].get(row[id_key], ()) if open_(row) else ()
            records.append(Record(row[id_key], row[version_key], values, {text: holds(row) for text, holds in flags}))
        return records

    def scan(self, entity: Entity, query: Query, action: str = "read") -> list[int]:
        """The ids of all rows of a query in their order, at most 10,001: one look at the table for count and page.

        For conditions that no index can answer, where counting and paging would each read the whole table.
        """
        shape = replace(query, columns=(), page=0, size=COUNTED + 1)

        def build(reader: Reader) -> sa.Select[Any]:
            row = reader.world.stored(entity).table.alias("p")
            return reader._page(entity, shape, row, action)

        statement = self._kept(entity, ("scan", shape, action), build)
        return list(self._execute(statement, {"skip": 0}).scalars())

    def rows_of(
        self, entity: Entity, query: Query, keys: Sequence[int], flags: Iterable[Expr] = (), may: Iterable[str] = ()
    ) -> list[Record]:
        """The rows with these keys, in their order, as ``rows`` gives them."""
        columns, flags, may = query.columns, tuple(flags), tuple(may)
        question = ("rows_of", columns, tuple(flag.text for flag in flags), may)
        prepared = self._kept(entity, question, lambda reader: reader.prepare_keys(entity, columns, flags, may))
        found = {record.id: record for record in self.run(prepared, {"keys": list(keys)})} if keys else {}
        return [found[key] for key in keys if key in found]

    def prepare_keys(
        self, entity: Entity, columns: Sequence[Names], flags: Iterable[Expr], may: Iterable[str]
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

    def exists(self, entity: Entity, key: int, action: str = "read") -> bool:
        row = self.world.stored(entity).table.alias("r")
        predicate = self.world.access(self.principal).predicate(entity.key, action, row)
        return self._execute(sa.select(row.c.id).where(row.c.id == key, predicate)).first() is not None

    def count(self, entity: Entity, query: Query, action: str = "read") -> Count:
        return self.counts(entity, query, {"": query.tab}, action)[""]

    def counts(self, entity: Entity, query: Query, tabs: Mapping[str, str], action: str = "read") -> dict[str, Count]:
        """The counters of several tabs in one statement; each stops counting beyond 10,000."""
        shape = replace(query, columns=(), order=(), page=0, size=0)
        question = ("counts", shape, tuple(tabs.items()), action)
        statement = self._kept(entity, question, lambda reader: reader.prepare_counts(entity, shape, tabs, action))
        return self.run_counts(entity, statement, tabs)

    def prepare_counts(
        self, entity: Entity, query: Query, tabs: Mapping[str, str], action: str = "read"
    ) -> sa.Select[Any]:
        limited = COUNTED + 1
        columns = []
        for name, tab in tabs.items():
            row = self.world.stored(entity).table.alias()
            where = self._where(entity, query, row, action, tab)
            bounded = sa.select(sa.literal(1).label("one")).select_from(row).where(*where)
            if not entity.spec.listing.exact_count:
                bounded = bounded.limit(limited)
            counted = sa.select(sa.func.count()).select_from(bounded.subquery()).scalar_subquery()
            columns.append(counted.label(f"n_{name}"))
        return sa.select(*columns)

    def run_counts(self, entity: Entity, statement: sa.Select[Any], tabs: Iterable[str]) -> dict[str, Count]:
        row_ = self._execute(statement).one()
        return {name: _counted(number, entity) for name, number in zip(tabs, row_, strict=True)}

    def count_where(self, entity: Entity, where: Expr) -> Count:
        """How many of the principal's rows an expression holds for; stops counting beyond 10,000."""
        row = self.world.stored(entity).table.alias()
        predicate = self.world.access(self.principal).predicate(entity.key, "read", row)
        holds = sql(where, self._resolver(entity, row))
        bounded = sa.select(sa.literal(1).label("one")).select_from(row).where(predicate, holds).limit(COUNTED + 1)
        return _counted(self._execute(sa.select(sa.func.count()).select_from(bounded.subquery())).scalar_one(), entity)

    def options(
        self, entity: Entity, text: str, page: int, where: Any = None, keys: Sequence[int] | None = None, size: int = 20
    ) -> tuple[list[Ref], bool]:
        """Records to pick from, by a part of their title; ``where`` takes the row and gives more conditions."""
        row = self.world.stored(entity).table.alias("r")
        access = self.world.access(self.principal)
        selection = Selection(self.world, entity, row, access, self.show)
        id_key = selection.label(row.c.id)
        parts = {name: selection.add((name,)) for name in entity.title_paths}
        wanted = [access.choosable(entity.key, row)]
        if keys is not None:
            wanted.append(row.c.id.in_(keys))
        if text:
            texts = [row.c[entity.columns[n]] for n in self._searched(entity)]
            wanted.append(sa.or_(*(like(column, f"%{escaped(text)}%", text) for column in texts)))
        if where is not None:
            wanted.append(where(row))
        statement = sa.select(*selection.columns).select_from(selection.source).where(*wanted)
        first = entity.title_paths[0]
        order = [row.c[entity.columns[first]]] if first in entity.stored else []
        statement = statement.order_by(*order, row.c.id).limit(size + 1).offset(page * size)
        found = self._execute(statement).mappings().all()
        refs = []
        for item in found[:size]:
            texts_ = {name: entity.fields[name].text(part(item), self.show) for name, part in parts.items()}
            refs.append(Ref(item[id_key], entity.title(texts_)))
        return refs, len(found) > size

    def titles(self, entity: Entity, keys: Iterable[int]) -> dict[int, Ref]:
        """The titles of rows by key, without regard to rows: labels are a field's policy, not access."""
        wanted = sorted(set(keys))
        if not wanted:
            return {}
        prepared = self._kept(entity, "titles", lambda reader: reader.prepare_titles(entity))
        found = {}
        for record in self.run(prepared, {"keys": wanted}):
            texts = {name: entity.fields[name].text(value, self.show) for name, value in record.values.items()}
            found[record.id] = Ref(record.id, entity.title(texts))
        return found

    def prepare_titles(self, entity: Entity) -> Prepared:
        """The SELECT of titles, the keys bound late as ``keys``."""
        row = self.world.stored(entity).table.alias("t")
        selection = self._selection(entity, row)
        reading = self._reading(selection, [(name,) for name in entity.title_paths], (), ())
        where = row.c.id.in_(sa.bindparam("keys", expanding=True))
        return replace(reading, statement=sa.select(*selection.columns).select_from(selection.source).where(where))

    def _searched(self, entity: Entity) -> list[str]:
        """The columns that typed words are looked for in: none that the person may not read."""
        asking = Asking(self.world, entity, self.principal)
        titles = [name for name in entity.title_paths if entity.fields[name].storage == "column"]
        names = [name for name in entity.stored if entity.fields[name].search]
        return [name for name in names if asking.shows((name,)) and not asking.closed((name,))] or titles

    def _page(self, entity: Entity, query: Query, row: sa.FromClause, action: str) -> sa.Select[Any]:
        """The ids of one page, with the keys they are ordered by, from the narrowest rows that can tell."""
        resolver = self._resolver(entity, row)
        keys = [(self._order_key(entity, order, resolver), order.down) for order in query.order]
        columns = [row.c.id, *(key.label(f"k{index}") for index, (key, _) in enumerate(keys))]
        order_by = [key.desc() if down else key.asc() for key, down in keys]
        where = self._where(entity, query, row, action, query.tab)
        statement = sa.select(*columns).where(*where).order_by(*order_by, _last_key(row, query))
        return statement.limit(query.size).offset(sa.bindparam("skip", type_=sa.Integer()))

    def _where(self, entity: Entity, query: Query, row: sa.FromClause, action: str, tab: str) -> list[Any]:
        resolver = self._resolver(entity, row)
        where = [self.world.access(self.principal).predicate(entity.key, action, row), *conditions(query, resolver)]
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
        return sa.case((sa.and_(*through), key), else_=None) if through else key

    def _resolver(self, entity: Entity, row: sa.FromClause) -> RowResolver:
        return RowResolver(self.world.tables, entity.key, row, self.principal, self.world.clock)

    def _decoders(
        self, selection: Selection, entity: Entity, columns: Sequence[Names]
    ) -> tuple[dict[str, Decode], dict[str, Decode]]:
        """What reads the columns of the row, and whether each of those beside it is shown for it."""
        decoders: dict[str, Decode] = {}
        many: dict[str, Decode] = {}
        for path in columns:
            if len(path) == 1 and entity.fields[path[0]].type == "table":
                continue
            if len(path) == 1 and entity.fields[path[0]].many:
                many[path[0]] = selection.open(path) or (lambda row: True)
            else:
                decoders[".".join(path)] = selection.add(path)
        return decoders, many

    def _many(self, entity: Entity, names: Sequence[str], keys: Sequence[int]) -> dict[str, dict[int, tuple[Any, ...]]]:
        return {name: self._many_values(entity, name, keys) for name in names} if keys else {}

    def _many_values(self, entity: Entity, name: str, keys: Sequence[int]) -> dict[int, tuple[Any, ...]]:
        if entity.fields[name].storage == "file":
            return self._files(entity, name, keys)
        side = self.world.stored(entity).side[name]
        target = self.world.manifest.target(entity, name)
        statement = sa.select(side.c.owner_id, side.c.value).where(side.c.owner_id.in_(keys))
        rows: Any = self._execute(statement.order_by(side.c.owner_id, side.c.position)).all()
        titles = self.titles(target, {value for _, value in rows}) if target is not None else {}
        found: dict[int, tuple[Any, ...]] = {}
        for owner, value in rows:
            found[owner] = (*found.get(owner, ()), titles.get(value, Ref(value, "")) if target is not None else value)
        return found

    def _files(self, entity: Entity, name: str, keys: Sequence[int]) -> dict[int, tuple[Any, ...]]:
        found = of_records(self.session.connection(), Slot(entity.portal, entity.name, name), keys)
        root = f"/{entity.portal}/{entity.name}/file"
        return {
            key: tuple(
                StoredFile(
                    file.id,
                    file.name,
                    file.size,
                    file.mime,
                    f"{root}/{key}/{file.uuid}",
                    f"{root}/{key}/{file.uuid}?thumb=1" if file.thumb_key else "",
                )
                for file in files
            )
            for key, files in found.items()
        }

    def _execute(self, statement: sa.Executable, bound: Mapping[str, Any] | None = None) -> sa.Result[Any]:
        return self.session.execute(statement, bound, execution_options=acting(self.principal))


def _flags(selection: Selection, flags: Iterable[Expr], may: Iterable[str]) -> dict[str, Decode]:
    answers = {flag.text: selection.flag(flag) for flag in flags}
    return answers | {f"may:{action}": selection.may(action) for action in may}


def _last_key(row: sa.FromClause, query: Query) -> Any:
    """What tells rows of the same order apart: the id, falling where nothing was asked."""
    falling = query.order[0].down if query.order else True
    return row.c.id.desc() if falling else row.c.id.asc()


def _outer_order(page: sa.Subquery, query: Query) -> list[Any]:
    keys = [
        page.c[f"k{index}"].desc() if order.down else page.c[f"k{index}"].asc()
        for index, order in enumerate(query.order)
    ]
    return [*keys, _last_key(page, query)]


def _counted(number: int, entity: Entity) -> Count:
    if number > COUNTED and not entity.spec.listing.exact_count:
        return Count(COUNTED, True)
    return Count(number)
