"""Excel in: which columns a workbook has, how its rows become records, and what is said of those that cannot."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, WithJsonSchema, field_validator
from pydantic import Field as Key

from fab_app.core.grammar import Grammar, expanded
from fab_app.core.text import Text
from fab_app.fields.file import Size
from fab_app.fields.formula import Formula


def _as_list(raw: object) -> object:
    return (raw,) if isinstance(raw, str) else raw


def _one_or_more(item: dict[str, object]) -> WithJsonSchema:
    return WithJsonSchema({"anyOf": [item, {"type": "array", "items": item}]})


Mode = Literal["all_or_nothing", "good_rows"]
Modes = Annotated[
    tuple[Mode, ...], BeforeValidator(_as_list), _one_or_more({"enum": ["all_or_nothing", "good_rows"]})
]
Names = Annotated[tuple[str, ...], BeforeValidator(_as_list), _one_or_more({"type": "string"})]
Told = Literal["source", "marked", "name", "rows", "added", "changed", "good", "bad", "at", "by"]


class ImportColumn(Grammar):
    """A column: a field, or ``reference.field`` of a record that ``make`` finds or makes. A bare name is enough.

    ``by``: the fields of the other entity in whose words a reference is written; its title where nothing is said.
    ``value`` (as a cell would hold it) or ``formula`` (over the new record): no column of the workbook; every new
    record has it, set by the system. ``repeated``, ``exists``,
    ``unknown``: what is said of a value that stands twice in the file, stands already, or names nothing.
    """

    field: str
    label: Text | None = None
    by: Names = ()
    value: Any = None
    formula: Formula | None = None
    required: bool = False
    repeated: Text | None = None
    exists: Text | None = None
    unknown: Text | None = None

    @property
    def typed(self) -> bool:
        """Whether it is a column of the workbook."""
        return self.value is None and self.formula is None


class ImportWords(Grammar):
    """Sentences that a portal's document prescribes.

    ``missing`` may hold {columns}, ``unknown`` {columns}, ``result`` {good} and {bad}, ``many`` {most}.
    """

    missing: Text | None = None
    unknown: Text | None = None
    kind: Text | None = None
    large: Text | None = None
    many: Text | None = None
    result: Text | None = None
    reason: Text | None = None


class ImportRecord(Grammar):
    """Each run leaves a record of entity ``of``; ``fields`` says which of its fields hold what of the run."""

    of: str
    fields: dict[str, Told]


class ImportSpec(Grammar):
    """An import of ``imports:``, by the entity of its rows.

    ``key``: the field by which a row is found that stands already, which is then changed; without it rows are only
    added. ``mode``: what may be chosen, the first where nothing is. ``make``: references whose record is found by
    these of its fields, or made. ``within``: the reference that all rows share, given with the file. ``lacking``:
    required fields that imported rows may lack. ``right``: the action that allows it.
    """

    columns: tuple[ImportColumn, ...] = ()
    key: str | None = None
    mode: Modes = ("all_or_nothing", "good_rows")
    make: dict[str, Names] = Key(default_factory=dict)
    within: str | None = None
    lacking: tuple[str, ...] = ()
    right: Literal["import", "add"] = "import"
    most: int = Key(default=20_000, ge=1, le=100_000)
    max_size: Size = 20 * 1024**2
    label: Text | None = None
    words: ImportWords = Key(default_factory=ImportWords)
    record: ImportRecord | None = None

    @field_validator("columns", mode="before")
    @classmethod
    def _short(cls, raw: object) -> object:
        return expanded(raw, "field")
