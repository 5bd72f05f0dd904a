"""Telling of an event: messages and deliveries are rows of the transaction in which it happened."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import blake2s
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from fab_app.jobs.outbox import InsertOnce
from fab_app.runtime.env import RecordEnv, from_row
from fab_app.runtime.notices.receivers import SYSTEM, Person, Receivers, bound
from fab_app.runtime.notices.sending import sent_later
from fab_app.runtime.notices.wording import Words, words_of
from fab_app.runtime.storing import Storer
from fab_app.runtime.world import World
from fab_app.spec.manifest import BASE, Entity
from fab_app.spec.notice import NoticeSpec, Receiver
from fab_app.spec.seat import carried

MESSAGE, DELIVERY = f"{BASE}.message", f"{BASE}.delivery"


def notify(
    writer: Storer,
    entity: Entity,
    id_: int,
    event: str,
    to: Iterable[Receiver] = (),
    values: Mapping[str, Any] | None = None,
    key: str = "",
    veiled: bool = True,
) -> int:
    """Tells of the portal's notice ``event`` about a record; gives how many were told anew.

    Everything is written in the caller's transaction: nobody is told of what was rolled back. ``to``: others
    than the receivers that the notice names. ``values``: those of its ``extra``. The same ``key`` tells each
    receiver once over each channel, however often it is called; without one every call tells. ``veiled`` False:
    the log shows also what is sensitive, where nobody gets it otherwise.
    """
    notice = notice_of(writer.world, entity, event)
    if not veiled:
        notice = notice.model_copy(update={"sensitive": ()})
    env = _record(writer, entity, id_)
    if env is None:
        return 0
    people = Receivers(writer.world, writer.fetch, env).people(tuple(to) or notice.to)
    extra = bound(values or {})
    words: dict[str, Words] = {}
    told = 0
    for person in people:
        language = person.language
        if language not in words:
            words[language] = words_of(writer.world, writer.session, env, notice, extra, language)
        once = f"{event}:{entity.key}:{id_}:{key}" if key else str(uuid4())
        told += _Telling(writer, entity, id_, event, notice, words[language], once).tell(person)
    return told


def notice_of(world: World, entity: Entity, event: str) -> NoticeSpec:
    """The portal's notice of that name; LookupError where it is about something else."""
    notice = world.manifest.portals[entity.portal].spec.notices[event]
    about = world.manifest.entity(entity.portal, notice.about)
    if about is not entity:
        raise LookupError(f"the notice {event} is about {notice.about}, not about {entity.key}")
    return notice


def _record(writer: Storer, entity: Entity, id_: int) -> RecordEnv | None:
    table = writer.world.stored(entity).table
    row = writer.fetch(sa.select(table).where(table.c.id == id_)).mappings().first()
    if row is None:
        return None
    return RecordEnv(writer.world, entity, from_row(entity, row), SYSTEM, writer.fetch, id_)


@dataclass(frozen=True)
class _Telling:
    writer: Storer
    entity: Entity
    id: int
    event: str
    notice: NoticeSpec
    words: Words
    once: str

    def tell(self, person: Person) -> int:
        told = 0
        for name in person.by if person.by is not None else self.notice.channels:
            channel = self.writer.world.channels[name]
            address = person.address(channel.needs)
            if not address:
                continue
            words = self.words.short if channel.short else self.words.text
            row = self._row(name, person, address, words)
            if person.deaf:
                row |= {"status": "skipped", "next_at": None}
            elif channel.inside:
                row |= {"status": "sent", "sent_at": row["created_at"], "next_at": None}
            else:
                row["payload"] = self._payload(channel.short)
            if self._stands_already(row):
                continue
            if person.deaf:
                continue
            told += 1
            if channel.inside:
                self._message(person)
            else:
                self._later(row)
        return told

    def _row(self, channel: str, person: Person, address: str, words: str) -> dict[str, Any]:
        told = f"{self.once}:{channel}:{address}"
        return {
            "channel": channel,
            "event": self.event,
            "receiver": person.id or None,
            "reader": person.name[:200] or None,
            "about": self.entity.key,
            "about_id": self.id,
            "address": address[:200],
            "title": self.words.title[:200],
            "text": words,
            "link": self._link(channel),
            "language": person.language,
            "status": "queued",
            "attempts": 0,
            "at": self.writer.world.clock.now(),
            "next_at": self.writer.world.clock.now(),
            "key": blake2s(told.encode(), digest_size=32).hexdigest(),
            **self._system(),
        }

    def _payload(self, short: bool) -> str:
        """What is sent, kept apart from what may be read, and only until it is sent."""
        sent = {
            "text": self.words.sent(short),
            "values": dict(self.words.values),
            "secret": self.words.secret,
        }
        return json.dumps(sent, ensure_ascii=False)

    def _stands_already(self, row: Mapping[str, Any]) -> bool:
        """Whether a delivery with this key stands; else it is written. Of two at once one writes it."""
        table = self.writer.world.tables.of(DELIVERY).table
        once = InsertOnce(table).values(dict(row)).inline().execution_options(preserve_rowcount=True)
        return bool(self.writer.fetch(once).rowcount != 1)

    def _later(self, row: Mapping[str, Any]) -> None:
        table = self.writer.world.tables.of(DELIVERY).table
        made = self.writer.fetch(sa.select(table.c.id).where(table.c.key == row["key"])).scalar_one()
        sent_later(self.writer.session.execute, made, self.entity.portal, row["next_at"])

    def _message(self, person: Person) -> None:
        row = {
            "receiver": person.id,
            "title": self.words.title[:200],
            "text": self.words.text,
            "link": self._link(),
            "event": self.event,
            **self._system(),
        }
        table = self.writer.world.tables.of(MESSAGE).table
        self.writer.fetch(sa.insert(table).values(row))

    def _link(self, channel: str = "") -> str:
        """Where the record stands: for the channel of people without an account on the phone, if it is there."""
        manifest, portal = self.writer.world.manifest, self.entity.portal
        seats = manifest.portals[portal].spec.seats.values()
        phone = any(channel and seat.channel == channel for seat in seats) and carried(manifest, self.entity)
        root = f"/{portal}/m/{self.entity.name}" if phone else f"/{portal}/{self.entity.name}"
        return {"record": f"{root}/show/{self.id}", "list": f"{root}/list/", "none": ""}[self.notice.link]

    def _system(self) -> dict[str, Any]:
        now, who = self.writer.world.clock.now(), self.writer.principal.subject or None
        stamps = {"created_at": now, "created_by": who, "updated_at": now, "updated_by": who}
        return {"uuid": str(uuid4()), "portal": self.entity.portal, **stamps}
