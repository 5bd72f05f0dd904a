"""What is said to who may not, or to whom a record is not there."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from fab_app.access.principal import Principal
from fab_app.core.words import locale, say
from fab_app.runtime.judging import Forbidden, NotFound, Withheld
from fab_app.runtime.world import World
from fab_app.spec.manifest import Entity


def forbidden(world: World, entity: Entity, who: Principal | None = None, action: str = "") -> Forbidden:
    """With the sentence of the guard that shuts the action for this person, where it is one."""
    if world.grants.by_program(entity.key, action):
        made = action in ("add", "import")
        return Forbidden(
            say("Records of this kind are made by the program alone")
            if made
            else say("Records of this kind are never changed")
        )
    shut = world.grants.shut(who, entity.key, action) if who is not None else None
    if shut is not None:
        return Forbidden(shut.message.of(locale.get()))
    words = world.manifest.portals[entity.portal].spec.messages.forbidden
    return Forbidden(words.of(locale.get()) if words else say("You may not do this"))


def lasting(world: World, entity: Entity, action: str) -> None:
    """Within its record an entry may be written down; it stands from then on, and what touches it is Forbidden."""
    if world.grants.by_program(entity.key, action):
        raise forbidden(world, entity, None, action)


def not_yours(world: World, entity: Entity, id_: int) -> Forbidden:
    """The record may be read, but not this: the entity's own sentence, else the portal's."""
    words = entity.spec.words.not_yours
    told = Forbidden(words.of(locale.get())) if words else forbidden(world, entity)
    return told.of(entity, id_)


def change_first(world: World, portal: str) -> str:
    """What is said to an account that must change its password before anything else."""
    found = world.manifest.portals.get(portal)
    words = found.spec.messages.must_change if found else None
    return words.of(locale.get()) if words else say("Change your password first")


def out_of_rows(world: World, entity: Entity) -> Withheld:
    """The row lies outside one's own: 404, or what the portal's document says."""
    portal = world.manifest.portals[entity.portal].spec
    if portal.out_of_scope == 403:
        words = portal.messages.out_of_scope
        return Forbidden(words.of(locale.get()) if words else say("You may not see this record"))
    return NotFound(say("There is no such record"))


def missing(world: World, entity: Entity, fetch: Any, id_: int) -> Withheld:
    """404; or 403 where the portal tells a row outside one's rows from one that is not there.

    Where it does not, the log is told of both: whether it is would else show in the time of the answer.
    """
    stored = world.stored(entity)
    if world.manifest.portals[entity.portal].spec.out_of_scope == 403:
        standing = [stored.table.c.alive == 0] if stored.soft else []
        if fetch(sa.select(stored.table.c.id).where(stored.table.c.id == id_, *standing)).first() is not None:
            return out_of_rows(world, entity).of(entity, id_)
        return NotFound(say("There is no such record"))
    return NotFound(say("There is no such record")).of(entity, id_)
