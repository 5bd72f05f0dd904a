"""Several exports in one workbook: a sheet of contents, then a sheet for each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fab_app.core.words import say
from fab_app.runtime.exports import workbook
from fab_app.runtime.exports.exporting import Export
from fab_app.runtime.exports.workbook import Sheet


@dataclass(frozen=True)
class Binding:
    """``parts`` share one reader, whose statements run one after the other. ``about``: whose data it is."""

    title: str
    about: str
    parts: tuple[Export, ...]
    called: str = ""

    def judge(self) -> tuple[int, ...]:
        """The rows of each part; more of one than the portal allows are refused."""
        return tuple(part.judge() for part in self.parts)

    def tell(self, rows: tuple[int, ...]) -> None:
        """Each part is told as an export of its own."""
        for part, number in zip(self.parts, rows, strict=True):
            part.tell(number)

    def xlsx(self) -> Iterator[bytes]:
        """What is said in words is said now: the rows are sent when the request is over."""
        written, titles = [0] * len(self.parts), [part.title for part in self.parts]
        sheets = [
            Sheet(title, part.labels, self._rows(at, written))
            for at, (title, part) in enumerate(zip(titles, self.parts, strict=True))
        ]
        labels = (say("Contents"), say("Rows"), say("Of"), say("Exported at"), say("Exported by"))
        return workbook.bound(sheets, Sheet(labels[0], labels, self._contents(titles, written)))

    def _rows(self, at: int, written: list[int]) -> Iterator[Sequence[Sequence[str]]]:
        for columns in self.parts[at].sheet():
            written[at] += len(columns[0]) if columns else 0
            yield columns

    def _contents(self, titles: list[str], written: list[int]) -> Iterator[Sequence[Sequence[str]]]:
        """How many rows of each were written, which is known when they are."""
        reader, number = self.parts[0].reader, len(self.parts)
        moment: datetime = reader.show.local(reader.world.clock.now()).replace(tzinfo=None)
        told: tuple[Sequence[Any], ...] = (
            titles,
            written,
            [self.about] * number,
            [moment] * number,
            [reader.principal.name] * number,
        )
        yield [[workbook.cell(value) for value in column] for column in told]
