"""Codes sent to a person's telephone, as proof that it is he: short-lived, of few tries, kept as a keyed digest.

Whoever asks for a code of a forgotten password learns nothing: unknown, closed and known accounts cost him the
same statements and get the same answer, for what is found out is found out by a job.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, Literal

import sqlalchemy as sa

from fab_app.access.principal import system
from fab_app.core.problems import Refused
from fab_app.core.words import say
from fab_app.jobs.outbox import enqueue
from fab_app.jobs.run import Run
from fab_app.runtime import accounts
from fab_app.runtime.notices.receivers import account_of
from fab_app.runtime.preparing import AnySession
from fab_app.runtime.world import World
from fab_app.runtime.writing import Writer
from fab_app.spec.login import CLOSED, Code
from fab_app.spec.manifest import BASE

Purpose = Literal["change", "forgotten"]
KIND: Final = "passwords.code"
EVENT: Final = "password_code"
_OPTIONS: Final = {"authorised": KIND}
_OLD: Final = timedelta(days=1)


@dataclass(frozen=True)
class Codes:
    """``key`` signs; ``demo``: where no gateway takes the message, the log of messages shows the code."""

    world: World
    key: bytes
    demo: bool

    def rules(self, portal: str) -> Code | None:
        return self.world.manifest.login(portal).code

    def send(self, session: AnySession, portal: str, user_id: int, purpose: Purpose) -> None:
        """A new code, told by the portal's notice; those before it are void. Raises Refused where it is too soon.

        Of several at once each waits for the one before it. The caller commits.
        """
        rules, table, now = self.rules(portal), self._table, self.world.clock.now()
        assert rules is not None, portal
        self._alone(session, user_id)
        mine = table.c.user_id == user_id
        self._do(session, sa.delete(table).where(mine, table.c.created_at < now - _OLD))
        lately = sa.select(table.c.created_at).where(mine, table.c.created_at > now - timedelta(hours=1))
        sent = list(self._do(session, lately.order_by(table.c.created_at.desc())).scalars())
        if sent and now < sent[0] + timedelta(seconds=rules.wait):
            raise Refused(say("A code was just sent. Wait {seconds} seconds for another", seconds=rules.wait))
        if len(sent) >= rules.hourly:
            raise Refused(say("Too many codes were sent. Try again in an hour"))
        code, salt = f"{secrets.randbelow(10**rules.digits):0{rules.digits}d}", secrets.token_hex(8)
        self._do(session, sa.update(table).where(mine, table.c.used_at.is_(None)).values(used_at=now))
        row = {"user_id": user_id, "purpose": purpose, "salt": salt, "tries": 0, "created_at": now}
        ends = now + timedelta(minutes=rules.minutes)
        row |= {"digest": self._digest(salt, user_id, purpose, code), "expires_at": ends}
        self._do(session, sa.insert(table).values(row))
        writer = Writer(self.world, session, system(KIND), trusted=True)
        account = account_of(self.world, portal)
        accounts.tell(writer, account, user_id, EVENT, {"code": code}, veiled=not self._shown(portal))

    def tried(self, session: AnySession, portal: str, user_id: int, purpose: Purpose, typed: str) -> int:
        """The key of the code, if this is it, else 0. Each try counts, also the right one: the caller commits at once.

        ``user_id`` 0 is nobody, and costs the same.
        """
        rules, table, now = self.rules(portal), self._table, self.world.clock.now()
        assert rules is not None, portal
        here = (table.c.user_id == user_id, table.c.purpose == purpose, table.c.used_at.is_(None))
        newest = sa.select(table).where(*here, table.c.expires_at > now).order_by(table.c.id.desc()).limit(1)
        row: Any = self._do(session, newest).mappings().first() or {}
        id_, salt = row.get("id", 0), row.get("salt", "")
        standing = (table.c.id == id_, table.c.used_at.is_(None), table.c.tries < rules.tries)
        counted = self._do(
            session, sa.update(table).where(*standing).values(tries=table.c.tries + 1)
        ).rowcount
        right = hmac.compare_digest(
            row.get("digest", ""), self._digest(salt, user_id, purpose, typed.strip())
        )
        return id_ if right and counted == 1 else 0

    def use(self, session: AnySession, id_: int) -> bool:
        """Whether the code was still to be used; of two at once one uses it."""
        table = self._table
        mine = (table.c.id == id_, table.c.used_at.is_(None))
        used = sa.update(table).where(*mine).values(used_at=self.world.clock.now())
        return bool(self._do(session, used).rowcount == 1)

    def forgotten(self, run: Run) -> None:
        """The job behind a forgotten password: an open account of the portal gets its code, nobody else anything."""
        user_id = account_by_name(self.world, run.session, run.portal, run.arguments["login"])
        if not user_id:
            return
        try:
            self.send(run.session, run.portal, user_id, "forgotten")
        except Refused:
            return  # too soon or too often: who asked is not told, for he would learn that there is an account

    def _alone(self, session: AnySession, user_id: int) -> None:
        user = self.world.tables.of(f"{BASE}.user").table
        self._do(session, sa.select(user.c.id).where(user.c.id == user_id).with_for_update())

    def _shown(self, portal: str) -> bool:
        """Whether the code is read nowhere but in the log: in a demo without a gateway."""
        notices = self.world.manifest.portals[portal].spec.notices.values()
        by = {name for notice in notices if notice.on == EVENT for name in notice.channels}
        return self.demo and not any(self.world.channels[name].leaves for name in by)

    def _digest(self, salt: str, user_id: int, purpose: str, code: str) -> str:
        told = f"{salt}:{user_id}:{purpose}:{code}".encode()
        return hmac.new(self.key, told, hashlib.sha256).hexdigest()

    @property
    def _table(self) -> sa.Table:
        return self.world.tables.platform("base_code")

    def _do(self, session: AnySession, statement: sa.Executable) -> Any:
        return session.execute(statement, execution_options=_OPTIONS)


def ask_for(execute: Any, portal: str, login: str) -> None:
    """Asks for a code, whether or not there is such an account: the job finds out after the commit."""
    enqueue(execute, KIND, {"login": login.lower()[:64]}, portal=portal)


def account_by_name(world: World, session: AnySession, portal: str, login: str) -> int:
    """The open account of the portal that has this login name; 0 where there is none."""
    user, org = world.tables.of(f"{BASE}.user").table, world.tables.of(f"{BASE}.org").table
    open_ = (user.c.alive == 0, user.c.status != CLOSED, user.c.portal == portal)
    runs = sa.or_(org.c.status.is_(None), org.c.status != CLOSED)
    source = user.outerjoin(org, org.c.id == user.c.org)
    named = user.c.login == login.lower()[:64].replace("\0", "")
    found = session.execute(
        sa.select(user.c.id).select_from(source).where(*open_, runs, named), execution_options=_OPTIONS
    )
    return found.scalar() or 0
