"""The records that entries of the log are about, in a file: titles where the reader may see them, else numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fab_app.runtime.about import titles
from fab_app.runtime.exports.columns import Column, Piece
from fab_app.runtime.reading import Reader


@dataclass(frozen=True)
class Abouts:
    """A column of its own kind: each piece of rows costs one statement for each kind of record in it."""

    numbers: Column
    kinds: Column
    reader: Reader
    portal: str
    write: Callable[[str], str]

    def cells(self, piece: Piece) -> list[str]:
        meant = list(zip(self.kinds.values(piece), self.numbers.values(piece), strict=True))
        told = titles(self.reader, self.portal, meant).items()
        written: dict[Any, str] = {one: self.write(ref.title) for one, ref in told}
        return [
            written.get(one) or number for one, number in zip(meant, self.numbers.cells(piece), strict=True)
        ]
