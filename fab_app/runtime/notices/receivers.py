"""Who is told: the expressions and paths of a notice to people and addresses, within the portal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from fab_app.access.principal import system
from fab_app.expr import Expr, sql
from fab_app.runtime.custom_roles import role_key
from fab_app.runtime.env import Fetch, RecordEnv
from fab_app.runtime.references import Choosing
from fab_app.runtime.world import World
from fab_app.spec.login import CLOSED
from fab_app.spec.manifest import BASE, Entity
from fab_app.spec.notice import Receiver
from fab_app.spec.portal import ACTIONS
from fab_app.spec.seat import kind_of

USER = f"{BASE}.user"
SYSTEM = system("notices")


@dataclass(frozen=True, slots=True)
class Person:
    """An account, or (``id`` 0) somebody of whom only an address is known.

    ``by``: channels for this person instead of those of the notice. ``deaf``: he is not to be sent anything.
    """

    id: int = 0
    phone: str = ""
    email: str = ""
    openid: str = ""
    language: str = "zh"
    by: tuple[str, ...] | None = None
    deaf: bool = False
    name: str = ""

    def address(self, needs: str) -> str:
        """What a channel needs of the receiver; "" where there is none."""
        return str(self.id or "") if needs == "account" else str(getattr(self, needs))

    @property
    def key(self) -> tuple[Any, ...]:
        """What tells people apart: accounts by their own, others by their addresses."""
        return (self.id,) if self.id else (0, self.phone, self.email, self.openid)


@dataclass(frozen=True)
class Receivers:
    """Resolves the receivers of one record's notice. Holds nothing between calls."""

    world: World
    fetch: Fetch
    env: RecordEnv

    @property
    def entity(self) -> Entity:
        return self.env.entity

    def people(self, to: Iterable[Receiver]) -> list[Person]:
        """Everybody once: the first of the receivers that names a person or an address counts."""
        found: dict[tuple[Any, ...], Person] = {}
        for receiver in to:
            if not self.env.holds(receiver.when, True):
                continue
            for person in self._of(receiver):
                found.setdefault(person.key, person)
        return list(found.values())

    def _of(self, receiver: Receiver) -> Iterator[Person]:
        by = receiver.channels
        if receiver.accounts is not None:
            yield from self._accounts(receiver.accounts, receiver.holding or "", by)
        if receiver.user is not None:
            value = self.env.value(tuple(receiver.user.split(".")))
            ids = value if isinstance(value, list | tuple | set | frozenset) else (value,)
            yield from self._known([id_ for id_ in ids if isinstance(id_, int)], by)
        if receiver.seats is not None:
            yield from self._seats(receiver.seats, receiver.kind, by)
        if receiver.phone is not None and (phone := self.env.value(tuple(receiver.phone.split(".")))):
            yield Person(phone=str(phone), by=by or ("sms",))
        if receiver.email is not None and (email := self.env.value(tuple(receiver.email.split(".")))):
            yield Person(email=str(email), by=by or ("email",))

    def _known(self, ids: list[int], by: tuple[str, ...] | None) -> Iterator[Person]:
        user = self.world.tables.of(USER).table
        if ids:
            yield from self._rows(user, [user.c.id.in_(ids)], by)

    def _accounts(self, rule: Expr, holding: str, by: tuple[str, ...] | None) -> Iterator[Person]:
        account = account_of(self.world, self.entity.portal)
        row = self.world.stored(account).table.alias()
        resolver = Choosing(self.world.tables, account.key, row, SYSTEM, self.world.clock, chooser=self.env)
        people = list(self._rows(row, [sql(rule, resolver)], by))
        if holding and people:
            able = self._able([person.id for person in people], holding)
            people = [person for person in people if person.id in able]
        yield from people

    def _seats(self, rule: Expr, kind: str | None, by: tuple[str, ...] | None) -> Iterator[Person]:
        """People without an account who are open; the channel knows them by their key."""
        portal = self.world.manifest.portals[self.entity.portal]
        seat = portal.spec.seats[kind_of(portal, kind) or ""]
        people = self.world.manifest.entities[f"{portal.name}.{seat.entity}"]
        stored, row = self.world.stored(people), self.world.stored(people).table.alias()
        resolver = Choosing(self.world.tables, people.key, row, SYSTEM, self.world.clock, chooser=self.env)
        open_ = [sql(one, resolver) for one in (seat.open, rule) if one is not None]
        told = sql(seat.told, resolver) if seat.told is not None else sa.true()
        key = row.c[people.columns[seat.key]]
        where = (*self.world.access(SYSTEM).standing(stored, row), key.is_not(None), *open_)
        titles = [row.c[people.columns[name]] for name in people.title_paths if name in people.in_row]
        asked = sa.select(key, told.label("told"), *titles).where(*where)
        for address, hears, *named in self.fetch(asked.order_by(row.c.id)):
            name = " ".join(str(part) for part in named if part is not None)
            yield Person(openid=address, by=by or (seat.channel,), deaf=not hears, name=name)

    def _rows(self, user: Any, where: list[Any], by: tuple[str, ...] | None) -> Iterator[Person]:
        """Open accounts of the record's portal, in the order in which they were made."""
        columns = (user.c.id, user.c.phone, user.c.email, user.c.openid, user.c.language, user.c.name)
        here = (user.c.alive == 0, user.c.status != CLOSED, user.c.portal == self.entity.portal)
        for row in self.fetch(sa.select(*columns).where(*here, *where).order_by(user.c.id)):
            id_, phone, email, openid, language, name = row
            yield Person(id_, phone or "", email or "", openid or "", language or "zh", by, name=name or "")

    def _able(self, ids: list[int], holding: str) -> set[int]:
        """Those of the accounts who hold a role that may do this."""
        name, _, code = holding.rpartition(".")
        entity = self.world.manifest.entity(self.entity.portal, name)
        action = code if code in ACTIONS else f"move:{code}"
        held, role = self.world.tables.of(USER).side["roles"], self.world.tables.of(f"{BASE}.role").table
        source = held.join(role, sa.and_(role.c.id == held.c.value, role.c.alive == 0))
        columns = (held.c.owner_id, role.c.portal, role.c.code, role.c.builtin, role.c.id)
        rows = self.fetch(sa.select(*columns).select_from(source).where(held.c.owner_id.in_(ids)))
        grants = self.world.grants
        return {
            owner
            for owner, portal, built, builtin, id_ in rows
            if entity is not None
            and (entity.key, action) in grants.of_role(role_key(portal, built if builtin else None, id_))
        }


def account_of(world: World, portal: str) -> Entity:
    """The entity in whose names a portal speaks of accounts: its own view of them, else the shared one."""
    entities = world.manifest.entities
    views = [entity for entity in world.manifest.of_portal(portal) if entity.owner == USER]
    return views[0] if len(views) == 1 else entities[USER]


def bound(values: Mapping[str, Any]) -> dict[str, str]:
    """Extra values as words."""
    return {name: "" if value is None else str(value) for name, value in values.items()}
