"""What the log tells of values that its reader's own roles mask or hide: veiled as they are read.

Entries are sealed as they were written, and another reader may know the values whole. Of several grants the careful
one holds, of every view of the table that the entry is about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from fab_app.access.principal import Principal
from fab_app.expr.types import Kind
from fab_app.fields.base import EMPTY, Field
from fab_app.runtime.world import World
from fab_app.spec.manifest import BASE, Entity

AUDIT = f"{BASE}.audit"
CHANGES = "changes"
CONDITIONS = "filters"
"""The change under which an export tells the conditions of its rows, joined by ``BETWEEN``."""

BETWEEN, KEYWORD = "; ", "keyword = "
NOT_TOLD, NO_SHAPE = "******", "***"


@dataclass(frozen=True, slots=True)
class Veil:
    """The fields of one kind of record: not named, named without a value, masked."""

    hidden: frozenset[str] = frozenset()
    untold: frozenset[str] = frozenset()
    masked: frozenset[str] = frozenset()

    def over(self, name: str) -> bool:
        return name in self.hidden or name in self.untold or name in self.masked


@dataclass(frozen=True)
class Veils:
    """For one reader. What is ``known`` of a kind was found at the first entry about it."""

    world: World
    principal: Principal
    known: dict[str, Veil] = field(default_factory=dict)

    def told(self, kind: Any, changes: Any) -> Any:
        """The changes of an entry about this kind of record, as the reader may know them."""
        entity = self.world.manifest.entities.get(str(kind))
        if entity is None or not isinstance(changes, dict):
            return changes
        return dict(self._told(entity, changes))

    def _told(self, entity: Entity, changes: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        veil = self.of(entity)
        for name, pair in changes.items():
            if name == CONDITIONS and name not in entity.fields:
                yield name, _each(pair, lambda value: self._conditions(entity, value))
            elif name in veil.untold:
                yield name, _each(pair, lambda value: NOT_TOLD)
            elif name in veil.masked:
                yield name, _each(pair, partial(masked, entity.fields[name]))
            elif name not in veil.hidden:
                yield name, pair

    def of(self, entity: Entity) -> Veil:
        if entity.key not in self.known:
            self.known[entity.key] = self._of(entity)
        return self.known[entity.key]

    def _of(self, entity: Entity) -> Veil:
        """What the roles say counts, also where a guard shuts the kind."""
        if self.principal.everything:
            return Veil()
        hidden, masked = [], {_column(entity, name) for name, spec in entity.fields.items() if spec.mask}
        for view in self.world.manifest.entities.values():
            if view.owner == entity.owner:
                for grant in self.world.grants.given(self.principal, view.key, "read"):
                    hidden.append({_column(view, name) for name in grant.fields.hidden})
                    masked |= {_column(view, name) for name in grant.fields.masked}
        always = set.intersection(*hidden) if hidden else set()
        ever = set().union(*hidden)
        return Veil(_named(entity, always), _named(entity, ever - always), _named(entity, masked - ever))

    def _conditions(self, entity: Entity, told: Any) -> Any:
        """Up to the first that is veiled: its value may look like further ones."""
        open_: list[str] = []
        for one in str(told).split(BETWEEN):
            if self._veils(entity, one):
                return BETWEEN.join((*open_, NOT_TOLD))
            open_.append(one)
        return told

    def _veils(self, entity: Entity, condition: str) -> bool:
        if condition.startswith(KEYWORD):
            sought = [name for name in entity.stored if entity.fields[name].search]
            return any(self.of(entity).over(name) for name in sought or entity.title_paths)
        here: Entity | None = entity
        for step in condition.split(" ", 1)[0].split("."):
            if here is None:
                return False
            if self.of(here).over(step):
                return True
            here = self.world.manifest.target(here, step) if step in here.fields else None
        return False


def masked(field: Field, value: Any) -> Any:
    """As the field masks it; a key or what has no middle to hide tells nothing. What is masked already stays so."""
    kind = field.field_type()
    if (
        not isinstance(value, str | int | float)
        or isinstance(value, bool)
        or kind.target
        or kind.kind is Kind.ref
    ):
        return NO_SHAPE
    try:
        return field.masked(field.parse(value))
    except ValueError:  # masked as it was written, or by a rule that was another
        return field.masked(value)


def _each(pair: Any, tell: Callable[[Any], Any]) -> Any:
    values = pair if isinstance(pair, list) else [pair]
    told = [value if value in EMPTY else tell(value) for value in values]
    return told if isinstance(pair, list) else told[0]


def _column(entity: Entity, name: str) -> str:
    return entity.columns.get(name, name)


def _named(entity: Entity, columns: set[str]) -> frozenset[str]:
    return frozenset(name for name in entity.fields if _column(entity, name) in columns)
