"""One record as it stands, with its course and what belongs to it."""

from __future__ import annotations

from fab_app.core.values import fixed
from fab_app.fields.faces import Cell
from fab_app.web.pages.listing import Column, Row
from fab_app.web.pages.parts import Action, Alert, Shell


@fixed
class DetailItem:
    """``span`` counts thirds of the line (1, 2, 3). ``reveal_url``: POST that shows a masked value
    (answers ``{"text": "…"}``; looking is logged)."""

    label: str
    cell: Cell
    span: int = 1
    reveal_url: str = ""


@fixed
class DetailSection:
    title: str
    items: tuple[DetailItem, ...]
    action: Action | None = None
    subtitle: str = ""

    @property
    def spans(self) -> tuple[int, ...]:
        """The spans with every incomplete line filled by its last item."""
        spans: list[int] = []
        room = 3
        for item in self.items:
            span = min(max(item.span, 1), 3)
            if span > room:
                spans[-1] += room
                room = 3
            spans.append(span)
            room = room - span or 3
        if spans and room < 3:
            spans[-1] += room
        return tuple(spans)

    @property
    def spanned(self) -> tuple[tuple[DetailItem, int], ...]:
        return tuple(zip(self.items, self.spans, strict=True))


@fixed
class RelatedTable:
    """A tab of related records. With ``url`` it is fetched when its tab is first opened
    (``related.html`` draws the answer); without it ``columns`` and ``rows`` stand here."""

    title: str
    code: str
    url: str = ""
    columns: tuple[Column, ...] = ()
    rows: tuple[Row, ...] = ()
    count: str = ""
    actions: tuple[Action, ...] = ()
    note: str = ""
    more: Action | None = None
    empty: str = ""


@fixed
class Step:
    """``state``: done, now or next."""

    title: str
    note: str = ""
    state: str = "next"


@fixed
class TimelineEntry:
    """``state``: done, now or next; newest first. ``when`` is written, ``at`` is ISO for machines."""

    title: str
    who: str = ""
    when: str = ""
    text: str = ""
    state: str = "done"
    at: str = ""
    files: tuple[Cell, ...] = ()


@fixed
class DetailPage:
    """``detail.html``. ``actions`` from quiet to primary, as the machine of states allows them."""

    shell: Shell
    title: str
    sections: tuple[DetailSection, ...]
    state: Cell | None = None
    tags: tuple[Cell, ...] = ()
    meta: tuple[tuple[str, Cell], ...] = ()
    actions: tuple[Action, ...] = ()
    more: tuple[Action, ...] = ()
    steps: tuple[Step, ...] = ()
    related: tuple[RelatedTable, ...] = ()
    timeline: tuple[TimelineEntry, ...] = ()
    timeline_title: str = ""
    timeline_note: str = ""
    lines: tuple[str, ...] = ()
    alerts: tuple[Alert, ...] = ()
    plain_steps: bool = False
