"""Prints: records on paper, set by a template of the portal that gets exactly what is named here."""

from __future__ import annotations

from typing import Literal

from pydantic import Field as Key
from pydantic import field_validator

from fab_app.core.grammar import Grammar, expanded
from fab_app.core.text import Text
from fab_app.fields.formula import Formula

Page = Literal["A3", "A3 landscape", "A4", "A4 landscape", "A5", "A5 landscape"]


class PrintField(Grammar):
    """A field, or a path over references, that the template may use; ``label`` on paper. A bare name is enough."""

    field: str
    label: Text | None = None


class PrintTable(Grammar):
    """The records that refer to this one through ``by``, in ``order`` (as of a list), as rows of a table.

    They are those that the reader may read; pictures in them are small ones.
    """

    of: str
    fields: tuple[PrintField, ...]
    label: Text | None = None
    by: str | None = None
    order: str | None = None
    where: Formula | None = None

    @field_validator("fields", mode="before")
    @classmethod
    def _short(cls, raw: object) -> object:
        return expanded(raw, "field")


class Same(Grammar):
    """What the records of one document must have in common; ``message`` is said where they have not."""

    field: str
    message: Text


class PrintSpec(Grammar):
    """A document of ``prints:``, at ``/<portal>/<entity>/print/<code>/<id>``.

    ``template`` is a file of ``schema/<portal>/prints/``. ``many``: the ticked rows of a list in one document,
    ``same`` what they must share; of more than ``at_once`` it is made as background work. ``qr``: the field whose
    text a QR code of each record holds. ``words``: the template's own sentences by name. ``counts`` and ``dates``:
    fields of the entity that keep how often it was printed and when last. ``when``: of which records; ``message``
    is said of others.
    """

    of: str
    label: Text
    template: str
    page: Page = "A4"
    fields: tuple[PrintField, ...] = ()
    tables: dict[str, PrintTable] = Key(default_factory=dict)
    words: dict[str, Text] = Key(default_factory=dict)
    when: Formula | None = None
    message: Text | None = None
    many: bool = False
    at_once: int = Key(default=20, ge=1, le=200)
    same: Same | None = None
    qr: str | None = None
    counts: str | None = None
    dates: str | None = None

    @field_validator("fields", mode="before")
    @classmethod
    def _short(cls, raw: object) -> object:
        return expanded(raw, "field")
