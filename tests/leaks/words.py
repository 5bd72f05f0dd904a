"""Words by which nothing may be found: of closed fields of rows that are seen, of titles that are not told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fab_app.spec.manifest import Entity
from tests.leaks.planting import Cell
from tests.leaks.rows import Row
from tests.leaks.walk import Asked


def own(asked: Asked, *fields: str) -> Iterator[Cell]:
    """What a row that is seen keeps in these fields (all) where the person is told nothing of them, or not all."""
    yield from _closed(asked, asked.entity, asked.one(), fields or asked.entity.stored)


def titles(asked: Asked, name: str) -> Iterator[Cell]:
    """What the titles of the rows hold, to which this reference leads, and the person is not told."""
    target = asked.visitor.rows.manifest.target(asked.entity, name)
    if target is None or name in asked.opinion.closed(asked.entity):
        return
    scoped = getattr(asked.entity.fields[name], "label_rows", "always") == "scoped"
    keys = {_key(asked, id_, name) for id_ in asked.visible()} - {None}
    foreign = keys - asked.opinion.visible(target)
    for key in sorted(keys)[:1]:
        yield from _closed(asked, target, key, target.title_paths)
    for key in sorted(foreign)[:1] if scoped else ():
        yield from _marked(asked, target, key, target.title_paths)


def _key(asked: Asked, id_: int, name: str) -> int | None:
    value = Row(asked.visitor.rows, asked.entity, id_, asked.opinion.who).value((name,))
    return value if isinstance(value, int) else None


def _closed(asked: Asked, entity: Entity, id_: int | None, names: Iterable[str]) -> Iterator[Cell]:
    closed = asked.opinion.closed(entity)
    yield from _marked(asked, entity, id_, [name for name in names if name in closed])


def _marked(asked: Asked, entity: Entity, id_: int | None, names: Iterable[str]) -> Iterator[Cell]:
    known = asked.visitor.known
    for name in names if id_ is not None else ():
        if entity.columns.get(name) in known.marked(entity.owner):
            yield known.cell(entity.owner, entity.columns[name], id_)
