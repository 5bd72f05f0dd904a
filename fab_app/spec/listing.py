"""Lists: columns, the query form, tabs with counters, buttons."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, get_args

from pydantic import Field as Key
from pydantic import field_validator, model_validator

from fab_app.core.grammar import Grammar, expanded, shaped
from fab_app.core.text import Text
from fab_app.fields.formula import Formula

By = Literal["eq", "in", "contains", "startswith", "range", "below", "covers"]
Card = Literal["code", "title", "state", "meta", "meta2", "hide"]
Button = Literal["add", "show", "edit", "delete", "import", "template", "export", "print"]


def _short_names(raw: object) -> object:
    return expanded(raw, "field")


def _buttons(raw: object) -> object:
    """A bare word is a button of the framework, or else a move."""
    if not isinstance(raw, list | tuple):
        return raw
    known = get_args(Button)
    return tuple({("button" if i in known else "move"): i} if isinstance(i, str) else i for i in raw)


class Column(Grammar):
    """A column: a field, or a path over references. ``outside``: not shown within that reference's context.

    ``absent``: what is said in red where the field is empty.
    """

    field: str
    label: Text | None = None
    width: int | None = Key(default=None, ge=40, le=600)
    card: Card | None = None
    badge: dict[str, Literal["info", "warn", "bad", "good", "away", "neutral"]] | None = None
    absent: Text | None = None
    outside: str | None = None


class Search(Grammar):
    """A condition of the query form; ``by`` is chosen by the field type where it is not said."""

    field: str
    by: By | None = None
    label: Text | None = None


class Press(Grammar):
    """A button of the framework with the author's label or condition.

    ``within``: only inside the context of that reference (a list opened from a row of the other entity).
    ``print`` prints the list as it stands there, for who may ``print`` the entity, and is logged.
    In a toolbar ``edit`` and ``show`` are for exactly one ticked row, ``delete`` for one or more: ``none`` and
    ``many`` are said where it is otherwise, ``confirm`` is the question (``{n}``: how many). ``when`` of a
    toolbar reads the person alone.
    """

    button: Button
    label: Text | None = None
    within: str | None = None
    when: Formula | None = None
    none: Text | None = None
    many: Text | None = None
    confirm: Text | None = None


class Link(Grammar):
    """A row's way to the records that refer to it through ``by``; ``count`` is a field of this entity.

    Grey with ``reason`` and without effect while ``disabled`` holds; while ``quiet`` does, outlined in grey but usable.
    """

    link: str
    label: Text | None = None
    by: str | None = None
    count: str | None = None
    when: Formula | None = None
    disabled: Formula | None = None
    quiet: Formula | None = None
    reason: Text | None = None


class Opening(Grammar):
    """A toolbar's way to another entity: to its list, or with ``new`` to the form of a new record."""

    open: str
    new: bool = False
    label: Text | None = None
    when: Formula | None = None


class Paper(Grammar):
    """A print of the portal: of one row, or below ``batch`` of the ticked ones in one document."""

    print: str
    label: Text | None = None
    when: Formula | None = None


class Step(Grammar):
    """A move of the record; it stands where the person may make it and the record's state allows it.

    ``when``: where it is shown at all. In a toolbar it is made with the ticked rows: any number where the move is
    one for many (``batch``), else exactly one; ``none`` and ``many`` are said where it is otherwise.
    """

    move: str
    label: Text | None = None
    when: Formula | None = None
    none: Text | None = None
    many: Text | None = None


Act = Press | Link | Step | Paper | Opening


def _kind_of_button(raw: Any) -> str:
    """Links, moves, prints and ways are told by their key, anything else is a button of the framework."""
    return next(
        (
            key
            for key in ("link", "move", "print", "open")
            if (key in raw if isinstance(raw, dict) else hasattr(raw, key))
        ),
        "button",
    )


AnyButton: Any = shaped(_kind_of_button, link=Link, move=Step, print=Paper, open=Opening, button=Press)


def _is_word(raw: Any) -> str:
    return "word" if isinstance(raw, str) else "print"


AnyBatch: Any = shaped(_is_word, word=Literal["delete", "export"], print=Paper)


class Remark(Grammar):
    """A sentence above the list (``{key}`` is a setting of the portal); ``when`` reads the person alone."""

    text: Text
    when: Formula | None = None


class Tab(Grammar):
    """A preset filter with a counter; ``alarm`` may turn the counter red.

    ``columns``, ``search``, ``order``, ``toolbar`` and ``row`` stand for the list's own while the tab is open; a
    column or condition that is only named looks as that of the list does. ``apart``: a page by itself, called by its
    label, that a menu entry opens: it does not stand among the tabs, nor they on it.
    ``search: []`` leaves it without a query. ``remarks`` stand above it besides those of the list.
    """

    label: Text
    where: Formula | None = None
    alarm: bool = False
    apart: bool = False
    columns: tuple[Column, ...] = ()
    search: tuple[Search, ...] = ()
    order: str | None = None
    toolbar: tuple[AnyButton, ...] | None = None
    row: tuple[AnyButton, ...] | None = None
    remarks: tuple[Remark, ...] = ()

    _names = field_validator("columns", "search", mode="before")(_short_names)
    _verbs = field_validator("toolbar", "row", mode="before")(_buttons)


class Within(Grammar):
    """How the list looks when it was opened from a row of the referenced entity."""

    title: Text | None = None
    header: tuple[str, ...] = ()


class Foot(Grammar):
    """A number below the list, over all of its rows: a sum, or what is asked of the first or the last made of them."""

    label: Text
    sum: Formula | None = None
    first: Formula | None = None
    last: Formula | None = None
    digits: int = Key(default=2, ge=0, le=6)

    @model_validator(mode="after")
    def _one(self) -> Foot:
        if sum(what is not None for what in (self.sum, self.first, self.last)) != 1:
            raise ValueError("a number below a list is one of sum, first, last|keep one of them")
        return self

    @property
    def value(self) -> Formula:
        return next(one for one in (self.sum, self.first, self.last) if one is not None)


class Footer(Grammar):
    """The numbers below the list, over the rows of its conditions on all pages, by their codes.

    ``each``: a reference; the first and the last of each of its records are taken and added up.
    """

    numbers: dict[str, Foot]
    each: str | None = None


class Listing(Grammar):
    columns: tuple[Column, ...] = ()
    search: tuple[Search, ...] = ()
    tabs: dict[str, Tab] = Key(default_factory=dict)
    order: str | None = None
    toolbar: tuple[AnyButton, ...] | None = None
    row: tuple[AnyButton, ...] | None = None
    select: Literal["none", "many"] = "none"
    batch: tuple[AnyBatch, ...] = ()
    size: Literal[10, 20, 50, 100] = 20
    within: dict[str, Within] = Key(default_factory=dict)
    exact_count: bool = False
    remarks: tuple[Remark, ...] = ()
    footer: Footer | None = None

    def buttons(self) -> Iterator[tuple[tuple[str | int, ...], Any]]:
        """Every button of toolbars and rows, those of the tabs too, each with the place where it was written."""
        own = ((("tabs", code), tab) for code, tab in self.tabs.items())
        for loc, spec in (((), self), *own):
            for place in ("toolbar", "row"):
                for index, button in enumerate(getattr(spec, place) or ()):
                    yield ("listing", *loc, place, index), button

    _names = field_validator("columns", "search", mode="before")(_short_names)
    _verbs = field_validator("toolbar", "row", mode="before")(_buttons)
