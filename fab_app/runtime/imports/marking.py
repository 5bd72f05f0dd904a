"""The same workbook back: wrong cells coloured with the reason in a comment, and all reasons in a column of their own.

What was imported already is taken out, so that what is left can be mended and sent again. Only the sheet that was read
is written anew, row by row, with its comments and the formats; every other part goes back as it came.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from xml.parsers import expat

from fab_app.core.problems import Refused
from fab_app.core.words import say
from fab_app.runtime.imports import package
from fab_app.runtime.imports.batch import Batch, Batches, Problem
from fab_app.runtime.imports.columns import Plan
from fab_app.runtime.imports.copying import Copy, handed_on, inserted, tag
from fab_app.runtime.imports.heading import mapped, reason_label, row_label
from fab_app.runtime.imports.marked_comments import NO_COMMENTS, NO_DRAWING, MarkedComments, MarkedDrawing
from fab_app.runtime.imports.marked_sheet import MarkedSheet, Marks, letters
from fab_app.runtime.imports.marked_styles import MarkedStyles, styles_of
from fab_app.runtime.imports.parts import MOST_PART, too_large
from fab_app.runtime.imports.sheet import Row, rows, shown
from fab_app.runtime.writing import Writer

MOST_COMMENTS = 10_000
"""Spreadsheets slow down over more; the column of reasons has them all."""

_BROKEN = (LookupError, ValueError, expat.ExpatError, zipfile.BadZipFile, EOFError, OSError)
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_COMMENTS = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_VML = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_CONTENTS = "[Content_Types].xml"
_CHAIN = re.compile(rb"<(?:\w+:)?(?:Relationship|Override)\b[^>]*calcChain[^>]*/>")
_VML_EXTENSION = re.compile(rb"""Extension=["']vml["']""", re.I)
_OURS = "rIdMarked"


def marked(writer: Writer, plan: Plan, batch: Batch, batches: Batches) -> bytes:
    """Raises Refused for a workbook that was read but whose other parts are broken."""
    opened = package.opened(batches.content(batch))
    part = next(iter(opened.sheets.values()))
    first = next(rows(opened, part))
    marks = _marks(plan, first, batches.problems(batch), batch.state == "written")
    heads = {column.path: at for at, column in mapped(plan, first.cells).items()}
    told = _told(batches.problems(batch), heads, marks)
    out = BytesIO()
    try:
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as target:
            _Marking(opened, target, part, marks, told).run()
    except _BROKEN as error:
        raise Refused(say("This workbook is damaged and cannot be read")) from error
    return out.getvalue()


def _marks(plan: Plan, first: Row, problems: list[Problem], leave_out: bool) -> Marks:
    heads = {column.path: at for at, column in mapped(plan, first.cells).items()}
    found, earlier = sorted(problem.row for problem in problems), _earlier(plan, first)
    return Marks(
        first.number,
        min(earlier) if earlier else max(first.cells) + 1,
        (row_label(), reason_label(plan)),
        {one.row: tuple(heads[path] for path in one.errors if path in heads) for one in problems},
        {one.row: "; ".join(said for told in one.errors.values() for said in told) for one in problems},
        {row: place for place, row in enumerate(found, first.number + 1)} if leave_out else None,
        bool(earlier),
    )


def _earlier(plan: Plan, first: Row) -> list[int]:
    """Where the reasons of an earlier file stand."""
    ours = (reason_label(plan), row_label())
    return [at for at, cell in first.cells.items() if shown(cell).strip() in ours]


def _told(problems: list[Problem], heads: dict[str, int], marks: Marks) -> list[tuple[str, str]]:
    """Of wrong cells where they will stand, and what is wrong with each."""
    found = [
        (f"{letters(heads[path])}{marks.place(one.row)}", "\n".join(sentences))
        for one in problems
        for path, sentences in one.errors.items()
        if path in heads
    ]
    return found[:MOST_COMMENTS]


@dataclass
class _Marking:
    opened: package.Package
    target: zipfile.ZipFile
    part: str
    marks: Marks
    told: list[tuple[str, str]]

    def run(self) -> None:
        source, known = self.opened.archive, dict.fromkeys(self.opened.archive.namelist())
        folder, name = posixpath.split(self.part)
        relations = posixpath.join(folder, "_rels", f"{name}.rels")
        targets = package.targets_of(source, self.part) if relations in known else {}
        styles = styles_of(source, self.opened.styles)
        sheet = MarkedSheet(self.marks, styles, f"{_OURS}2")
        self._copy(sheet, self.part)
        done = {self.part, relations, _CONTENTS}
        if styles.known:
            self._copy(MarkedStyles(styles), self.opened.styles)
            done.add(self.opened.styles)
        ours = f"marked_{name.removesuffix('.xml')}"
        comments = next(
            (part for kind, part in targets.values() if kind == "comments"), f"xl/comments_{ours}.xml"
        )
        drawing = targets.get(sheet.drawing, ("", f"xl/drawings/{ours}.vml"))[1]
        self._comment(comments, drawing)
        self._relate(
            relations, targets, {f"{_OURS}1": ("comments", comments), sheet.drawing: ("vmlDrawing", drawing)}
        )
        self._declare("" if comments in known else comments)
        done |= {comments, drawing}
        for part in known:
            if part not in done:
                self._hand_on(part)

    def _copy(self, copy: Copy, part: str) -> None:
        with self.opened.archive.open(part) as given, self.target.open(part, "w") as taken:
            copy.copy(given, taken)

    def _comment(self, part: str, drawing: str) -> None:
        comments = MarkedComments(self.marks, self.told)
        self.target.writestr(part, _copied(comments, self._small(part, NO_COMMENTS)))
        try:
            shapes = _copied(MarkedDrawing(comments.places), self._small(drawing, NO_DRAWING))
        except expat.ExpatError:  # old spreadsheets write drawings that are no XML
            shapes = _copied(MarkedDrawing(comments.places), NO_DRAWING)
        self.target.writestr(drawing, shapes)

    def _relate(
        self, part: str, old: Mapping[str, tuple[str, str]], new: Mapping[str, tuple[str, str]]
    ) -> None:
        named = {name for _, name in old.values()}
        more = "".join(
            tag("Relationship", {"xmlns": _RELATIONS, "Id": id_, "Type": _KIND + kind, "Target": f"/{name}"})
            for id_, (kind, name) in new.items()
            if name not in named
        )
        none = tag("Relationships", {"xmlns": _RELATIONS}, "").encode()
        self.target.writestr(part, inserted(self._small(part, none), more))

    def _declare(self, comments: str) -> None:
        types, more = self._unchained(self._small(_CONTENTS, b"")), ""
        if comments:
            more += tag("Override", {"xmlns": _TYPES, "PartName": f"/{comments}", "ContentType": _COMMENTS})
        if not _VML_EXTENSION.search(types):
            more += tag("Default", {"xmlns": _TYPES, "Extension": "vml", "ContentType": _VML})
        self.target.writestr(_CONTENTS, inserted(types, more))

    def _small(self, part: str, otherwise: bytes) -> bytes:
        source = self.opened.archive
        if part not in source.namelist():
            return otherwise
        if source.getinfo(part).file_size > MOST_PART:
            raise too_large()
        return source.read(part)

    def _hand_on(self, part: str) -> None:
        """The order in which formulas are worked out names cells that may be gone; spreadsheets make it anew."""
        if part.endswith("workbook.xml.rels"):
            self.target.writestr(part, self._unchained(self._small(part, b"")))
        elif self.marks.moved is None or not part.endswith("calcChain.xml"):
            handed_on(self.opened.archive, self.target, part)

    def _unchained(self, content: bytes) -> bytes:
        return content if self.marks.moved is None else _CHAIN.sub(b"", content)


def _copied(copy: Copy, part: bytes) -> bytes:
    out = BytesIO()
    copy.copy(BytesIO(part), out)
    return out.getvalue()
