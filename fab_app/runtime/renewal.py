"""An account that somebody else sets anew: its initial password, the failed logins that closed it."""

from __future__ import annotations

from dataclasses import replace

import sqlalchemy as sa

from fab_app.core.problems import Refused
from fab_app.runtime import accounts, audit, passwords, people
from fab_app.runtime.env import Fetch
from fab_app.runtime.views import own_name
from fab_app.runtime.world import World
from fab_app.runtime.writing import Writer
from fab_app.spec.manifest import BASE, Entity


def reset(writer: Writer, account: Entity, id_: int, random: bool) -> None:
    """The portal's initial or a random password; sessions end, the account is told where a notice says so.

    ``writer`` acts by the system's right in somebody's name: what he may not do to this account is refused.
    """
    world, rules = writer.world, writer.world.login(account.portal)
    _permitted(writer, account, id_)
    plain = passwords.random(rules.password) if random else rules.initial
    assert plain is not None, account.portal
    passwords.remember(world, writer.fetch, account.portal, id_)
    table, code = world.stored(account).table, own_name(account, "password")
    row = {
        "password": account.fields[code].keep(plain),
        "must_change": "reset" in rules.forced_change,
        "updated_at": world.clock.now(),
        "updated_by": writer.principal.subject or None,
        account.version: table.c[account.version] + 1,
    }
    writer.fetch(sa.update(table).where(table.c.id == id_).values(row))
    people.mirror(world, writer.fetch, account, id_, {code: plain}, new=False)
    audit.record(
        world, writer.fetch, writer.principal, account, id_, "password_reset", {code: ("old", "new")}
    )
    accounts.tell(writer, account, id_, "password_reset", {"password": plain})


def unlock(world: World, fetch: Fetch, id_: int) -> None:
    """Failed logins of the account are forgotten, so that the next attempt is judged by its password."""
    user = world.tables.of(f"{BASE}.user").table
    failed = world.tables.platform("base_login_failure")
    login = sa.select(user.c.login).where(user.c.id == id_).scalar_subquery()
    fetch(sa.delete(failed).where(failed.c.login == login))
    fetch(sa.update(user).where(user.c.id == id_).values(locked_until=None))


def _permitted(writer: Writer, account: Entity, id_: int) -> None:
    who = writer.principal
    if not who.subject or not who.portal:
        return  # a job, or the platform's administrator
    asker = replace(writer, principal=replace(who, everything=False), trusted=False)
    wrong = people.unreachable(asker, account, id_)
    if wrong:
        raise Refused(wrong, {"": [wrong]})
