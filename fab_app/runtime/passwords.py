"""A person's own new password: judged by the rule of his portal, kept as a hash, the ones before remembered."""

from __future__ import annotations

import secrets
from typing import Any

import sqlalchemy as sa
from werkzeug.security import check_password_hash

from fab_app.access.principal import Principal
from fab_app.core.words import about, locale, say
from fab_app.fields.password import Fault
from fab_app.runtime import audit
from fab_app.runtime.env import Fetch
from fab_app.runtime.world import World
from fab_app.spec.login import Login, PasswordRule
from fab_app.spec.manifest import BASE

_SIGNS = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789@#%+=?"
_OURS = {
    "account": "The password may not be the login name",
    "initial": "The new password must differ from the initial one",
    "same": "The new password must differ from the old one",
    "repeat": "The two passwords differ",
    "current": "The current password is wrong",
}


def sentence(rule: PasswordRule, kind: str) -> str:
    """What is said where a password is refused for this, in the portal's own words if it has any."""
    written = rule.sentence(kind)
    return written.of(locale.get()) if written else say(_OURS[kind])


def rule_in_words(rule: PasswordRule) -> str:
    if rule.told or rule.message:
        return (rule.told or rule.message).of(locale.get())  # type: ignore[union-attr]
    told = [say("{min} to {max} characters", min=rule.min, max=rule.max)]
    if rule.letters_and_digits:
        told.append(say("letters and digits"))
    elif rule.classes > 1:
        kinds = say("small letters, capital letters, digits, other signs")
        told.append(say("{classes} of these: {kinds}", classes=rule.classes, kinds=kinds))
    if rule.last:
        told.append(say("not the old one"))
    return say(", ").join(told)


def random(rule: PasswordRule) -> str:
    """A password that nobody has thought of and that the rule accepts."""
    length = max(rule.min, min(12, rule.max))
    while True:
        plain = "".join(secrets.choice(_SIGNS) for _ in range(length))
        if not list(rule.faults(plain)):
            return plain


def is_current(world: World, fetch: Fetch, user_id: int, plain: str) -> bool:
    table = world.tables.of(f"{BASE}.user").table
    stored = fetch(sa.select(table.c.password).where(table.c.id == user_id)).scalar()
    return bool(stored) and check_password_hash(stored, plain)


def faults(world: World, fetch: Fetch, who: Principal, plain: str) -> list[str]:
    """Everything that is wrong with one's own new password; nothing is changed."""
    login = world.login(who.portal)
    rule = login.password
    told = plain_faults(login, plain)
    if rule.not_account and plain.lower() == who.account.lower():
        told.append(sentence(rule, "account"))
    if rule.last and _was_one_of_the_last(world, fetch, who.subject, plain, rule.last):
        told.append(sentence(rule, "same"))
    return list(dict.fromkeys(told))


def plain_faults(login: Login, plain: str) -> list[str]:
    """What is wrong with the password whosoever it is."""
    told = [_told(login.password, fault) for fault in login.password.faults(plain)]
    told += [sentence(login.password, "initial")] if login.initial == plain else []
    return list(dict.fromkeys(told))


def keep(world: World, fetch: Fetch, who: Principal, plain: str, act: str = "password") -> None:
    """Stores the judged password; the account need not change it any more. Sessions are the caller's to end."""
    user = world.manifest.entities[f"{BASE}.user"]
    table = world.tables.of(user.key).table
    remember(world, fetch, who.portal, who.subject)
    hashed = user.fields["password"].keep(plain)
    row = {"password": hashed, "must_change": False, "updated_at": world.clock.now()}
    fetch(sa.update(table).where(table.c.id == who.subject).values(row))
    audit.record(world, fetch, who, user, who.subject, act, {"password": ("old", "new")})


def remember(world: World, fetch: Fetch, portal: str, user_id: int) -> None:
    """The present hash beside those before, where the portal's rule looks further back than one."""
    if world.login(portal).password.last < 2:
        return
    table, before = world.tables.of(f"{BASE}.user").table, world.tables.platform("base_password")
    now: sa.ColumnElement[Any] = sa.literal(world.clock.now(), before.c.at.type)
    present = sa.select(table.c.id, table.c.password, now)
    present = present.where(table.c.id == user_id, table.c.password.is_not(None))
    fetch(sa.insert(before).from_select(["user_id", "hash", "at"], present))


def _was_one_of_the_last(world: World, fetch: Fetch, user_id: int, plain: str, last: int) -> bool:
    if is_current(world, fetch, user_id, plain):
        return True
    before = world.tables.platform("base_password")
    statement = sa.select(before.c.hash).where(before.c.user_id == user_id).order_by(before.c.id.desc())
    hashes = fetch(statement.limit(last - 1)).scalars().all() if last > 1 else ()
    return any(check_password_hash(hashed, plain) for hashed in hashes)


def _told(rule: PasswordRule, fault: Fault) -> str:
    written = rule.sentence(fault.kind) or rule.message
    return written.of(locale.get()) if written else about(say("Password"), say(fault.reason, **fault.values))
