"""Accounts: over Flask-AppBuilder's table, and with rules of their own that no definition may loosen.

The login name is unique without regard to case, the deleted included. Nobody grants a role that reaches further
than his own, disables or deletes himself, or takes away the last account that can manage accounts; nor does he
set the password of an account that may do more than he, or an address to which its password could be sent. A
password that somebody else set must be changed at the first login; after a change of password, roles, state, kind
or place the account's sessions end.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from fab_app.core.words import about, locale, say
from fab_app.runtime import granting, passwords
from fab_app.runtime.custom_roles import bump
from fab_app.runtime.dictionaries import ITEM
from fab_app.runtime.env import Fetch, RecordEnv
from fab_app.runtime.judging import Errors
from fab_app.runtime.settings import SETTING
from fab_app.runtime.views import own_name
from fab_app.runtime.world import World
from fab_app.spec.login import CLOSED, SetBy
from fab_app.spec.manifest import BASE, Entity

if TYPE_CHECKING:
    from fab_app.runtime.storing import Storer
    from fab_app.runtime.writing import Writer

USER, ROLE = f"{BASE}.user", granting.ROLE
_WAYS_IN = frozenset(("password", "account", "phone", "email", "openid", "subject"))
_ENDS_SESSIONS = frozenset(("password", "roles", "status", "kind", "org", "region"))


def _shared(entity: Entity, values: Mapping[str, Any]) -> dict[str, Any]:
    """Values by the shared field's own code, whatever a portal calls it."""
    return {entity.columns.get(name, name): value for name, value in values.items()}


def columns(writer: Storer, entity: Entity, values: Mapping[str, Any], id_: int | None) -> dict[str, Any]:
    """More columns of an account's row: the login name in lower case, a change of password to be made."""
    if entity.owner != USER:
        return {}
    given = _shared(entity, values)
    row: dict[str, Any] = {}
    if given.get("account") is not None:
        row["login"] = str(given["account"]).lower()
    rules = writer.world.login(entity.portal)
    act: SetBy = "add" if id_ is None else writer.act
    if given.get("password") is not None:
        if id_ is not None:
            passwords.remember(writer.world, writer.fetch, entity.portal, id_)
        if not writer.trusted:
            row["must_change"] = writer.principal.subject != id_ and act in rules.forced_change
    elif id_ is None and rules.initial and not writer.trusted:
        row["password"] = entity.fields[own_name(entity, "password")].keep(rules.initial)
        row["must_change"] = True  # it is known to more than one person
    return row


def derived(writer: Storer, entity: Entity, env: RecordEnv, id_: int | None) -> dict[str, Any]:
    """The roles that follow from the account itself, where they are others than those it holds."""
    if not entity.spec.roles_by:
        return {}
    codes = [code for code, rule in entity.spec.roles_by.items() if env.holds(rule, False)]
    role, name = writer.world.tables.of(ROLE).table, own_name(entity, "roles")
    named = (role.c.portal == entity.portal, role.c.code.in_(codes), role.c.builtin)
    roles = tuple(writer.fetch(sa.select(role.c.id).where(*named).order_by(role.c.id)).scalars())
    held = writer.world.stored(entity).side[name]
    standing = (
        () if id_ is None else writer.fetch(sa.select(held.c.value).where(held.c.owner_id == id_)).scalars()
    )
    return {} if set(roles) == set(standing) else {name: roles}


def mirror(
    world: World, fetch: Fetch, entity: Entity, id_: int, values: Mapping[str, Any], new: bool
) -> None:
    """Keeps ``ab_user`` true, and ends sessions that began under what is no longer so."""
    if entity.owner in (ROLE, SETTING, ITEM):
        bump(world, Executing(fetch))
    if entity.owner != USER:
        return
    given = _shared(entity, values)
    table = world.tables.platform("ab_user")
    row: dict[str, Any] = {}
    if "account" in given:
        row |= {"username": given["account"], "email": f"{id_}@accounts.invalid"}
    if "name" in given:
        row |= {"first_name": str(given["name"])[:64], "last_name": ""}
    if "status" in given:
        row["active"] = given["status"] != CLOSED
    if new:
        fetch(sa.insert(table).values({"id": id_, "active": True, "first_name": "", "last_name": "", **row}))
        return
    if row:
        fetch(sa.update(table).where(table.c.id == id_).values(row))
    if "password" in given:
        from fab_app.runtime.renewal import unlock

        unlock(world, fetch, id_)
    if _ENDS_SESSIONS & set(given):
        sessions = world.tables.platform("base_session")
        fetch(sa.delete(sessions).where(sessions.c.user_id == id_))


def refused(writer: Writer, entity: Entity, id_: int | None, values: Mapping[str, Any]) -> Errors:
    """What may not be done to an account, whoever has the right to edit it."""
    if writer.trusted or writer.principal.everything or entity.owner not in (USER, ROLE):
        return {}
    given, errors = _shared(entity, values), Errors()
    if entity.owner == ROLE:
        return granting.refused(writer, entity, id_, given)
    if entity.owner != USER:
        return {}
    if given.get("roles") and not granting.holds(writer, given["roles"]):
        errors[own_name(entity, "roles")] = [say("You cannot grant a role that may do more than you may")]
    elif id_ is not None and "roles" in given and not granting.holds(writer, _roles_of(writer, id_)):
        errors[own_name(entity, "roles")] = [say("This account may do more than you may")]
    if given.get("password") is not None and _is_its_name(writer, entity, id_, given):
        rule = writer.world.login(entity.portal).password
        errors[own_name(entity, "password")] = [passwords.sentence(rule, "account")]
    if id_ is not None and _WAYS_IN & {name for name, value in given.items() if value is not None}:
        errors |= _taken_over(writer, entity, id_, given)
    if id_ is not None and given.get("status") == CLOSED:
        errors |= _closing(writer, entity, id_, say("You cannot disable the account you are logged in with"))
    return errors


def _taken_over(writer: Writer, entity: Entity, id_: int, given: Mapping[str, Any]) -> Errors:
    """One's own data may be changed; one's own password only by who knows it, or a code sent to the telephone, and
    the identity by which one enters without it by somebody else."""
    if id_ == writer.principal.subject and given.get("password") is None:
        if given.get("subject") is None:
            return {}
        return {own_name(entity, "subject"): [say("Somebody else links your account to an identity")]}
    wrong = unreachable(writer, entity, id_)
    return {own_name(entity, next(name for name in given if name in _WAYS_IN)): [wrong]} if wrong else {}


def unreachable(writer: Writer, entity: Entity, id_: int) -> str:
    """Why the principal may not give the account another password or way to one; "" where he may."""
    if id_ == writer.principal.subject:
        return say("Change your own password with the present one, under 'Change password'")
    holds = granting.holds(writer, _roles_of(writer, id_))
    return "" if holds else say("This account may do more than you may")


def _roles_of(writer: Writer, id_: int) -> list[int]:
    held = writer.world.tables.of(USER).side["roles"]
    return list(writer.fetch(sa.select(held.c.value).where(held.c.owner_id == id_)).scalars())


def _is_its_name(writer: Writer, entity: Entity, id_: int | None, given: Mapping[str, Any]) -> bool:
    """Whether the password is the login name, where the portal's rule refuses it."""
    if not writer.world.login(entity.portal).password.not_account:
        return False
    table = writer.world.tables.of(USER).table
    account = given.get("account")
    if account is None and id_ is not None:
        account = writer.fetch(sa.select(table.c.account).where(table.c.id == id_)).scalar()
    return str(given["password"]).lower() == str(account).lower()


def undeletable(writer: Writer, entity: Entity, id_: int) -> Errors:
    if entity.owner != USER or writer.trusted:
        return {}
    return _closing(writer, entity, id_, say("You cannot delete the account you are logged in with"))


def _closing(writer: Writer, entity: Entity, id_: int, own: str) -> Errors:
    if id_ == writer.principal.subject:
        return {"": [own]}
    if _is_last_manager(writer, entity, id_):
        return {"": [say("It is the last account of its organisation that manages accounts")]}
    return {}


class Executing:
    """A session's ``execute`` over the writer's own, so that the statement carries its mark."""

    def __init__(self, fetch: Fetch) -> None:
        self.execute = fetch


def _is_last_manager(writer: Writer, entity: Entity, id_: int) -> bool:
    """Whether the account manages accounts of its organisation and no other enabled one there does."""
    tables = writer.world.tables
    user, held, role = tables.of(USER).table, tables.of(USER).side["roles"], tables.of(f"{BASE}.role").table
    managing = [key for key, grants in writer.world.grants.by_role.items() if (entity.key, "edit") in grants]
    named = sa.tuple_(role.c.portal, role.c.code).in_([tuple(key.split(".", 1)) for key in managing])
    org = sa.select(user.c.org).where(user.c.id == id_).scalar_subquery()
    living = (user.c.alive == 0, user.c.status != CLOSED, user.c.org == org)
    source = user.join(held, held.c.owner_id == user.c.id).join(role, role.c.id == held.c.value)
    if not managing:
        return False
    ids = set(writer.fetch(sa.select(user.c.id).select_from(source).where(*living, named)).scalars())
    return ids == {id_}


def duplicates(
    world: World, fetch: Fetch, entity: Entity, values: Mapping[str, Any], id_: int | None
) -> Errors:
    """A login name is unique over all portals, the deleted included."""
    if entity.owner != USER:
        return {}
    name = own_name(entity, "account")
    account = values.get(name)
    if account is None:
        return {}
    table = world.tables.of(USER).table
    where = [table.c.login == str(account).lower(), *([table.c.id != id_] if id_ is not None else [])]
    if fetch(sa.select(table.c.id).where(*where)).first() is None:
        return {}
    field = entity.fields[name]
    said = field.taken.of(locale.get()) if field.taken is not None else ""
    return {name: [said or about(field.label.of(locale.get()), say("already exists"))]}
