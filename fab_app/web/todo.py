"""The to-do list of a portal: every approval that waits for the person, whatever entity it is about."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from urllib.parse import urlencode

from flask import render_template, request
from flask.typing import ResponseReturnValue

from fab_app.core.problems import Refused
from fab_app.core.text import Text
from fab_app.core.words import locale, say
from fab_app.fields.faces import Cell, Option, Widget
from fab_app.runtime.chains.todo import SOON, TABS, Asked, Counts, Item, Todo, chained, offered
from fab_app.spec.manifest import Entity, Portal
from fab_app.web import context
from fab_app.web.pages import Action, Crumb, Empty, Pager, Query, QueryField, Tab, Tile
from fab_app.web.pages.todo import TodoGroup, TodoKind, TodoLine, TodoPage
from fab_app.web.screens.access import require_person
from fab_app.web.shell import enters, shell_of, todo_url

SIZE = 20
STATES = {
    "agreed": ("Agreed", "good"),
    "disagreed": ("Disagreed", "bad"),
    "assigned": ("Assigned", "info"),
    "against": ("Disagreed", "bad"),
    "transferred": ("Transferred", "info"),
    "sent_back": ("Sent back", "warn"),
    "running": ("Under way", "info"),
    "returned": ("Returned", "warn"),
    "withdrawn": ("Withdrawn", "away"),
}
_GROUPS = (
    ("overdue", "Overdue", "bad", "alert-circle"),
    ("soon", "Due within 3 days", "warn", "clock"),
    ("rest", "The rest", "good", "circle-check"),
)


def of_person(portal: str) -> Todo:
    return Todo(context.world(), context.writer().fetch, portal, context.principal().subject)


def page(portal: Portal) -> ResponseReturnValue:
    require_person()
    if not enters(context.principal(), portal):
        raise Refused(say("There is nothing here"), status=404)
    todo, asked = of_person(portal.name), wanted()
    number = request.args.get("page", "1")
    at = min(int(number), 10_000) if number.isdecimal() and int(number) else 1
    counts = todo.counts()
    items, total = todo.items(asked, at - 1, SIZE)
    drawn = TodoPage(
        shell=shell_of(
            portal.name,
            () if offered(context.world(), context.principal(), portal.name) else (Crumb(say("To-do list")),),
            todo_url(portal.name),
        ),
        title=say("To-do list"),
        subtitle=f"{todo.today:%Y-%m-%d}",
        tabs=tuple(_tab(portal.name, asked, code, counts) for code in TABS),
        groups=_groups(items, todo.today, asked),
        tiles=_tiles(portal.name, counts),
        kinds=_kinds(portal.name, asked, counts),
        query=_query(portal.name, asked, todo),
        pager=_pager(portal.name, asked, at, total),
        empty=None if items else _empty(asked),
        export=Action(say("Export"), _url(portal.name, asked, file="export.xlsx"), "download")
        if items
        else None,
    )
    part = request.headers.get("HX-Target") == "list"
    return render_template("todo_part.html" if part else "todo.html", page=drawn)


# --- what is asked -------------------------------------------------------------------------------


def wanted() -> Asked:
    """What the address asks for."""
    given = request.args
    tab = given.get("tab", TABS[0])
    return Asked(
        tab=tab if tab in TABS else TABS[0],
        text=given.get("q", "").strip("\0 ")[:100],
        kind=given.get("kind", "")[:200],
        step=given.get("step", "").strip("\0 ")[:100],
        due=given.get("due", ""),
        first=_day(given.get("from", "")),
        last=_day(given.get("to", "")),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _url(portal: str, asked: Asked, file: str = "", **changes: str) -> str:
    days = {"from": asked.first, "to": asked.last}
    kept = {"tab": asked.tab, "q": asked.text, "kind": asked.kind, "step": asked.step, "due": asked.due}
    kept |= {name: day.isoformat() if day is not None else "" for name, day in days.items()}
    given = {name: value for name, value in {**kept, **changes}.items() if value}
    if given.get("tab") == TABS[0]:
        del given["tab"]
    return todo_url(portal) + file + (f"?{urlencode(given)}" if given else "")


def _query(portal: str, asked: Asked, todo: Todo) -> Query:
    words = sorted({_words(label) for label in todo.steps()} | ({asked.step} if asked.step else set()))
    days = tuple(day.isoformat() if day is not None else "" for day in (asked.first, asked.last))
    fields = (
        QueryField("q", say("Words in it"), Widget("text"), (asked.text,), True),
        QueryField(
            "step", say("Step"), Widget("select", options=tuple(Option(w, w) for w in words)), (asked.step,)
        ),
        QueryField("day", say("Submitted"), Widget("range_date"), days, names=("from", "to")),
    )
    hidden = tuple((n, v) for n, v in (("tab", asked.tab), ("kind", asked.kind), ("due", asked.due)) if v)
    return Query(fields, todo_url(portal), _url(portal, Asked(tab=asked.tab)), hidden)


# --- around the lines ----------------------------------------------------------------------------


def _tab(portal: str, asked: Asked, code: str, counts: Counts) -> Tab:
    labels = {"waiting": "Waiting for me", "decided": "Decided by me", "submitted": "Submitted by me"}
    number = {"waiting": counts.waiting, "decided": counts.decided, "submitted": counts.submitted}[code]
    url = _url(portal, asked, tab=code, due="", step="")
    return Tab(code, say(labels[code]), url, f"{number:,}", asked.tab == code)


def _tiles(portal: str, counts: Counts) -> tuple[Tile, ...]:
    rest = counts.waiting - counts.overdue - counts.soon
    numbers = (
        ("overdue", "Overdue", counts.overdue, "alert-circle", "bad"),
        ("soon", "Due within 3 days", counts.soon, "clock", "warn"),
        ("rest", "The rest", rest, "list-details", ""),
    )
    tiles = [
        Tile(
            say(label),
            f"{number:,}",
            say("items"),
            "",
            _url(portal, Asked(due=due)),
            icon,
            tone if number else "",
        )
        for due, label, number, icon, tone in numbers
    ]
    done = _url(portal, Asked(tab="decided"))
    return (
        *tiles,
        Tile(say("Decided this week"), f"{counts.week:,}", say("items"), "", done, "circle-check"),
    )


def _kinds(portal: str, asked: Asked, counts: Counts) -> tuple[TodoKind, ...]:
    """All, and each kind of which something waits or which is looked at."""
    waiting = asked.tab == TABS[0]
    number = f"{counts.waiting:,}" if waiting and counts.waiting else ""
    first = TodoKind(say("All"), _url(portal, asked, kind=""), number, "inbox", not asked.kind)
    found = [first]
    for entity in chained(context.world(), portal):
        for name, flow in entity.spec.workflows.items():
            code = f"{entity.key}:{name}"
            count = counts.kinds.get(code, 0) if waiting else 0
            if flow.approval is not None:
                label, icon = kind_label(entity, name), entity.spec.icon or ""
                url = _url(portal, asked, kind=code)
                found.append(TodoKind(label, url, f"{count:,}" if count else "", icon, asked.kind == code))
    return tuple(found)


def kind_label(entity: Entity, workflow: str) -> str:
    return (entity.spec.workflows[workflow].label or entity.spec.label).of(locale.get())


def _pager(portal: str, asked: Asked, page_: int, total: int) -> Pager | None:
    base = _url(portal, asked, page="")
    base += "&page=" if "?" in base else "?page="
    text = say("{count} in all", count=total)
    return (
        Pager(text, page_, max(1, -(-total // SIZE)), SIZE, (SIZE,), base, base, count=total)
        if total
        else None
    )


def _empty(asked: Asked) -> Empty:
    if asked.tab == TABS[0]:
        text = say("What waits for your decision stands here, whatever kind it is.")
        return Empty("checkbox", say("Nothing waits for you"), text)
    return Empty("inbox", say("Nothing here yet"))


# --- the lines -----------------------------------------------------------------------------------


def _groups(items: Iterable[Item], today: date, asked: Asked) -> tuple[TodoGroup, ...]:
    lines = [(due_of(item, today), line(item, today, asked.tab)) for item in items]
    if asked.tab != TABS[0] or not any(due != "rest" for due, _ in lines):
        return (TodoGroup(tuple(one for _, one in lines)),) if lines else ()
    found = []
    for code, label, tone, icon in _GROUPS:
        own = tuple(one for due, one in lines if due == code)
        if own:
            found.append(TodoGroup(own, say(label), tone, icon))
    return tuple(found)


def due_of(item: Item, today: date) -> str:
    if item.due_on is None or item.state != "waiting":
        return "rest"
    left = (item.due_on - today).days
    return "overdue" if left < 0 else "soon" if left <= SOON else "rest"


def line(item: Item, today: date, tab: str) -> TodoLine:
    entity = context.world().manifest.entities.get(item.entity)
    portal, _, name = item.entity.partition(".")
    url, show = f"/{portal}/{name}/show/{item.record_id}", context.show(portal)
    kind = kind_label(entity, item.workflow) if entity and item.workflow in entity.spec.workflows else name
    waits = tab == TABS[0]
    late = waits and due_of(item, today) == "overdue"
    verb = say("Assign") if item.act == "assign" else say("Decide")
    due, tone = due_words(item, today) if waits else ("", "")
    submitted = f"{show.local(item.submitted_at):%Y-%m-%d}"
    when = say("submitted {day}", day=submitted)
    if tab == "decided" and item.decided_at is not None:
        when = say("decided {day}", day=f"{show.local(item.decided_at):%Y-%m-%d}")
    return TodoLine(
        kind,
        item.title,
        url,
        item.told,
        item.applicant,
        _words(item.label) if item.label else "",
        Action(verb if waits else say("Details"), url, style="line" if late else ""),
        due,
        tone,
        when,
        None if waits else _state(item, entity),
    )


def due_words(item: Item, today: date) -> tuple[str, str]:
    """The deadline in words, and its tone."""
    if item.due_on is None:
        return "", ""
    left = (item.due_on - today).days
    if left < 0:
        return say("{count} days overdue", count=-left), "bad"
    if left == 0:
        return say("Due today"), "warn"
    return say("{count} days left", count=left), "warn" if left <= SOON else "good"


def _state(item: Item, entity: Entity | None) -> Cell:
    """In words: of a round that was agreed to those of the entity's own state."""
    flow = entity.spec.workflows.get(item.workflow) if entity is not None else None
    if item.state == "agreed" and item.decided_at is None and flow is not None and flow.approval is not None:
        state = flow.states.get(flow.approval.agreed)
        if state is not None and state.label is not None:
            return Cell("state", state.label.of(locale.get()), tone="good")
    label, tone = STATES.get(item.state, ("Ended", "neutral"))
    return Cell("state", say(label), tone=tone)


def _words(label: str) -> str:
    found: Mapping[str, str] = json.loads(label)
    return Text.read(dict(found)).of(locale.get())
