"""One export: who may, how many rows at most, told in the log before the first row leaves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from fab_app.core.problems import Refused
from fab_app.core.words import locale, say
from fab_app.runtime import about, audit
from fab_app.runtime.exports import commas, workbook
from fab_app.runtime.exports.abouts import Abouts
from fab_app.runtime.exports.columns import Column, Piece, Write
from fab_app.runtime.exports.members import Members
from fab_app.runtime.exports.workbook import Sheet
from fab_app.runtime.query import Asking, Condition, Query
from fab_app.runtime.reading import Reader
from fab_app.runtime.selection import Names, acting
from fab_app.spec import defaults
from fab_app.spec.manifest import Entity

PIECE = 1000


@dataclass(frozen=True)
class Form:
    """How a kind of file writes the values of a field, and plain words."""

    write: Callable[[Any, bool, Reader], Write]
    words: Callable[[str], str]


@dataclass(frozen=True)
class Export:
    """All rows of a query under the action ``export``. The reader's session is this export's own.

    ``beside`` reads what stands beside the rows while the rows themselves are still on their way. ``sheets``: fields of
    which each makes a sheet of its own; ``called``: what the file is called, without the moment.
    """

    reader: Reader
    beside: Session
    entity: Entity
    query: Query
    sheets: tuple[str, ...] = ()
    called: str = ""

    def xlsx(self) -> Iterator[bytes]:
        own = Sheet(self.title, self.labels, self._pieces(_IN_WORKBOOK))
        members = (Members(self, name) for name in self.sheets)
        return workbook.bound((own, *(one.sheet(PIECE) for one in members if one.told)))

    def csv(self) -> Iterator[bytes]:
        return commas.lines(self.labels, self._pieces(_IN_CSV))

    def sheet(self) -> Iterator[Sequence[Sequence[str]]]:
        """The cells of a workbook; the statement runs when they are asked for."""
        yield from self._pieces(_IN_WORKBOOK)

    @property
    def title(self) -> str:
        return (self.entity.spec.words.list or self.entity.spec.label).of(locale.get())

    @property
    def labels(self) -> list[str]:
        written = {column.field: column.label for column in defaults.columns(self.entity)}
        return [
            (written.get(".".join(path)) or self._field(path).label).of(locale.get())
            for path in self.query.columns
        ]

    def judge(self) -> int:
        """The number of rows; more than the portal allows is refused."""
        spec = self.reader.world.manifest.portals[self.entity.portal].spec
        counting = self.reader.prepare_number(self.entity, self.query, "export", spec.exports.most)
        options = acting(self.reader.principal)
        rows = int(self.reader.session.execute(counting, execution_options=options).scalar_one())
        if rows > spec.exports.most:
            words = spec.messages.too_many
            sentence = say("These are more than {most} rows, narrow the conditions", most=spec.exports.most)
            raise Refused(words.of(locale.get()) if words else sentence)
        return rows

    def tell(self, rows: int) -> None:
        """Who took which rows. To be committed before the first of them is sent, so that none leaves untold."""
        reader, session = self.reader, self.reader.session
        changes = {"filters": (None, filters(reader, self.entity, self.query)), "rows": (None, rows)}

        def fetch(statement: sa.Executable, row: Any = None) -> Any:
            return session.execute(statement, row, execution_options=acting(reader.principal))

        audit.record(reader.world, fetch, reader.principal, self.entity, None, "export", changes)

    def _pieces(self, form: Form) -> Iterator[Sequence[Sequence[str]]]:
        """The statement runs now, so that what goes wrong is told before the first byte."""
        reader, entity = self.reader, self.entity
        prepared = reader.prepare_all(entity, self.query, "export")
        beside = replace(reader, session=self.beside)
        columns = {
            path: self._column(path, prepared.decoders, prepared.many, form) for path in self.query.columns
        }
        written = self._written(columns, beside, form)
        keys, rows = reader.stream(prepared, PIECE)
        id_at = keys.index(prepared.id_key)

        def pieces() -> Iterator[Sequence[Sequence[str]]]:
            for part in rows:
                ids = [row[id_at] for row in part] if prepared.many else []
                sides = beside.beside(entity, tuple(prepared.many), ids)
                piece = Piece(keys, part, prepared.id_key, sides)
                yield [column.cells(piece) for column in written]

        return pieces()

    def _written(self, columns: Mapping[Names, Column], beside: Reader, form: Form) -> list[Column | Abouts]:
        """In the log the number of a record stands as its title, where the kind stands beside it."""
        pair = about.pair(Asking(beside.world, self.entity, beside.principal))
        kind, key = ((pair[0],), (pair[1],)) if pair is not None else ((), ())
        if kind not in columns or key not in columns:
            return list(columns.values())
        named = Abouts(columns[key], columns[kind], beside, self.entity.portal, form.words)
        return [named if path == key else column for path, column in columns.items()]

    def _column(self, path: tuple[str, ...], decoders: Any, many: Any, form: Form) -> Column:
        name, field = ".".join(path), self._field(path)
        masked = Asking(self.reader.world, self.entity, self.reader.principal).masks(path)
        side = name in many
        return Column(name, (many if side else decoders)[name], form.write(field, masked, self.reader), side)

    def _field(self, path: tuple[str, ...]) -> Any:
        walked = self.reader.world.manifest.walk(self.entity, path)
        assert walked is not None
        return walked[1]


def _in_csv(field: Any, masked: bool, reader: Reader) -> Write:
    show = reader.show

    def write(value: Any) -> str:
        if value is None or value == ():
            return ""
        return commas.cell(str(field.masked(value)) if masked else field.text(value, show))

    return write


def _in_workbook(field: Any, masked: bool, reader: Reader) -> Write:
    show = reader.show

    def write(value: Any) -> str:
        if value is None or value == ():
            return workbook.EMPTY
        return (
            workbook.words(str(field.masked(value))) if masked else workbook.cell(field.to_excel(value, show))
        )

    return write


_IN_CSV, _IN_WORKBOOK = Form(_in_csv, commas.cell), Form(_in_workbook, workbook.words)


def filters(reader: Reader, entity: Entity, query: Query) -> str | None:
    """The conditions of a list as the log keeps them."""
    wanted = [_told(reader, entity, item) for item in query.where]
    wanted += [f"tab = {query.tab}"] if query.tab else []
    wanted += [f"keyword = {query.keyword}"] if query.keyword else []
    wanted += ["{} = {}".format(*query.within)] if query.within else []
    return "; ".join(wanted) or None


def _told(reader: Reader, entity: Entity, item: Condition) -> str:
    """A condition as the log keeps it."""
    values = item.value if isinstance(item.value, tuple) else (item.value,)
    masked = Asking(reader.world, entity, reader.principal).masks(item.path)
    told = ", ".join("******" if masked else "" if value is None else str(value) for value in values)
    return f"{'.'.join(item.path)} {item.op} {told}"[:500]
