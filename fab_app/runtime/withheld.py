"""Fields that a part of a person's grants keeps from being written: each row asks the grants it lies in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import sqlalchemy as sa

from fab_app.core.problems import Refused
from fab_app.spec.manifest import Entity

if TYPE_CHECKING:
    from fab_app.runtime.writing import Writer


def withheld(writer: Writer, entity: Entity, id_: int, action: str, names: Iterable[str]) -> None:
    """Raises Refused for a field that no grant with this row in its rows lets be written."""
    if writer.trusted or writer.within:
        return
    grants, access = writer.world.grants, writer.access
    table = writer.world.stored(entity).table
    for name in sorted(grants.writing(writer.principal, entity.key, action).partly & set(names)):
        given = grants.of(writer.principal, entity.key, action)
        letting = [grant for grant in given if name not in (*grant.fields.hidden, *grant.fields.readonly)]
        rows = sa.or_(*(access.granted_by(entity.key, grant, action, table) for grant in letting))
        if writer.fetch(sa.select(table.c.id).where(table.c.id == id_, rows)).first() is None:
            sentence = entity.fields[name].unchanged()
            raise Refused(sentence, {name: [sentence]})
