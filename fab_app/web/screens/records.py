"""One record as it stands: its sections, what refers to it, its buttons; and its deletion."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from fab_app.core.words import locale, say
from fab_app.runtime.notices.inbox import MESSAGE
from fab_app.runtime.notices.sending import DELIVERY
from fab_app.runtime.reading import Record
from fab_app.runtime.refusals import missing
from fab_app.spec.manifest import Entity
from fab_app.web import context, messages
from fab_app.web.frame import framed
from fab_app.web.notices import go, leave_toast, next_url
from fab_app.web.pages import Action, Crumb, DetailPage
from fab_app.web.screens import about, buttons, progress, role_rights, timelines, workbooks
from fab_app.web.screens import related as related_tables
from fab_app.web.screens.access import require
from fab_app.web.screens.detailed import detailed
from fab_app.web.screens.plan import Plan, plan_of
from fab_app.web.screens.remarks import of_record
from fab_app.web.shell import list_url, shell_of


def show(entity: Entity, pk: int) -> ResponseReturnValue:
    require(entity, "read")
    if entity.owner == MESSAGE and (led := messages.open_message(entity, pk)) is not None:
        return led
    sent = context.principal().seat and entity.owner == DELIVERY
    if sent and (led := messages.open_delivery(entity, pk)) is not None:
        return led
    world, reader = context.world(), context.reader(entity)
    plan, seen = plan_of(world, entity), detailed(reader, entity)
    record = reader.one(entity, pk, seen.columns, seen.flags, may=plan.asked)
    if record is None:
        raise missing(world, entity, context.writer().fetch, pk)
    title = seen.title(entity, record)
    states = seen.cells_of_states(record, reader.show)
    actions, more = _actions(plan, record, title)
    standing, instead = progress.of_record(entity, pk), about.instead(reader, entity, seen, record)
    return render_template(
        framed(reader.principal, "detail.html"),
        page=DetailPage(
            shell=shell_of(entity.portal, (Crumb(title),), list_url(entity)),
            title=title,
            sections=tuple(seen.shown(entity, record, reader.show, instead)),
            state=states[0] if states else None,
            tags=tuple(states[1:]),
            actions=actions,
            more=more,
            related=(*role_rights.tables(entity, pk), *related_tables.related(entity, pk)),
            steps=progress.steps(standing, reader.show) if standing is not None else (),
            timeline=timelines.timeline(reader, entity, pk, standing),
            timeline_title=timelines.title(entity),
            alerts=of_record(entity, pk),
        ),
    )


def related(entity: Entity, pk: int, index: int) -> ResponseReturnValue:
    """The rows of one tab, fetched when it is first opened."""
    require(entity, "read")
    world = context.world()
    if not context.reader(entity).exists(entity, pk):
        raise missing(world, entity, context.writer().fetch, pk)
    tables = related_tables.tables(entity)
    if index >= len(tables):
        raise missing(world, entity, context.writer().fetch, 0)
    return render_template("related.html", r=related_tables.table(entity, tables[index], index, pk))


def delete(entity: Entity, pk: int) -> ResponseReturnValue:
    require(entity, "delete")
    given = request.form.get("version", "")
    context.writer().delete(entity, pk, int(given) if given.isdecimal() else None)
    context.session().commit()
    leave_toast("good", say("{label} deleted", label=entity.spec.label.of(locale.get())))
    return go(next_url(list_url(entity)))


def _actions(plan: Plan, record: Record, title: str) -> tuple[tuple[Action, ...], tuple[Action, ...]]:
    """What may be done, moves first and the edit last and primary; and what stands behind 更多.

    What cannot be taken back stands there, but for the answer that an approval asks for.
    """
    found = [action for action in _all(plan, record, title) if "/show/" not in action.url]
    asked = [code for code, steps in plan.moves.items() if steps[0].move.approval == "disagree"]
    harmful = [action for action in found if action.style == "danger" and not _moves(action, asked)]
    harmless = [action for action in found if action not in harmful]
    links = [action for action in harmless if "/edit/" not in action.url]
    edits = [action for action in harmless if "/edit/" in action.url]
    primary = (Action(action.label, action.url, "edit", "primary") for action in edits)
    shown = sorted(links[:3], key=lambda action: action.style == "primary") if asked else links[:3]
    return (*shown, *primary), (*links[3:], *harmful)


def _moves(action: Action, codes: list[str]) -> bool:
    return any(f"/do/{code}/" in action.url for code in codes)


def _all(plan: Plan, record: Record, title: str) -> tuple[Action, ...]:
    """Moves come first: they are what the record waits for."""
    stay = f"{buttons.root(plan.entity)}/show/{record.id}"
    moves = buttons.moves_beside(plan, record, stay)
    own = buttons.row_actions(
        context.world(), context.principal(), plan, record, title, "", stay, plan.moves_first
    )
    return (*moves, *own, *workbooks.offered(plan.entity, record.id))
