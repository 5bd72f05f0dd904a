"""What a guard shuts, told above the list of the entity, with the way to what opens it."""

from __future__ import annotations

from fab_app.core.words import locale, say
from fab_app.spec.guard import Guard
from fab_app.spec.manifest import Entity
from fab_app.web import context
from fab_app.web.pages import Action, Alert
from fab_app.web.shell import home_of


def alerts(entity: Entity) -> tuple[Alert, ...]:
    world, who = context.world(), context.principal()
    shut = world.grants.shutting(who, entity.key)
    return tuple(
        Alert(g.message.of(locale.get()), "warn", _way(entity, g)) for g in shut if g.shown == "grey"
    )


def _way(entity: Entity, guard: Guard) -> Action | None:
    """The link, where the person may go there."""
    world, who = context.world(), context.principal()
    target = world.manifest.entity(entity.portal, guard.send_to) if guard.send_to else None
    if target is None or not world.grants.may(who, target.key, "read"):
        return None
    words = guard.way or target.spec.words.edit or target.spec.label
    return Action(words.of(locale.get()) or say("Open"), home_of(target))
