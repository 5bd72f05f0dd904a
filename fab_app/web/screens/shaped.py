"""A setting is asked by the widget of its own key, whatever kind of value that has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from fab_app.fields.base import EMPTY
from fab_app.runtime.settings import SETTING, field_of
from fab_app.runtime.world import World
from fab_app.spec.manifest import Entity
from fab_app.web import context


def shaped(entity: Entity, pk: int) -> Entity:
    """The entity as the form of this record asks it: itself, for all but settings."""
    if entity.owner != SETTING:
        return entity
    record = context.reader(entity).one(entity, pk, (("key",),))
    key = record.values["key"] if record is not None else ""
    return _asked_by(context.world(), entity, key or "")


@lru_cache(maxsize=512)
def _asked_by(world: World, entity: Entity, key: str) -> Entity:
    field = field_of(world, entity.portal, key)
    if field is None:
        return entity
    shown = entity.fields["value"].label if len(field.label.zh) > 20 else field.label
    return replace(entity, fields={**entity.fields, "value": field.model_copy(update={"label": shown})})


def told(asks: Entity, values: Mapping[str, Any]) -> dict[str, Any]:
    """The stored text as the value that the widget draws."""
    if asks.owner != SETTING or values.get("value") in EMPTY:
        return dict(values)
    try:
        return {**values, "value": asks.fields["value"].parse(values["value"])}
    except ValueError:
        return dict(values)
