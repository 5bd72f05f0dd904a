"""What the framework itself does and tells when accounts and organisations are made: YAML says whether and how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from fab_app.core.problems import Refused
from fab_app.runtime.notices.receivers import account_of
from fab_app.runtime.world import World
from fab_app.spec.entity import FirstAccount
from fab_app.spec.manifest import BASE, Entity

if TYPE_CHECKING:
    from fab_app.runtime.writing import Writer

USER, ROLE = f"{BASE}.user", f"{BASE}.role"


def created(writer: Writer, entity: Entity, id_: int, values: Mapping[str, Any]) -> None:
    """After a person has made a record: an organisation's first account, a new account's notice."""
    if writer.trusted:
        return
    if entity.spec.first_account is not None and not writer.lone:
        _first(writer, entity, id_, entity.spec.first_account, values)
    if entity.owner == USER:
        plain = _password(entity, values) or writer.world.login(entity.portal).initial
        tell(writer, entity, id_, "account_created", {"password": plain or ""})


def changed(writer: Writer, entity: Entity, id_: int, values: Mapping[str, Any]) -> None:
    """After a person has changed a record: somebody else's password was set."""
    if not writer.trusted and entity.owner == USER and id_ != writer.principal.subject:
        plain = _password(entity, values)
        if plain is not None:
            tell(writer, entity, id_, "password_reset", {"password": plain})


def _password(entity: Entity, values: Mapping[str, Any]) -> str | None:
    """The plain word as it was typed; what is stored is its hash."""
    found = (value for name, value in values.items() if entity.columns.get(name) == "password")
    return next(found, None)


def tell(
    writer: Writer, account: Entity, id_: int, happened: str, values: Mapping[str, str], veiled: bool = True
) -> None:
    """By every notice of the portal that wants to know; ``values`` are those of its extra ones."""
    from fab_app.runtime.notices.telling import notify

    for event, notice in writer.world.manifest.portals[account.portal].spec.notices.items():
        about = writer.world.manifest.entity(account.portal, notice.about)
        if notice.on == happened and about is account:
            notify(writer, account, id_, event, (), values, veiled=veiled)


def _first(writer: Writer, org: Entity, id_: int, said: FirstAccount, values: Mapping[str, Any]) -> None:
    """Made by the system in the name of the person who makes the organisation: he need not manage accounts."""
    world = writer.world
    plain = world.login(org.portal).initial or ""
    given = {
        "account": values.get(said.account),
        "name": values.get(said.name) or values.get(said.account),
        "phone": values.get(said.phone) if said.phone is not None else None,
        "email": values.get(said.email) if said.email is not None else None,
        "kind": said.kind or org.spec.fixed.get("kind"),
        "must_change": True,
    }
    try:
        # The password is no value of the form: what begins is kept as it will be compared.
        made = opened(writer, org, id_, said.role, given, keep(world, plain))
    except Refused as refusal:
        raise _in_its_words(refusal, said, account_of(world, org.portal)) from refusal
    tell(writer, account_of(world, org.portal), made, "account_created", {"password": plain})


def keep(world: World, plain: str) -> str:
    """What is stored of a password."""
    return str(world.manifest.entities[USER].fields["password"].keep(plain))


def opened(writer: Writer, org: Entity, id_: int, role: str, given: Mapping[str, Any], hashed: str) -> int:
    """The key of a new account of the organisation, with this role and nothing but what is ``given``, by column.

    Raises Refused, the errors by the fields of the portal's own accounts.
    """
    user = account_of(writer.world, org.portal)
    values = {**given, "org": id_, "roles": [_role(writer, org.portal, role)]}
    own = {column: code for code, column in user.columns.items()}
    more = {"portal": org.portal, "password": hashed}
    maker, lacking = replace(writer.principal, everything=True), frozenset({own["password"]})
    system = replace(writer, principal=maker, trusted=True, within="", lacking=lacking)
    return system.create(user, {own[name]: value for name, value in values.items()}, more)


def _role(writer: Writer, portal: str, code: str) -> int:
    role = writer.world.tables.of(ROLE).table
    builtin = (role.c.portal == portal, role.c.code == code, role.c.builtin)
    return int(writer.fetch(sa.select(role.c.id).where(*builtin)).scalar_one())


def _in_its_words(refusal: Refused, said: FirstAccount, user: Entity) -> Refused:
    """What is wrong with the account, at the fields of the form in which it was typed."""
    fields = {name: getattr(said, name) for name in ("account", "name", "phone", "email")}
    errors = {
        fields.get(user.columns.get(name, name)) or said.account: told
        for name, told in refusal.errors.items()
    }
    return Refused(str(refusal), errors)
