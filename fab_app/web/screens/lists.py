"""The list of an entity: query form, tabs with counters, rows with their buttons, pages."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

from flask import make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from fab_app.core.words import locale, say
from fab_app.fields.faces import Cell
from fab_app.fields.show import Show
from fab_app.runtime import audit
from fab_app.runtime.exports.exporting import filters
from fab_app.runtime.footing import footing
from fab_app.runtime.reading import Reader, Record
from fab_app.runtime.refusals import missing
from fab_app.spec.manifest import Entity
from fab_app.web import confined, context
from fab_app.web.boards.sheets import card_of
from fab_app.web.exports import XLSX, sent
from fab_app.web.frame import framed
from fab_app.web.pages import Action, Column, Counters, Crumb, Empty, ListPage, Row
from fab_app.web.screens import about, buttons, counters, widths
from fab_app.web.screens.access import require
from fab_app.web.screens.asked import Asked, asked
from fab_app.web.screens.behind import about_chart
from fab_app.web.screens.guarded import alerts
from fab_app.web.screens.plan import Plan, plan_of
from fab_app.web.screens.querying import query_form
from fab_app.web.screens.remarks import remarks
from fab_app.web.screens.seen import SeenColumn, seen
from fab_app.web.shell import leaf, list_url, shell_of

_PLAIN = frozenset(("是", "否", "Yes", "No"))


def show_list(entity: Entity) -> ResponseReturnValue:
    require(entity, "read")
    if led := confined.way(context.world().manifest.portals[entity.portal]):
        return redirect(led)
    if request.args.get("part") == counters.PART:
        return render_template("counters.html", page=_counters(entity))
    if request.args.get("part") == about.PART:
        return render_template("about.html", abouts=about.abouts(context.reader(entity), _wanted(entity)))
    page = list_page(entity)
    part = request.headers.get("HX-Target") == "list" or (
        request.headers.get("HX-Request") and "part" in request.args
    )
    response = make_response(
        render_template("list_part.html" if part else framed(context.principal(), "list.html"), page=page)
    )
    response.headers["Vary"] = "HX-Target, Cookie"
    return response


def _counters(entity: Entity) -> Counters:
    wanted = _wanted(entity)
    return counters.counters(context.reader(entity), wanted)


def _wanted(entity: Entity) -> Asked:
    world = context.world()
    plan, base = plan_of(world, entity), list_url(entity)
    return asked(world, context.asking(entity), plan, request.args, base)


def list_page(entity: Entity) -> ListPage:
    world, who = context.world(), context.principal()
    asking, wanted = context.asking(entity), _wanted(entity)
    reader, plan = context.reader(entity), wanted.plan
    columns = [c for c in seen(plan, asking).columns if c.column.path in wanted.query.columns]
    extra = tuple((name,) for name in buttons.counted(plan) if (name,) not in wanted.query.columns)
    query = replace(wanted.query, columns=tuple(c.column.path for c in columns) + extra)
    counts, records = counters.found(reader, plan, query)
    parent = _parent(reader, entity, wanted)
    total = counts[query.tab]
    at = leaf(entity, query.tab)
    title = _title(entity, wanted)
    shown, back = tuple(_column(column, wanted) for column in columns), wanted.url()
    rows = tuple(_row(reader.show, plan, columns, record, back) for record in records)
    crumbs = (Crumb(title),) if wanted.within else ()
    acting, tools = widths.of_actions(rows), _toolbar(plan, wanted)
    shown = widths.fitted(shown, rows, acting)
    return ListPage(
        shell=shell_of(entity.portal, crumbs, at),
        title=title,
        subtitle=parent[0],
        lines=about_chart(plan),
        alerts=(*alerts(entity), *remarks(entity, query.tab)),
        back=parent[1],
        columns=shown,
        rows=rows,
        pager=counters.pager(wanted, total, len(records) == query.size),
        query=query_form(world, reader, plan, wanted),
        tabs=counters.tab_links(entity, wanted, counts),
        toolbar=tools,
        batch=buttons.batch(world, who, plan, wanted.url()),
        empty=_empty(entity, wanted),
        selectable=_selectable(plan, tools),
        all_columns=tuple((column.name, column.label, True) for column in shown[1:]),
        key=entity.key,
        refresh_url=wanted.url(page=query.page + 1 if query.page else None),
        about_url=_about_url(wanted) if about.asked_for(columns, entity) and rows else "",
        act_width=acting,
        min_width=_min_width(shown, acting),
        footer=tuple((one.label, one.text) for one in footing(reader, entity, query)),
    )


def _about_url(wanted: Asked) -> str:
    return wanted.url(part=about.PART, page=wanted.query.page + 1)


def _selectable(plan: Plan, tools: tuple[Action, ...]) -> bool:
    listing = plan.entity.spec.listing
    acting = any(tool.ticked is not None for tool in tools)
    return listing.select == "many" or bool(listing.batch) or acting or _batched(plan)


def _batched(plan: Plan) -> bool:
    return any(step.move.batch for steps in plan.moves.values() for step in steps)


def _title(entity: Entity, wanted: Asked) -> str:
    within = entity.spec.listing.within.get(wanted.within[0]) if wanted.within else None
    tab = entity.spec.listing.tabs.get(wanted.query.tab)
    alone = tab.label if tab is not None and tab.apart else None
    words = (within.title if within else None) or alone or entity.spec.words.list or entity.spec.label
    return words.of(locale.get())


def _column(seen: SeenColumn, wanted: Asked) -> Column:
    column = seen.column
    order = wanted.query.order[0] if wanted.query.order else None
    current = order is not None and order.path == column.path
    direction = ("desc" if order.down else "asc") if order is not None and current else ""
    following = f"-{column.name}" if direction == "asc" else column.name
    sort = wanted.url(order=following) if seen.sortable else ""
    label = column.label.of(locale.get())
    width = widths.at_least(column.width, label, seen.sortable)
    return Column(column.name, label, width, column.align, sort, direction, column.card)


def _row(show: Show, plan: Plan, columns: list[SeenColumn], record: Record, back: str) -> Row:
    world, who = context.world(), context.principal()
    cells = tuple(cell_of(column, record, show) for column in columns)
    title = cells[0].text if cells else str(record.id)
    actions = buttons.row_actions(world, who, plan, record, title, back)
    few, more = buttons.split(actions)
    url = f"{buttons.root(plan.entity)}/show/{record.id}"
    if cells and cells[0].kind in ("text", "link"):
        cells = (replace(cells[0], kind="link", url=url), *cells[1:])
    return Row(str(record.id), cells, few, more, str(record.version), url)


def cell_of(seen: SeenColumn, record: Record, show: Show) -> Cell:
    column = seen.column
    value = record.values.get(column.name)
    field = column.field
    if seen.masked and value is not None and value != ():
        return Cell("masked", field.masked(value))
    cell = field.cell(value, show)
    absent = column.written.absent
    if absent is not None and value in (None, ()):
        return Cell("state", absent.of(locale.get()), tone="bad")
    badge = column.written.badge
    if badge is not None and value not in (None, ()):
        tone = badge.get(str(value).lower() if isinstance(value, bool) else str(value))
        if tone is not None:
            words = column.label.of(locale.get()) if cell.text in _PLAIN else cell.text
            return Cell("state", words, tone=tone)
        if isinstance(value, bool):
            return Cell("nil")
    if not cell.title and len(cell.text) > 8:
        return Cell(cell.kind, cell.text, cell.text, cell.url, cell.tone, cell.thumb, cell.items)
    return cell


def _toolbar(plan: Plan, wanted: Asked) -> tuple[Action, ...]:
    world, who = context.world(), context.principal()
    export = f"{buttons.root(plan.entity)}/export.xlsx?{urlencode(_export_args(wanted))}"
    return buttons.toolbar(
        world,
        who,
        plan,
        wanted.within,
        wanted.query.tab,
        export.rstrip("?"),
        add_open=add_open(plan.entity, wanted),
        back=wanted.url(),
    )


def export(entity: Entity) -> ResponseReturnValue:
    """All rows of the list under the same conditions, in the columns as they are shown, as a workbook."""
    require(entity, "export")
    asking, wanted = context.asking(entity), _wanted(entity)
    shown = [
        c.column.path for c in seen(wanted.plan, asking).columns if c.column.path in wanted.query.columns
    ]
    chosen = set(request.args.getlist("cols"))
    columns = tuple(path for path in shown if not chosen or ".".join(path) in chosen) or tuple(shown)
    found = card_of(entity, request.args.get("card", ""))
    if found is None:
        return sent(entity, replace(wanted.query, columns=columns, page=0), XLSX)
    card, called = found
    own = tuple((name,) for name in card.columns if asking.shows((name,)))
    return sent(entity, replace(wanted.query, columns=own or columns, page=0), XLSX, card.sheets, called)


def printed(entity: Entity) -> ResponseReturnValue:
    """Told in the log before the browser prints the list as it stands there."""
    require(entity, "print")
    query, writer = _wanted(entity).query, context.writer()
    told = filters(context.reader(entity), entity, query)
    changes = {"filters": (None, told), "page": (None, query.page + 1)}
    audit.record(writer.world, writer.fetch, writer.principal, entity, None, "print", changes)
    context.session().commit()
    return "", 204


def _export_args(wanted: Asked) -> list[tuple[str, str]]:
    """The same conditions, as the list page itself takes them."""
    return [(name, value) for name, values in wanted.values.items() for value in values if value] + [
        (name, value) for name, value in wanted.hidden() if name in ("of", "chart", "tab", "order")
    ]


def add_open(entity: Entity, wanted: Asked) -> bool:
    """Whether a record may be made within this context at all: no lock of the entity stands against it."""
    if wanted.within is None:
        return True
    from fab_app.runtime.judging import locked

    writer = context.writer()
    env = writer.env(entity, {wanted.within[0]: wanted.within[1]}, None)
    return not locked(entity, env, "add")


def _parent(reader: Reader, entity: Entity, wanted: Asked) -> tuple[str, Action | None]:
    """The head of a list that was opened from another record: what that record is, and the way back."""
    if wanted.within is None:
        return "", None
    world = context.world()
    target = world.manifest.target(entity, wanted.within[0])
    assert target is not None
    within = entity.spec.listing.within.get(wanted.within[0])
    header = within.header if within else target.title_paths
    paths = tuple(tuple(name.split(".")) for name in header)
    record = reader.one(target, wanted.within[1], paths)
    if record is None:
        raise missing(world, target, context.writer().fetch, wanted.within[1])
    words, asking = [], context.asking(target)
    for name, path in zip(header, paths, strict=True):
        found = world.manifest.walk(target, path)
        assert found is not None
        if asking.shows(path):
            text = asking.teller(name, reader.show)(record.values[name])
            words.append(f"{found[1].label.of(locale.get())} {text}")
    back = Action(say("Back to {label}", label=target.spec.label.of(locale.get())), list_url(target))
    return "　".join(words), back


def _empty(entity: Entity, wanted: Asked) -> Empty:
    label = entity.spec.label.of(locale.get())
    conditions = [values for values in wanted.values.values() if any(values)]
    if conditions:
        clear = Action(say("Clear the conditions"), wanted.reset(), style="line")
        return Empty(
            "filter",
            say("No {label} matches", label=label),
            say("Loosen the conditions or clear them."),
            (clear,),
        )
    return Empty("inbox", say("There is no {label} yet", label=label))


def _min_width(columns: tuple[Column, ...], acting: str) -> str:
    """The class that keeps a wide table readable: it scrolls sideways instead of squeezing its columns."""
    total = widths.least(columns, acting)
    return str(min(-(-total // 50) * 50, 2600)) if total >= 900 else ""
