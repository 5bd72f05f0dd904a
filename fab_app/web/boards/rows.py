"""The first rows of a list on a board."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

from fab_app.core.words import locale, say
from fab_app.runtime.query import Query
from fab_app.runtime.statistics.permission import permitted
from fab_app.spec.board import ListBlock as Written
from fab_app.spec.manifest import Portal
from fab_app.web import context
from fab_app.web.pages import Column, Row
from fab_app.web.pages.boards import ListBlock
from fab_app.web.screens.lists import cell_of
from fab_app.web.screens.plan import PlannedColumn, plan_of
from fab_app.web.screens.seen import SeenColumn, seen
from fab_app.web.shell import list_url


def list_block(portal: Portal, written: Written) -> ListBlock:
    """Two statements: how many there are, and the first of them."""
    world = context.world()
    entity = world.manifest.entity(portal.name, written.list)
    assert entity is not None
    plan, asking, reader = plan_of(world, entity), context.asking(entity), context.reader(entity)
    columns = _columns(seen(plan, asking).columns, written)
    query = Query(
        columns=tuple(one.column.path for one in columns),
        tab=written.tab or "",
        order=asking.usual(written.tab or ""),
        size=written.limit,
        also=() if written.where is None else (written.where,),
    )
    count = reader.count(entity, query)
    rows = reader.rows(entity, query) if count.number else []
    shown = []
    for record in rows:
        cells = [cell_of(one, record, reader.show) for one in columns]
        url = f"/{entity.portal}/{entity.name}/show/{record.id}"
        if cells and cells[0].kind in ("text", "link"):
            cells[0] = replace(cells[0], kind="link", url=url)
        shown.append(Row(str(record.id), tuple(cells), url=url))
    label = written.label or (
        entity.spec.listing.tabs[written.tab].label if written.tab else entity.spec.label
    )
    tab = f"?{urlencode({'tab': written.tab})}" if written.tab else _same_rows(portal, written)
    return ListBlock(
        label.of(locale.get()),
        list_url(entity) + tab,
        tuple(_head(one.column) for one in columns),
        tuple(shown),
        say("Nothing to do here"),
        f"{count.number:,}{'+' if count.more else ''}" if count.number else "",
        written.span or 6,
    )


def _same_rows(portal: Portal, written: Written) -> str:
    """The way to all rows of a condition: by a chart that counts the same ones."""
    where = written.where.text if written.where is not None else ""
    for code, chart in portal.spec.charts.items():
        same = chart.where is not None and chart.where.text == where and chart.of == (written.list,)
        if same and permitted(context.world(), context.principal(), portal, code):
            return f"?{urlencode({'chart': code})}"
    return ""


def _columns(found: tuple[SeenColumn, ...], written: Written) -> tuple[SeenColumn, ...]:
    """The columns that the author chose, by the names of the list's own; else its first four."""
    if not written.columns:
        return found[:4]
    by_name = {one.column.name: one for one in found}
    return tuple(by_name[name] for name in written.columns if name in by_name)


def _head(column: PlannedColumn) -> Column:
    return Column(column.name, column.label.of(locale.get()), column.width, column.align, card=column.card)
