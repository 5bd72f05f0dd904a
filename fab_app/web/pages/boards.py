"""Boards: pages of charts and short lists."""

from __future__ import annotations

from dataclasses import dataclass

from fab_app.web.pages.doors import Todo
from fab_app.web.pages.listing import Column, Query, QueryField, Row
from fab_app.web.pages.parts import Action, Shell, Tab


@dataclass(frozen=True, slots=True)
class ChartBlock:
    """A chart that fetches its numbers from ``url``. ``drawn`` names the drawing; ``span`` is in twelfths.

    ``periods``: codes and names of those that one may choose from, the first one chosen.
    """

    code: str
    title: str
    drawn: str
    url: str
    span: int = 6
    note: str = ""
    icon: str = ""
    export: Action | None = None
    periods: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ListBlock:
    """The first rows of a list, with the way to all of them."""

    title: str
    url: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    empty: str
    count: str = ""
    span: int = 6
    alarm: bool = False


@dataclass(frozen=True, slots=True)
class ExportBlock:
    """A form that asks for a workbook of ``count`` rows, under its ``fields``."""

    title: str
    action: str
    fields: tuple[QueryField, ...]
    count: str
    icon: str = "file-text"
    tab: str = ""
    span: int = 4
    card: str = ""


@dataclass(frozen=True, slots=True)
class TodoBlock:
    """The first of what waits for the person, with the way to all of it."""

    title: str
    url: str
    todos: tuple[Todo, ...]
    count: str
    span: int = 6


Block = ChartBlock | ListBlock | ExportBlock | TodoBlock


@dataclass(frozen=True, slots=True)
class BoardPage:
    """``board.html``. ``rows`` are drawn one below the other, ``tiles`` among them side by side.

    ``scopes``: whose rows the figures are taken over. ``tabs`` stand above ``tabbed``, the rows of the chosen one.
    ``problem``: why nothing is counted. ``printed``: whether there is a button for it.
    """

    shell: Shell
    title: str
    rows: tuple[tuple[Block, ...], ...]
    subtitle: str = ""
    query: Query | None = None
    printed: bool = False
    scopes: tuple[Tab, ...] = ()
    tabs: tuple[Tab, ...] = ()
    tabbed: tuple[tuple[Block, ...], ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True)
class RowsPage:
    """``behind.html``: the lists behind a number that counts several kinds of record."""

    shell: Shell
    title: str
    lists: tuple[Action, ...]
    total: str
    subtitle: str = ""
    back: Action | None = None
