"""Reading rows: lists, counters, single records, pickers. Each statement carries the row predicate."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import sqlalchemy as sa

from fab_app.core.values import fixed
from fab_app.expr import Expr
from fab_app.fields.ref import Ref
from fab_app.runtime.beside import address, members, own
from fab_app.runtime.binding import bound
from fab_app.runtime.counting import COUNTED, Count, Counting
from fab_app.runtime.filters import holding, narrowed
from fab_app.runtime.ordering import ranked
from fab_app.runtime.plans import Watched, scope_of
from fab_app.runtime.preparing import Prepared, Preparer
from fab_app.runtime.query import Asking, Query
from fab_app.runtime.selection import Names, Selection, acting
from fab_app.runtime.walking import ahead, complete
from fab_app.spec.kept import Flag
from fab_app.spec.manifest import Entity

T = TypeVar("T")


@fixed
class Record:
    """A row as it is shown: values by dotted path, conditions of buttons by their expression's text."""

    id: int
    version: int
    values: Mapping[str, Any]
    flags: Mapping[str, bool] = field(default_factory=dict)


@dataclass(frozen=True)
class Reader(Preparer):
    """Reads as one principal. Holds nothing between calls but the session it was given."""

    def rows(
        self,
        entity: Entity,
        query: Query,
        flags: Iterable[Flag] = (),
        action: str = "read",
        may: Iterable[str] = (),
        known: Count | None = None,
    ) -> list[Record]:
        """One page, in one statement plus one per many-valued or file column.

        ``may`` are actions of which each row is asked whether it lies in their rows: flags ``may:<action>``.
        What is ``known`` of the number of rows chooses the way to them.
        """
        flags, may = tuple(flags), tuple(may)

        def page(shape: Query, values: Mapping[str, Any]) -> list[Record]:
            question = ("rows", shape, tuple(flag.text for flag in flags), action, may)
            prepared = self.kept(
                entity, question, lambda reader: reader.prepare(entity, shape, flags, action, may)
            )
            return self.run(prepared, values)

        return self.by_way(entity, query, known, page)

    def by_way(
        self,
        entity: Entity,
        query: Query,
        known: Count | None,
        page: Callable[[Query, Mapping[str, Any]], list[T]],
    ) -> list[T]:
        """A page by the way that promises least work; ``page`` is given the query without its values, and these."""
        query = ranked(self.world.manifest, entity, query)
        shape, values = bound(replace(query, page=0))
        values = {**values, "skip": query.page * query.size}
        table, kind = self.world.stored(entity).table, self.session.get_bind().dialect.name
        way = ahead(entity, table, query, known, kind)
        found = page(replace(shape, **way._asdict()), values)
        return found if complete(query, known, way, len(found)) else page(shape, values)

    def kept(self, entity: Entity, question: Hashable, build: Callable[[Reader], T]) -> T:
        """What ``build`` makes, kept for the next who asks the same with the same rows, language and day."""
        zone = str(self.show.zone)
        day = (self.world.clock.today(zone), self.world.clock.offset(zone))
        key = (entity.key, question, scope_of(self.principal), self.show.locale, zone, day)

        def built() -> tuple[T, bool]:
            clock = Watched(self.world.clock)
            value = build(replace(self, world=replace(self.world, clock=clock)))
            return value, not clock.asked

        return self.world.plans.get(key, built)

    def one(
        self,
        entity: Entity,
        key: int,
        columns: Sequence[Names],
        flags: Iterable[Flag] = (),
        action: str = "read",
        may: Iterable[str] = (),
    ) -> Record | None:
        """The record with this key, or None where there is none within the principal's rows."""
        flags, may, columns = tuple(flags), tuple(may), tuple(columns)
        question = ("one", columns, tuple(flag.text for flag in flags), action, may)
        prepared = self.kept(
            entity, question, lambda reader: reader.prepare_one(entity, columns, flags, action, may)
        )
        return next(iter(self.run(prepared, {"key": key})), None)

    def run(self, prepared: Prepared, bound: Mapping[str, Any]) -> list[Record]:
        """The records of a prepared SELECT; it was prepared for a principal of the same scope."""
        answer = self._execute(prepared.statement, bound)
        keys = tuple(answer.keys())
        return self._records(prepared, [dict(zip(keys, row, strict=True)) for row in answer.all()])

    def stream(
        self, prepared: Prepared, size: int
    ) -> tuple[tuple[str, ...], Iterator[Sequence[sa.Row[Any]]]]:
        """The keys, and all rows in pieces of ``size``; the statement runs before the first piece is asked for."""
        options = {**acting(self.principal), "yield_per": size}
        answer = self.session.execute(prepared.statement, execution_options=options)
        return tuple(answer.keys()), answer.partitions(size)

    def _records(self, prepared: Prepared, rows: Sequence[Mapping[str, Any]]) -> list[Record]:
        id_key, version_key, flags = prepared.id_key, prepared.version_key, prepared.flags.items()
        decoders = tuple(prepared.decoders.items())
        sides = self.beside(prepared.entity, tuple(prepared.many), [row[id_key] for row in rows])
        behind = self._behind(prepared, rows) if prepared.behind else {}
        records = []
        for row in rows:
            values = {name: decode(row) for name, decode in decoders}
            for name, open_ in prepared.many.items():
                values[name] = sides[name].get(row[id_key], ()) if open_(row) else ()
            for name, files in behind.items():
                values[name] = files.get(row[id_key], ())
            records.append(
                Record(row[id_key], row[version_key], values, {text: holds(row) for text, holds in flags})
            )
        return records

    def _behind(self, prepared: Prepared, rows: Sequence[Mapping[str, Any]]) -> dict[str, dict[Any, Any]]:
        connection, root = self.session.connection(), address(self.principal, prepared.entity)
        found = prepared.behind.items()
        return {name: one.values(connection, root, rows, prepared.id_key) for name, one in found}

    def scan(self, entity: Entity, query: Query, action: str = "read") -> list[int]:
        """The ids of all rows of a query in their order, at most 10,001: one look at the table for count and page.

        For conditions that no index can answer, where counting and paging would each read the whole table.
        """
        query = ranked(self.world.manifest, entity, query)
        shape, values = bound(replace(query, columns=(), page=0, size=COUNTED + 1))
        statement = self.kept(
            entity, ("scan", shape, action), lambda reader: reader._page(entity, shape, action)
        )
        return list(self._execute(statement, {**values, "skip": 0}).scalars())

    def rows_of(
        self,
        entity: Entity,
        query: Query,
        keys: Sequence[int],
        flags: Iterable[Flag] = (),
        may: Iterable[str] = (),
    ) -> list[Record]:
        """The rows with these keys, in their order, as ``rows`` gives them."""
        columns, flags, may = query.columns, tuple(flags), tuple(may)
        question = ("rows_of", columns, tuple(flag.text for flag in flags), may)
        prepared = self.kept(
            entity, question, lambda reader: reader.prepare_keys(entity, columns, flags, may)
        )
        found = {record.id: record for record in self.run(prepared, {"keys": list(keys)})} if keys else {}
        return [found[key] for key in keys if key in found]

    def exists(self, entity: Entity, key: int, action: str = "read") -> bool:
        row = self.world.stored(entity).table.alias("r")
        predicate = self.world.access(self.principal).predicate(entity.key, action, row)
        return self._execute(sa.select(row.c.id).where(row.c.id == key, predicate)).first() is not None

    def count(self, entity: Entity, query: Query, action: str = "read") -> Count:
        return self.counts(entity, query, {"": query.tab}, action)[""]

    def counts(
        self, entity: Entity, query: Query, tabs: Mapping[str, str], action: str = "read", later: bool = False
    ) -> dict[str, Count]:
        """The counters of several tabs in one statement; each stops counting beyond 10,000.

        ``later``: where they are dear the last ones will do.
        """
        shape, values = bound(replace(query, columns=(), order=(), page=0, size=0))
        question = ("counts", shape, tuple(tabs.items()), action)
        return self.numbers(
            self.kept(entity, question, lambda reader: reader.prepare_counts(entity, shape, tabs, action)),
            values,
            later,
        )

    def numbers(
        self, counters: Counting, values: Mapping[str, Any] | None = None, later: bool = False
    ) -> dict[str, Count]:
        return counters.run(self._execute, self.session.info, values or {}, later)

    def count_where(self, entity: Entity, where: Expr) -> Count:
        """How many of the principal's rows an expression holds for; stops counting beyond 10,000."""
        query = Query(also=(where,))
        counters = self.kept(
            entity, ("where", where.text), lambda reader: reader.prepare_counts(entity, query, {"": ""})
        )
        return self.numbers(counters)[""]

    def options(
        self,
        entity: Entity,
        text: str,
        page: int,
        where: Any = None,
        keys: Sequence[int] | None = None,
        size: int = 20,
        first: Any = None,
    ) -> tuple[list[Ref], bool]:
        """Records to pick from, by a part of their title. ``where`` and ``first`` take the row and give conditions:
        those for which ``first`` holds stand before the others."""
        row = self.world.stored(entity).table.alias("r")
        access = self.world.access(self.principal)
        selection = Selection(self.world, entity, row, access, self.show)
        id_key = selection.label(row.c.id)
        parts = {name: selection.add((name,)) for name in entity.title_paths}
        wanted = [access.choosable(entity.key, row)]
        if keys is not None:
            wanted.append(row.c.id.in_(keys))
        if text:
            names = Asking(self.world, entity, self.principal).searched()
            wanted += narrowed(self.world.stored(entity), row, names, text)
            texts = [row.c[entity.columns[n]] for n in names]
            wanted.append(holding(texts, text))
        if where is not None:
            wanted.append(where(row))
        statement = sa.select(*selection.columns).select_from(selection.source).where(*wanted)
        name = entity.title_paths[0]
        order: list[Any] = [row.c[entity.columns[name]]] if name in entity.stored else []
        order = [sa.case((first(row), 0), else_=1), *order] if first is not None else order
        statement = statement.order_by(*order, row.c.id).limit(size + 1).offset(page * size)
        found = self._execute(statement).mappings().all()
        tellers = self._tellers(entity)
        refs = []
        for item in found[:size]:
            texts_ = {name: tellers[name](part(item)) for name, part in parts.items()}
            refs.append(Ref(item[id_key], entity.title(texts_)))
        return refs, len(found) > size

    def _tellers(self, entity: Entity) -> dict[str, Callable[[Any], str]]:
        """What puts the parts of a title into words: nothing hidden, and what is masked masked."""
        asking = Asking(self.world, entity, self.principal)
        return {name: asking.teller(name, self.show) for name in entity.title_paths}

    def titles(self, entity: Entity, keys: Iterable[int], scoped: bool = False) -> dict[int, Ref]:
        """The titles of rows by key, without regard to rows: labels are a field's policy, not access.

        ``scoped`` is that policy: of rows that the person may open alone.
        """
        wanted = sorted(set(keys))
        if not wanted:
            return {}
        prepared = self.kept(entity, ("titles", scoped), lambda reader: reader.prepare_titles(entity, scoped))
        found, tellers = {}, self._tellers(entity)
        for record in self.run(prepared, {"keys": wanted}):
            texts = {name: tellers[name](value) for name, value in record.values.items()}
            found[record.id] = Ref(record.id, entity.title(texts))
        return found

    def beside(
        self, entity: Entity, names: Sequence[str], keys: Sequence[int]
    ) -> dict[str, dict[int, tuple[Any, ...]]]:
        return {name: self._many_values(entity, name, keys) for name in names} if keys else {}

    def _many_values(self, entity: Entity, name: str, keys: Sequence[int]) -> dict[int, tuple[Any, ...]]:
        if entity.fields[name].storage == "file":
            root = address(self.principal, entity)
            return own(self.session.connection(), entity, name, root, keys)
        target = self.world.manifest.target(entity, name)
        rows: Any = self._execute(members(self.world.tables, entity, name, keys)).all()
        scoped = getattr(entity.fields[name], "label_rows", "always") == "scoped"
        titles = self.titles(target, {value for _, value in rows}, scoped) if target is not None else {}
        found: dict[int, tuple[Any, ...]] = {}
        for owner, value in rows:
            found[owner] = (
                *found.get(owner, ()),
                titles.get(value, Ref(value, "")) if target is not None else value,
            )
        return found

    def _execute(self, statement: sa.Executable, bound: Mapping[str, Any] | None = None) -> sa.Result[Any]:
        return self.session.execute(statement, bound, execution_options=acting(self.principal))
