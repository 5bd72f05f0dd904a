"""Judging an account and a password: one message for unknown and wrong, lockout, the same at every door."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from zlib import crc32

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
from fab_app.store.engine import WRITING
from fab_app.store.numbers import next_number
from fab_app.web.identity import AUTHORISED
from fab_app.web.pages import Action

SUBJECT = 200
"""The longest word of an identity provider by which an account is found."""
_TURNS = 256


@cache
def _never() -> str:
    """A hash to compare with where there is no account, so that both take the same time."""
    return generate_password_hash("never the password of anybody")


class LoginRefused(Refused):
    """The sentence is shown as it stands."""

    status = 401

    def __init__(self, sentence: str, field: str = "", way: Action | None = None) -> None:
        super().__init__(sentence)
        self.way = way
        self.field = field


@dataclass(frozen=True, slots=True)
class Attempt:
    """A login as it came: the name that was given, by which channel, from where, and at whose door if at one."""

    login: str
    channel: str
    address: str
    portal: str = ""
    door: str = ""


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
    attempt: Attempt,
    password: str,
    messages: Messages | None,
    rules: Login,
) -> Person:
    """The account, its password being right: the caller commits. Raises LoginRefused, a failure being committed.

    Of attempts at once with one name each learns its verdict in its turn, if the name is not locked by then: no
    more of them are judged than one after the other would be.

    ``messages``: those of the door. None where it belongs to no portal: then the account's own, but only when
    its password was right, for before that nobody learns from a sentence whether there is such an account.
    """
    words = messages or Messages()
    session.rollback()  # the hash takes long: nobody should wait for us to write meanwhile
    _open_name(world, session, attempt.login, words, rules)
    row = _named(world, session, attempt.login)
    hashed = row["password"] if row is not None and row["password"] else _never()
    right = check_password_hash(hashed, password)
    _take_turn(session, attempt.login)
    _open_name(world, session, attempt.login, words, rules)
    if not right or row is None or row["alive"] != 0:
        told = sentence(words.wrong_password, "Account or password is wrong")
        raise _failed(world, session, attempt, rules, told, row)
    portal = world.manifest.portals.get(row["portal"] or "")
    return _open(row, messages or (portal.spec.messages if portal is not None else words))


def vouched(world: World, session: AnySession, attempt: Attempt, messages: Messages, rules: Login) -> Person:
    """The account of the portal to which an identity provider's word belongs, under the rules of every door."""
    user, subject = world.tables.of(f"{BASE}.user").table, attempt.login
    named = (user.c.subject == subject, user.c.portal == attempt.portal, user.c.alive == 0)
    row = _row(world, session, *named) if 0 < len(subject) <= SUBJECT and "\0" not in subject else None
    if row is None:
        told = say("No account here belongs to this identity. Ask your administrator")
        raise _failed(world, session, attempt, rules, told)
    _open_name(world, session, row["login"], messages, rules)
    return _open(row, messages)


def _open_name(world: World, session: AnySession, login: str, messages: Messages, rules: Login) -> None:
    if failures(world, session, login, rules).locked:
        raise LoginRefused(_locked(messages, rules))


def _take_turn(session: AnySession, login: str) -> None:
    """A new transaction, in which nobody else judges this name. Names share rows: invented ones leave none."""
    session.rollback()
    connection = session.connection(execution_options=WRITING)
    next_number(connection, f"login:{crc32(login.lower()[:64].encode()) % _TURNS}")


def _open(row: sa.RowMapping, messages: Messages) -> Person:
    """Whoever he is: his account and his organisation are open."""
    if row["status"] == CLOSED or not row["stands"]:
        raise LoginRefused(sentence(messages.disabled, "This account is disabled. Ask your administrator"))
    if row["org_status"] == CLOSED:
        raise LoginRefused(sentence(messages.org_disabled, "Your organisation is disabled"))
    must_change = bool(row["must_change"])
    return Person(row["id"], row["portal"] or "", row["kind"] or "", must_change, row["account"])


def _failed(
    world: World,
    session: AnySession,
    attempt: Attempt,
    rules: Login,
    told: str,
    row: sa.RowMapping | None = None,
) -> LoginRefused:
    """Remembered at once, if a name was given."""
    if attempt.login:
        _remember(world, session, attempt, rules)
        of = attempt.portal or (row["portal"] if row is not None else "") or ""
        _log(world, session, _who(attempt, of), None, "login_failed")
        session.commit()
    return LoginRefused(told)


def _remember(world: World, session: AnySession, attempt: Attempt, rules: Login) -> None:
    """Where this one closes the account, the account tells until when."""
    table, user = world.tables.platform("base_login_failure"), world.tables.of(f"{BASE}.user").table
    now, login = world.clock.now(), attempt.login.lower()[:64]
    session.execute(sa.insert(table).values(login=login, address=attempt.address[:64], at=now))
    if failures(world, session, login, rules).locked:
        until = now + timedelta(minutes=rules.lockout.minutes)
        update = sa.update(user).where(user.c.login == login).values(locked_until=until)
        session.execute(update, execution_options=AUTHORISED)


def remember_success(world: World, session: AnySession, person: Person, attempt: Attempt) -> None:
    failed = world.tables.platform("base_login_failure")
    user = world.tables.of(f"{BASE}.user").table
    session.execute(sa.delete(failed).where(failed.c.login == attempt.login.lower()[:64]))
    count = sa.func.coalesce(user.c.login_count, 0) + 1
    update = sa.update(user).where(user.c.id == person.id)
    session.execute(
        update.values(
            last_login_at=world.clock.now(),
            last_login_ip=attempt.address[:45] or None,
            login_count=count,
            locked_until=None,
            last_door=attempt.door or None,
        ),
        execution_options=AUTHORISED,
    )
    _log(world, session, _who(attempt, person.portal, person.id), person.id, "login")


def _who(attempt: Attempt, portal: str, id_: int = 0) -> Principal:
    return Principal(
        id_,
        attempt.login[:64],
        portal=portal,
        address=attempt.address,
        channel=attempt.channel,
        door=attempt.door,
    )


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
