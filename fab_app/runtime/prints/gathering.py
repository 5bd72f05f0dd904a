"""The data of a document: the records that a person may print, and what hangs on them, under his rows and rights."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fab_app.core.problems import Refused
from fab_app.core.words import say
from fab_app.expr import Expr
from fab_app.runtime.prints.pictures import Pictures
from fab_app.runtime.prints.telling import Told
from fab_app.runtime.query import Condition, Order, Query
from fab_app.runtime.reading import Reader, Record
from fab_app.spec.manifest import Entity
from fab_app.spec.print import PrintSpec, PrintTable

MOST_ROWS = 3000
PRINT = "print"
STEP = 20
"""Records gathered between two words of how far it is."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Gathered:
    """``records`` as read, for the rules of the print; ``data`` and ``files`` are what the template gets."""

    records: tuple[Record, ...]
    data: dict[str, Any]
    files: Mapping[str, bytes]


@dataclass
class Gathering:
    """Gathers one document for one reader."""

    reader: Reader
    entity: Entity
    spec: PrintSpec
    codes: dict[str, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.told = Told(self.reader, self.entity, self.spec.fields)
        self.pictures = Pictures(self.reader)
        self.tables = {
            name: Told(self.reader, self._child(table), table.fields)
            for name, table in self.spec.tables.items()
        }

    def records(self, keys: Sequence[int]) -> list[Record]:
        """The rows that may be read, in the given order; ``may:print`` tells which of them may be printed."""
        titles = [(name,) for name in self.entity.title_paths]
        more = [tuple(name.split(".")) for name in (self.spec.qr, self._same()) if name]
        columns = tuple(dict.fromkeys([*self.told.columns(), *titles, *more]))
        return self.reader.rows_of(self.entity, Query(columns=columns), keys, self.flags(), (PRINT,))

    def flags(self) -> tuple[Expr, ...]:
        return (self.spec.when,) if self.spec.when is not None else ()

    def gathered(self, records: Sequence[Record], progress: Progress = lambda done, total: None) -> Gathered:
        told: list[dict[str, Any]] = []
        for start in range(0, len(records), STEP):
            progress(start, len(records))
            told += self._some(records[start : start + STEP])
        data = {
            "labels": self.told.labels(),
            "hidden": [*self.told.hidden(), *self._hidden_columns()],
            "tables": {name: self._head(name) for name in self.tables},
            "records": told,
        }
        return Gathered(tuple(records), data, {**self.pictures.files(), **self.codes})

    def _some(self, records: Sequence[Record]) -> list[dict[str, Any]]:
        rows = {name: self._rows(name, [record.id for record in records]) for name in self.tables}
        return [
            self._record(record, {name: found[record.id] for name, found in rows.items()})
            for record in records
        ]

    def title(self, record: Record) -> str:
        """The record's title, of parts that the reader may be told."""
        asking = self.told.asking
        parts = {
            name: asking.teller(name, self.reader.show)(record.values.get(name))
            for name in self.entity.title_paths
        }
        return self.entity.title(parts) or f"#{record.id}"

    def _record(self, record: Record, tables: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "title": self.title(record),
            "values": self.told.values(record, self.pictures.large),
            "tables": tables,
            "qr": self._code(record),
        }

    def _rows(self, name: str, keys: Sequence[int]) -> Mapping[int, list[dict[str, Any]]]:
        """The rows of a table by the record they belong to, in one statement for all records."""
        told, table = self.tables[name], self.spec.tables[name]
        by = table.by or self._by(told.entity)
        query = Query(
            columns=tuple(dict.fromkeys([*told.columns(), (by,)])),
            where=(Condition((by,), "in", tuple(keys)),),
            order=_order(table),
            also=(table.where,) if table.where is not None else (),
            size=MOST_ROWS + 1,
        )
        found: dict[int, list[dict[str, Any]]] = defaultdict(list)
        records = self.reader.rows(told.entity, query)
        if len(records) > MOST_ROWS:
            raise Refused(say("There are more than {most} rows: print fewer records at once", most=MOST_ROWS))
        for record in records:
            found[record.values[by].id].append(told.values(record, self.pictures.small))
        return found

    def _head(self, name: str) -> dict[str, Any]:
        told, table = self.tables[name], self.spec.tables[name]
        label = table.label or told.entity.spec.label
        columns = [{"name": field, "label": text} for field, text in told.labels().items()]
        return {"label": label.of(self.reader.show.locale), "columns": columns}

    def _hidden_columns(self) -> list[str]:
        return [f"{name}.{field}" for name, told in self.tables.items() for field in told.hidden()]

    def _child(self, table: PrintTable) -> Entity:
        found = self.reader.world.manifest.entity(self.entity.portal, table.of)
        assert found is not None, table.of
        return found

    def _by(self, child: Entity) -> str:
        manifest = self.reader.world.manifest
        return next(name for found, name in manifest.referring(self.entity) if found is child)

    def _same(self) -> str:
        return self.spec.same.field if self.spec.same is not None else ""

    def _code(self, record: Record) -> str:
        """The place of the record's QR code; "" where its text is empty or hidden."""
        name = self.spec.qr
        if name is None or not self.told.asking.shows(tuple(name.split("."))):
            return ""
        text = self.told.text(name, record)
        if not text:
            return ""
        place = f"codes/{record.id}.svg"
        self.codes[place] = _svg(text)
        return f"/{place}"


def _order(table: PrintTable) -> tuple[Order, ...]:
    """As the author wrote it; the oldest first where he did not."""
    written = [part.strip() for part in (table.order or "id").split(",")]
    return tuple(Order(tuple(part.lstrip("-").split(".")), part.startswith("-")) for part in written)


def _svg(text: str) -> bytes:
    from io import BytesIO

    import segno

    out = BytesIO()
    segno.make(text, error="m").save(out, kind="svg", border=1)
    return out.getvalue()
