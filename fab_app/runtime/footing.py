"""The numbers below a list: over all rows of its conditions, in one statement under the row predicate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from fab_app.access.resolver import RowResolver
from fab_app.core.words import locale
from fab_app.expr import sql
from fab_app.runtime.binding import bound
from fab_app.runtime.query import Asking, Query
from fab_app.runtime.reading import Reader
from fab_app.runtime.selection import acting
from fab_app.runtime.statistics.permission import taken_of
from fab_app.spec.listing import Foot
from fab_app.spec.manifest import Entity


@dataclass(frozen=True, slots=True)
class Footing:
    """``value`` is None where there is no row to take it of."""

    label: str
    value: Decimal | None
    digits: int

    @property
    def text(self) -> str:
        return "—" if self.value is None else f"{self.value:,.{self.digits}f}"


def footing(reader: Reader, entity: Entity, query: Query) -> tuple[Footing, ...]:
    """What stands below the list of this query. A number of what is closed to the person is left out."""
    told = _told(reader, entity)
    if not told:
        return ()
    shape, values = bound(replace(query, columns=(), order=(), page=0, size=0))
    statement = reader.kept(entity, ("footing", shape), lambda kept: _statement(kept, entity, shape, told))
    found = reader.session.execute(statement, values, execution_options=acting(reader.principal)).one()
    return tuple(
        Footing(foot.label.of(locale.get()), _number(foot, value), foot.digits)
        for foot, value in zip(told.values(), found, strict=True)
    )


def _told(reader: Reader, entity: Entity) -> dict[str, Foot]:
    footer = entity.spec.listing.footer
    asking = Asking(reader.world, entity, reader.principal)
    if footer is None or (footer.each is not None and not asking.shows((footer.each,))):
        return {}
    return {
        code: foot
        for code, foot in footer.numbers.items()
        if all(asked.shows(path) and not asked.closed(path) for asked, path in taken_of(asking, foot.value))
    }


def _statement(reader: Reader, entity: Entity, query: Query, told: Mapping[str, Foot]) -> sa.Select[Any]:
    """Sums by what ``each`` names, with the first and the last row of each joined by their keys."""
    table = reader.world.stored(entity).table
    groups = _groups(reader, entity, query, told)
    first, last = table.alias("f"), table.alias("l")
    columns: list[Any] = []
    for code, foot in told.items():
        if foot.sum is not None:
            columns.append(sa.func.sum(groups.c[code]))
        else:
            columns.append(
                sa.func.sum(sql(foot.value, _resolver(reader, entity, first if foot.first else last)))
            )
    source = groups.outerjoin(first, first.c.id == groups.c.a).outerjoin(last, last.c.id == groups.c.z)
    return sa.select(*columns).select_from(source)


def _groups(reader: Reader, entity: Entity, query: Query, told: Mapping[str, Foot]) -> sa.Subquery:
    row = reader.world.stored(entity).table.alias("p")
    footer, resolver = entity.spec.listing.footer, _resolver(reader, entity, row)
    assert footer is not None
    sums = [sql(foot.sum, resolver).label(code) for code, foot in told.items() if foot.sum is not None]
    each = [] if footer.each is None else [resolver.field(footer.each).label("each")]
    where = reader.rows_where(entity, query, row, "read")
    rows = sa.select(row.c.id, *each, *sums).where(*where).subquery("q")
    added = [sa.func.sum(rows.c[one.name]).label(one.name) for one in sums]
    ends = (sa.func.min(rows.c.id).label("a"), sa.func.max(rows.c.id).label("z"))
    return sa.select(*ends, *added).group_by(*(rows.c[one.name] for one in each)).subquery("g")


def _resolver(reader: Reader, entity: Entity, row: sa.FromClause) -> RowResolver:
    return RowResolver(reader.world.tables, entity.key, row, reader.principal, reader.world.clock)


def _number(foot: Foot, value: Any) -> Decimal | None:
    if value is None:
        return Decimal(0) if foot.sum is not None else None
    return Decimal(str(value))
