"""Many new records of one entity: judged one by one by the same rules as single ones, stored by few statements.

What a single write asks the database about each record is asked here once for all of them: references that rules
follow, unique values, serial numbers, the rows of the person, the log. Nothing here commits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from fab_app.core.problems import Refused
from fab_app.core.words import say
from fab_app.expr import Expr
from fab_app.runtime import audit, cases, searching
from fab_app.runtime.env import RecordEnv, from_row
from fab_app.runtime.judging import Errors, Judged, New, writable_fields
from fab_app.runtime.query import Unreadable
from fab_app.runtime.refusals import out_of_rows
from fab_app.runtime.stacking import stacked
from fab_app.runtime.storing import of_kind, taken, unique_sets
from fab_app.runtime.writes import wrote
from fab_app.runtime.writing import Writer
from fab_app.spec.manifest import BASE, Entity
from fab_app.store.inserting import Columns, Same, insert_all
from fab_app.store.numbers import next_numbers

AT_ONCE = 400
STORED = 2000
"""Records whose rows and entries of the log are held at once."""

_ONE_BY_ONE = frozenset((f"{BASE}.user", f"{BASE}.role", f"{BASE}.dictionary_item"))
"""What more happens to these than being stored: each of them is made by itself."""

Loaded = dict[tuple[str, int], RecordEnv | None]


class Lost(Exception):
    """Some of the records may not stand as they were stored: by their place why. The caller takes all back."""

    def __init__(self, why: Mapping[int, Refused]) -> None:
        super().__init__(f"{len(why)} of the records")
        self.why = why


def together(writer: Writer, entity: Entity) -> bool:
    """Whether records of the entity can be stored by few statements."""
    tree = writer.world.stored(entity).closure is not None
    tables = any(spec.type == "table" for spec in entity.fields.values())
    made = entity.spec.first_account is not None
    moved = any(
        "add" in move.on for workflow in entity.spec.workflows.values() for move in workflow.moves.values()
    )
    return entity.owner not in _ONE_BY_ONE and not (tree or tables or made or moved)


@dataclass(frozen=True)
class Bulk(Writer):
    """``checked``: references that were looked up under the person's rows already. Values come judged."""

    checked: frozenset[str] = frozenset()
    loaded: Loaded = field(default_factory=dict, compare=False)
    allowed: dict[str, frozenset[str]] = field(default_factory=dict, compare=False)
    asked: dict[str, frozenset[str]] = field(default_factory=dict, compare=False)
    told: dict[str, audit.Pairs] = field(default_factory=dict, compare=False)

    def prefetch(self, entity: Entity, rows: Sequence[Mapping[str, Any]]) -> None:
        """The records that rules will follow references to, read by a few statements."""
        for name in sorted(_followed(entity)):
            target = self.world.manifest.target(entity, name)
            if target is None or name not in entity.stored:
                continue
            keys = {row[name] for row in rows if isinstance(row.get(name), int)}
            self._load(target, sorted(key for key in keys if (target.key, key) not in self.loaded))

    def store(self, entity: Entity, news: Sequence[New], sent: Sequence[Iterable[str]]) -> list[int]:
        """The keys of the new records in their order. ``sent``: the fields that the person wrote in each.

        Raises Lost where some lie outside the person's rows; IntegrityError where somebody was faster.
        """
        self._count_all(entity, news)
        ids: list[int] = []
        for some in _parts(news, STORED):
            ids += self._store(entity, some)
        self._judge_rows(entity, ids, sent)
        return ids

    def tried(self, entity: Entity, news: Sequence[New], sent: Sequence[Iterable[str]]) -> None:
        """As ``store`` of what is taken back in any case: only what the person's rows are judged by is written.

        Raises Lost; nothing is written where every row is the person's.
        """
        if self._free(entity):
            return
        self._count_all(entity, news)
        ids: list[int] = []
        for some in _parts(news, STORED):
            made = self._insert_all(entity, some)
            self._side(entity, some, made)
            ids += made
        self._judge_rows(entity, ids, sent)

    def _store(self, entity: Entity, news: Sequence[New]) -> list[int]:
        ids, values = self._insert_all(entity, news), [new.values for new in news]
        self._side(entity, news, ids)
        grams = self.world.stored(entity).grams
        if grams is not None:
            self.insert_all(grams, searching.of_new(entity, ids, values))
        for columns in cases.of_new(self.world, entity, ids):
            self.insert_all(cases.table(self.world), columns)
        entries = audit.of_new(self.world, self.principal, entity, ids, values, self.told)
        self.insert_all(audit.table(self.world), entries)
        return ids

    def taken(self, entity: Entity, rows: Sequence[Mapping[str, Any]]) -> dict[int, Errors]:
        """By place the unique fields that stand already, the rows that nobody here may see included."""
        found: dict[int, Errors] = {}
        for names in unique_sets(entity, self.world.manifest):
            for place in self._taken(entity, names, rows):
                found.setdefault(place, {}).setdefault(names[0], []).append(taken(entity, names[0]))
        return found

    # --- judged as single writes are -----------------------------------------------------------

    def env(self, entity: Entity, values: Mapping[str, Any], id_: int | None) -> RecordEnv:
        known = KnownEnv(self.world, entity, values, self.principal, self.fetch, id_)
        known.loaded = self.loaded
        return known

    def _parsed(self, entity: Entity, raw: Mapping[str, Any], action: str) -> Judged:
        if action not in self.allowed:
            policy = self.world.grants.writing(self.principal, entity.key, action)
            self.allowed[action] = writable_fields(entity, policy.hidden, policy.readonly)
        if not raw.keys() <= self.allowed[action]:
            unknown = min(raw.keys() - self.allowed[action])
            raise Unreadable(say("'{name}' cannot be written", name=unknown))
        return Judged(dict(raw))

    def _references(
        self, entity: Entity, values: Mapping[str, Any], env: RecordEnv, errors: Errors
    ) -> Errors:
        if entity.key not in self.asked:
            targets = (name for name in entity.fields if self.world.manifest.target(entity, name) is not None)
            self.asked[entity.key] = frozenset(targets) - self.checked
        rest = {name: values[name] for name in self.asked[entity.key] if name in values}
        return super()._references(entity, rest, env, errors) if rest else {}

    # --- stored by few statements ----------------------------------------------------------------

    def insert_all(self, table: sa.Table, columns: Columns) -> None:
        count = max((len(one) for one in columns.values() if not isinstance(one, Same)), default=0)
        insert_all(self.session.connection(), table, columns, count)
        wrote(self.session.info, self.world.tables, table)

    def _count_all(self, entity: Entity, news: Sequence[New]) -> None:
        """Serial numbers of all records at once, with the promises of single ones."""
        today = self.world.clock.today(self.world.manifest.portals[entity.portal].spec.zone)
        for name, spec in entity.fields.items():
            lacking = [new for new in news if spec.type == "serial" and not new.values.get(name)]
            if not lacking:
                continue
            scope = f"{entity.table}.{entity.columns[name]}:{spec.period(today)}"  # type: ignore[attr-defined]
            numbers = self._numbers_of(scope, len(lacking), spec.gapless)  # type: ignore[attr-defined]
            for new, number in zip(lacking, numbers, strict=True):
                new.values[name] = spec.render(today, number)  # type: ignore[attr-defined]

    def _numbers_of(self, scope: str, count: int, gapless: bool) -> range:
        connection = self.session.connection()
        if gapless or connection.dialect.name == "sqlite":
            return next_numbers(connection, scope, count)
        with connection.engine.begin() as apart:
            return next_numbers(apart, scope, count)

    def _insert_all(self, entity: Entity, news: Sequence[New]) -> list[int]:
        table, columns = self.world.stored(entity).table, stacked(self, entity, news)
        last = self.fetch(sa.select(sa.func.max(table.c.id))).scalar() or 0
        self.insert_all(table, columns)
        uuids: Any = columns["uuid"]
        known = self._keys(table, table.c.id > last)
        for some in _parts([one for one in uuids if one not in known]):  # whose keys were given out of turn
            known |= self._keys(table, table.c.uuid.in_(some))
        return [known[one] for one in uuids]

    def _keys(self, table: sa.Table, where: Any) -> dict[str, int]:
        return dict(self.fetch(sa.select(table.c.uuid, table.c.id).where(where)).all())

    def _side(self, entity: Entity, news: Sequence[New], ids: Sequence[int]) -> None:
        for name, side in self.world.stored(entity).side.items():
            rows = [
                (id_, position, value)
                for id_, new in zip(ids, news, strict=True)
                for position, value in enumerate(new.values.get(name) or ())
            ]
            if rows:
                columns = zip(("owner_id", "position", "value"), zip(*rows, strict=True), strict=True)
                self.insert_all(side, dict(columns))

    def _free(self, entity: Entity) -> bool:
        """Whether no row of this entity can be one that the person may not add."""
        partly = self.world.grants.writing(self.principal, entity.key, "add").partly
        return self.access.unbounded(entity.key, "add") and not partly

    def _judge_rows(self, entity: Entity, ids: Sequence[int], sent: Sequence[Iterable[str]]) -> None:
        """As after a single write: each lies within the rows of the action, and in those of a grant for its fields."""
        if self._free(entity):
            return
        why: dict[int, Refused] = {}
        place = {id_: at for at, id_ in enumerate(ids)}
        table = self.world.stored(entity).table
        if not self.principal.everything:
            rows = self.access.granted(entity.key, "add", table)
            why |= {place[id_]: out_of_rows(self.world, entity) for id_ in self._outside(table, ids, rows)}
        given = self.world.grants.of(self.principal, entity.key, "add")
        for name in self.world.grants.writing(self.principal, entity.key, "add").partly:
            letting = [g for g in given if name not in (*g.fields.hidden, *g.fields.readonly)]
            rows = sa.or_(*(self.access.granted_by(entity.key, grant, "add", table) for grant in letting))
            writing = [id_ for id_ in ids if name in sent[place[id_]]]
            for id_ in self._outside(table, writing, rows):
                sentence = entity.fields[name].unchanged()
                why[place[id_]] = Refused(sentence, {name: [sentence]})
        if why:
            raise Lost(why)

    def _outside(self, table: sa.Table, ids: Sequence[int], rows: Any) -> set[int]:
        within: set[int] = set()
        for some in _parts(ids):
            within |= set(self.fetch(sa.select(table.c.id).where(table.c.id.in_(some), rows)).scalars())
        return set(ids) - within

    def _taken(
        self, entity: Entity, names: tuple[str, ...], rows: Sequence[Mapping[str, Any]]
    ) -> Iterator[int]:
        stored, fields = self.world.stored(entity), [name for name in names if name in entity.columns]
        wanted: dict[tuple[Any, ...], list[int]] = {}
        for place, row in enumerate(rows):
            key = tuple(row.get(name) for name in fields)
            if None not in key:
                wanted.setdefault(key, []).append(place)
        columns = [stored.table.c[entity.columns[name]] for name in fields]
        more = [stored.table.c.alive == 0] if stored.soft else []
        more += [stored.table.c.portal == entity.portal] if "portal" in stored.table.c else []
        more += of_kind(stored, names)
        for some in _parts(list(dict.fromkeys(key[0] for key in wanted))):
            for found in self.fetch(sa.select(*columns).where(columns[0].in_(some), *more)):
                yield from wanted.get(tuple(found), ())

    def _load(self, target: Entity, keys: list[int]) -> None:
        table = self.world.stored(target).table
        self.loaded.update(dict.fromkeys(((target.key, key) for key in keys), None))
        for some in _parts(keys):
            for row in self.fetch(sa.select(table).where(table.c.id.in_(some))).mappings():
                values = from_row(target, row)
                self.loaded[target.key, row["id"]] = self.env(target, values, row["id"])


class KnownEnv(RecordEnv):
    """A record whose references lead to what was read already, for all records of the batch."""

    loaded: Loaded

    def load(self, target: Entity, key: int) -> RecordEnv | None:
        if (target.key, key) not in self.loaded:
            found = super().load(target, key)
            values = found.values if found is not None else {}
            known = KnownEnv(self.world, target, values, self.principal, self.fetch, key)
            known.loaded = self.loaded
            self.loaded[target.key, key] = known if found is not None else None
        loaded: RecordEnv | None = self.loaded[target.key, key]
        return loaded


def _followed(entity: Entity) -> set[str]:
    """The references that some rule of the entity leads through."""
    paths = {tuple(path.split(".")) for path in entity.spec.belongs.values()}
    pieces = [*entity.fields.values(), *entity.spec.checks, *entity.locks]
    for piece in pieces:
        for key in type(piece).model_fields:
            written = getattr(piece, key)
            paths |= written.paths if isinstance(written, Expr) else set()
    return {path[0] for path in paths if len(path) > 1}


def _parts(keys: Sequence[Any], size: int = AT_ONCE) -> Iterator[Sequence[Any]]:
    return (keys[start : start + size] for start in range(0, len(keys), size))
