"""The rows of a file cell by cell: each through its field's judge, references by their words, what stands twice."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from fab_app.core.text import LOCALES, Text
from fab_app.core.words import about, listed, locale, say
from fab_app.fields.base import EMPTY
from fab_app.fields.show import Show
from fab_app.runtime.imports.columns import Column, Plan, words_of
from fab_app.runtime.imports.finding import found
from fab_app.runtime.imports.sheet import Odd, Row, shown
from fab_app.runtime.people import USER
from fab_app.runtime.storing import unique_sets
from fab_app.runtime.views import own_name
from fab_app.runtime.writing import Writer
from fab_app.spec.manifest import Manifest

AT_A_GLANCE = 500
"""Cells of a column that are looked at together."""

_SEPARATORS = re.compile(r"[、,，;；\n]")
MOST_TOLD = 8
"""Sentences about one cell."""


@dataclass(slots=True)
class Line:
    """``values``: by path, judged. ``errors``: by path, "" for the row as a whole. ``key``: the record that is changed,
    ``made``: references to records that were found or made by their own values."""

    number: int
    cells: dict[str, Any]
    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, list[str]] = field(default_factory=dict)
    key: int | None = None
    made: dict[str, Any] = field(default_factory=dict)

    def refuse(self, path: str, sentence: str) -> None:
        told = self.errors.setdefault(path, [])
        if len(told) < MOST_TOLD and sentence not in told:
            told.append(sentence)

    def own(self, plan: Plan) -> dict[str, Any]:
        """The values of the record itself."""
        if not plan.spec.make:
            return self.values
        paths = {column.path for column in plan.columns if not column.reference}
        return {path: value for path, value in self.values.items() if path in paths}


def lines_of(rows: Iterable[Row], heads: dict[int, Column]) -> list[Line]:
    paths = [(at, column.path) for at, column in heads.items()]
    return [
        Line(row.number, {path: row.cells.get(at) for at, path in paths})
        for row in rows
        if not heads.keys().isdisjoint(row.cells)
    ]


def judge(writer: Writer, plan: Plan, lines: list[Line], context: dict[str, Any], show: Show) -> None:
    """Every cell of every line. Nothing is stored, a few statements are made for each column of references."""
    for column in plan.columns:
        if column.target is not None:
            _refer(writer, column, lines, context)
        else:
            _parse(lines, column, _choices(writer, column, show))
    for column in plan.columns:
        path = column.path
        if column.required and path in (lines[0].cells if lines else {}):
            for line in lines:
                value = line.values.get(path)
                if not value and value in EMPTY and path not in line.errors:
                    line.refuse(path, column.field.missing())


def given(writer: Writer, plan: Plan, show: Show) -> dict[str, Any]:
    """The values that the definition gives to every new record, found by the system."""
    written = [column for column in plan.given if column.spec.formula is None]
    line = Line(0, {column.path: column.spec.value for column in written})
    for column in written:
        if column.target is not None:
            _refer(writer, column, [line], {})
        else:
            _parse([line], column, _choices(writer, column, show))
    if line.errors:
        raise LookupError(f"{plan.entity.key}: imports cannot give {line.errors}")
    return line.values


def worked_out(writer: Writer, plan: Plan, values: dict[str, Any]) -> dict[str, Any]:
    """The values that the definition gives to one new record by formulas over it."""
    found: dict[str, Any] = {}
    for column in plan.formulas:
        assert column.spec.formula is not None
        env = writer.env(plan.entity, {**values, **found}, None)
        found[column.name] = column.field.parse(env.run(column.spec.formula))
    return found


@dataclass(frozen=True, slots=True)
class _Choices:
    """The codes of a column by their labels in every language; ``shown`` are those in the reader's."""

    codes: dict[str, str]
    shown: tuple[str, ...]


def _choices(writer: Writer, column: Column, show: Show) -> _Choices:
    portal = column.owner.portal
    every = [words_of(column, writer.world.show(portal, language)) for language in LOCALES]
    codes = {code: code for words in every for code in words.values()}
    for words in every:
        codes |= words
    return _Choices(codes, tuple(option.label for option in column.field.choices(show)))


def _parse(lines: list[Line], column: Column, words: _Choices) -> None:
    known: dict[Any, Any] = {}
    for first in range(0, len(lines), AT_A_GLANCE):
        some = lines[first : first + AT_A_GLANCE]
        if words.codes or not _plain(some, column):
            _parse_each(some, column, words, known)


def _plain(lines: list[Line], column: Column) -> bool:
    """Takes the cells as they are where all that hold something are texts that may stay so."""
    path = column.path
    held = [line for line in lines if line.cells.get(path) is not None]
    cells = [line.cells[path] for line in held]
    if any(cell.__class__ is not str for cell in cells) or (cells and not column.field.plain(cells)):
        return False
    for line, cell in zip(held, cells, strict=True):
        line.values[path] = cell
    return True


def _parse_each(lines: list[Line], column: Column, words: _Choices, known: dict[Any, Any]) -> None:
    """``known``: the values of cells that came before."""
    path = column.path
    for line in lines:
        cell = line.cells.get(path)
        if cell is None:
            continue
        key = cell if cell.__class__ is str else (cell.__class__, cell)
        if key in known:
            line.values[path] = known[key]
            continue
        try:
            line.values[path] = known[key] = _value(column, cell, words)
        except ValueError as error:
            line.refuse(path, str(error))


def _value(column: Column, cell: Any, choices: _Choices) -> Any:
    if isinstance(cell, Odd):
        raise ValueError(about(column.label, cell.why))  # noqa: TRY004 - a sentence for the person
    if choices.codes and column.field.type == "choice":
        cell = _code(column, shown(cell).strip(), choices)
    elif choices.codes and isinstance(cell, str):
        whole = choices.codes.get(cell.strip())
        parts = [part.strip() for part in _SEPARATORS.split(cell) if part.strip()]
        cell = [whole] if whole else [_code(column, part, choices) for part in parts]
    return column.field.from_excel(cell)


def _code(column: Column, word: str, choices: _Choices) -> str:
    if word in choices.codes:
        return choices.codes[word]
    named = listed(choices.shown[:10]) + (" …" if len(choices.shown) > 10 else "")
    raise ValueError(
        about(column.label, say("“{value}” is none of: {choices}", value=word[:40], choices=named))
    )


def _refer(writer: Writer, column: Column, lines: list[Line], context: dict[str, Any]) -> None:
    """Each cell that occurs is looked up and judged once, for all the lines that have it."""
    path, users = column.path, dict[Any, list[Line]]()
    for line in lines:
        cell = line.cells.get(path)
        if isinstance(cell, Odd):
            line.refuse(path, about(column.label, cell.why))
        elif cell is not None:
            key = tuple(cell) if isinstance(cell, list) else (cell.__class__, cell)
            users.setdefault(key, []).append(line)
    words = {key: _words(column, who[0].cells[path]) for key, who in users.items()}
    known = found(writer, column, {word for some in words.values() for word in some}, context)
    for key, who in users.items():
        _refer_one(column, who, words[key], known)


def _words(column: Column, cell: Any) -> list[str]:
    many = column.field.many
    if not many and cell.__class__ is str:
        return [cell.strip()] if cell.strip() else []
    if isinstance(cell, list | tuple):
        parts = [str(one) for one in cell]
    else:
        text = shown(cell).strip()
        parts = _SEPARATORS.split(text) if many else [text]
    return [part.strip() for part in parts if part.strip()]


def _refer_one(column: Column, lines: list[Line], words: list[str], known: dict[str, set[int]]) -> None:
    keys: list[int] = []
    wrong: list[str] = []
    for word in words:
        named = known.get(word, set())
        if len(named) == 1:
            keys += named
            continue
        why = "“{value}” names several records" if named else "“{value}” does not exist"
        sentence = about(column.label, say(why, value=word[:60]))
        wrong.append(_said(column.spec.unknown, sentence) if not named else sentence)
    if keys and not wrong:
        try:
            value = column.field.parse(keys if column.field.many else keys[0])
        except ValueError as error:
            wrong.append(str(error))
    for line in lines:
        for sentence in wrong[:MOST_TOLD]:
            line.refuse(column.path, sentence)
        if keys and not line.errors.get(column.path):
            line.values[column.path] = value


def _said(written: Text | None, otherwise: str) -> str:
    return written.of(locale.get()) if written else otherwise


# --- what stands twice ---------------------------------------------------------------------------


def repeated(
    manifest: Manifest, plan: Plan, lines: Iterable[Line], values: Callable[[Line], dict[str, Any]]
) -> None:
    """Of lines with the same unique values the first is kept."""
    columns = {column.name: column for column in plan.columns if not column.reference}
    sets = [*unique_sets(plan.entity, manifest), *([(plan.spec.key,)] if plan.spec.key else [])]
    sets += [(own_name(plan.entity, "account"),)] if plan.entity.owner == USER else []
    for names in dict.fromkeys(sets):
        seen: dict[tuple[Any, ...], int] = {}
        for line in lines:
            key = tuple(_folded(plan, name, values(line).get(name)) for name in names)
            if None in key or line.errors:
                continue
            first = seen.setdefault(key, line.number)
            if first != line.number and (column := _named(columns, names)):
                told = about(column.label, say("stands in row {row} of the file already", row=first))
                line.refuse(column.path, _said(column.spec.repeated, told))


def _folded(plan: Plan, name: str, value: Any) -> Any:
    """Login names are one whatever their case."""
    login = plan.entity.owner == USER and plan.entity.columns.get(name) == "account"
    return value.lower() if login and isinstance(value, str) else value


def _named(columns: dict[str, Column], names: tuple[str, ...]) -> Column | None:
    return next((columns[name] for name in names if name in columns), None)
