"""csv as it is sent: UTF-8 with BOM, no cell a formula."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

BOM = "\ufeff"
END = "\r\n"
_SIGNS = frozenset("=+-@\t\r")
_PLAIN_NUMBER = re.compile(r"[+-]?[0-9][0-9,]*(?:\.[0-9]+)?%?")
_QUOTED = re.compile(r'[",\r\n]')


def safe(text: str) -> str:
    """A cell that no spreadsheet takes for a formula; numbers stay numbers."""
    if text[:1] in _SIGNS and not _PLAIN_NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def cell(text: str) -> str:
    text = safe(text)
    return '"' + text.replace('"', '""') + '"' if _QUOTED.search(text) else text


def lines(labels: Sequence[str], pieces: Iterable[Sequence[Sequence[str]]]) -> Iterator[bytes]:
    """The bytes of the file; each piece is the written cells of some rows, column by column."""
    yield (BOM + ",".join(map(cell, labels)) + END).encode()
    for columns in pieces:
        rows = map(",".join, zip(*columns, strict=True))
        yield (END.join(rows) + END).encode()
