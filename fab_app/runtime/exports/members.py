"""What many-valued references of the exported rows name, as sheets of their own: a row for each row and member."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from fab_app.core.words import locale
from fab_app.runtime.exports import workbook
from fab_app.runtime.exports.workbook import Sheet
from fab_app.runtime.query import Asking, Query

if TYPE_CHECKING:
    from fab_app.runtime.exports.exporting import Export


@dataclass(frozen=True)
class Members:
    """One field of an export: the title of the row, and what it names there."""

    export: Export
    field: str

    @property
    def told(self) -> bool:
        """Whether the person is told the field whole in every row."""
        asking, path = (
            Asking(self.export.reader.world, self.export.entity, self.export.reader.principal),
            (self.field,),
        )
        return asking.shows(path) and not asking.closed(path)

    def sheet(self, piece: int) -> Sheet:
        entity = self.export.entity
        label = entity.fields[self.field].label.of(locale.get())
        return Sheet(label, (entity.spec.label.of(locale.get()), label), self._pieces(piece))

    def _pieces(self, size: int) -> Iterator[Sequence[Sequence[str]]]:
        export, entity = self.export, self.export.entity
        query: Query = replace(export.query, columns=())
        prepared = export.reader.prepare_all(entity, query, "export")
        beside = replace(export.reader, session=export.beside)
        keys, rows = export.reader.stream(prepared, size)
        at = keys.index(prepared.id_key)
        for part in rows:
            ids = [row[at] for row in part]
            titles = beside.titles(entity, ids)
            found = beside.beside(entity, (self.field,), ids)[self.field]
            pairs = [(titles[id_].title, member) for id_ in ids for member in found.get(id_, ())]
            yield [
                [workbook.words(title) for title, _ in pairs],
                [workbook.words(str(getattr(member, "title", member))) for _, member in pairs],
            ]
