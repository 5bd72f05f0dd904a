"""Forms and detail pages: what stands where."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field as Key

from fab_app.core.grammar import Grammar, shaped
from fab_app.core.text import Text
from fab_app.fields.formula import Formula


class Section(Grammar):
    """A card of a form. An inner list of fields is one line; ``fields: "*"`` means all that are left."""

    section: Text
    fields: tuple[str | tuple[str, ...], ...] | Literal["*"] = ()
    when: Formula | None = None
    help: Text | None = None


class DetailSection(Grammar):
    section: Text
    fields: tuple[str, ...] | Literal["*"] = "*"
    when: Formula | None = None


class PageRemark(Grammar):
    """A sentence above the pages of a record: its page, its form, the pages of its moves.

    ``{name}`` in it is a field of the record, a path, or a setting of the portal; ``when`` must hold of the record.
    """

    text: Text
    when: Formula | None = None
    tone: Literal["info", "warn", "bad", "good"] = "info"


class DetailTable(Grammar):
    """The records that refer to this one through ``by``, as their own list shows them."""

    table: str
    by: str | None = None
    label: Text | None = None
    columns: tuple[str, ...] = ()
    where: Formula | None = None


class DetailHistory(Grammar):
    """``changes``: who made, changed or deleted the record, with old and new; ``moves``: its course. Newest first."""

    timeline: Literal["changes", "moves"]
    label: Text | None = None


def _part(raw: Any) -> str:
    for key in ("table", "timeline"):
        if key in raw if isinstance(raw, dict) else hasattr(raw, key):
            return key
    return "section"


DetailPart: Any = shaped(_part, table=DetailTable, timeline=DetailHistory, section=DetailSection)


class Way(Grammar):
    """A button to the list of another entity; grey with ``reason`` while ``disabled`` holds of the record."""

    entity: str
    label: Text | None = None
    disabled: Formula | None = None
    reason: Text | None = None


class Single(Grammar):
    """One record a person, or one an organisation: its page is the record's form, at ``/<portal>/<entity>/mine``.

    ``where`` tells which record is one's own; where there is none yet, saving the form makes it. ``ways`` stand at
    the upper left of the form. ``moves``: while one of them can be made its page stands for the form.
    """

    where: Formula
    moves: tuple[str, ...] = ()
    ways: tuple[Way, ...] = ()


class Words(Grammar):
    """Page titles and button words that a document prescribes; the rest is made from the label.

    ``not_yours`` is said, with 403, where somebody changes a record that he may only read.
    """

    list: Text | None = Key(default=None)
    add: Text | None = None
    edit: Text | None = None
    show: Text | None = None
    submit: Text | None = None
    delete: Text | None = None
    new_button: Text | None = None
    saved: Text | None = None
    not_yours: Text | None = None
