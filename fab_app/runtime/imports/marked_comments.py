"""The comments of a sheet with ours beside them, and the drawing in which spreadsheets keep where each is shown."""

from __future__ import annotations

import re
from collections.abc import Iterable

from fab_app.runtime.imports.columns import MARK
from fab_app.runtime.imports.copying import Copy, escaped, tag
from fab_app.runtime.imports.marked_sheet import Marks
from fab_app.runtime.imports.parts import MOST_KEPT, too_large

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_TYPE = "_x0000_t202"
NO_COMMENTS = f'<comments xmlns="{_MAIN}"><authors></authors><commentList></commentList></comments>'.encode()
NO_DRAWING = (
    b'<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
    b' xmlns:x="urn:schemas-microsoft-com:office:excel"></xml>'
)
_NAMESPACES = {
    "xmlns:v": "urn:schemas-microsoft-com:vml",
    "xmlns:o": "urn:schemas-microsoft-com:office:office",
    "xmlns:x": "urn:schemas-microsoft-com:office:excel",
}
_SHAPE = (
    '<v:fill color2="#ffffe1"/><v:shadow color="black" obscured="t"/><v:path o:connecttype="none"/>'
    '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
    '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:AutoFill>False</x:AutoFill>'
    "<x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData>"
)
_STYLE = "position:absolute;margin-left:59.25pt;margin-top:1.5pt;width:144px;height:79px;z-index:1;visibility:hidden"


class MarkedComments(Copy):
    """``places``: where a comment stands in what comes back. Ours of an earlier file go."""

    def __init__(self, marks: Marks, told: Iterable[tuple[str, str]]) -> None:
        super().__init__()
        self.marks = marks
        self.told = dict(told)
        self.places: list[str] = []
        self.authors: list[str] = []
        self.place: str | None = None

    def opens(self, name: str, attributes: dict[str, str]) -> None:
        if name == "comment":
            self.place = self._place(attributes)
            self.out = []
            attributes |= {"ref": self.place or ""}
        self.write_start(name, attributes)
        if name == "author":
            self.out = []

    def closes(self, name: str) -> None:
        if name == "author":
            self.authors.append("".join(self.out))
            self.out = self.whole
            self.out.append(self.authors[-1])
        elif name == "authors":
            self.out.append(tag(f"{self.prefix}author", {}, MARK))
        elif name == "commentList":
            self._add()
        super().closes(name)
        if name == "comment":
            written, self.out = self.out, self.whole
            if self.place is not None:
                self.out += written
                self._keep(self.place)

    def _place(self, attributes: dict[str, str]) -> str | None:
        found = _PLACE.fullmatch(attributes.get("ref", ""))
        if found is None:
            return None
        author = attributes.get("authorId", "")
        ours = author.isdecimal() and int(author) < len(self.authors) and self.authors[int(author)] == MARK
        row = int(found[2])
        place = None if ours and row > self.marks.heading else self.marks.place(row)
        where = None if place is None else f"{found[1]}{place}"
        return None if where in self.told else where

    def _add(self) -> None:
        p, author = self.prefix, len(self.authors)
        for place, words in self.told.items():
            told = f'<{p}text><{p}t xml:space="preserve">{escaped(words)}</{p}t></{p}text>'
            self.out.append(tag(f"{p}comment", {"ref": place, "authorId": author}, told))
            self._keep(place)

    def _keep(self, place: str) -> None:
        self.places.append(place)
        if len(self.places) > MOST_KEPT:
            raise too_large()


class MarkedDrawing(Copy):
    """With a shape for each comment in the place of those that were there; other shapes stay."""

    def __init__(self, places: Iterable[str]) -> None:
        super().__init__()
        self.places = places
        self.typed = False
        self.left = 0

    def opens(self, name: str, attributes: dict[str, str]) -> None:
        depth = len(self.path)
        if depth == 1 and name == "shape" and attributes.get("type") == f"#{_TYPE}":
            self.left, self.out = depth, []
        self.typed |= name == "shapetype" and attributes.get("id") == _TYPE
        self.write_start(name, attributes)

    def closes(self, name: str) -> None:
        if not self.path:
            self._add()
        super().closes(name)
        if self.left and len(self.path) == self.left:
            self.left, self.out = 0, self.whole

    def _add(self) -> None:
        if not self.typed:
            kind = {
                "id": _TYPE,
                "coordsize": "21600,21600",
                "o:spt": "202",
                "path": "m,l,21600r21600,l21600,xe",
            }
            inner = '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/>'
            self.out.append(tag("v:shapetype", _NAMESPACES | kind, inner))
        for at, place in enumerate(self.places, 1025):
            found = _PLACE.fullmatch(place)
            assert found is not None
            column = 0
            for letter in found[1]:
                column = column * 26 + ord(letter) - 64
            shape = {"id": f"_x0000_s{at}", "type": f"#{_TYPE}", "style": _STYLE, "fillcolor": "#ffffe1"}
            inner = _SHAPE.format(row=int(found[2]) - 1, column=column - 1)
            self.out.append(tag("v:shape", _NAMESPACES | shape | {"o:insetmode": "auto"}, inner))
