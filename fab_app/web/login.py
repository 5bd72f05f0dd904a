"""Judging an account and a password: one message for unknown and wrong, lockout, the same at every door."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cache

import sqlalchemy as sa
from werkzeug.security import check_password_hash, generate_password_hash

from fab_app.access.principal import Principal
from fab_app.access.standing import under
from fab_app.core.problems import Refused
from fab_app.core.text import Text
from fab_app.core.words import locale, say
from fab_app.runtime import audit
from fab_app.runtime.preparing import AnySession
from fab_app.runtime.world import World
from fab_app.spec.login import CLOSED, Lockout, Login
from fab_app.spec.manifest import BASE
from fab_app.spec.portal import Messages
from fab_app.web.identity import AUTHORISED
from fab_app.web.pages import Action

SUBJECT = 200
"""The longest word of an identity provider by which an account is found."""


@cache
def _never() -> str:
    """A hash to compare with where there is no account, so that both take the same time."""
    return generate_password_hash("never the password of anybody")


class LoginRefused(Refused):
    """The sentence is shown as it stands; ``counted`` says that this attempt is to be remembered."""

    status = 401

    def __init__(self, sentence: str, counted: bool, field: str = "", way: Action | None = None) -> None:
        super().__init__(sentence)
        self.way = way
        self.counted = counted
        self.field = field


@dataclass(frozen=True, slots=True)
class Person:
    id: int
    portal: str
    kind: str
    must_change: bool
    account: str = ""


@dataclass(frozen=True, slots=True)
class Failures:
    """Failed attempts for a login name: how many lately, and whether they close the account."""

    count: int
    locked: bool


def failures(world: World, session: AnySession, login: str, rules: Login) -> Failures:
    """Whether or not there is such an account."""
    table, lockout = world.tables.platform("base_login_failure"), rules.lockout
    within, closed = timedelta(minutes=lockout.within), timedelta(minutes=lockout.minutes)
    now = world.clock.now()
    most = max(lockout.failures, rules.captcha.after)
    statement = sa.select(table.c.at).where(
        table.c.login == login.lower()[:64], table.c.at > now - within - closed
    )
    times = session.execute(statement.order_by(table.c.at.desc()).limit(most)).scalars().all()
    run = times[: lockout.failures]
    locked = len(run) == lockout.failures and run[0] - run[-1] <= within and now < run[0] + closed
    return Failures(sum(at > now - within for at in times), locked)


def neutral(world: World) -> Login:
    """The rules where the portal is not known yet: the platform's, and the strictest lockout of all.

    So nobody learns from it to which portal an account belongs, or that there is one.
    """
    every = [world.login(portal).lockout for portal in world.manifest.portals]
    strict = Lockout(
        failures=min(one.failures for one in every),
        within=max(one.within for one in every),
        minutes=max(one.minutes for one in every),
    )
    return world.login(BASE).model_copy(update={"lockout": strict})


def authenticate(
    world: World,
    session: AnySession,
    login: str,
    password: str,
    messages: Messages,
    rules: Login,
) -> Person:
    """The account, its password being right. Raises LoginRefused; what to remember is the caller's to commit."""
    if failures(world, session, login, rules).locked:
        raise LoginRefused(_locked(messages, rules), counted=False)
    row = _named(world, session, login)
    hashed = row["password"] if row is not None and row["password"] else _never()
    if not check_password_hash(hashed, password) or row is None or row["alive"] != 0:
        raise LoginRefused(sentence(messages.wrong_password, "Account or password is wrong"), counted=True)
    return _open(row, messages)


def vouched(
    world: World, session: AnySession, subject: str, portal: str, messages: Messages, rules: Login
) -> Person:
    """The account of the portal to which an identity provider's word belongs, under the rules of every door."""
    user = world.tables.of(f"{BASE}.user").table
    named = (user.c.subject == subject, user.c.portal == portal, user.c.alive == 0)
    row = _row(world, session, *named) if 0 < len(subject) <= SUBJECT and "\0" not in subject else None
    if row is None:
        told = say("No account here belongs to this identity. Ask your administrator")
        raise LoginRefused(told, counted=True)
    if failures(world, session, row["login"], rules).locked:
        raise LoginRefused(_locked(messages, rules), counted=False)
    return _open(row, messages)


def _open(row: sa.RowMapping, messages: Messages) -> Person:
    """Whoever he is: his account and his organisation are open."""
    if row["status"] == CLOSED or not row["stands"]:
        raise LoginRefused(
            sentence(messages.disabled, "This account is disabled. Ask your administrator"), counted=False
        )
    if row["org_status"] == CLOSED:
        raise LoginRefused(sentence(messages.org_disabled, "Your organisation is disabled"), counted=False)
    must_change = bool(row["must_change"])
    return Person(row["id"], row["portal"] or "", row["kind"] or "", must_change, row["account"])


def remember_failure(world: World, session: AnySession, login: str, address: str, rules: Login) -> None:
    """Where this one closes the account, the account tells until when."""
    table, user = world.tables.platform("base_login_failure"), world.tables.of(f"{BASE}.user").table
    now = world.clock.now()
    row = {"login": login.lower()[:64], "address": address[:64], "at": now}
    session.execute(sa.insert(table).values(row))
    if failures(world, session, login, rules).locked:
        until = now + timedelta(minutes=rules.lockout.minutes)
        update = sa.update(user).where(user.c.login == login.lower()[:64]).values(locked_until=until)
        session.execute(update, execution_options=AUTHORISED)
    _log(world, session, Principal(account=login[:64], address=address, channel="web"), None, "login_failed")


def remember_success(
    world: World,
    session: AnySession,
    person: Person,
    login: str,
    address: str = "",
    channel: str = "web",
    door: str = "",
) -> None:
    failed = world.tables.platform("base_login_failure")
    user = world.tables.of(f"{BASE}.user").table
    session.execute(sa.delete(failed).where(failed.c.login == login.lower()[:64]))
    count = sa.func.coalesce(user.c.login_count, 0) + 1
    update = sa.update(user).where(user.c.id == person.id)
    session.execute(
        update.values(
            last_login_at=world.clock.now(), login_count=count, locked_until=None, last_door=door or None
        ),
        execution_options=AUTHORISED,
    )
    who = Principal(person.id, login[:64], portal=person.portal, address=address, channel=channel)
    _log(world, session, who, person.id, "login")


def _log(world: World, session: AnySession, who: Principal, id_: int | None, action: str) -> None:
    """Logins stand in the audit log beside the writes."""
    user = world.manifest.entities[f"{BASE}.user"]
    row = {
        **audit.row(world, who, user, id_ or 0, action, {}),
        "portal": who.portal or None,
        "record_id": id_,
    }
    session.execute(sa.insert(audit.table(world)).values(row), execution_options=AUTHORISED)


def _named(world: World, session: AnySession, login: str) -> sa.RowMapping | None:
    if len(login) > 64 or "\0" in login:
        return None
    return _row(world, session, world.tables.of(f"{BASE}.user").table.c.login == login.lower())


def _row(world: World, session: AnySession, *where: sa.ColumnElement[bool]) -> sa.RowMapping | None:
    user, org = world.tables.of(f"{BASE}.user").table, world.tables.of(f"{BASE}.org").table
    stands = sa.and_(sa.true(), *under(world.tables, user)).label("stands")
    statement = sa.select(user, org.c.status.label("org_status"), stands).select_from(
        user.outerjoin(org, org.c.id == user.c.org)
    )
    return session.execute(statement.where(*where), execution_options=AUTHORISED).mappings().first()


def _locked(messages: Messages, rules: Login) -> str:
    """``{minutes}`` in the portal's own sentence is the time of the lock."""
    minutes = str(rules.lockout.minutes)
    if messages.locked is not None:
        return messages.locked.of(locale.get()).replace("{minutes}", minutes)
    return say("Locked after too many attempts. Try again in {minutes} minutes", minutes=minutes)


def sentence(written: Text | None, otherwise: str) -> str:
    return written.of(locale.get()) if written is not None else say(otherwise)
