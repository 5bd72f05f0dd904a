"""An import as it stands in the database: the file, what became of it, which records it made and changed."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from fab_app.access.principal import Principal
from fab_app.runtime import audit
from fab_app.runtime.imports.running import Outcome, Stored
from fab_app.runtime.imports.sheet import shown
from fab_app.runtime.preparing import AnySession
from fab_app.runtime.world import World
from fab_app.spec.manifest import Entity
from fab_app.store.inserting import Columns, Same, insert_all

MOST_SHOWN = 500
"""Letters of a cell that are told again: one long text may stand in every cell of a small file."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A line that cannot be imported: its cells as they were typed, and the sentences, both by column."""

    row: int
    cells: dict[str, str]
    errors: dict[str, list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """``state``: waiting (for its job), judged (looked through, nothing stored), written, refused, undone, dropped."""

    id: int
    uuid: str
    portal: str
    entity: str
    user_id: int
    name: str
    source: str | None
    problems: str | None
    within: int | None
    mode: str
    state: str
    run: str | None
    rows: int
    good: int
    bad: int
    added: int
    changed: int
    note: str | None
    remark: str | None
    entry: int | None
    created_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True)
class Batches:
    """Those of one entity that a person sees: his own; the platform's administrator all. Nothing here commits."""

    world: World
    session: AnySession
    principal: Principal
    entity: Entity

    @property
    def table(self) -> sa.Table:
        return self.world.tables.platform("base_import")

    @property
    def rows_table(self) -> sa.Table:
        return self.world.tables.platform("base_import_row")

    def begin(self, name: str, content: bytes, mode: str, within: int | None, remark: str) -> Batch:
        values = {
            "uuid": str(uuid4()),
            "portal": self.entity.portal,
            "entity": self.entity.key,
            "user_id": self.principal.subject,
            "name": name[-255:],
            "source": self.world.blobs.put(content),
            "within": within,
            "mode": mode,
            "state": "waiting",
            "remark": remark or None,
            **dict.fromkeys(("rows", "good", "bad", "added", "changed"), 0),
            "created_at": self.world.clock.now(),
        }
        self.session.execute(sa.insert(self.table).values(values))
        found = self.one(str(values["uuid"]))
        assert found is not None
        return found

    def one(self, uuid: str, lock: bool = False) -> Batch | None:
        """``lock``: nobody else does anything with it until the transaction ends."""
        statement = self._seen().where(self.table.c.uuid == uuid)
        return self._first(statement.with_for_update() if lock else statement)

    def latest(self, most: int = 20) -> list[Batch]:
        statement = self._seen().where(self.table.c.state.not_in(("dropped",)))
        rows = self.session.execute(statement.order_by(self.table.c.id.desc()).limit(most)).mappings()
        return [Batch(**row) for row in rows]

    def set(self, batch: Batch, **values: Any) -> Batch:
        self.session.execute(sa.update(self.table).where(self.table.c.id == batch.id).values(values))
        found = self.one(batch.uuid)
        assert found is not None
        return found

    def keep(self, batch: Batch, outcome: Outcome, state: str) -> Batch:
        """What was found, and where it was stored the records with their versions as they stand now."""
        bad = outcome.bad
        stays = state == "written"
        if stays:
            self._keep_rows(batch, outcome.stored)
        problems = [
            Problem(ln.number, {p: shown(c)[:MOST_SHOWN] for p, c in ln.cells.items()}, ln.errors)
            for ln in bad
        ]
        return self.set(
            batch,
            state=state,
            rows=len(outcome.lines),
            good=len(outcome.lines) - len(bad),
            bad=len(bad),
            added=outcome.added if stays else 0,
            changed=outcome.changed if stays else 0,
            problems=self.world.blobs.put(_packed(problems)) if problems else None,
            entry=self._last_entry() if stays else None,
            ended_at=self.world.clock.now(),
        )

    def problems(self, batch: Batch) -> list[Problem]:
        if batch.problems is None:
            return []
        return [Problem(**one) for one in json.loads(gzip.decompress(self.world.blobs.get(batch.problems)))]

    def content(self, batch: Batch) -> bytes:
        assert batch.source is not None
        return self.world.blobs.get(batch.source)

    def records(self, batch: Batch) -> list[Mapping[str, Any]]:
        rows = self.rows_table
        statement = sa.select(rows).where(rows.c.import_id == batch.id).order_by(rows.c.number.desc())
        return [dict(row) for row in self.session.execute(statement).mappings()]

    def _keep_rows(self, batch: Batch, stored: Iterable[Stored]) -> None:
        by_entity: dict[str, list[Stored]] = {}
        for one in stored:
            by_entity.setdefault(one.entity, []).append(one)
        for key, found in by_entity.items():
            versions = versions_of(self.world, self.session, key, [one.id for one in found])
            columns: Columns = {
                "import_id": Same(batch.id),
                "entity": Same(key),
                "record_id": [one.id for one in found],
                "number": [one.number for one in found],
                "version": [versions[one.id] for one in found],
                "before": [one.before for one in found],
            }
            insert_all(self.session.connection(), self.rows_table, columns, len(found))

    def _last_entry(self) -> int:
        key = audit.table(self.world).c.id
        marked = {"authorised": "import"}
        return int(self.session.execute(sa.select(sa.func.max(key)), execution_options=marked).scalar() or 0)

    def _seen(self) -> sa.Select[Any]:
        whose = [] if self.principal.everything else [self.table.c.user_id == self.principal.subject]
        return sa.select(self.table).where(self.table.c.entity == self.entity.key, *whose)

    def _first(self, statement: sa.Select[Any]) -> Batch | None:
        row = self.session.execute(statement).mappings().first()
        return None if row is None else Batch(**row)


def versions_of(world: World, session: AnySession, key: str, ids: list[int]) -> dict[int, int]:
    """The versions of living records, by key; of others between them too."""
    stored = world.tables.of(key)
    table, found = stored.table, dict[int, int]()
    alive = [table.c.alive == 0] if stored.soft else []
    version = table.c[stored.entity.version]
    for some in _among(table.c.id, ids):
        statement = sa.select(table.c.id, version).where(some, *alive)
        rows = session.execute(statement, execution_options={"authorised": "import"})
        found |= {int(id_): int(number) for id_, number in rows}
    return found


def _among(key: sa.Column[Any], ids: list[int]) -> Iterator[Any]:
    """Conditions that hold of all these keys together; of others too where these lie close together."""
    if ids and max(ids) - min(ids) < 2 * len(ids):
        yield key.between(min(ids), max(ids))
        return
    for start in range(0, len(ids), 400):
        yield key.in_(ids[start : start + 400])


def _packed(problems: list[Problem]) -> bytes:
    return gzip.compress(json.dumps([asdict(one) for one in problems], ensure_ascii=False).encode(), 4)
