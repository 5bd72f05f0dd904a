"""The to-do list: what waits for a person, what he decided, what he submitted."""

from __future__ import annotations

from fab_app.core.values import fixed
from fab_app.fields.faces import Cell
from fab_app.web.pages.doors import Tile
from fab_app.web.pages.listing import Pager, Query
from fab_app.web.pages.parts import Action, Empty, Shell, Tab


@fixed
class TodoLine:
    """``due`` is the deadline in words with its tone; ``state`` where nothing is to be done any more."""

    kind: str
    title: str
    url: str
    told: str
    who: str
    step: str
    verb: Action
    due: str = ""
    due_tone: str = ""
    when: str = ""
    state: Cell | None = None


@fixed
class TodoGroup:
    """Lines of one deadline; ``title`` "" where they are not grouped."""

    lines: tuple[TodoLine, ...]
    title: str = ""
    tone: str = ""
    icon: str = ""


@fixed
class TodoKind:
    label: str
    url: str
    count: str = ""
    icon: str = ""
    current: bool = False


@fixed
class TodoPage:
    """``todo.html``, or ``todo_part.html`` for a request with ``HX-Target: list``."""

    shell: Shell
    title: str
    tabs: tuple[Tab, ...]
    groups: tuple[TodoGroup, ...]
    tiles: tuple[Tile, ...] = ()
    kinds: tuple[TodoKind, ...] = ()
    query: Query | None = None
    pager: Pager | None = None
    empty: Empty | None = None
    subtitle: str = ""
    batch: tuple[Action, ...] = ()
    batch_all: bool = False
    export: Action | None = None
