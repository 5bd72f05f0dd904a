"""A condition for each filter of a chart, made of values that the person's own rows have."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from fab_app.access.principal import system
from fab_app.access.resolver import RowResolver
from fab_app.charts.base import BY_TYPE, Filter
from fab_app.runtime.selection import shown_field
from fab_app.spec.charted import entities, filters_of
from fab_app.spec.manifest import Entity, Portal
from tests.projects import Site


@dataclass(frozen=True)
class Narrowing:
    """What an address says, by the names of its conditions: of ``some`` rows, and of none that the person has.

    ``none`` is empty where every value that there may be is taken.
    """

    some: dict[str, str]
    none: dict[str, str]


def narrowings(site: Site, account: str, portal: Portal, code: str) -> dict[str, Narrowing]:
    """By filter; without those of which the person has no row with a value."""
    found: dict[str, Narrowing] = {}
    for name, one in filters_of(portal, code).items():
        for entity in entities(site.world.manifest, portal.name, portal.spec.charts[code]):
            values = Counter(_values(site, account, entity, tuple(one.field.split("."))))
            if values and name not in found:
                found[name] = _narrowing(site, entity, name, one, values)
    return found


def _narrowing(site: Site, entity: Entity, name: str, one: Filter, values: Counter[Any]) -> Narrowing:
    """A range from the first third of the values to the second, the node above the commonest, else the commonest."""
    path = tuple(one.field.split("."))
    walked = site.world.manifest.walk(entity, path)
    assert walked is not None, one.field
    field, target = shown_field(walked[1]), site.world.manifest.target(walked[0], path[-1])
    how = one.by or BY_TYPE.get(field.type, "eq")
    if how == "range":
        zone = ZoneInfo(site.world.manifest.portals[entity.portal].spec.zone)
        days = sorted(_day(value, zone) for value in values)
        low, high = days[len(days) // 3], days[2 * len(days) // 3]
        return Narrowing(_ends(name, low, high), _ends(name, date(1990, 1, 1), date(1990, 1, 2)))
    common = min(values, key=lambda value: (-values[value], value))
    if target is None:
        samples = (field.sample(Random(seed)) for seed in range(1000))
        strange = next((value for value in map(_one, samples) if value not in values), None)
    else:
        strange = _strange(site, target, values)
        common = _above(site, target, common) if how == "below" else common
    return Narrowing({name: str(common)}, {name: str(strange)} if strange is not None else {})


def _ends(name: str, low: date, high: date) -> dict[str, str]:
    return {f"{name}_from": low.isoformat(), f"{name}_to": high.isoformat()}


def _one(sample: Any) -> Any:
    """Of what holds several values the first."""
    return sample[0] if isinstance(sample, list | tuple) else sample


def _values(site: Site, account: str, entity: Entity, path: tuple[str, ...]) -> list[Any]:
    world, stored = site.world, site.world.stored(entity)
    row = stored.table.alias()
    mine = world.access(site.principal(account)).predicate(entity.key, "read", row)
    if len(path) == 1 and path[0] in stored.side:
        side = stored.side[path[0]]
        asked = sa.select(side.c.value).where(side.c.owner_id.in_(sa.select(row.c.id).where(mine)))
    else:
        column = RowResolver(world.tables, entity.key, row, system("test"), world.clock).column(path)
        asked = sa.select(column).where(mine)
    with site.engine.connect() as connection:
        return [value for value in connection.scalars(asked) if value is not None]


def _day(value: Any, zone: ZoneInfo) -> date:
    return value.astimezone(zone).date() if isinstance(value, datetime) else value


def _above(site: Site, target: Entity, id_: Any) -> Any:
    """The node above, so that rows lie further down; the node itself at the top."""
    table = site.world.stored(target).table
    parent = table.c[target.columns["parent"]]
    with site.engine.connect() as connection:
        return connection.scalar(sa.select(parent).where(table.c.id == id_)) or id_


def _strange(site: Site, target: Entity, values: Counter[Any]) -> int:
    """A record, of a tree a leaf, to which nothing refers; the key of none where something refers to all."""
    stored = site.world.stored(target)
    found = sa.select(stored.table.c.id).where(stored.table.c.id.not_in(list(values)))
    if stored.closure is not None:
        child = stored.table.alias()
        found = found.where(~sa.exists().where(child.c[target.columns["parent"]] == stored.table.c.id))
    with site.engine.connect() as connection:
        return connection.scalar(found.order_by(stored.table.c.id).limit(1)) or 0
