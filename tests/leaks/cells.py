"""Which cells a person may be told: his rows', and what the definitions let those rows tell of others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fab_app.charts.base import Chart
from fab_app.expr import closure
from fab_app.fields.computed import ComputedField
from fab_app.fields.table import TableField
from fab_app.runtime.query import paths_of
from fab_app.spec.manifest import Entity
from tests.leaks.log import logged
from tests.leaks.opinion import Opinion
from tests.leaks.planting import Cell, Marks
from tests.leaks.rows import Row
from tests.leaks.work import places


def tellable(opinion: Opinion, known: Marks) -> set[Cell]:
    """Everything that an answer to this person may hold."""
    return {known.cell(*place) for place in _places(opinion) if place[1] in known.columns[place[0]]}


def named(opinion: Opinion, known: Marks, chart: Chart, counted: Iterable[Entity]) -> set[Cell]:
    """What figures over wider rows of these entities name: their groups, and those of ``every`` that have no rows."""
    places = _groups(opinion, chart, counted) if not chart.own else ()
    return {known.cell(*place) for place in places if place[1] in known.columns[place[0]]}


def _groups(opinion: Opinion, chart: Chart, counted: Iterable[Entity]) -> Iterator[Place]:
    rows = opinion.rows
    for entity in counted:
        paths = [
            tuple(axis.path.split(".")) for axis in (chart.by, chart.split) if axis is not None and axis.path
        ]
        for id_ in opinion.wider(entity):
            for path in paths:
                yield from _end(opinion, Row(rows, entity, id_, opinion.who), path)
        if chart.by is not None and chart.by.every is not None and chart.by.field in entity.fields:
            target = rows.manifest.target(entity, chart.by.field)
            holds = closure(chart.by.every)
            for id_ in opinion.wider(target) if target is not None else ():
                row = Row(rows, target, id_, opinion.who)
                if holds(row) is True:
                    yield from _title(opinion, row)


Place = tuple[str, str, int]


def _places(opinion: Opinion) -> Iterator[Place]:
    who, rows = opinion.who, opinion.rows
    yield ("base.user", "name", who.id)
    if who.values["org"] is not None:
        yield ("base.org", "name", who.values["org"])
    yield ("base.user", "phone", who.id)
    yield from places(opinion)
    yield from logged(opinion)
    for entity in rows.manifest.entities.values():
        for id_ in opinion.visible(entity):
            yield from _row(opinion, Row(rows, entity, id_, who))
        for id_ in opinion.visible(entity, "pick"):
            yield from _title(opinion, Row(rows, entity, id_, who))


def _row(opinion: Opinion, row: Row) -> Iterator[Place]:
    """A row that is one's own: its cells, the titles of what it refers to, and the paths that its author shows."""
    yield (row.entity.owner, "id", row.id)
    for name in row.entity.fields.keys() - opinion.untold(row.entity):
        yield from _field(opinion, row, name)
    charted = row.rows.manifest.charted(row.entity)
    for text in (*paths_of(row.entity), *charted, *_headers(row)):
        yield from _end(opinion, row, tuple(text.split(".")))


def _field(opinion: Opinion, row: Row, name: str) -> Iterator[Place]:
    spec = row.entity.fields[name]
    if name in row.entity.columns:
        yield (row.entity.owner, row.entity.columns[name], row.id)
    if isinstance(spec, ComputedField):
        for path in spec.value.paths:
            yield from _end(opinion, row, path, computed=True)
    if isinstance(spec, TableField):
        yield from _children(opinion, row, spec)
    yield from _referred(opinion, row, name)


def _headers(row: Row) -> Iterator[str]:
    """What stands at the head of a list that was opened from this row."""
    for child, by in row.rows.manifest.referring(row.entity):
        within = child.spec.listing.within.get(by)
        yield from within.header if within is not None else ()


def _end(opinion: Opinion, row: Row, path: tuple[str, ...], computed: bool = False) -> Iterator[Place]:
    """The cell at the end of a path that the definitions follow, and the title of what it refers to.

    What is ``computed`` tells whatever its author reads.
    """
    here: Row | None = row
    for step in path[:-1]:
        here = _next(here, step) if here is not None else None
    if here is None or not path or path[-1] not in here.entity.fields:
        return
    if path[-1] in opinion.untold(here.entity) and not computed:
        return
    if path[-1] in here.entity.columns:
        yield (here.entity.owner, here.entity.columns[path[-1]], here.id)
    spec = here.entity.fields[path[-1]]
    if spec.storage == "file":  # the names of a record's files hold the mark of its id
        yield (here.entity.owner, "id", here.id)
    if isinstance(spec, ComputedField) and here is not row:
        for further in spec.value.paths:
            yield from _end(opinion, here, further, computed=True)
    following = _next(here, path[-1])
    if following is not None:
        yield from _title(opinion, following)


def _next(row: Row, name: str) -> Row | None:
    target = row.rows.manifest.target(row.entity, name)
    key = row.value((name,)) if target is not None else None
    return Row(row.rows, target, key, row.who) if target is not None and isinstance(key, int) else None


def _referred(opinion: Opinion, row: Row, name: str) -> Iterator[Place]:
    target = row.rows.manifest.target(row.entity, name)
    if target is None or row.entity.fields[name].type == "table":
        return
    scoped = getattr(row.entity.fields[name], "label_rows", "always") == "scoped"
    value = row.value((name,))
    for key in value if isinstance(value, tuple) else (value,):
        if key is not None and (not scoped or key in opinion.visible(target)):
            yield from _title(opinion, Row(row.rows, target, key, row.who))


def _title(opinion: Opinion, row: Row) -> Iterator[Place]:
    for name in (name for name in row.entity.title_paths if name not in opinion.untold(row.entity)):
        if name in row.entity.columns:
            yield (row.entity.owner, row.entity.columns[name], row.id)
        spec = row.entity.fields.get(name)
        if isinstance(spec, ComputedField):
            for path in spec.value.paths:
                yield from _end(opinion, row, path, computed=True)


def _children(opinion: Opinion, row: Row, spec: TableField) -> Iterator[Place]:
    """Who may read a record may read the rows of its tables."""
    child = row.rows.manifest.entity(row.entity.portal, spec.of)
    assert child is not None
    for inner in row.children(spec.of, spec.by or ""):
        untold = opinion.untold(child)
        for name in spec.columns:
            if name not in untold and name in child.columns:
                yield (child.owner, child.columns[name], inner.id)
                yield from _referred(opinion, inner, name)
