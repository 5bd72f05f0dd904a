"""One field: what the author wrote and everything it does, in one frozen object.

A field type is one class in one file that overrides the faces which differ from a plain text.
``parse`` is the one judge: form, API, Excel, seed and import call it, so that a bad value is refused
at every door with the same sentence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any, ClassVar, Literal

import sqlalchemy as sa
from pydantic import Field as Key

from fab_app.core.grammar import Grammar
from fab_app.core.text import Text
from fab_app.core.words import say
from fab_app.expr import FieldType, Kind
from fab_app.fields.book import Shelf
from fab_app.fields.faces import NIL, Cell, Option, Widget
from fab_app.fields.formula import Formula
from fab_app.fields.show import Show

Storage = Literal["column", "side", "file", "none"]
EMPTY: tuple[Any, ...] = (None, "", [], ())


class Caution(Grammar):
    """What is said below a question, in yellow, while ``when`` holds of the answers: it refuses nothing.

    A computed field of the record may be read in it where the person may read that field.
    """

    when: Formula
    text: Text


class Field(Grammar):
    """A field of an entity. ``taken`` is said where its unique value stands already, ``empty`` where it lacks one.

    ``locked`` is said to who changes it while ``readonly`` holds; a form then shows it as text, with a star.

    ``storage``: "column" on the entity's table; "side": a two-column table per field, one row a value;
    "file": rows of the shared file table; "none": nothing is stored (computed in SQL and in Python).
    """

    type: str
    label: Text
    help: Text | None = None
    required: Formula | None = None
    visible: Formula | None = None
    readonly: Formula | None = None
    default: Formula | None = None
    check: Formula | None = None
    message: Text | None = None
    unique: bool | tuple[str, ...] = False
    taken: Text | None = None
    empty: Text | None = None
    locked: Text | None = None
    caution: Caution | None = None
    index: bool = False
    search: bool = False
    mask: bool = False
    span: Literal[3, 4, 6, 8, 12] | None = None
    width: int | None = Key(default=None, ge=40, le=600, description="width of the list column in px")
    was: str | None = None

    storage: ClassVar[Storage] = "column"
    kind: ClassVar[Kind] = Kind.text
    ask: ClassVar[str] = "Enter {label}"
    align: ClassVar[str] = ""
    operators: ClassVar[tuple[str, ...]] = ("eq", "ne", "in", "null")
    sortable: ClassVar[bool] = True
    readable: ClassVar[bool] = True
    offers_kinds: ClassVar[bool] = False
    """Whether its choices are entities, of which a person is offered those that he may open."""

    @property
    def begin(self) -> Any:
        """What a new record has here where nothing is given: a value or an expression, None for nothing."""
        return self.default

    # --- the judge ---------------------------------------------------------------------------

    def parse(self, raw: Any) -> Any:
        """The value that ``raw`` (typed text, JSON, an Excel cell) stands for; None where it is empty.

        Raises ValueError with a sentence for the person who typed it.
        """
        if raw in EMPTY:
            return None
        return self.judge(raw)

    @property
    def uploads(self) -> bool:
        """Whether files are sent for it, which ``accept`` judges by ``max_size`` and by their content."""
        return False

    def judge(self, raw: Any) -> Any:
        """As ``parse``, for a raw value that is not empty. Types override this one."""
        if not isinstance(raw, str):
            raise self.refusal("must be text")
        return raw

    def from_excel(self, raw: Any) -> Any:
        """As ``parse``, for the cell of a workbook, where whole numbers may arrive as floats."""
        return self.parse(int(raw) if isinstance(raw, float) and raw.is_integer() else raw)

    def plain(self, texts: Sequence[str]) -> bool:
        """Whether ``from_excel`` gives back each of these texts as it is, seen at a glance over all of them.

        False where that takes more than a glance: then each is asked for.
        """
        return False

    def refusal(self, reason: str, /, **values: object) -> ValueError:
        """The author's own sentence where there is one, else ``{label} {reason}``."""
        from fab_app.core.words import locale

        if self.message is not None:
            return ValueError(self.message.of(locale.get()))
        return ValueError(
            f"{self.label.of(locale.get())}{'' if locale.get() == 'zh' else ' '}{say(reason, **values)}"
        )

    def told(self, own: Text | None, reason: str, /, **values: object) -> ValueError:
        """The author's sentence for this one mistake where there is one, else as ``refusal``."""
        from fab_app.core.words import locale

        return ValueError(own.of(locale.get()).format_map(values)) if own else self.refusal(reason, **values)

    def missing(self) -> str:
        """The sentence where a required value is empty."""
        from fab_app.core.words import locale

        if self.empty is not None:
            return self.empty.of(locale.get())
        return say(self.ask, label=self.label.of(locale.get()))

    def unchanged(self) -> str:
        """The sentence where a value is changed that may not be changed now."""
        from fab_app.core.words import locale

        return (
            self.locked.of(locale.get())
            if self.locked is not None
            else str(self.refusal("cannot be changed now"))
        )

    # --- storage -----------------------------------------------------------------------------

    def sa_type(self) -> sa.types.TypeEngine[Any]:
        """The type of the column, or of the value column of the side table."""
        return sa.String(255)

    def field_type(self) -> FieldType:
        """What expressions know of this field."""
        return FieldType(self.kind)

    def keep(self, value: Any) -> Any:
        """What is stored of a judged value: a password keeps only its hash."""
        return value

    @property
    def many(self) -> bool:
        return self.storage in ("side", "file")

    # --- faces -------------------------------------------------------------------------------

    def text(self, value: Any, show: Show) -> str:
        """The value in words: titles, csv, print, logs. "" where there is none."""
        return "" if value is None else str(value)

    def cell(self, value: Any, show: Show) -> Cell:
        if value in EMPTY:
            return NIL
        return Cell("text", self.text(value, show))

    def chosen(self, value: Any, before: Any) -> None:
        """Raises ValueError where a value may stand but no longer be chosen anew; ``before`` is what stands."""

    def bound(self, shelf: Shelf) -> Field:
        """This field as another portal has it: with the dictionaries of that portal."""
        return self

    def masked(self, value: Any) -> str:
        """What is told of the value to those who may not read it.

        Of words and numbers of things the ends; of what has few values or is an amount nothing, for its ends tell it.
        """
        return "***"

    def widget(self, show: Show) -> Widget:
        return Widget("text")

    def asked(self, value: Any, show: Show) -> Widget:
        """How a form asks where ``value`` stands already."""
        return self.widget(show)

    def values(self, value: Any, show: Show) -> tuple[str, ...]:
        """The value as an input holds it."""
        return () if value is None else (str(value),)

    def filter_widget(self, by: str, show: Show) -> Widget:
        """What the query form shows for this field; ``by`` is the operator."""
        return self.widget(show)

    def to_api(self, value: Any) -> Any:
        return value

    def schema(self) -> dict[str, Any]:  # type: ignore[override]
        """The JSON Schema of the value in the API."""
        return {"type": "string"}

    def to_browser(self, value: Any) -> Any:
        """The value as expressions in the browser read it."""
        return self.to_api(value)

    def to_excel(self, value: Any, show: Show) -> Any:
        """The value of a cell: text, number, date or bool, never a formula."""
        return self.text(value, show) or None

    def choices(self, show: Show) -> tuple[Option, ...]:
        """The values one may choose from where they are few and known: select, Excel drop-down."""
        return ()

    def every(self, show: Show) -> tuple[Option, ...]:
        """As ``choices``, with those that rows may hold and nobody can choose any more."""
        return self.choices(show)

    def ranks(self) -> tuple[str, ...]:
        """The codes in the order of rows sorted by this field; () where the stored values have an order."""
        return ()

    def sample(self, random: Random) -> Any:
        """A value that the judge accepts, for generated demo rows and tests."""
        return f"{self.label.zh}{random.randint(1, 999)}"

    def needs(self) -> Mapping[str, str | tuple[str, ...]]:
        """Names this field refers to, by subject: {"entity": …, "dictionary": …}; checked across files."""
        return {}


def ends(text: str) -> str:
    """The text with its middle hidden."""
    return text[:1] + "*" * max(len(text) - 2, 1) + text[-1:] if len(text) > 1 else "*"
