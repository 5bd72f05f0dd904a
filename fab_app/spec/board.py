"""Boards: pages of charts and short lists, the home page among them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from pydantic import Field as Key
from pydantic import field_validator, model_validator

from fab_app.charts.base import Filter
from fab_app.core.grammar import Grammar, by_key, expanded, shaped
from fab_app.core.text import Text
from fab_app.fields.formula import Formula

Span = Literal[3, 4, 5, 6, 7, 8, 9, 12]


class ChartBlock(Grammar):
    """A chart; ``span`` is its width in twelfths. A group stands for all its charts."""

    chart: str
    span: Span | None = None


class ListBlock(Grammar):
    """The first rows of a list: what is to be done. ``tab`` and ``where`` choose them."""

    list: str
    label: Text | None = None
    tab: str | None = None
    where: Formula | None = None
    columns: tuple[str, ...] = ()
    limit: int = Key(default=5, ge=1, le=20)
    span: Span | None = None


class ExportBlock(Grammar):
    """A card that gives the rows of a list as a workbook. ``ask``: the list's own conditions that it asks first.

    ``columns``: fields in place of the list's columns. ``sheets``: fields that name several records; each is a sheet of
    its own, with a row for each record of the list and each that it names.
    """

    export: str
    label: Text | None = None
    tab: str | None = None
    ask: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    sheets: tuple[str, ...] = ()
    span: Span | None = None


class TodoBlock(Grammar):
    """What waits for the person's decision: how much it is, and the first ``todo`` lines of it."""

    todo: int = Key(ge=1, le=20)
    label: Text | None = None
    span: Span | None = None


def _kind_of_block(raw: Any) -> str:
    kinds = (by_key(key, key, "")(raw) for key in ("list", "export", "todo"))
    return next(filter(None, kinds), "chart")


Block: Any = shaped(_kind_of_block, chart=ChartBlock, list=ListBlock, export=ExportBlock, todo=TodoBlock)


Rows = tuple[tuple[Block, ...], ...]


def _short_blocks(raw: object) -> object:
    return tuple(expanded(row, "chart") for row in raw) if isinstance(raw, list | tuple) else raw


class BoardTab(Grammar):
    """Rows of blocks of which a board shows one tab at a time."""

    label: Text
    rows: Rows

    _blocks = field_validator("rows", mode="before")(_short_blocks)


class Board(Grammar):
    """A page of blocks: those of ``rows``, and below them those of one of ``tabs``.

    ``home``: the first page of those for whom ``when`` holds; the first such board counts. ``files``: of the person,
    what the files of its cards are named after: ``<files>_<label of the card>_yyyyMMddHHmm.xlsx``.
    """

    label: Text
    icon: str | None = None
    home: bool = False
    when: Formula | None = None
    files: Formula | None = None
    filters: tuple[Filter, ...] = ()
    rows: Rows = ()
    tabs: dict[str, BoardTab] = Key(default_factory=dict)

    _blocks = field_validator("rows", mode="before")(_short_blocks)

    @field_validator("filters", mode="before")
    @classmethod
    def _short_filters(cls, raw: object) -> object:
        return expanded(raw, "field")

    @model_validator(mode="after")
    def _something(self) -> Board:
        if not self.rows and not self.tabs:
            raise ValueError("a board shows nothing|add 'rows:' or 'tabs:'")
        return self

    @property
    def placed(self) -> Iterator[tuple[tuple[str | int, ...], Any]]:
        """Every block with its place in what was written."""
        parts: list[tuple[tuple[str, ...], Rows]] = [(("rows",), self.rows)]
        parts += [(("tabs", code, "rows"), tab.rows) for code, tab in self.tabs.items()]
        for loc, rows in parts:
            for at, row in enumerate(rows):
                for index, block in enumerate(row):
                    yield (*loc, at, index), block


class Function(Grammar):
    """Something that roles are given beside entities: it opens the boards, charts and workbooks behind it."""

    label: Text
    actions: tuple[Literal["read", "export"], ...] = ("read", "export")
    boards: tuple[str, ...] = ()
    charts: tuple[str, ...] = ()
    workbooks: tuple[str, ...] = ()
