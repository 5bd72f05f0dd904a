"""One record as it stands: its sections, what refers to it, its buttons; and its deletion."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import urlencode

from flask import render_template, request
from flask.typing import ResponseReturnValue

from fab_app.core.words import locale, say
from fab_app.fields.base import Field
from fab_app.fields.faces import Cell
from fab_app.runtime import unmasking
from fab_app.runtime.notices.inbox import MESSAGE
from fab_app.runtime.query import Condition, Query
from fab_app.runtime.reading import Reader, Record
from fab_app.runtime.refusals import missing
from fab_app.runtime.selection import shown_field
from fab_app.spec import defaults
from fab_app.spec.layout import DetailSection as WrittenSection
from fab_app.spec.layout import DetailTable
from fab_app.spec.listing import Step
from fab_app.spec.manifest import Entity
from fab_app.web import context, messages
from fab_app.web.notices import go, leave_toast, next_url
from fab_app.web.pages import (
    Action,
    Column,
    Crumb,
    DetailItem,
    DetailPage,
    DetailSection,
    RelatedTable,
    Row,
)
from fab_app.web.screens import buttons, progress, timelines, widths
from fab_app.web.screens.access import require
from fab_app.web.screens.lists import cell_of
from fab_app.web.screens.plan import Plan, PlannedColumn, plan_of
from fab_app.web.screens.seen import SeenColumn, seen
from fab_app.web.shell import list_url, shell_of

FEW = 5
_LONG = frozenset(("longtext", "richtext", "json", "images", "files", "refs", "choices"))


def show(entity: Entity, pk: int) -> ResponseReturnValue:
    require(entity, "read")
    if entity.owner == MESSAGE and (led := messages.open_message(entity, pk)) is not None:
        return led
    world, who, reader = context.world(), context.principal(), context.reader(entity)
    plan = plan_of(world, entity)
    sections = [part for part in defaults.details(entity) if isinstance(part, WrittenSection)]
    hidden = world.grants.fields(who, entity.key).hidden
    names = {index: _fields(entity, section) for index, section in enumerate(sections)}
    paths = dict.fromkeys(tuple(name.split(".")) for listed in names.values() for name in listed)
    counts = [(name,) for name in buttons.counted(plan)]
    flags = (*plan.flags, *(section.when for section in sections if section.when is not None))
    titles = [(name,) for name in entity.title_paths]
    record = reader.one(entity, pk, tuple(dict.fromkeys([*paths, *counts, *titles])), flags, may=plan.asked)
    if record is None:
        raise missing(world, entity, context.writer().fetch, pk)
    title = _title(reader, entity, record)
    shown = tuple(
        _section(reader, entity, section, names[index], record)
        for index, section in enumerate(sections)
        if section.when is None or record.flags.get(section.when.text)
    )
    states = _states(reader, entity, record)
    standing = progress.of_record(entity, pk)
    return render_template(
        "detail.html",
        page=DetailPage(
            shell=shell_of(entity.portal, (Crumb(title),), list_url(entity)),
            title=title,
            sections=tuple(section for section in shown if section.items),
            state=states[0] if states else None,
            tags=tuple(states[1:]),
            actions=_actions(plan, record, title, pk),
            more=_more(plan, record, title),
            related=_related(entity, pk),
            steps=progress.steps(standing, reader.show) if standing is not None else (),
            timeline=timelines.timeline(reader, entity, pk, hidden, standing),
            timeline_title=timelines.title(entity),
        ),
    )


def related(entity: Entity, pk: int, index: int) -> ResponseReturnValue:
    """The rows of one tab, fetched when it is first opened."""
    require(entity, "read")
    world = context.world()
    if not context.reader(entity).exists(entity, pk):
        raise missing(world, entity, context.writer().fetch, pk)
    tables = [part for part in defaults.details(entity) if isinstance(part, DetailTable)]
    if index >= len(tables):
        raise missing(world, entity, context.writer().fetch, 0)
    return render_template("related.html", r=_table(entity, tables[index], index, pk))


def delete(entity: Entity, pk: int) -> ResponseReturnValue:
    require(entity, "delete")
    given = request.form.get("version", "")
    context.writer().delete(entity, pk, int(given) if given.isdigit() else None)
    context.session().commit()
    leave_toast("good", say("{label} deleted", label=entity.spec.label.of(locale.get())))
    return go(next_url(list_url(entity)))


def _fields(entity: Entity, section: WrittenSection) -> tuple[str, ...]:
    if section.fields != "*":
        names: Iterable[str] = section.fields
    else:
        taken = {
            name
            for part in defaults.details(entity)
            if isinstance(part, WrittenSection) and part.fields != "*"
            for name in part.fields
        }
        names = [name for name in entity.listed if name not in taken and entity.fields[name].type != "table"]
        names = [*names, "created_by", "created_at"]
    asking = context.asking(entity)
    return tuple(name for name in names if asking.shows(tuple(name.split("."))) and _readable(entity, name))


def _readable(entity: Entity, name: str) -> bool:
    field = entity.fields.get(name)
    return field is None or (field.readable and field.type != "password")


def _title(reader: Reader, entity: Entity, record: Record) -> str:
    asking = context.asking(entity)
    parts = {name: asking.teller(name, reader.show)(record.values.get(name)) for name in entity.title_paths}
    return entity.title(parts) or f"#{record.id}"


def _section(
    reader: Reader, entity: Entity, section: WrittenSection, names: tuple[str, ...], record: Record
) -> DetailSection:
    items = [detail_item(reader, entity, name, record) for name in names]
    return DetailSection(section.section.of(locale.get()), tuple(items))


def detail_item(reader: Reader, entity: Entity, name: str, record: Record) -> DetailItem:
    path = tuple(name.split("."))
    found = context.world().manifest.walk(entity, path)
    assert found is not None, f"{entity.key}: {name}"
    label, field = found[1].label.of(locale.get()), shown_field(found[1])
    value = record.values.get(name)
    if value is not None and context.asking(entity).masks(path):
        asks = len(path) == 1 and unmasking.offered(reader, entity, name)
        url = f"{buttons.root(entity)}/unmask/{record.id}/{name}" if asks else ""
        return DetailItem(label, Cell("masked", field.masked(value)), reveal_url=url)
    return DetailItem(label, field.cell(value, reader.show), _span(field, value))


def _span(field: Field, value: object) -> int:
    long = isinstance(value, str) and len(value) > 60
    if field.type in ("images", "files") and isinstance(value, tuple) and len(value) <= 2:
        return 1
    wide = field.type in _LONG or (field.type == "text" and getattr(field, "lines", 1) > 1)
    return 3 if (wide and value not in (None, "", ())) or long else 1


def _states(reader: Reader, entity: Entity, record: Record) -> list[Cell]:
    cells = []
    for name in entity.listed:
        if name in record.values and entity.fields[name].type == "choice":
            cell = entity.fields[name].cell(record.values[name], reader.show)
            if cell.kind == "state":
                cells.append(cell)
    return cells


def _actions(plan: Plan, record: Record, title: str, pk: int) -> tuple[Action, ...]:
    """What may be done, the edit last and primary."""
    found = [a for a in _all(plan, record, title) if "/show/" not in a.url and a.style != "danger"]
    links = [a for a in found if "/edit/" not in a.url]
    edits = [a for a in found if "/edit/" in a.url]
    primary = [Action(a.label, a.url, "edit", "primary") for a in edits]
    return (*links[:3], *primary)


def _more(plan: Plan, record: Record, title: str) -> tuple[Action, ...]:
    found = [a for a in _all(plan, record, title) if "/show/" not in a.url]
    links = [a for a in found if "/edit/" not in a.url and a.style != "danger"]
    return (*links[3:], *(a for a in found if a.style == "danger"))


def _all(plan: Plan, record: Record, title: str) -> tuple[Action, ...]:
    """Moves come first: they are what the record waits for."""
    stay = f"{buttons.root(plan.entity)}/show/{record.id}"
    moves = buttons.moves_beside(plan, record, stay)
    plan = replace(plan, buttons=tuple(sorted(plan.buttons, key=lambda one: not isinstance(one, Step))))
    return (*moves, *buttons.row_actions(context.world(), context.principal(), plan, record, title, "", stay))


def _related(entity: Entity, pk: int) -> tuple[RelatedTable, ...]:
    world, who = context.world(), context.principal()
    tables = [part for part in defaults.details(entity) if isinstance(part, DetailTable)]
    found: list[RelatedTable] = []
    for index, part in enumerate(tables):
        child = world.manifest.entity(entity.portal, part.table)
        if child is not None and world.grants.may(who, child.key, "read"):
            if not found:
                found.append(_table(entity, part, index, pk))
            else:
                url = f"{buttons.root(entity)}/show/{pk}/related/{index}"
                found.append(RelatedTable(_label(part, child), f"{child.name}-{index}", url))
    return tuple(found)


def _label(part: DetailTable, child: Entity) -> str:
    return (part.label or child.spec.label).of(locale.get())


def _table(entity: Entity, part: DetailTable, index: int, pk: int) -> RelatedTable:
    world, who = context.world(), context.principal()
    child = world.manifest.entity(entity.portal, part.table)
    if child is None or not world.grants.may(who, child.key, "read"):
        raise missing(world, entity, context.writer().fetch, 0)
    by = part.by or next(name for found, name in world.manifest.referring(entity) if found is child)
    plan = plan_of(world, child)
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
