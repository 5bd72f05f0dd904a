"""What a list is asked for, judged before any SQL is built: unknown names are refused, never dropped."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from fab_app.access.principal import Principal
from fab_app.core.problems import Refused
from fab_app.core.words import say
from fab_app.expr import Expr
from fab_app.fields.base import Field
from fab_app.fields.show import Show
from fab_app.runtime.world import World
from fab_app.spec.listing import Listing, Tab
from fab_app.spec.manifest import Entity, Manifest

MAX_SIZE = 100
MAX_PAGE = 1_000_000


class Unreadable(Refused):
    """The request cannot be read: 400."""

    status = 400


@dataclass(frozen=True, slots=True)
class Condition:
    path: tuple[str, ...]
    op: str
    value: Any


def usual_order(entity: Entity, tab: str) -> str:
    """As the author wrote it, of a tab its own where it has one."""
    listing = entity.spec.listing
    return (listing.tabs[tab].order if tab in listing.tabs else None) or listing.order or ""


@dataclass(frozen=True, slots=True)
class Order:
    """``ranks``: the codes of a choice in the order of their options, put there by ``ordering.ranked``."""

    path: tuple[str, ...]
    down: bool = False
    ranks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """``within`` is a reference field and the row it must refer to; ``page`` counts from 0.

    ``also`` are the author's own conditions of the place where the rows are shown. ``first``: only so many rows
    of the table's order are looked through, 0 for all. ``apart``: where nothing is asked of
    the rows, so many of each choice that is ordered by are looked for, 0 for all. ``each``: the first rows of
    each place are put together, where an index has them in the order.
    """

    columns: tuple[tuple[str, ...], ...] = ()
    where: tuple[Condition, ...] = ()
    keyword: str = ""
    tab: str = ""
    within: tuple[str, Any] | None = None
    order: tuple[Order, ...] = ()
    page: int = 0
    size: int = 20
    also: tuple[Expr, ...] = ()
    first: int = 0
    apart: int = 0
    each: bool = False

    def bare(self) -> Query:
        """The same rows without a tab: what the counters of tabs are counted over."""
        return replace(self, tab="", page=0, order=())


@dataclass(frozen=True, slots=True)
class Asking:
    """The names that a principal may use of an entity in columns, filters and orders."""

    world: World
    entity: Entity
    principal: Principal

    def column(self, name: str) -> tuple[str, ...]:
        path = tuple(name.split("."))
        field = self._field(path, name)
        if (field.many and len(path) > 1) or field.type in ("table", "qr"):
            raise Unreadable(say("'{name}' cannot be a column of a list", name=name))
        return path

    def operators(self, path: tuple[str, ...]) -> tuple[str, ...]:
        """How the field may be filtered: a reference also by its title and by the tree it hangs on."""
        field = self._field(path, ".".join(path))
        if field.storage == "file":
            return ()
        found = self.world.manifest.walk(self.entity, path)
        target = self.world.manifest.target(found[0], path[-1]) if found is not None else None
        if target is None or field.field_type().kind != "ref":
            return field.operators
        titled = bool(replace(self, entity=target).titles())
        there = {"contains": titled, "below": self.world.stored(target).closure is not None}
        return tuple(op for op in dict.fromkeys((*field.operators, *there)) if there.get(op, True))

    def titles(self) -> tuple[str, ...]:
        """The columns of the title in which words are looked for: none that is closed to the person."""
        return self._words(self.entity.title_paths)

    def searched(self) -> tuple[str, ...]:
        """The columns in which typed words are looked for: those that the author made searchable, else the title's."""
        return self._words(n for n in self.entity.stored if self.entity.fields[n].search) or self.titles()

    def _words(self, names: Iterable[str]) -> tuple[str, ...]:
        kept = (name for name in names if self.entity.fields[name].storage == "column")
        return tuple(name for name in kept if self.shows((name,)) and not self.closed((name,)))

    def field(self, path: tuple[str, ...]) -> Field:
        return self._field(path, ".".join(path))

    def condition(self, name: str, op: str, raw: Any) -> Condition:
        """A judged condition; ``op`` is one of the field's operators."""
        path = tuple(name.split("."))
        field = self._field(path, name)
        self._open(path, name)
        if op not in self.operators(path):
            raise Unreadable(say("'{name}' cannot be filtered by '{op}'", name=name, op=op))
        return Condition(path, op, self._value(field, op, raw, name))

    def order(self, name: str, down: bool) -> Order:
        path = tuple(name.split("."))
        field = self._field(path, name)
        self._open(path, name)
        if field.many or not field.sortable:
            raise Unreadable(say("'{name}' cannot be sorted by", name=name))
        return Order(path, down)

    def orders(self, text: str) -> Iterator[Order]:
        """``-code,name``: at most three of them. Raises Unreadable for one that may not be asked for."""
        for part in text.split(",")[:3] if text else ():
            name = part.strip()
            yield self.order(name.lstrip("-"), name.startswith("-"))

    def usual(self, tab: str = "") -> tuple[Order, ...]:
        """The order that the author gave the list, without what this person may not sort by."""
        found: list[Order] = []
        for part in usual_order(self.entity, tab).split(","):
            with suppress(Unreadable):
                found += self.orders(part)
        return tuple(found)

    def _value(self, field: Field, op: str, raw: Any, name: str) -> Any:
        if op == "null":
            return raw in (True, "true", "1", 1)
        if op in ("contains", "startswith") and not field.many:
            if not isinstance(raw, str) or len(raw) > 200 or "\0" in raw:
                raise Unreadable(say("the value for '{name}' cannot be read", name=name))
            return raw
        try:
            if op == "in":
                if not isinstance(raw, list | tuple) or len(raw) > 500:
                    raise ValueError
                return tuple(_one(field, item) for item in raw)
            if op == "range":
                if not isinstance(raw, list | tuple) or len(raw) != 2:
                    raise ValueError
                return tuple(None if item in (None, "") else _one(field, item) for item in raw)
            return _one(field, raw)
        except ValueError as error:
            raise Unreadable(str(error) or say("the value for '{name}' cannot be read", name=name)) from error

    def _field(self, path: tuple[str, ...], name: str) -> Field:
        """The field at the end of the path; a hidden field is as unknown as one that does not exist."""
        entity = self.entity
        for index, step in enumerate(path):
            field = entity.fields.get(step)
            if (
                field is None
                or step in self.world.grants.fields(self.principal, entity.key).hidden
                or not field.readable
            ):
                break
            if index == len(path) - 1:
                return field
            target = self.world.manifest.target(entity, step)
            if target is None or not self._follows(path, target):
                break
            entity = target
        raise Unreadable(say("there is no column '{name}'", name=name))

    def _follows(self, path: tuple[str, ...], target: Entity) -> bool:
        """Whether a reference may be followed: where the author's own list does, or the target is readable."""
        name, charted = ".".join(path), self.world.manifest.charted(self.entity)
        return (
            name in paths_of(self.entity)
            or name in charted
            or self.world.grants.may(self.principal, target.key, "read")
        )

    def _open(self, path: tuple[str, ...], name: str) -> None:
        if self.closed(path):
            raise Unreadable(say("there is no column '{name}'", name=name))

    def shows(self, path: tuple[str, ...]) -> bool:
        """Whether no step of the path is a field that is hidden from the person."""
        entity = self.entity
        for step in path:
            if step in self.world.grants.fields(self.principal, entity.key).hidden:
                return False
            entity = self.world.manifest.target(entity, step) or entity
        return True

    def masks(self, path: tuple[str, ...]) -> bool:
        """Whether the person is told the value with its middle hidden: of two grants the careful one holds."""
        found = self.world.manifest.walk(self.entity, path)
        return found is not None and self._masks(found[0], path[-1])

    def _masks(self, entity: Entity, name: str) -> bool:
        if self.principal.everything:
            return False
        grants = self.world.grants.of(self.principal, entity.key, "read")
        return entity.fields[name].mask or any(name in grant.fields.masked for grant in grants)

    def teller(self, name: str, show: Show) -> Callable[[Any], str]:
        """What puts a value of this field or path into words as the person may be told it: for titles and heads."""
        path = tuple(name.split("."))
        found = self.world.manifest.walk(self.entity, path)
        if found is None or not self.shows(path):
            return lambda value: ""
        field = found[1]
        if self.masks(path):
            return lambda value: "" if value is None else str(field.masked(value))
        return lambda value: field.text(value, show)

    def closed(self, path: tuple[str, ...]) -> bool:
        """A field masked or hidden on a part of the rows cannot be searched or sorted: that would tell it."""
        entity = self.entity
        for step in path:
            policy = self.world.grants.fields(self.principal, entity.key)
            if step in policy.partly or self._masks(entity, step):
                return True
            entity = self.world.manifest.target(entity, step) or entity
        return False


def _one(field: Field, raw: Any) -> Any:
    if field.many:
        value = field.parse([raw])
        return value[0] if value else None
    value = field.parse(raw)
    if value is None:
        raise ValueError
    return value


def shown_by_author(manifest: Manifest, entity: Entity, path: tuple[str, ...]) -> bool:
    """Whether the definitions themselves show the path: in a list, at its head, on a page, in a chart."""
    name = ".".join(path)
    if name in paths_of(entity) or name in manifest.charted(entity):
        return True
    lists = ((child.spec.listing.within.get(by)) for child, by in manifest.referring(entity))
    return any(name in within.header for within in lists if within is not None)


def paths_of(entity: Entity) -> frozenset[str]:
    """The dotted paths that the author's list shows, searches or heads with."""
    details = (getattr(part, "fields", ()) for part in entity.spec.detail)
    return frozenset(
        (*_names(entity.spec.listing), *(name for names in details if names != "*" for name in names))
    )


def _names(listing: Listing) -> Iterable[str]:
    shown: tuple[Listing | Tab, ...] = (listing, *listing.tabs.values())
    for spec in shown:
        yield from (column.field for column in spec.columns)
        yield from (search.field for search in spec.search)
