"""Boards: pages of charts and short lists, the home page among them."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field as Key
from pydantic import field_validator

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


Block: Any = shaped(by_key("list", "list", "chart"), chart=ChartBlock, list=ListBlock)


class Board(Grammar):
    """A page of blocks. ``home``: the first page of those for whom ``when`` holds; the first such board counts."""

    label: Text
    icon: str | None = None
    home: bool = False
    when: Formula | None = None
    filters: tuple[Filter, ...] = ()
    rows: tuple[tuple[Block, ...], ...]

    @field_validator("filters", mode="before")
    @classmethod
    def _short_filters(cls, raw: object) -> object:
        return expanded(raw, "field")

    @field_validator("rows", mode="before")
    @classmethod
    def _short_blocks(cls, raw: object) -> object:
        return tuple(expanded(row, "chart") for row in raw) if isinstance(raw, list | tuple) else raw


class Function(Grammar):
    """Something that roles are given beside entities: it opens the boards and charts behind it."""

    label: Text
    actions: tuple[Literal["read", "export"], ...] = ("read", "export")
    boards: tuple[str, ...] = ()
    charts: tuple[str, ...] = ()
