"""The first question of every screen: may this person do this with this kind of record at all?"""

from __future__ import annotations

from fab_app.core.problems import Refused
from fab_app.core.words import say
from fab_app.runtime.refusals import change_first, forbidden
from fab_app.spec.manifest import Entity
from fab_app.web import context
from fab_app.web.refused import at_address


class LoginNeeded(Refused):
    """Nobody is logged in: screens lead to the door and remember where one was going."""

    status = 401


class ChangeNeeded(Refused):
    """The password must be changed before anything else."""

    status = 403


def require_person() -> None:
    who = context.principal()
    if not who.known:
        raise LoginNeeded(say("Log in first"))
    if who.must_change:
        raise ChangeNeeded(change_first(context.world(), who.portal))


def require(entity: Entity, action: str) -> None:
    require_person()
    world, who = context.world(), context.principal()
    if not world.grants.may(who, entity.key, action) or not (
        who.everything or entity.portal in (who.portal, "base")
    ):
        raise at_address(forbidden(world, entity, who, action), entity)
