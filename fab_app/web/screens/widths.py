"""How wide the columns of a list are: classes of the style sheet, for no width is written into a page."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from fab_app.core.text import LOCALES
from fab_app.fields.base import Field
from fab_app.fields.faces import Cell
from fab_app.web.pages import Column, Row

CLASSES = (
    44,
    54,
    60,
    64,
    72,
    74,
    80,
    84,
    92,
    94,
    100,
    108,
    116,
    120,
    128,
    136,
    138,
    146,
    150,
    168,
    200,
    260,
    320,
)
NARROWEST = 140
"""What a column without a width needs at least."""
ROOM = 1150
"""What a table has at 1440 pixels beside the whole menu."""
_OF_TYPE = {
    "serial": 146,
    "date": 100,
    "datetime": 136,
    "time": 74,
    "month": 84,
    "bool": 64,
    "int": 80,
    "decimal": 100,
    "percent": 120,
    "money": 120,
    "phone": 120,
    "user": 100,
    "region": 108,
    "images": 136,
    "files": 136,
    "image": 92,
    "file": 136,
    "uscc": 168,
    "id_card": 168,
    "tree_ref": 108,
    "refs": 146,
    "choices": 200,
}
_SHORT_TEXT, _LONGEST_CHOICE = 50, 146
_CAPITALS = 1.07
"""Digits and capitals are wider than the mean letter, and nothing that stood whole may be cut."""
_EDGE = 10
"""What the first column stands further in, and a little."""
_DRAWN = ("images", "files", "percent", "rich", "bool", "colour", "masked")
_SIGN, _LETTER, _PADDING, _ARROW, _BADGE, _GAP, _MORE = 14, 7.5, 16, 16, 26, 10, 44


def of_field(field: Field, short: bool) -> str:
    """The class of a field's column; "" shares what the others leave. ``short``: a reference told by a number."""
    if field.type == "choice":
        return _class(min(_choice(field), _LONGEST_CHOICE))
    if field.type in ("text", "longtext", "ref", "org"):
        length = _SHORT_TEXT + 1 if field.type != "text" else getattr(field, "max", None) or _SHORT_TEXT + 1
        return "146" if short else "" if length > _SHORT_TEXT else "120"
    return str(_OF_TYPE.get(field.type, 120))


@lru_cache(maxsize=4096)
def at_least(width: str, head: str, sortable: bool, edge: int = 0) -> str:
    """The same class, or the one that the column's head needs; heads of other than Chinese wrap."""
    if not width:
        return ""
    words = head.split() if head.isascii() else [head]
    need = max((letters(word) for word in words), default=0) + _PADDING + (_ARROW if sortable else 0) + edge
    return _class(max(int(width), int(need)))


def fitted(columns: tuple[Column, ...], rows: tuple[Row, ...], acting: str) -> tuple[Column, ...]:
    """The same columns; where they have no room beside each other, each only as wide as this page of it needs."""
    if least(columns, acting) <= ROOM:
        return columns
    return tuple(
        _fitted(column, [row.cells[at] for row in rows], 0 if at else _EDGE)
        for at, column in enumerate(columns)
    )


def least(columns: tuple[Column, ...], acting: str) -> int:
    """What the table needs: below it scrolls sideways and does not squeeze its columns."""
    return sum(int(column.width or NARROWEST) for column in columns) + int(acting)


def _fitted(column: Column, cells: list[Cell], edge: int) -> Column:
    given = column.width or str(NARROWEST)
    if not cells or any(cell.kind in _DRAWN for cell in cells):
        return column
    content = _class(int(max(_said(cell) for cell in cells) + edge))
    width = at_least(content, column.label, bool(column.sort_url), edge)
    return replace(column, width=width) if int(width) < int(given) else column


def _said(cell: Cell) -> float:
    parts = cell.items or (cell,)
    badges = sum(_BADGE for part in parts if part.kind in ("state", "tag"))
    between = _SIGN * (len(parts) - 1)
    return sum(letters(part.text) for part in parts) * _CAPITALS + between + badges + _PADDING


def nearest(width: int) -> str:
    """The class nearest to what an author wrote."""
    return str(min(CLASSES, key=lambda known: abs(known - width)))


def of_actions(rows: tuple[Row, ...]) -> str:
    """The class that the longest line of row buttons needs."""
    return _class(int(max((_line(row) for row in rows), default=0)))


def letters(text: str) -> float:
    """What a text takes, in pixels: about."""
    return sum(_LETTER if ord(sign) < 0x2E80 else _SIGN for sign in text)


def _choice(field: Field) -> int:
    options = (getattr(field, "options", None) or {}).values()
    texts = [getattr(option, "label", option) for option in options]
    badge = _BADGE if any(getattr(option, "tone", "") for option in options) else 0
    longest = max((letters(text.of(locale)) for text in texts for locale in LOCALES), default=_LONGEST_CHOICE)
    return int(longest) + badge + _PADDING


def _line(row: Row) -> float:
    labels = [
        letters(action.label) + letters("" if action.count is None else f"({action.count})")
        for action in row.actions
    ]
    return sum(labels) + (_MORE if row.more else 0) + _GAP * (len(labels) + bool(row.more) - 1) + _PADDING + 8


def _class(width: int) -> str:
    """The next class that is no narrower."""
    return str(next((known for known in CLASSES if known >= width), CLASSES[-1]))
