"""Common pieces of entities: files of ``schema/<portal>/common/`` laid under the file that includes them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from pydantic import Field as Key

from fab_app.core.grammar import Grammar
from fab_app.core.problems import Problem, nearest
from fab_app.core.source import Document, Loc, Mark
from fab_app.fields.family import AnyField
from fab_app.spec.entity import Check, Included, Lock

FOLDER = "common"
_MAPPINGS = ("fields", "belongs")
_LISTS = ("checks", "locks")


class CommonSpec(Grammar):
    """What several entities of a portal have in common: ``schema/<portal>/common/<name>.yaml``.

    An entity takes it by ``include: <name>``. Fields and paths stand before its own, and so do checks and locks.
    A field that the entity writes again without ``type`` changes only the keys that it names (``order_id:
    {required: false}``); with ``type`` it takes the place of the common one. Of several files the later one
    lies over the earlier one in the same way. A problem is told at the line of the file in which it was written.
    """

    include: Included = ()
    fields: dict[str, AnyField] = Key(default_factory=dict)
    belongs: dict[str, str] = Key(default_factory=dict)
    checks: tuple[Check, ...] = ()
    locks: tuple[Lock, ...] = ()


class Commons:
    """The common files of one portal, and which of them were asked for."""

    def __init__(self, documents: dict[str, Document]) -> None:
        self.documents = documents
        self.asked: set[str] = set()
        self.problems: list[Problem] = []
        self._rings: set[frozenset[str]] = set()

    def under(self, document: Document, inside: tuple[str, ...] = ()) -> Document:
        """The document with what it includes; it keeps the place of everything. Unknown names are left out."""
        found: Document | None = None
        for name, loc in _names(document):
            one = self._common(name, document, loc, inside)
            if one is not None:
                found = one if found is None else laid_over(one, found)
        return document if found is None else laid_over(document, found)

    def unused(self) -> list[Problem]:
        return [
            Problem(
                "include.W001",
                f"no entity includes '{name}'",
                document.at(),
                f"write 'include: {name}' in an entity, or delete the file",
            )
            for name, document in sorted(self.documents.items())
            if name not in self.asked
        ]

    def _common(self, name: str, asking: Document, loc: Loc, inside: tuple[str, ...]) -> Document | None:
        self.asked.add(name)
        if name in inside:
            self._ring((*inside[inside.index(name) :], name), asking, loc)
            return None
        if name not in self.documents:
            hint = nearest(name, self.documents) or f"make the file {FOLDER}/{name}.yaml beside the entities"
            text = f"there is no common file '{name}'"
            self.problems.append(Problem("include.E001", text, asking.value_at(*loc), hint))
            return None
        return self.under(self.documents[name], (*inside, name))

    def _ring(self, names: tuple[str, ...], asking: Document, loc: Loc) -> None:
        """A ring is told once, wherever it was entered."""
        if frozenset(names) not in self._rings:
            self._rings.add(frozenset(names))
            text = f"'{names[0]}' includes itself: {' → '.join(names)}"
            self.problems.append(
                Problem("include.E002", text, asking.value_at(*loc), "leave one of them out")
            )


def laid_over(own: Document, common: Document) -> Document:
    """One document of both: mappings key by key with ``own`` on top, lists one after the other."""
    if not isinstance(own.data, dict) or not isinstance(common.data, dict):
        return own
    data, moved = dict(own.data), {}
    marks = _Marks()
    for key in _MAPPINGS:
        above, below = own.data.get(key, {}), common.data.get(key, {})
        if isinstance(above, dict) and isinstance(below, dict) and below:
            data[key] = below | {name: _one(raw, below.get(name)) for name, raw in above.items()}
            whole: set[str | int] = {name for name, raw in above.items() if data[key][name] is raw}
            marks.take(common, partial(_kept, key=key, whole=whole))
    for key in _LISTS:
        above, below = own.data.get(key, []), common.data.get(key, [])
        if isinstance(above, list) and isinstance(below, list) and below:
            data[key] = [*below, *above]
            moved[key] = len(below)
            marks.take(common, partial(_kept, key=key, whole=set()))
    marks.take(own, partial(_moved, moved=moved))
    return Document(own.path, data, marks.keys, marks.values, marks.quotes, marks.files)


def _one(above: Any, below: Any) -> Any:
    """A field written again without its type changes the common one; anything else takes its place."""
    if isinstance(above, dict) and isinstance(below, dict) and "type" not in above:
        return below | above
    return above


def _kept(loc: Loc, key: str, whole: set[str | int]) -> Loc | None:
    return loc if loc[:1] == (key,) and not whole.intersection(loc[1:2]) else None


def _moved(loc: Loc, moved: dict[str, int]) -> Loc:
    if len(loc) > 1 and loc[0] in moved and isinstance(loc[1], int):
        return (loc[0], loc[1] + moved[str(loc[0])], *loc[2:])
    return loc


class _Marks:
    """The places of a document put together; what is taken later hides what stood there."""

    def __init__(self) -> None:
        self.keys: dict[Loc, Mark] = {}
        self.values: dict[Loc, Mark] = {}
        self.quotes: dict[Loc, int] = {}
        self.files: dict[Loc, str] = {}

    def take(self, document: Document, to: Callable[[Loc], Loc | None]) -> None:
        for loc, mark in document.keys.items():
            there = to(loc)
            if there is not None:
                self.keys[there] = mark
                self.files[there] = document.file_of(loc)
                self.quotes.pop(there, None)
        for loc, mark in document.values.items():
            if (there := to(loc)) is not None:
                self.values[there] = mark
        for loc, count in document.quotes.items():
            if (there := to(loc)) is not None:
                self.quotes[there] = count


def _names(document: Document) -> list[tuple[str, Loc]]:
    """What the document includes, as far as it is names: the grammar judges the rest."""
    written = document.data.get("include") if isinstance(document.data, dict) else None
    if isinstance(written, str):
        return [(written, ("include",))]
    several = written if isinstance(written, list) else []
    return [(name, ("include", index)) for index, name in enumerate(several) if isinstance(name, str)]
