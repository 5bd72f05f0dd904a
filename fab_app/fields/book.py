"""The choices that a field offers, alive: what is put into a book is what every field shows from then on.

A choice with ``options`` has a book of its own, which nobody changes. The fields of a portal that name one
dictionary share one book, whose items are rows of ``base.dictionary_item``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from fab_app.core.text import Text
from fab_app.core.values import fixed

DICTIONARIES = "dictionaries"
"""``of: dictionaries``: the dictionaries of the portal themselves."""


@fixed
class Item:
    """``offered``: it may be chosen. One that is not stays readable where rows hold it; people are told of one that
    was ``withdrawn``. Of one that is ``gone`` only the words are left."""

    code: str
    label: Text
    tone: str = ""
    offered: bool = True
    withdrawn: bool = False
    gone: bool = False


class Book:
    """Exchanged as a whole by one assignment, so a reader in another thread sees the old or the new."""

    def __init__(self, items: Iterable[Item] = ()) -> None:
        self.put(items)

    def put(self, items: Iterable[Item]) -> None:
        """In their order."""
        known = {item.code: item for item in items}
        self._page = (MappingProxyType(known), frozenset(known) or None)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Book) and self.items == other.items

    @property
    def items(self) -> Mapping[str, Item]:
        return self._page[0]

    @property
    def codes(self) -> frozenset[str] | None:
        """All codes; None of a book that nothing was put into."""
        return self._page[1]

    __hash__ = None  # type: ignore[assignment]

    def offered(self) -> tuple[Item, ...]:
        return tuple(item for item in self.items.values() if item.offered)

    def standing(self) -> tuple[Item, ...]:
        """Those that rows may hold: offered or withdrawn."""
        return tuple(item for item in self.items.values() if not item.gone)

    def code(self, text: str) -> str | None:
        """The code that was written or whose label was; of two items of one label the one that is offered."""
        items = self.items
        if text in items:
            return text
        named = [item for item in items.values() if text in (str(item.label), item.label.en)]
        named.sort(key=lambda item: not item.offered)
        return named[0].code if text and named else None


class Books:
    """The books of a home's dictionaries by portal and name, each made when a definition first names it."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], Book] = {}
        self._named: set[tuple[str, str, str]] = set()

    def book(self, portal: str, name: str) -> Book:
        return self._known.setdefault((portal, name), Book())

    def __iter__(self) -> Iterator[tuple[str, str, Book]]:
        """Portal, name and book of each dictionary that a portal's fields name."""
        return iter([(*place, book) for place, book in self._known.items() if place[1] != DICTIONARIES])

    def name(self, portal: str, dictionary: str, code: str) -> None:
        """The checks tell of each code that the definitions of the portal name: without it they would lose a case."""
        self._named.add((portal, dictionary, code))

    def named(self, portal: str, dictionary: str, code: str) -> bool:
        return (portal, dictionary, code) in self._named

    def names(self, portal: str) -> tuple[str, ...]:
        return tuple(sorted(name for owner, name, _ in self if owner == portal))


@dataclass(frozen=True, slots=True)
class Shelf:
    """The books of one portal: what fields are read with."""

    books: Books
    portal: str

    def book(self, name: str) -> Book:
        return self.books.book(self.portal, name)
