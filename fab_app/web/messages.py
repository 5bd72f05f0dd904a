"""One's own messages: the bell, the latest of them, read and all read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask import Response, redirect, render_template
from flask.typing import ResponseReturnValue

from fab_app.core.words import say
from fab_app.expr import parse
from fab_app.runtime.notices.inbox import MESSAGE, mark_read, read_delivery, write_in
from fab_app.runtime.query import Order, Query
from fab_app.runtime.world import World
from fab_app.spec.manifest import Entity, Portal
from fab_app.store.engine import writing
from fab_app.web import context
from fab_app.web.notices import go, is_ours, next_url
from fab_app.web.pages import Action
from fab_app.web.screens.access import require, require_person

FEW = 8
_UNREAD = parse("receiver == user and read_at is none")
_OWN = parse("receiver == user")


@dataclass(frozen=True, slots=True)
class Line:
    """A message in the drop-down."""

    title: str
    text: str
    when: str
    url: str
    unread: bool


def entity_of(world: World, portal: str) -> Entity:
    """The entity under which a portal shows messages: its own view of them, else the shared one."""
    for entity in world.manifest.of_portal(portal):
        if entity.owner == MESSAGE:
            return entity
    return world.manifest.entities[MESSAGE]


def list_address(world: World, portal: str) -> str:
    entity = entity_of(world, portal)
    return f"/{entity.portal}/{entity.name}/list/"


def bell(portal: str) -> Action:
    """The bell in the top bar; its number arrives with the other counters."""
    return Action(say("Messages"), f"/{portal}/messages", "bell")


def unread() -> int:
    """How many of the person's messages are unread: one statement, exact up to the limit of all counters."""
    shared = context.world().manifest.entities[MESSAGE]
    return context.reader(shared).count_where(shared, _UNREAD).number


def latest(portal: Portal) -> ResponseReturnValue:
    """The newest messages, as the bell shows them when it is opened."""
    require_person()
    world = context.world()
    shared, named = world.manifest.entities[MESSAGE], entity_of(world, portal.name)
    columns = tuple((name,) for name in ("title", "text", "created_at", "read_at"))
    query = Query(columns, order=(Order(("created_at",), down=True),), size=FEW, also=(_OWN,))
    show = context.show(portal.name)
    lines = tuple(
        Line(
            record.values["title"] or "",
            record.values["text"] or "",
            show.local(record.values["created_at"]).strftime("%m-%d %H:%M"),
            f"/{named.portal}/{named.name}/show/{record.id}",
            record.values["read_at"] is None,
        )
        for record in context.reader(shared).rows(shared, query)
    )
    return render_template(
        "messages.html",
        lines=lines,
        all_url=list_address(world, portal.name),
        read_url=f"/{portal.name}/messages/read",
    )


def read_all(portal: Portal) -> ResponseReturnValue:
    """All of one's own messages are read."""
    require_person()
    mark_read(context.world(), context.writer().fetch, context.principal().subject)
    context.session().commit()
    return go(next_url(list_address(context.world(), portal.name)))


def open_message(entity: Entity, pk: int) -> Response | None:
    """Opened: it counts as read, and leads to where it points; None where it points nowhere."""
    require(entity, "read")
    record = context.reader(entity).one(entity, pk, (_path(entity, "link"), _path(entity, "read_at")))
    if record is None:
        return None
    if record.values[_path(entity, "read_at")[0]] is None:
        _read_apart(pk)
    link = record.values[_path(entity, "link")[0]] or ""
    return redirect(link, 303) if is_ours(link) else None  # type: ignore[return-value]


def open_delivery(entity: Entity, pk: int) -> Response | None:
    """As ``open_message``, for who has no account: what was sent to him leads to its page on the phone."""
    who, columns = context.principal(), tuple(_path(entity, name) for name in ("link", "read_at"))
    require(entity, "read")
    record = context.reader(entity).one(entity, pk, columns)
    if record is None:
        return None
    if record.values[columns[1][0]] is None:
        with _apart() as execute:
            read_delivery(context.world(), execute, pk)
    link, root = record.values[columns[0][0]] or "", f"/{entity.portal}/m/"
    return redirect(f"{who.root}/{link.removeprefix(root)}", 303) if link.startswith(root) else None  # type: ignore[return-value]


def _path(entity: Entity, column: str) -> tuple[str, ...]:
    return (next(name for name, own in entity.columns.items() if own == column),)


def _read_apart(pk: int) -> None:
    """In a transaction of its own, for opening is no write of the page that is opened."""
    with _apart() as execute:
        mark_read(context.world(), execute, context.principal().subject, pk)


def remember_language(code: str) -> None:
    """The language in which this person is written to from now on."""
    if context.principal().subject:
        with _apart() as execute:
            write_in(context.world(), execute, context.principal().subject, code)


@contextmanager
def _apart() -> Iterator[Callable[[Any], Any]]:
    """A transaction of its own beside that of a page which only reads."""
    engine = context.session().connection().engine
    context.session().rollback()
    with writing(engine) as apart:
        yield apart.execute


def place(world: World, portal: str, at: str) -> tuple[tuple[str, str], ...]:
    """Where the list of messages stands in the crumbs, though it is in no menu."""
    return (("messages", say("Messages")),) if at == list_address(world, portal) else ()
