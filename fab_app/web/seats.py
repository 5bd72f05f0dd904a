"""People without an account: a cookie of their own below ``/<portal>/m/``, to a principal in one statement."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from fab_app.access.person import told_of_seat
from fab_app.access.principal import NOBODY, Principal, system
from fab_app.access.resolver import RowResolver
from fab_app.core.problems import Refused
from fab_app.expr import sql
from fab_app.runtime.custom_roles import VERSION
from fab_app.runtime.preparing import AnySession
from fab_app.runtime.world import World
from fab_app.runtime.writing import Writer
from fab_app.spec.manifest import Entity
from fab_app.spec.seat import Seat
from fab_app.web.identity import AUTHORISED, SEEN_EVERY, digest, note_seen

COOKIES = {"": "fab_seat", "2/": "fab_seat_2"}
"""By the second place of the demo, where another person sits in the same browser."""
_PLACE = re.compile(r"/([^/]+)/m/(2/)?")


@dataclass(frozen=True, slots=True)
class Place:
    """Where pages of seats stand: a portal's first place, and in the demo its second."""

    portal: str
    side: str = ""

    @property
    def cookie(self) -> str:
        return COOKIES[self.side]

    @property
    def root(self) -> str:
        return f"/{self.portal}/m/{self.side}".rstrip("/")


def place_of(world: World, path: str) -> Place | None:
    """The place that an address lies in; None where accounts act."""
    found = _PLACE.match(path)
    portal = world.manifest.portals.get(found[1]) if found is not None else None
    return Place(portal.name, found[2] or "") if found is not None and portal and portal.spec.seats else None


class Seats:
    """Finds the people of one application; keeps nothing between requests."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.table = world.tables.platform("base_seat")

    def by_cookie(self, session: AnySession, place: Place, cookie: str, address: str) -> Principal:
        """Who sits there; NOBODY where the row is gone, not open any more, or the session over.

        The cookie is the code of the kind of seat, a dot and the key, whose digest alone is stored.
        """
        code, _, key = cookie.partition(".")
        seat = self.world.manifest.portals[place.portal].spec.seats.get(code)
        if seat is None or not 20 < len(key) < 100:
            return NOBODY
        found = _Found(self.world, place.portal, code, seat)
        now, table = self.world.clock.now(), self.table
        held = (table.c.key == digest(key), table.c.portal == place.portal, table.c.kind == code)
        alive = table.c.seen_at > now - timedelta(minutes=seat.idle)
        asked = (
            found.people(table.c.seen_at).join(table, table.c.row_id == found.row.c.id).where(*held, alive)
        )
        row = session.execute(asked, execution_options=AUTHORISED).mappings().first()
        if row is None:
            return NOBODY
        if now - row["seen_at"] > SEEN_EVERY:
            note_seen(session, sa.update(table).where(table.c.key == digest(key)).values(seen_at=now))
        return found.principal(row, place, address, cookie)

    def open(self, session: AnySession, portal: str, code: str, most: int) -> list[tuple[int, str]]:
        """Key and name of those who may sit down, for the choice of the demo."""
        found = _Found(self.world, portal, code, self.world.manifest.portals[portal].spec.seats[code])
        rows = session.execute(
            found.people().order_by(found.row.c.id).limit(most), execution_options=AUTHORISED
        ).mappings()
        return [(row["id"], found.name(row)) for row in rows]

    def sits(self, session: AnySession, portal: str, code: str, id_: int) -> bool:
        found = _Found(self.world, portal, code, self.world.manifest.portals[portal].spec.seats[code])
        asked = found.people().where(found.row.c.id == id_)
        return session.execute(asked, execution_options=AUTHORISED).first() is not None

    def named(self, session: AnySession, portal: str, code: str, key: str) -> int | None:
        """The row of whom the channel names so, if he is there and open."""
        found = _Found(self.world, portal, code, self.world.manifest.portals[portal].spec.seats[code])
        column = found.row.c[found.entity.columns[found.seat.key]]
        asked = found.people().where(column == key)
        row = session.execute(asked, execution_options=AUTHORISED).mappings().first()
        return int(row["id"]) if row is not None else None

    def join(self, session: AnySession, portal: str, code: str, key: str) -> int | None:
        """The row of a new person; None where new people are not taken, or he is there and is not let in."""
        seat = self.world.manifest.portals[portal].spec.seats[code]
        entity = self.world.manifest.entity(portal, seat.entity)
        if seat.joins is None or entity is None:
            return None
        writer = Writer(self.world, session, replace(system(code), channel=seat.channel), trusted=True)
        try:
            return writer.create(entity, {**seat.joins, seat.key: key})
        except Refused:
            return None

    def begin(self, session: AnySession, portal: str, code: str, id_: int, address: str) -> str:
        """The cookie of a new session; those of the person that are over are taken away."""
        key, now, table = secrets.token_urlsafe(32), self.world.clock.exact(), self.table
        idle = now - timedelta(minutes=self.world.manifest.portals[portal].spec.seats[code].idle)
        own = (table.c.portal == portal, table.c.kind == code, table.c.row_id == id_)
        session.execute(sa.delete(table).where(*own, table.c.seen_at < idle))
        row = {"key": digest(key), "portal": portal, "kind": code, "row_id": id_, "address": address[:64]}
        session.execute(sa.insert(table).values({**row, "created_at": now, "seen_at": now}))
        return f"{code}.{key}"

    def end(self, session: AnySession, cookie: str) -> None:
        session.execute(sa.delete(self.table).where(self.table.c.key == digest(cookie.partition(".")[2])))


class _Found:
    """The rows of one kind of seat as people."""

    def __init__(self, world: World, portal: str, code: str, seat: Seat) -> None:
        self.world, self.portal, self.code, self.seat = world, portal, code, seat
        entity = world.manifest.entity(portal, seat.entity)
        assert entity is not None
        self.entity: Entity = entity
        self.stored = world.tables.of(entity.key)
        self.row = self.stored.table
        self.told = told_of_seat(world.tables, world.clock, portal, code, self.row)

    def people(self, *also: Any) -> sa.Select[Any]:
        """Of those who are there and open what a principal is made of."""
        setting = self.world.tables.platform("base_setting")
        version = sa.select(setting.c.value).where(setting.c.name == VERSION).scalar_subquery()
        titles = [self.row.c[self.entity.columns[name]].label(f"t_{name}") for name in self._titles()]
        columns = [self.row.c.id, *titles, *(item.column for item in self.told)]
        holds = self.world.access(NOBODY).standing(self.stored, self.row)
        if self.seat.open is not None:
            resolver = RowResolver(self.world.tables, self.entity.key, self.row, NOBODY, self.world.clock)
            holds.append(sql(self.seat.open, resolver))
        asked = sa.select(*columns, version.label("roles_version"), *also).select_from(self.row)
        return asked.where(*holds)

    def _titles(self) -> tuple[str, ...]:
        return tuple(name for name in self.entity.title_paths if name in self.entity.in_row)

    def name(self, row: Mapping[Any, Any]) -> str:
        told = (str(row[f"t_{name}"]) for name in self._titles() if row[f"t_{name}"] is not None)
        return " ".join(told) or f"{self.code} {row['id']}"

    def principal(self, row: Mapping[Any, Any], place: Place, address: str, cookie: str) -> Principal:
        values = {".".join(item.path): item.read(row) for item in self.told}
        roles = self.world.manifest.roles.values()
        held = (role.key for role in roles if role.portal == self.portal and self.code in role.spec.seats)
        return Principal(
            seat=row["id"],
            root=place.root,
            account=f"{self.code}:{row['id']}",
            name=self.name(row),
            portal=self.portal,
            kind=self.code,
            roles=tuple(sorted(held)),
            values={**values, self.code: row["id"], "name": self.name(row), "kind": self.code},
            version=int(row["roles_version"] or 0),
            channel=self.seat.channel,
            address=address,
            session=cookie,
        )
