"""A running case keeps the definition with which it began: a workflow that was changed counts for new records."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from pydantic import ValidationError
from sqlalchemy.exc import IntegrityError

from fab_app.checks.kept import broken
from fab_app.core.problems import Refused
from fab_app.core.words import say
from fab_app.fields.book import Shelf
from fab_app.runtime.env import Fetch
from fab_app.runtime.preparing import AnySession
from fab_app.runtime.world import World
from fab_app.spec.chained import with_chain
from fab_app.spec.kept import keep as as_they_were
from fab_app.spec.kept import readable
from fab_app.spec.manifest import Entity, Manifest
from fab_app.spec.workflow import Workflow
from fab_app.store.inserting import Columns, Same
from fab_app.store.tables import Tables

log = logging.getLogger(__name__)


def sync(world: World, session: AnySession) -> None:
    """Keeps every workflow as it is written now, once at start; two processes may do it at once. The caller commits."""
    table = world.tables.platform("base_definition")
    for entity in world.manifest.entities.values():
        for name in entity.spec.workflows:
            digest, text = _written(entity, name)
            if digest not in world.definitions:
                row = {"digest": digest, "entity": entity.key, "workflow": name, "written": text}
                try:
                    with session.begin_nested():
                        session.execute(sa.insert(table).values(row))
                except IntegrityError:
                    continue  # the other process was faster


def of_new(world: World, entity: Entity, ids: Sequence[int]) -> Iterator[Columns]:
    """As ``begin`` for many: the columns of the rows of each workflow."""
    for one in rows(world, entity, 0):
        yield {name: Same(value) for name, value in one.items()} | {"record_id": ids}


def begin(world: World, fetch: Fetch, entity: Entity, id_: int) -> None:
    """Remembers of a new record which workflows it begins with."""
    begun = rows(world, entity, id_)
    if begun:
        fetch(sa.insert(table(world)).values(begun))


def end(world: World, fetch: Fetch, entity: Entity, id_: int) -> None:
    """The record is gone, and no case runs for it."""
    case = table(world)
    fetch(sa.delete(case).where(case.c.entity == entity.key, case.c.record_id == id_))


def table(world: World) -> sa.Table:
    return world.tables.platform("base_case")


def rows(world: World, entity: Entity, id_: int) -> list[dict[str, Any]]:
    """A row for each workflow of the record."""
    now = world.clock.now()
    return [
        {"entity": entity.key, "record_id": id_, "workflow": name, "digest": digest, "began_at": now}
        for name in entity.spec.workflows
        for digest in (_written(entity, name)[0],)
    ]


def begin_again(world: World, fetch: Fetch, entity: Entity, id_: int, name: str) -> None:
    """The record goes on with the workflow as it stands now: what was never submitted is not yet a running case."""
    table, digest = world.tables.platform("base_case"), _written(entity, name)[0]
    here = (table.c.entity == entity.key, table.c.record_id == id_, table.c.workflow == name)
    if fetch(sa.update(table).where(*here).values(digest=digest)).rowcount == 0:
        own = {"entity": entity.key, "record_id": id_, "workflow": name, "digest": digest}
        fetch(sa.insert(table).values(own | {"began_at": world.clock.now()}))


def definition(world: World, fetch: Fetch, entity: Entity, id_: int, name: str) -> Workflow:
    """The workflow of this name as it stood when the record began; as it stands for one that has no case."""
    case, kept = world.tables.platform("base_case"), world.tables.platform("base_definition")
    here = (case.c.entity == entity.key, case.c.record_id == id_, case.c.workflow == name)
    digest = fetch(sa.select(case.c.digest).where(*here)).scalar()
    current = entity.spec.workflows[name]
    if digest is None or digest == _written(entity, name)[0]:
        return current
    if digest in entity.kept.get(name, {}):
        return entity.kept[name][digest]
    text = fetch(sa.select(kept.c.written).where(kept.c.digest == digest)).scalar()
    return read(world.manifest, entity, name, text) if text is not None else current


@dataclass(frozen=True)
class Older:
    """A workflow as it was once written and is no longer."""

    entity: str
    workflow: str
    digest: str
    written: str

    @property
    def timers(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.written).get("timers") or {}
        return found


def keep(tables: Tables, fetch: Fetch) -> frozenset[str]:
    """Gives each entity the workflows with which its cases began, where they are written otherwise now.

    Once at start, before anything is compiled from the entities. One that cannot run any more is told and left.
    Gives the digests of all that the database holds.
    """
    manifest, found = tables.manifest, dict[str, dict[str, dict[str, Workflow]]]()
    case, kept = tables.platform("base_case"), tables.platform("base_definition")
    began = sa.select(case.c.digest).where(case.c.entity == kept.c.entity, case.c.digest == kept.c.digest)
    columns = (kept.c.entity, kept.c.workflow, kept.c.digest, kept.c.written)
    known = frozenset(fetch(sa.select(kept.c.digest)).scalars())
    gone = known - _now(manifest)
    asked = sa.select(*columns).where(kept.c.digest.in_(gone), began.exists()).order_by(kept.c.digest)
    for key, name, digest, text in fetch(asked) if gone else ():
        entity = manifest.entities.get(key)
        if entity is not None and name in entity.spec.workflows:
            try:
                found.setdefault(key, {}).setdefault(name, {})[digest] = read(manifest, entity, name, text)
            except Refused as refused:
                log.warning("%s, as it was before: %s", key, refused.sentence)
    for key, flows in found.items():
        as_they_were(manifest.entities[key], flows)
    return known


def _now(manifest: Manifest) -> frozenset[str]:
    """The digests of the workflows as they are written now."""
    return frozenset(
        _written(one, name)[0] for one in manifest.entities.values() for name in one.spec.workflows
    )


def older(world: World, fetch: Fetch, entity: Entity | None = None, workflow: str = "") -> list[Older]:
    """Those of one workflow, or of all. What was kept before timers were has no entity, and the timers of now."""
    table = world.tables.platform("base_definition")
    asked = sa.select(table.c.entity, table.c.workflow, table.c.digest, table.c.written)
    if entity is not None:
        here = (table.c.entity == entity.key, table.c.workflow == workflow)
        stale = asked.where(*here, table.c.digest != _written(entity, workflow)[0])
    else:
        gone = world.definitions - _now(world.manifest)
        if not gone:
            return []
        stale = asked.where(table.c.digest.in_(gone), table.c.entity.is_not(None))
    return [Older(*row) for row in fetch(stale.order_by(table.c.digest))]


def timers_of(entity: Entity, name: str) -> dict[str, Any]:
    """The timers of a workflow as they are written now."""
    found: dict[str, Any] = entity.document.data["workflows"][name].get("timers") or {}
    return found


def read(manifest: Manifest, entity: Entity, name: str, text: str) -> Workflow:
    """Raises Refused where the language can no longer say it, or the definitions no longer have what it names."""
    flow = _read(text, Shelf(manifest.books, entity.portal))
    readable(entity, flow)
    problem = broken(manifest, entity, name, flow)
    if problem is not None:
        log.warning("%s, as it was before: %s", entity.key, problem.text)
        raise Refused(_unreadable())
    return flow


@lru_cache(maxsize=4096)
def _written(entity: Entity, name: str) -> tuple[str, str]:
    data: Any = dict(entity.document.data["workflows"][name])
    data = with_chain(data) if data.get("approval") is not None else data
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{entity.key}:{name}\n{text}".encode()).hexdigest(), text


@lru_cache(maxsize=256)
def _read(text: str, shelf: Shelf) -> Workflow:
    try:
        return Workflow.model_validate(json.loads(text), context=shelf)
    except ValidationError as error:
        raise Refused(_unreadable()) from error


def _unreadable() -> str:
    return say("The workflow with which this record began can no longer be read")
