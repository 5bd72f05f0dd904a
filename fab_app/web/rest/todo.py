"""The to-do list over the API."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

from flask import Response, request

from fab_app.core.problems import Refused
from fab_app.core.words import say
from fab_app.runtime.chains.todo import TABS, Asked, Counts, Item
from fab_app.runtime.query import Unreadable
from fab_app.spec.manifest import Portal
from fab_app.web import context
from fab_app.web.rest.answers import answer
from fab_app.web.rest.door import served
from fab_app.web.shell import enters
from fab_app.web.todo import of_person

KNOWN = ("tab", "q", "kind", "step", "due", "from", "to", "page", "page_size")
_DUE = ("", "overdue", "soon", "rest")
_MOST = 100


def listed(portal: Portal) -> Response:
    """``{count, counts, result}``, ``page`` from 0 as everywhere in the API."""
    return served(lambda: answer(200, _body(portal)))


def _body(portal: Portal) -> dict[str, Any]:
    if not enters(context.principal(), portal):
        raise Refused(say("You may not do this"), status=403)
    asked, page, size = _asked()
    todo = of_person(portal.name)
    items, total = todo.items(asked, page, size)
    return {"count": total, "counts": _counts(todo.counts()), "result": [_item(item) for item in items]}


def _asked() -> tuple[Asked, int, int]:
    given = request.args
    for name in given:
        if name not in KNOWN:
            raise Unreadable(say("there is no filter '{name}'", name=name))
    tab, due = given.get("tab", TABS[0]), given.get("due", "")
    if tab not in TABS or due not in _DUE:
        raise Unreadable(say("the value for '{name}' cannot be read", name="due" if tab in TABS else "tab"))
    text, kind, step = (given.get(name, "").strip("\0 ")[:200] for name in ("q", "kind", "step"))
    days = (_day(given.get("from", "")), _day(given.get("to", "")))
    size = _number(given.get("page_size", "20"), "page_size")
    if not 1 <= size <= _MOST:
        raise Unreadable(say("the value for '{name}' cannot be read", name="page_size"))
    return Asked(tab, text, kind, step, due, *days), _number(given.get("page", "0"), "page"), size


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Unreadable(say("the value for '{name}' cannot be read", name="from")) from error


def _number(text: str, name: str) -> int:
    if not text.isdecimal() or len(text) > 6:
        raise Unreadable(say("the value for '{name}' cannot be read", name=name))
    return int(text)


def _counts(counts: Counts) -> dict[str, Any]:
    return {
        "waiting": counts.waiting,
        "overdue": counts.overdue,
        "soon": counts.soon,
        "decided": counts.decided,
        "submitted": counts.submitted,
        "kinds": dict(counts.kinds),
    }


def _item(item: Item) -> dict[str, Any]:
    portal, _, entity = item.entity.partition(".")
    return {
        "entity": entity,
        "workflow": item.workflow,
        "id": item.record_id,
        "title": item.title,
        "told": item.told,
        "applicant": item.applicant,
        "step": json.loads(item.label) if item.label else None,
        "act": item.act,
        "state": item.state,
        "submitted_at": _moment(item.submitted_at),
        "waiting_since": _moment(item.opened_at),
        "due_on": item.due_on.isoformat() if item.due_on is not None else None,
        "decided_at": _moment(item.decided_at),
        "url": f"/{portal}/{entity}/show/{item.record_id}",
    }


def _moment(at: datetime | None) -> str | None:
    return f"{at.isoformat()}Z" if at is not None else None
