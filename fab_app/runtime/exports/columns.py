"""Rows to written cells, column by column: what occurs again and again is put into words once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from fab_app.runtime.selection import Decode, Keyed, Plain

REMEMBERED = 20_000
Write = Callable[[Any], str]


@dataclass
class Piece:
    """Some rows of the answer. ``sides``: many-valued columns by name, then by the row's id."""

    keys: Sequence[str]
    rows: Sequence[Sequence[Any]]
    id_key: str
    sides: Mapping[str, Mapping[int, tuple[Any, ...]]]

    @cached_property
    def place(self) -> dict[str, int]:
        return {key: index for index, key in enumerate(self.keys)}

    @cached_property
    def columns(self) -> list[tuple[Any, ...]]:
        return list(zip(*self.rows, strict=True))

    def of(self, key: str) -> tuple[Any, ...]:
        return self.columns[self.place[key]]

    def row(self, index: int) -> dict[str, Any]:
        return dict(zip(self.keys, self.rows[index], strict=True))


class Column:
    """One column of the file; ``side`` where its values stand beside the row."""

    def __init__(self, name: str, decode: Decode, write: Write, side: bool) -> None:
        self.name, self.decode, self.write, self.side = name, decode, write, side
        self.known: dict[Any, str] = {}

    def cells(self, piece: Piece) -> list[str]:
        if isinstance(self.decode, Plain | Keyed) and not self.side:
            values = piece.of(self.decode.key)
            try:
                return self._known(piece, values)
            except TypeError:  # a value that cannot be a key, such as JSON
                pass
        return [self.write(value) for value in self.values(piece)]

    def _known(self, piece: Piece, values: Iterable[Any]) -> list[str]:
        known, write, decode = self.known, self.write, self.decode
        itself = isinstance(decode, Plain)
        found = []
        for index, value in enumerate(values):
            text = known.get(value)
            if text is None:
                text = write(value if itself else decode(piece.row(index)))
                if len(known) < REMEMBERED:
                    known[value] = text
            found.append(text)
        return found

    def values(self, piece: Piece) -> Iterator[Any]:
        for index in range(len(piece.rows)):
            row = piece.row(index)
            if not self.side:
                yield self.decode(row)
            else:
                yield piece.sides[self.name].get(row[piece.id_key], ()) if self.decode(row) else ()
