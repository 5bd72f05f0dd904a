"""The buttons of a single-record page that lead to other lists."""

from __future__ import annotations

from fab_app.core.words import locale, say
from fab_app.spec.layout import Way
from fab_app.spec.manifest import Entity
from fab_app.web import context
from fab_app.web.pages import Action
from fab_app.web.screens.asking import Asking
from fab_app.web.shell import list_url


def ways(entity: Entity, asking: Asking) -> tuple[Action, ...]:
    single = entity.spec.single
    found = (_way(entity, way, asking) for way in (single.ways if single is not None else ()))
    return tuple(action for action in found if action is not None)


def _way(entity: Entity, way: Way, asking: Asking) -> Action | None:
    """None where the person may not read the other entity."""
    world = context.world()
    target = world.manifest.entity(entity.portal, way.entity)
    if target is None or not world.grants.may(context.principal(), target.key, "read"):
        return None
    label = (way.label or target.spec.words.list or target.spec.label).of(locale.get())
    return Action(label, list_url(target), style="line", disabled=_reason(entity, way, asking))


def _reason(entity: Entity, way: Way, asking: Asking) -> str:
    record = asking.record
    writer = context.writer()
    standing = record.values if record is not None else writer.blank(entity, {})
    env = writer.env(entity, standing, record.id if record is not None else None)
    if way.disabled is None or not env.holds(way.disabled, False):
        return ""
    return way.reason.of(locale.get()) if way.reason is not None else say("Not possible yet")
