"""The audit log as a chain: entries are sealed in batches, each seal's digest over its entries and the seal before it.

Saving costs nothing for it: an entry is written as ever, and a job seals what stands unsealed. Which entries a
seal holds stands in the entries, so one that was committed late is in a later seal and never left out. What is
older than the house keeps is written to the store before it goes, and the chain can still be verified.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from fab_app.jobs.outbox import enqueue
from fab_app.jobs.schedules import Schedule
from fab_app.runtime import audit
from fab_app.runtime.preparing import AnySession
from fab_app.runtime.world import World
from fab_app.spec.timing import read_at, read_every

if TYPE_CHECKING:
    from fab_app.runtime.working import Work

SEAL, KEEP = "audit.seal", "audit.keep"
BATCH: Final = 2000
_OPTIONS: Final = {"authorised": SEAL}
_TOLD: Final = (
    "id",
    "uuid",
    "at",
    "user_id",
    "account",
    "address",
    "channel",
    "portal",
    "entity",
    "record_id",
    "action",
    "changes",
)
_LATER: Final = ("roles", "door")
"""Told where they are known: entries that were sealed before they were kept read as they did."""
_LATEST: Final = timedelta(days=2)
"""No transaction is open so long: what is older and unsealed is not looked for."""


def schedules(portal: str, zone: str, days: int) -> Iterator[Schedule]:
    """``days``: how long entries stand in the database; 0 is for ever."""
    yield Schedule(SEAL, portal, read_every("hour"), SEAL, zone, title="The audit log is sealed")
    if days:
        title = "Old entries of the audit log go to the archive"
        yield Schedule(KEEP, portal, read_at("03:45"), KEEP, zone, {"days": days}, title=title)


# --- sealing -------------------------------------------------------------------------------------


def seal_due(work: Work) -> None:
    """The job: one seal a run, so that nobody waits long. Of two at once one seals: a seal follows one other."""
    sealed = seal(work.world, work.session)
    if sealed == BATCH:
        enqueue(work.session.execute, SEAL, {}, portal=work.run.portal)
    work.run.finish(sealed=sealed)


def seal(world: World, session: AnySession, most: int = BATCH) -> int:
    """Seals the oldest entries that are not sealed, in the caller's transaction; how many."""
    entries, seals = audit.table(world), world.tables.platform("base_audit_seal")
    last = _do(session, sa.select(seals).order_by(seals.c.id.desc()).limit(1)).mappings().first()
    floor = _do(
        session, sa.select(sa.func.max(seals.c.last)).where(seals.c.at < world.clock.now() - _LATEST)
    ).scalar()
    unsealed = sa.select(*_columns(entries)).where(entries.c.seal.is_(None), entries.c.id > (floor or 0))
    rows = _do(session, unsealed.order_by(entries.c.id).limit(most)).mappings().all()
    if not rows:
        return 0
    id_, before = (last["id"] + 1, last["digest"]) if last else (1, "")
    ids = [row["id"] for row in rows]
    for start in range(0, len(ids), 500):
        part = entries.c.id.in_(ids[start : start + 500])
        _do(session, sa.update(entries).where(part).values(seal=id_))
    row = {
        "id": id_,
        "first": ids[0],
        "last": ids[-1],
        "count": len(ids),
        "before": before,
        "digest": digest(before, map(line, rows)),
        "at": world.clock.now(),
    }
    _do(session, sa.insert(seals).values(row))
    return len(ids)


def line(row: Mapping[str, Any]) -> str:
    """One entry as it is sealed and archived: the same text on every database."""
    names = (*_TOLD, *(name for name in _LATER if row[name] is not None))
    told = {name: row[name].isoformat() if isinstance(row[name], datetime) else row[name] for name in names}
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


def digest(before: str, lines: Iterable[str]) -> str:
    found = hashlib.sha256(before.encode())
    for text in lines:
        found.update(b"\n" + text.encode())
    return found.hexdigest()


# --- verifying -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Verdict:
    """``wrong``: sentences, empty where all is as it was sealed. ``head``: the newest seal's digest, to be noted
    elsewhere: who could rewrite the whole database cannot rewrite that note."""

    seals: int
    entries: int
    unsealed: int
    head: str
    wrong: tuple[str, ...]


def verified(world: World, session: AnySession, noted: str = "") -> Verdict:
    """Every seal over its entries, in the database or in the archive. ``noted``: a digest that must be in the chain."""
    seals = world.tables.platform("base_audit_seal")
    wrong, before, entries, known, expected = list[str](), "", 0, set[str](), 1
    rows = _do(session, sa.select(seals).order_by(seals.c.id)).mappings().all()
    for row in rows:
        if row["id"] != expected:
            wrong.append(f"seal {expected} is missing")
        elif row["before"] != before:
            wrong.append(f"seal {row['id']} does not follow the one before it")
        wrong += _broken(world, session, row)
        before, expected = row["digest"], row["id"] + 1
        entries += row["count"]
        known.add(before)
    if noted and noted not in known:
        wrong.append("the digest that was noted is not in the chain: seals were taken away or made anew")
    table = audit.table(world)
    unsealed = _do(session, sa.select(sa.func.count()).where(table.c.seal.is_(None))).scalar() or 0
    return Verdict(len(rows), entries, unsealed, before, tuple(wrong))


def _broken(world: World, session: AnySession, seal_: Mapping[str, Any]) -> Iterator[str]:
    name = f"seal {seal_['id']} (entries {seal_['first']} to {seal_['last']})"
    if seal_["archive"]:
        try:
            lines = unpacked(world.blobs.get(seal_["archive"]))
        except (OSError, EOFError, ValueError):
            yield f"{name}: its archive {seal_['archive']} cannot be read"
            return
    else:
        table = audit.table(world)
        here = (table.c.seal == seal_["id"], table.c.id.between(seal_["first"], seal_["last"]))
        lines = [
            line(row)
            for row in _do(session, sa.select(*_columns(table)).where(*here).order_by(table.c.id)).mappings()
        ]
    if len(lines) != seal_["count"]:
        yield f"{name}: {seal_['count']} entries were sealed, {len(lines)} are there"
    elif digest(seal_["before"], lines) != seal_["digest"]:
        yield f"{name}: an entry was changed"


# --- retention -----------------------------------------------------------------------------------


def archive_due(work: Work) -> None:
    """The job: the oldest seal, if it is older than ``days``, is written to the store and goes; then the next."""
    gone = archive(work.world, work.session, work.world.clock.now() - timedelta(days=work.arguments["days"]))
    if gone:
        enqueue(work.session.execute, KEEP, {"days": work.arguments["days"]}, portal=work.run.portal)
    work.run.finish(archived=gone)


def archive(world: World, session: AnySession, older: datetime) -> int:
    """The oldest seal that stands, if it is older: the file is safe before a row goes. The caller commits.

    What is no longer as it was sealed stays where it is: an archive tells nothing that is not true.
    """
    entries, seals = audit.table(world), world.tables.platform("base_audit_seal")
    oldest = sa.select(seals).where(seals.c.archive.is_(None)).order_by(seals.c.id).limit(1)
    row = _do(session, oldest).mappings().first()
    if row is None or row["at"] >= older or any(_broken(world, session, row)):
        return 0
    here = (entries.c.seal == row["id"], entries.c.id.between(row["first"], row["last"]))
    found = _do(session, sa.select(*_columns(entries)).where(*here).order_by(entries.c.id)).mappings()
    key = world.blobs.put(packed([line(entry) for entry in found]))
    _do(session, sa.update(seals).where(seals.c.id == row["id"]).values(archive=key))
    _do(session, sa.delete(entries).where(*here))
    return int(row["count"])


def packed(lines: Iterable[str]) -> bytes:
    """JSON, a line each, as gzip: read without this program."""
    return gzip.compress("\n".join(lines).encode(), mtime=0)


def unpacked(content: bytes) -> list[str]:
    return gzip.decompress(content).decode().split("\n")


def _columns(table: sa.Table) -> list[sa.Column[Any]]:
    return [table.c[name] for name in (*_TOLD, *_LATER)]


def _do(session: AnySession, statement: sa.Executable) -> Any:
    return session.execute(statement, execution_options=_OPTIONS)
