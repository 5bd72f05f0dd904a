"""Who may send a file for a field: the same answer for a form's box and for the API."""

from __future__ import annotations

from collections.abc import Iterator

from fab_app.access.principal import Principal
from fab_app.core.words import say
from fab_app.fields.base import Field
from fab_app.fields.table import TableField
from fab_app.runtime.judging import NotFound, writable_fields
from fab_app.runtime.refusals import forbidden
from fab_app.runtime.world import World
from fab_app.spec.manifest import Entity
from fab_app.spec.workflow import Own
from fab_app.web import context

_WRITES = ("add", "edit")


def sent_for(entity: Entity, name: str) -> Field:
    """The field, for who may add or change the record, a record whose table its rows are, or make a move that asks it.

    Raises Forbidden (403), and NotFound where there is no such field of files that he may write.
    """
    world, who = context.world(), context.principal()
    moved = _asked_by_move(world, who, entity, name)
    here = who.everything or entity.portal in (who.portal, "base")
    within = (*_parents(entity), entity)
    if not moved and not (
        here and any(world.grants.may(who, one.key, action) for one in within for action in _WRITES)
    ):
        raise forbidden(world, entity, who, "add")
    field, policy = entity.fields.get(name), world.grants.fields(who, entity.key)
    writable = writable_fields(entity, policy.hidden, policy.readonly)
    if field is None or not field.uploads or not (moved or name in writable):
        raise NotFound(say("There is no such address"))
    return field


def _parents(entity: Entity) -> Iterator[Entity]:
    """The entities in whose forms rows of this one are entered."""
    manifest = context.world().manifest
    for parent in manifest.of_portal(entity.portal):
        for field in parent.fields.values():
            if isinstance(field, TableField) and manifest.entity(parent.portal, field.of) is entity:
                yield parent


def _asked_by_move(world: World, principal: Principal, entity: Entity, name: str) -> bool:
    """Whether a move that the principal may make asks this field of the record."""
    return any(
        move.offered and isinstance(move.dialog.get(name), Own)
        for code, moves in entity.moves.items()
        if world.grants.may(principal, entity.key, f"move:{code}")
        for move in moves
    )
