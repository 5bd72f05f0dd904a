"""Who is asking: a session cookie, a JWT or an API key, to a principal, in one statement."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from fab_app.access.person import BASICS, OF_ORG, told
from fab_app.access.principal import NOBODY, Principal
from fab_app.access.standing import under
from fab_app.runtime.custom_roles import VERSION, role_key
from fab_app.runtime.preparing import AnySession
from fab_app.runtime.renewing import renew
from fab_app.runtime.world import World
from fab_app.spec.login import CLOSED, Sessions
from fab_app.spec.manifest import BASE
from fab_app.store.engine import writing

COOKIE = "fab_session"
SEEN_EVERY = timedelta(minutes=1)
AUTHORISED = {"authorised": "identity"}
USED = tuple(dict.fromkeys(("id", "account", "name", "portal", "kind", "must_change", "last_door", *BASICS)))
"""The columns of an account that make a principal."""


def digest(key: str) -> str:
    """What is stored of a session's or an API key's secret: it is random, so a fast hash is enough."""
    return hashlib.sha256(key.encode()).hexdigest()


def stamp_of(user_id: int, hashed: str | None) -> str:
    """Changes with the password, tells nothing of it."""
    return hashlib.sha256(f"{user_id}:{hashed}".encode()).hexdigest()[:32]


def note_seen(session: AnySession, update: sa.Update) -> None:
    """Noted at most once a minute, in a transaction of its own; a busy database is asked again later."""
    try:
        if session.connection().get_execution_options().get("fab_writing"):
            session.execute(update, execution_options=AUTHORISED)
        else:
            with writing(session.connection().engine) as apart:
                apart.execute(update)
    except OperationalError:
        return


class Identities:
    """Loads principals of one application; keeps nothing between requests."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.sessions = sessions = world.tables.platform("base_session")
        self.keys = keys = world.tables.platform("base_api_key")
        self.user = world.tables.of(f"{BASE}.user")
        self.role = world.tables.of(f"{BASE}.role")
        self.org = world.tables.of(f"{BASE}.org")
        self.told = told(world.tables, world.clock, self.user.table, self.org.table)
        of_user = self.user.table.c.id
        key: sa.BindParameter[Any] = sa.bindparam("key")
        alive = sa.or_(keys.c.expires_at.is_(None), keys.c.expires_at > sa.bindparam("now"))
        self._by_cookie = self._people(sessions.c.seen_at).join(sessions, sessions.c.user_id == of_user)
        self._by_cookie = self._by_cookie.where(sessions.c.key == key)
        secret = self.user.table.c.password.label("secret")
        self._by_user = self._people(sa.null().label("seen_at"), secret).where(of_user == key)
        self._by_key = self._people(sa.null().label("seen_at")).join(keys, keys.c.user_id == of_user)
        self._by_key = self._by_key.where(keys.c.digest == key, keys.c.revoked_at.is_(None), alive)

    def by_cookie(self, session: AnySession, key: str, address: str, polled: bool = False) -> Principal:
        """The principal of a running session; NOBODY where it is unknown, idle too long or its account closed.

        ``polled``: the page asked by itself, which keeps no session awake.
        """
        rows = self._fetch(session, self._by_cookie, key=digest(key))
        if not rows:
            return NOBODY
        now = self.world.clock.now()
        if now - rows[0]["seen_at"] > timedelta(minutes=self._sessions(rows[0]["portal"]).idle):
            return NOBODY
        if not polled and now - rows[0]["seen_at"] > SEEN_EVERY:
            self._seen(session, digest(key), now)
        return self._principal(rows, "web", address, key)

    def by_user(
        self, session: AnySession, user_id: int, channel: str, address: str, stamp: str = ""
    ) -> Principal:
        """The principal of an account; of a token that has a stamp only while the password is the same."""
        rows = self._fetch(session, self._by_user, key=user_id)
        if not rows or (stamp and stamp != stamp_of(user_id, rows[0]["secret"])):
            return NOBODY
        return self._principal(rows, channel, address)

    def by_key(self, session: AnySession, key: str, address: str) -> Principal:
        rows = self._fetch(session, self._by_key, key=digest(key), now=self.world.clock.now())
        return self._principal(rows, "api-key", address) if rows else NOBODY

    def _seen(self, session: AnySession, key: str, now: datetime) -> None:
        note_seen(session, sa.update(self.sessions).where(self.sessions.c.key == key).values(seen_at=now))

    def begin(self, session: AnySession, user_id: int, address: str, agent: str) -> str:
        """A new session's key, to be kept in a cookie; the oldest beyond the limit per person end."""
        key, now = secrets.token_urlsafe(32), self.world.clock.exact()
        table, user = self.sessions, self.user.table
        portal = session.execute(
            sa.select(user.c.portal).where(user.c.id == user_id), execution_options=AUTHORISED
        ).scalar()
        rules = self._sessions(portal)
        row = {"key": digest(key), "user_id": user_id, "created_at": now, "seen_at": now}
        session.execute(sa.insert(table).values({**row, "address": address[:64], "agent": agent[:200]}))
        others = sa.select(table.c.key).where(table.c.user_id == user_id, table.c.key != digest(key))
        standing = list(
            session.execute(others.order_by(table.c.seen_at.desc(), table.c.created_at.desc())).scalars()
        )
        if len(standing) >= rules.most:
            session.execute(sa.delete(table).where(table.c.key.in_(standing[rules.most - 1 :])))
        idle = now - timedelta(minutes=rules.idle)
        session.execute(sa.delete(table).where(table.c.user_id == user_id, table.c.seen_at < idle))
        return key

    def _sessions(self, portal: str | None) -> Sessions:
        return self.world.login(portal or BASE).sessions

    def end(self, session: AnySession, key: str) -> None:
        session.execute(sa.delete(self.sessions).where(self.sessions.c.key == digest(key)))

    def end_all(self, session: AnySession, user_id: int, but: str = "") -> None:
        """Ends a person's sessions: after a change of password, roles or state."""
        where = [self.sessions.c.user_id == user_id, *([self.sessions.c.key != digest(but)] if but else [])]
        session.execute(sa.delete(self.sessions).where(*where))

    def _people(self, seen: Any, *also: Any) -> sa.Select[Any]:
        """Of the account and its organisation what a principal is made of, a row per role."""
        setting = self.world.tables.platform("base_setting")
        user, role, org, held = self.user.table, self.role.table, self.org.table, self.user.side["roles"]
        source = (
            user.outerjoin(org, org.c.id == user.c.org)
            .outerjoin(held, held.c.owner_id == user.c.id)
            .outerjoin(role, sa.and_(role.c.id == held.c.value, role.c.alive == 0))
        )
        columns = [
            *(user.c[name] for name in USED),
            *(org.c[name].label(f"org_{name}") for name in OF_ORG),
            role.c.code.label("role_code"),
            role.c.id.label("role_id"),
            role.c.builtin.label("role_builtin"),
            sa.select(setting.c.value)
            .where(setting.c.name == VERSION)
            .scalar_subquery()
            .label("roles_version"),
            role.c.portal.label("role_portal"),
            *(item.column for items in self.told.values() for item in items),
        ]
        return (
            sa.select(*columns, seen, *also)
            .select_from(source)
            .where(user.c.alive == 0, user.c.status != CLOSED, *under(self.world.tables, user))
        )

    def _fetch(self, session: AnySession, statement: sa.Select[Any], **bound: Any) -> list[Mapping[str, Any]]:
        answer = session.execute(statement, bound, execution_options=AUTHORISED)
        names = tuple(answer.keys())
        return [dict(zip(names, row, strict=True)) for row in answer.all()]

    def _principal(
        self, rows: list[Mapping[str, Any]], channel: str, address: str, session: str = ""
    ) -> Principal:
        row = rows[0]
        if row["org_status"] == CLOSED:
            return NOBODY
        roles = tuple(sorted(_role_key(r) for r in rows if r["role_id"] is not None))
        names = {name: row[name] for name in BASICS}
        places = {f"org.{name}": row[f"org_{name}"] for name in OF_ORG}
        places |= {".".join(item.path): item.read(row) for item in self.told.get(row["portal"], ())}
        return Principal(
            subject=row["id"],
            account=row["account"],
            name=row["name"] or row["account"],
            portal=row["portal"] or "",
            kind=row["kind"] or "",
            roles=roles,
            values={**names, **places},
            organisation=row["org_name"] or "",
            must_change=bool(row["must_change"]),
            everything=not row["portal"],
            version=int(row["roles_version"] or 0),
            channel=channel,
            door=row["last_door"] or "",
            address=address,
            session=session,
        )


def _role_key(row: Mapping[str, Any]) -> str:
    """The key under which a role's grants are found: ``<portal>.<role>``, of a custom role by its id."""
    return role_key(row["role_portal"], row["role_code"] if row["role_builtin"] else None, row["role_id"])


def person_named(identities: Identities, session: AnySession, account: str) -> Principal | None:
    """Who an explanation is about, with the rights of now; None where there is no such account."""
    world = identities.world
    user = world.tables.of(f"{BASE}.user").table
    named = sa.select(user.c.id).where(user.c.login == account.lower().replace("\0", ""))
    id_ = session.execute(named, execution_options=AUTHORISED).scalar()
    if id_ is None:
        return None
    who = identities.by_user(session, id_, "explain", "")
    renew(world, session, who.version)
    return replace(who, account=account)
