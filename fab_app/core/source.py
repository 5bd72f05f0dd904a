"""YAML read once, with the place of every key and value.

Booleans and numbers follow YAML 1.2, so that ``on:`` stays a key and ``no`` stays a code;
duplicate keys, tags, aliases to themselves and tabs are errors with a place.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from fab_app.core.problems import Place, Problem

Loc = tuple[str | int, ...]
Mark = tuple[int, int]

_RESOLVERS = (
    ("tag:yaml.org,2002:bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("tag:yaml.org,2002:null", r"~|null|Null|NULL|", "~nN\0"),
    ("tag:yaml.org,2002:int", r"[-+]?[0-9]+", "-+0123456789"),
    ("tag:yaml.org,2002:float", r"[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*)(?:[eE][-+]?[0-9]+)?", "-+0123456789."),
)

_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Base):  # type: ignore[misc]
    """The C parser with the YAML 1.2 core schema."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012


for _tag, _pattern, _first in _RESOLVERS:
    for _char in _first:
        _Loader.yaml_implicit_resolvers.setdefault("" if _char == "\0" else _char, []).append(
            (_tag, re.compile(f"^(?:{_pattern})$"))
        )


@dataclass(frozen=True, slots=True)
class Document:
    """One file: its data, and for each path in it where the key (or list item) and the value stand.

    ``quotes``: for each value that stands on one line exactly as it reads, how many signs open it.
    ``files``: the file of what another file gave.
    """

    path: str
    data: Any
    keys: Mapping[Loc, Mark] = field(default_factory=dict)
    values: Mapping[Loc, Mark] = field(default_factory=dict)
    quotes: Mapping[Loc, int] = field(default_factory=dict)
    files: Mapping[Loc, str] = field(default_factory=dict)

    def file_of(self, loc: Loc) -> str:
        return self.files.get(loc, self.path)

    def at(self, *loc: str | int) -> Place:
        """The place of the key at ``loc``, or of the nearest thing above it that was written."""
        return self._place(self.keys, loc)

    def value_at(self, *loc: str | int) -> Place:
        return self._place(self.values, loc)

    def column_at(self, column: int, *loc: str | int) -> Place:
        """The place of the 1-based column of a value's text; of the value where it is folded or escaped."""
        place = self.value_at(*loc)
        if loc not in self.quotes:
            return place
        return Place(place.file, place.line, place.column + self.quotes[loc] + column - 1)

    def _place(self, marks: Mapping[Loc, Mark], loc: Loc) -> Place:
        known: Loc = ()
        for step in loc:
            if (*known, step) in marks:
                known = (*known, step)
        line, column = marks.get(known, (0, 0))
        return Place(self.file_of(known), line + 1, column + 1)


def read(path: Path, name: str) -> tuple[Document, list[Problem]]:
    """The document of a file; ``name`` is the path shown to people. An unreadable file is a problem."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        text = f"cannot be read: {_reason(error)}"
        return Document(name, None), [Problem("source.E001", text, Place(name), "save it as UTF-8")]
    return parse(text, name)


def parse(text: str, name: str) -> tuple[Document, list[Problem]]:
    try:
        node = yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError as error:
        return Document(name, None), [_syntax(error, name)]
    reader = _Reader(name)
    data = None if node is None else reader.build(node, ())
    return Document(name, data, reader.keys, reader.values, reader.quotes), reader.problems


_LOOK = "check indentation, quotes and colons of this line"
_SENTENCES: tuple[tuple[str, bool, str, str], ...] = (
    # what the parser says; whether the place is where the thing began; the sentence; the hint
    ("expected ',' or '}'", True, "this { is not closed, or a comma is missing in it", "add a } or a comma"),
    ("expected ',' or ']'", True, "this [ is not closed, or a comma is missing in it", "add a ] or a comma"),
    ("unexpected end of stream", True, "this quote is not closed", "add the closing quote"),
    ("cannot start any token", False, "no value begins with this sign", "indent with blanks, quote @ and `"),
    ("mapping values are not", False, "here a colon makes no key", "quote a value that holds ': '"),
    ("could not find expected ':'", True, "a colon is missing after this key", "write 'key: value'"),
    ("not find expected key", False, "this line belongs to no key above it", "indent it like its neighbours"),
    ("expected '-' indicator", False, "this line is no item of the list above it", "begin it with '- '"),
    ("undefined alias", False, "this alias was never given a name", "quote a value that begins with *"),
)


def _reason(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "not UTF-8 text"
    return str(getattr(error, "strerror", error))


def _syntax(error: yaml.YAMLError, name: str) -> Problem:
    mark = getattr(error, "problem_mark", None)
    text = str(getattr(error, "problem", None) or error).split("\n")[0]
    begin, sentence, hint = next(
        (found for part, *found in _SENTENCES if part in text), (False, f"not YAML: {text}", _LOOK)
    )
    mark = getattr(error, "context_mark", None) or mark if begin else mark
    place = Place(name, mark.line + 1, mark.column + 1) if mark else Place(name)
    return Problem("source.E002", str(sentence), place, str(hint))


class _Reader:
    """Turns nodes into plain data and remembers where each stood."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.keys: dict[Loc, Mark] = {}
        self.values: dict[Loc, Mark] = {}
        self.quotes: dict[Loc, int] = {}
        self.problems: list[Problem] = []
        self._open: set[int] = set()

    def build(self, node: yaml.Node, loc: Loc) -> Any:
        mark = (node.start_mark.line, node.start_mark.column)
        self.values[loc] = mark
        self.keys.setdefault(loc, mark)
        if id(node) in self._open:
            self._problem("source.E004", "this alias contains itself", mark, "write the value out")
            return None
        self._open.add(id(node))
        try:
            if isinstance(node, yaml.MappingNode):
                return self._mapping(node, loc)
            if isinstance(node, yaml.SequenceNode):
                return [self._item(child, (*loc, index)) for index, child in enumerate(node.value)]
            if node.start_mark.line == node.end_mark.line:
                self._quoted(node, loc)
            return self._scalar(node, mark)
        finally:
            self._open.discard(id(node))

    def _quoted(self, node: yaml.Node, loc: Loc) -> None:
        longer = node.end_mark.column - node.start_mark.column - len(node.value)
        if longer in (0, 2):
            self.quotes[loc] = longer // 2

    def _item(self, node: yaml.Node, loc: Loc) -> Any:
        return self.build(node, loc)

    def _mapping(self, node: yaml.MappingNode, loc: Loc) -> dict[str, Any]:
        built: dict[str, Any] = {}
        for key_node, value_node in node.value:
            mark = (key_node.start_mark.line, key_node.start_mark.column)
            if not isinstance(key_node, yaml.ScalarNode):
                self._problem("source.E005", "a key must be a word", mark, "quote it")
                continue
            key = key_node.value
            if key in built:
                self._problem("source.E003", f"'{key}' is written twice", mark, "remove one of them")
                continue
            self.keys[(*loc, key)] = mark
            built[key] = self.build(value_node, (*loc, key))
        return built

    def _scalar(self, node: yaml.Node, mark: Mark) -> Any:
        text: str = node.value
        match node.tag:
            case "tag:yaml.org,2002:bool":
                return text.lower() == "true"
            case "tag:yaml.org,2002:null":
                return None
            case "tag:yaml.org,2002:int":
                return int(text) if len(text) < 2 or not text.lstrip("+-").startswith("0") else text
            case "tag:yaml.org,2002:float":
                return float(text)
            case "tag:yaml.org,2002:str":
                return text
        self._problem("source.E006", f"the tag {node.tag} is not allowed", mark, "remove the tag")
        return None

    def _problem(self, id_: str, text: str, mark: Mark, hint: str) -> None:
        self.problems.append(Problem(id_, text, Place(self.name, mark[0] + 1, mark[1] + 1), hint))
