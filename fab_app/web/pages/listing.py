"""A page of records: query, tabs, toolbar, table, pages."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup, escape

from fab_app.core.values import fixed
from fab_app.fields.faces import Cell, Option, Widget
from fab_app.web.pages.parts import Action, Alert, Empty, Shell, Tab, Tree


@fixed
class Column:
    """``width`` is a class suffix of components.css ("128") or "" (shares what is left).

    ``card`` places the cell on a phone: code, title, state, meta (half a line), meta2 (a line), hide.
    """

    name: str
    label: str
    width: str = ""
    align: str = ""
    sort_url: str = ""
    direction: str = ""
    card: str = "meta"
    hint: str = ""


@fixed
class Row:
    """One record. ``actions``: at most two verbs are drawn beside 更多, three without it."""

    id: str
    cells: tuple[Cell, ...]
    actions: tuple[Action, ...] = ()
    more: tuple[Action, ...] = ()
    version: str = ""
    url: str = ""
    selectable: bool = True


@fixed
class Pager:
    """``base`` + page number (from 1) is the address of a page, ``size_base`` + size of page 1 in
    another size. ``pages`` 0 means unknown (``more``: the count was bounded). ``recount``: where
    the numbers of now are, of a count that is old."""

    count_text: str
    page: int
    pages: int
    size: int
    sizes: tuple[int, ...]
    base: str
    size_base: str
    more: bool = False
    has_next: bool = False
    count: int = 0
    recount: str = ""

    @property
    def slots(self) -> tuple[int, ...]:
        """At most seven page numbers, 0 for a gap."""
        page, last = self.page, max(self.pages, self.page + (1 if self.has_next else 0))
        if last <= 7:
            return tuple(range(1, last + 1))
        if page <= 4:
            return (1, 2, 3, 4, 5, 0, last)
        if page >= last - 3:
            return (1, 0, last - 4, last - 3, last - 2, last - 1, last)
        return (1, 0, page - 1, page, page + 1, 0, last)

    @property
    def next_page(self) -> int:
        return self.page + 1 if self.has_next or self.page < self.pages else 0


@fixed
class Counters:
    """``counters.html``: the numbers of a list that is shown already."""

    pager: Pager
    tabs: tuple[Tab, ...] = ()


@fixed
class QueryField:
    """``values`` of a range are (from, to), sent as ``names`` (default name_from, name_to).
    ``labels`` are the chosen options of a remote picker or a tree. ``key``: also shown on phones."""

    name: str
    label: str
    widget: Widget
    values: tuple[str, ...] = ()
    key: bool = False
    labels: tuple[Option, ...] = ()
    options_url: str = ""
    names: tuple[str, ...] = ()
    at: str = ""
    """Tells the fields of several forms of one page apart."""

    @property
    def ends(self) -> tuple[str, ...]:
        return self.names or (f"{self.name}_from", f"{self.name}_to")


@fixed
class Query:
    """``hidden`` is what a search keeps (tab, order, size). ``conditions``: "区域“白鹭县”" …"""

    fields: tuple[QueryField, ...]
    action: str
    reset: str
    hidden: tuple[tuple[str, str], ...] = ()
    conditions: tuple[str, ...] = ()


@fixed
class About:
    """The record that a row is about, shown in the column of this label."""

    row: int
    place: str
    title: str
    url: str


@fixed
class ListPage:
    """``list.html``, or ``list_part.html`` for a request with ``HX-Target: list``.

    ``batch_all``: the batch actions take "all that match". ``key`` names the list in the browser's
    memory. ``all_columns``: (name, label, shown); the chooser sends the names as repeated ``cols``
    to ``columns_url`` (GET), "" keeps it in the browser by hiding. ``lines`` are summary sentences.
    ``alerts`` stand above the table, ``footer`` (label, number) below it.
    """

    shell: Shell
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    pager: Pager | None = None
    subtitle: str = ""
    lines: tuple[str, ...] = ()
    alerts: tuple[Alert, ...] = ()
    query: Query | None = None
    tabs: tuple[Tab, ...] = ()
    toolbar: tuple[Action, ...] = ()
    batch: tuple[Action, ...] = ()
    sort_note: str = ""
    empty: Empty | None = None
    selectable: bool = False
    back: Action | None = None
    all_columns: tuple[tuple[str, str, bool], ...] = ()
    columns_url: str = ""
    batch_all: bool = False
    key: str = ""
    refresh_url: str = ""
    about_url: str = ""
    tree: Tree | None = None
    act_width: str = "138"
    min_width: str = ""
    footer: tuple[tuple[str, str], ...] = ()

    @property
    def opens(self) -> tuple[Markup, ...]:
        """The beginning of a cell of each column, made once a page."""
        return tuple(
            Markup(  # noqa: S704 - each part is escaped
                f'<td role="cell" data-m="{escape(column.card)}" data-label="{escape(column.label)}"'
                f' class="{escape(self.placed(column))}"'
            )
            for column in self.columns
        )

    def placed(self, column: Column) -> str:
        """The classes of a column's place: figures to the right, the state always in sight beside the verbs."""
        state = next((one for one in reversed(self.columns) if one.card == "state"), None)
        acting = any(row.actions or row.more for row in self.rows)
        pinned = f"k-pin k-at-{self.act_width}" if column is state and acting else ""
        return " ".join(filter(None, ("k-r" if column.align == "r" else "", pinned)))

    def cells(self, opens: tuple[Markup, ...], row: Row) -> Iterator[tuple[Markup, Cell]]:
        return zip(opens, row.cells, strict=True)
