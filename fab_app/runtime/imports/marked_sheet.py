"""The rows of the sheet that was read, with the wrong cells coloured and two columns of what is wrong behind them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from fab_app.runtime.imports.copying import Copy, escaped, tag
from fab_app.runtime.imports.marked_styles import Styles
from fab_app.runtime.imports.sheet import MOST_COLUMNS

_LATER = frozenset(
    (
        "legacyDrawingHF",
        "drawingHF",
        "picture",
        "oleObjects",
        "controls",
        "AlternateContent",
        "webPublishItems",
        "tableParts",
        "extLst",
    )
)
"""What stands in a sheet behind the drawing of its comments."""

_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WIDE = 60


@dataclass(frozen=True)
class Marks:
    """Rows as the spreadsheet counts, columns from 0. ``last``: the column of row numbers, reasons stand behind it.

    ``wrong``: by row the columns, ``reasons``: by row the sentence. ``moved``: by row where it goes; None: all stay.
    ``again``: both columns stand there already, of an earlier file.
    """

    heading: int
    last: int
    labels: tuple[str, str]
    wrong: Mapping[int, tuple[int, ...]]
    reasons: Mapping[int, str]
    moved: Mapping[int, int] | None = None
    again: bool = False

    def place(self, row: int) -> int | None:
        """Where a row stands in what comes back; None for one that is left out."""
        return row if self.moved is None or row <= self.heading else self.moved.get(row)


@dataclass(slots=True)
class _Cell:
    name: str
    column: int
    attributes: dict[str, str]
    inner: str = ""


@dataclass
class MarkedSheet(Copy):
    """``drawing``: the id under which the sheet refers to the drawing of its comments, ours where it had none."""

    marks: Marks
    styles: Styles
    drawing: str
    number: int = 0
    cells: list[_Cell] = field(default_factory=list)
    row: dict[str, str] = field(default_factory=dict)
    drawn: bool = False
    widths: int = -1
    skipping: bool = False
    kept: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def opens(self, name: str, attributes: dict[str, str]) -> None:
        depth = len(self.path)
        if name == "row":
            given = attributes.get("r")
            self.number = int(given) if given else self.number + 1
            self._begin(attributes)
        elif name == "c" and self.path[-1] == "row":
            self._open(attributes)
        elif name == "f" and self.path[-1] == "c":
            self._formula(attributes)
        else:
            if depth == 1:
                self._before(name, attributes)
            if name == "col":
                self.widths = max(self.widths, int(attributes.get("max", "0")))
            self.write_start(name, attributes)

    def closes(self, name: str) -> None:
        if name == "row":
            self.out = self.whole
            self._row()
        elif name == "c" and self.path[-1] == "row":
            self.cells[-1].inner = "".join(self.out)
            self.out = []
        elif name == "f" and self.skipping:
            self.skipping, self.out = False, self.kept
        else:
            if name == "cols":
                self._width()
            elif not self.path:
                self._draw()
            super().closes(name)
            if name == "dimension":
                self.out = self.whole

    # --- around the rows -------------------------------------------------------------------------

    def _before(self, name: str, attributes: dict[str, str]) -> None:
        if name == "sheetData" and self.widths < 0:
            self.out.append(f"<{self.prefix}cols>")
            self._width()
            self.out.append(f"</{self.prefix}cols>")
        elif name == "dimension":
            self.out = []  # a hint that would be wrong, and may be left out
        elif name == "legacyDrawing":
            self.drawn = True
            self.drawing = next((v for k, v in attributes.items() if k.endswith(":id")), self.drawing)
        elif name in _LATER:
            self._draw()

    def _width(self) -> None:
        at = self.marks.last + 2
        if self.widths < at:
            self.out.append(
                tag(f"{self.prefix}col", {"min": at, "max": at, "width": _WIDE, "customWidth": 1})
            )
        self.widths = max(self.widths, 0)

    def _draw(self) -> None:
        if not self.drawn:
            name = f"{self.prefix}legacyDrawing"
            self.out.append(tag(name, {"xmlns:r": _RELATIONS, "r:id": self.drawing}))
            self.drawn = True

    # --- rows ------------------------------------------------------------------------------------

    def _begin(self, attributes: dict[str, str]) -> None:
        """Rows of which nothing is told are not looked into."""
        marks, place = self.marks, self.marks.place(self.number)
        told = self.number == marks.heading or self.number in marks.reasons or marks.again
        if place is None:
            self.past(keep=False)
        elif place == self.number and not told:
            self.write_start("row", attributes | {"r": str(place)})
            self.past(keep=True)
        else:
            self.row, self.cells, self.out = attributes, [], []

    def _open(self, attributes: dict[str, str]) -> None:
        if len(self.cells) > MOST_COLUMNS:
            raise ValueError("a row has not so many cells")
        place = attributes.get("r", "")
        column = _column(place) if place else (self.cells[-1].column + 1 if self.cells else 0)
        self.cells.append(_Cell(self.full, column, attributes))
        self.out = []

    def _formula(self, attributes: dict[str, str]) -> None:
        """One that others share with it, or it with them, cannot move; its value stays."""
        if self.marks.moved is not None and attributes.get("t", "normal") != "normal":
            self.skipping, self.kept, self.out = True, self.out, []
        else:
            self.write_start("f", attributes)

    def _row(self) -> None:
        place = self.marks.place(self.number)
        assert place is not None
        reason = self.marks.reasons.get(self.number)
        if self.number == self.marks.heading:
            self._add(*self.marks.labels, self.styles.wrong(self._style_of_the_last()))
        elif reason is not None:
            for column in self.marks.wrong[self.number]:
                cell = self._cell(column)
                cell.attributes["s"] = str(self.styles.wrong(int(cell.attributes.get("s", "0"))))
            self._add(self.number, reason, self.styles.reason)
        elif self.marks.again and self.number > self.marks.heading:
            ours = (self.marks.last, self.marks.last + 1)
            self.cells = [cell for cell in self.cells if cell.column not in ours]
        row = {key: value for key, value in self.row.items() if key != "spans"} | {"r": str(place)}
        self.out.append(tag(f"{self.prefix}row", row, "".join(self._written(place))))

    def _style_of_the_last(self) -> int:
        before = [cell for cell in self.cells if cell.column < self.marks.last]
        return int(before[-1].attributes.get("s", "0")) if before else 0

    def _cell(self, column: int) -> _Cell:
        found = next((cell for cell in self.cells if cell.column == column), None)
        if found is None:
            found = _Cell(f"{self.prefix}c", column, {})
            self.cells.append(found)
            self.cells.sort(key=lambda cell: cell.column)
        return found

    def _add(self, first: str | int, second: str, style: int) -> None:
        for column, value in ((self.marks.last, first), (self.marks.last + 1, second)):
            cell, p = self._cell(column), self.prefix
            if isinstance(value, int):
                cell.attributes, cell.inner = {}, f"<{p}v>{value}</{p}v>"
                continue
            cell.attributes = {"s": str(style), "t": "inlineStr"}
            cell.inner = f'<{p}is><{p}t xml:space="preserve">{escaped(value)}</{p}t></{p}is>'

    def _written(self, place: int) -> list[str]:
        return [
            tag(cell.name, cell.attributes | {"r": f"{letters(cell.column)}{place}"}, cell.inner)
            for cell in self.cells
        ]


def _column(place: str) -> int:
    column = 0
    for letter in place.rstrip("0123456789"):
        column = column * 26 + ord(letter) - 64
    return column - 1


def letters(column: int) -> str:
    found, left = "", column + 1
    while left:
        left, rest = divmod(left - 1, 26)
        found = chr(65 + rest) + found
    return found
