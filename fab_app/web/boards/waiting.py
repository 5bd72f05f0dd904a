"""The first lines of the to-do list, on a board and on a home without one."""

from __future__ import annotations

from fab_app.core.words import locale, say
from fab_app.runtime.chains.todo import Asked, offered
from fab_app.spec.board import TodoBlock as Written
from fab_app.spec.manifest import Portal
from fab_app.web import context
from fab_app.web.pages import Todo
from fab_app.web.pages.boards import TodoBlock
from fab_app.web.shell import todo_url
from fab_app.web.todo import line, of_person

LINES = 5


def todo_block(portal: Portal, written: Written) -> TodoBlock:
    label = written.label.of(locale.get()) if written.label is not None else say("My to-do")
    todos, total = waiting(portal, written.todo)
    return TodoBlock(label, todo_url(portal.name), todos, f"{total:,}" if total else "", written.span or 6)


def waiting(portal: Portal, lines: int = LINES) -> tuple[tuple[Todo, ...], int]:
    """Those due first, and how many there are: two statements, none where nothing may ever wait for the person."""
    if not offered(context.world(), context.principal(), portal.name):
        return (), 0
    todo = of_person(portal.name)
    items, total = todo.items(Asked(), 0, lines)
    found = (line(item, todo.today, "waiting") for item in items)
    return tuple(Todo(one.kind, one.title, one.url, one.step, one.due, one.due_tone) for one in found), total
