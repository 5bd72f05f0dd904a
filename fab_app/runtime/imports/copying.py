"""A part of a workbook written again as it is read, in flat memory: who inherits changes what comes between."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from functools import partial
from typing import IO
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from fab_app.runtime.imports.parts import DEEPEST, PIECE, bare, no_types

_DECLARED = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_UNSAFE = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF))


def tag(name: str, attributes: Mapping[str, object], inner: str | None = None) -> str:
    """``inner`` is markup."""
    written = _written(attributes)
    return f"<{name}{written}/>" if inner is None else f"<{name}{written}>{inner}</{name}>"


def _written(attributes: Mapping[str, object]) -> str:
    told = [(key, str(value)) for key, value in attributes.items()]
    return "".join([f' {k}="{v}"' if v.isalnum() else f" {k}={quoteattr(v)}" for k, v in told])


def escaped(value: str) -> str:
    """As a part may hold it."""
    return escape(value.translate(_UNSAFE), {"\r": "&#13;"})


class Copy:
    """``opens`` and ``closes`` are told of each element by its bare name, and write it; ``out`` is what is written.

    ``prefix`` is that of the root's namespace, ``path`` the bare names of what is open.
    """

    def __init__(self) -> None:
        self.whole: list[str] = []
        self.out = self.whole
        self.path: list[str] = []
        self.prefix = ""

    def copy(self, source: IO[bytes], target: IO[bytes]) -> None:
        self.parser = parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = no_types
        self._listen()
        target.write(_DECLARED.encode())
        while piece := source.read(PIECE):
            parser.Parse(piece)
            self._flush(target)
        parser.Parse(b"", True)
        self._flush(target)

    def opens(self, name: str, attributes: dict[str, str]) -> None:
        self.write_start(name, attributes)

    def closes(self, name: str) -> None:
        self.out.append(f"</{self.full}>")

    def write_start(self, name: str, attributes: dict[str, str]) -> None:
        self.out.append(f"<{self.full}{_written(attributes)}>")

    def past(self, keep: bool) -> None:
        """All up to the end of the element that has just begun goes as it stands, or not at all."""
        self.parser.StartElementHandler = self._start_past if keep else None
        self.parser.EndElementHandler = partial(self._end_past, self.full, keep)
        if not keep:
            self.parser.CharacterDataHandler = None

    def _listen(self) -> None:
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._heard

    def _start_past(self, full: str, attributes: dict[str, str]) -> None:
        self.out.append(f"<{full}{_written(attributes)}>" if attributes else f"<{full}>")

    def _end_past(self, begun: str, keep: bool, full: str) -> None:
        if keep:
            self.out.append(f"</{full}>")
        if full == begun:
            self.path.pop()
            self._listen()

    def _start(self, full: str, attributes: dict[str, str]) -> None:
        name = bare(full)
        if not self.path:
            self.prefix = full.removesuffix(name)
        self.full = full
        if len(self.path) >= DEEPEST:
            raise ValueError("a part of a workbook is not so deep")
        self.opens(name, attributes)
        self.path.append(name)

    def _end(self, full: str) -> None:
        self.full = full
        self.closes(self.path.pop())

    def _heard(self, words: str) -> None:
        self.out.append(escaped(words))

    def _flush(self, target: IO[bytes]) -> None:
        target.write("".join(self.whole).encode())
        self.whole.clear()


def inserted(part: bytes, more: str) -> bytes:
    """With this markup as the last of the root; of small parts alone."""
    at = part.rfind(b"</")
    if at < 0 or b"\x00" in part:
        raise ValueError("a part of a workbook has no end")
    return part[:at] + more.encode() + part[at:]


def handed_on(source: zipfile.ZipFile, target: zipfile.ZipFile, name: str) -> None:
    """A member as it is, in pieces."""
    with source.open(name) as given, target.open(name, "w") as taken:
        while piece := given.read(PIECE):
            taken.write(piece)
