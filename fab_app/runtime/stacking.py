"""New records as the columns of their rows, for one statement that stores them all."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from fab_app.fields.base import Field
from fab_app.fields.computed import ComputedField
from fab_app.runtime import belongs
from fab_app.spec.manifest import SYSTEM, Entity
from fab_app.store.inserting import Columns, Same

if TYPE_CHECKING:
    from fab_app.runtime.judging import New
    from fab_app.runtime.storing import Storer

_VARIANT = {sign: "89ab"[int(sign, 16) & 3] for sign in "0123456789abcdef"}


def stacked(storer: Storer, entity: Entity, news: Sequence[New]) -> dict[str, Sequence[Any] | Same]:
    """As ``Storer.new_row`` of each, by column. What is worked out stands in the values of the records then too."""
    if any(isinstance(one, ComputedField) and one.stored for one in entity.fields.values()):
        for new in news:
            new.values.update(storer._derived(entity, new.env, None))
    values = [new.values for new in news]
    found: dict[str, Sequence[Any] | Same] = dict(_written(storer, entity, values))
    now, maker = storer.world.clock.now(), storer.principal.subject or None
    made = [one.get("created_at", now) for one in values]
    found |= {"uuid": uuids(len(news)), "created_at": made, "created_by": Same(maker)}
    found |= {"updated_at": made, "updated_by": Same(maker)}
    found |= _kept(storer, entity, news, maker)
    return found | ({"portal": Same(entity.portal)} if entity.shared else {})


def names_of(values: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """The fields that some record has a value of."""
    found: dict[str, None] = {}
    for one in values:
        if not one.keys() <= found.keys():
            found |= dict.fromkeys(one)
    return tuple(found)


def _written(
    storer: Storer, entity: Entity, values: Sequence[Mapping[str, Any]]
) -> Iterable[tuple[str, list[Any]]]:
    for name in names_of(values):
        field = entity.fields[name]
        if field.storage == "column" and (name not in SYSTEM or storer.trusted):
            if type(field).keep is Field.keep:
                yield entity.columns[name], [one.get(name) for one in values]
            else:
                yield (
                    entity.columns[name],
                    [field.keep(one[name]) if name in one else None for one in values],
                )


def _kept(storer: Storer, entity: Entity, news: Sequence[New], maker: int | None) -> Columns:
    """The columns by which the rows hang on trees and people."""
    if not any(belongs.kept_of(entity)):
        return {}
    rows = [
        belongs.values_of(entity, storer.env(entity, {**new.env.values, "created_by": maker}, None))
        for new in news
    ]
    return {name: [row[name] for row in rows] for name in rows[0]} if rows else {}


def uuids(count: int) -> list[str]:
    """As so many of ``uuid4``."""
    signs = os.urandom(16 * count).hex()
    found = []
    for at in range(0, 32 * count, 32):
        one = signs[at : at + 32]
        found.append(f"{one[:8]}-{one[8:12]}-4{one[13:16]}-{_VARIANT[one[16]]}{one[17:20]}-{one[20:]}")
    return found
