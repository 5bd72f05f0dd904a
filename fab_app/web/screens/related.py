"""What refers to a record, as tabs of its page: the first is drawn with it, the others when they are opened."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

from fab_app.core.words import locale, say
from fab_app.fields.faces import Cell
from fab_app.runtime.query import Condition, Query
from fab_app.runtime.reading import Reader, Record
from fab_app.runtime.refusals import missing
from fab_app.spec import defaults
from fab_app.spec.layout import DetailTable
from fab_app.spec.manifest import Entity
from fab_app.web import context
from fab_app.web.pages import Action, Column, RelatedTable, Row
from fab_app.web.screens import buttons, widths
from fab_app.web.screens.lists import cell_of
from fab_app.web.screens.plan import PlannedColumn, plan_of
from fab_app.web.screens.seen import SeenColumn, seen
from fab_app.web.shell import list_url

FEW = 5


def tables(entity: Entity) -> tuple[DetailTable, ...]:
    return tuple(part for part in defaults.details(entity) if isinstance(part, DetailTable))


def related(entity: Entity, pk: int) -> tuple[RelatedTable, ...]:
    found: list[RelatedTable] = []
    for index, part in enumerate(tables(entity)):
        child = _child(entity, part)
        if child is not None:
            if not found:
                found.append(table(entity, part, index, pk))
            else:
                url = f"{buttons.root(entity)}/show/{pk}/related/{index}"
                found.append(RelatedTable(_label(part, child), f"{child.name}-{index}", url))
    return tuple(found)


def _child(entity: Entity, part: DetailTable) -> Entity | None:
    """Whose rows are shown; None where the person may not read them, or not what they refer by."""
    world, who = context.world(), context.principal()
    child = world.manifest.entity(entity.portal, part.table)
    if child is None or not world.grants.may(who, child.key, "read"):
        return None
    return child if context.asking(child).shows(tuple(_by(entity, part, child).split("."))) else None


def _by(entity: Entity, part: DetailTable, child: Entity) -> str:
    referring = context.world().manifest.referring(entity)
    return part.by or next(name for found, name in referring if found is child)


def _label(part: DetailTable, child: Entity) -> str:
    return (part.label or child.spec.label).of(locale.get())


def table(entity: Entity, part: DetailTable, index: int, pk: int) -> RelatedTable:
    child = _child(entity, part)
    if child is None:
        raise missing(context.world(), entity, context.writer().fetch, 0)
    by = _by(entity, part, child)
    plan = plan_of(context.world(), child)
    columns = _columns(seen(plan, context.asking(child)).columns, part, by)
    reader = context.reader(child)
    also = (part.where,) if part.where is not None else ()
    query = Query(columns=tuple(c.column.path for c in columns), also=also, size=FEW)
    if "." in by or child.fields[by].storage != "column":
        query = replace(query, where=(Condition(tuple(by.split(".")), "eq", pk),))
    else:
        query = replace(query, within=(by, pk))
    records = reader.rows(child, query)
    count = reader.count(child, query.bare())
    rows = tuple(_related_row(reader, child, columns, record) for record in records)
    url = f"{list_url(child)}?{urlencode({'of': f'{by}:{pk}'})}"
    more = (
        Action(say("All {count}", count=f"{count.number:,}"), url)
        if count.number > FEW and "." not in by
        else None
    )
    return RelatedTable(
        _label(part, child),
        f"{child.name}-{index}",
        columns=tuple(_head(c.column) for c in columns),
        rows=rows,
        count=f"{count.number:,}{'+' if count.more else ''}",
        more=more,
        empty=say("There is no {label} yet", label=_label(part, child)),
    )


def _columns(columns: tuple[SeenColumn, ...], part: DetailTable, by: str) -> list[SeenColumn]:
    if part.columns:
        known = {seen.column.name: seen for seen in columns}
        return [known[name] for name in part.columns if name in known]
    return [seen for seen in columns if seen.column.path != (by,) and seen.column.written.outside != by]


def _head(column: PlannedColumn) -> Column:
    label = column.label.of(locale.get())
    return Column(
        column.name, label, widths.at_least(column.width, label, False), column.align, card=column.card
    )


def _related_row(reader: Reader, child: Entity, columns: list[SeenColumn], record: Record) -> Row:
    url = f"{buttons.root(child)}/show/{record.id}"
    cells = tuple(cell_of(column, record, reader.show) for column in columns)
    first = Cell("link", cells[0].text, url=url) if cells and cells[0].kind == "text" else cells[0]
    return Row(str(record.id), (first, *cells[1:]), (Action(say("Details"), url),), url=url)
