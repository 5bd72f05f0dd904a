"""A record that stands already is taken where somebody enters one with the same code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from fab_app.fields.base import EMPTY
from fab_app.runtime.writing import Writer
from fab_app.spec.manifest import Entity


def standing(writer: Writer, entity: Entity, raw: Mapping[str, Any]) -> int | None:
    """The key of the record that has the typed value in the field ``reuse``; None where there is none to read.

    What the person may not read is not told of: it is then refused as any repeated value is.
    """
    name = entity.spec.reuse
    if name is None or not writer.world.grants.may(writer.principal, entity.key, "add"):
        return None
    try:
        value = entity.fields[name].parse(raw.get(name))
    except ValueError:
        return None
    if value in EMPTY:
        return None
    table = writer.world.stored(entity).table
    same = table.c[entity.columns[name]] == value
    rows = sa.select(table.c.id).where(same, writer.access.predicate(entity.key, "read", table)).limit(1)
    found = writer.fetch(rows).scalar()
    return None if found is None else int(found)
