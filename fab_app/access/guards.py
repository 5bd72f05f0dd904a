"""Guards as grants see them: which actions are shut for a person, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from fab_app.access.principal import Principal
from fab_app.expr import closure
from fab_app.expr.env import Env
from fab_app.spec.guard import Guard
from fab_app.spec.manifest import Entity, Manifest
from fab_app.spec.portal import ACTIONS, right
from fab_app.store.settings import NONE, Settings, Values

Place = tuple[str, str]
ANY = "*"
AGGREGATE = "aggregate"
OPEN = ("pick",)
"""What a shut ``read`` leaves open."""


@dataclass(frozen=True, slots=True)
class Shut:
    """One guard of a portal: ``needs`` as it runs over a person."""

    code: str
    portal: str
    guard: Guard
    needs: Any
    settings: Settings

    def holds(self, principal: Principal) -> bool:
        """Whether it is shut for this person."""
        return self.needs(PersonEnv(principal, self.settings.of(self.portal))) is not True


@dataclass(frozen=True, slots=True)
class Guards:
    """By entity and action; ``ANY`` action: all that reading is needed for."""

    by_place: Mapping[Place, tuple[Shut, ...]] = field(default_factory=dict)

    def of(self, principal: Principal, key: str, action: str) -> Guard | None:
        """The first guard that shuts this for the person; a visitor is none yet of whom it could be true."""
        if not self.by_place or principal.everything or principal.visitor:
            return None
        places = ((key, action),) if action in OPEN else ((key, ANY), (key, action))
        found = (shut for place in places for shut in self.by_place.get(place, ()))
        return next((shut.guard for shut in found if shut.holds(principal)), None)

    def over(self, principal: Principal, key: str) -> Iterator[tuple[str, Guard]]:
        """The actions of the entity that are shut for the person, each with its guard."""
        for (owner, action), shuts in self.by_place.items() if not principal.everything else ():
            if owner == key:
                word = "read" if action == ANY else action
                yield from ((word, shut.guard) for shut in shuts if shut.holds(principal))

    def confining(self, principal: Principal, portal: str) -> Guard | None:
        """The guard that leaves the person nothing of the portal but its ``but``."""
        held = self.shut(principal, portal).values() if principal.known and not principal.seat else ()
        return next((guard for guard in held if guard.confines), None)

    def shut(self, principal: Principal, portal: str) -> dict[str, Guard]:
        """All that are shut for the person, by code: a menu is drawn once for each set of them."""
        every = {
            shut.code: shut for shuts in self.by_place.values() for shut in shuts if shut.portal == portal
        }
        held = () if principal.everything else every.items()
        return {code: one.guard for code, one in held if one.holds(principal)}


class PersonEnv:
    """``expr.Env`` of nobody's record: only the person and settings are known, a check has seen to it."""

    outer: Env | None = None

    def __init__(self, principal: Principal, settings: Values = NONE) -> None:
        self.principal = principal
        self.settings = settings

    def user(self, path: tuple[str, ...]) -> Any:
        return self.principal.value(tuple(path))

    def value(self, path: tuple[str, ...]) -> Any:
        raise LookupError("a guard reads a record")

    def children(self, name: str) -> Iterable[Env]:
        raise LookupError("a guard reads rows")

    def today(self) -> date:
        raise LookupError("a guard reads the day")

    def now(self) -> datetime:
        raise LookupError("a guard reads the clock")

    def steps(self, root: str, path: tuple[str, ...], members: Iterable[int], node: int) -> int | None:
        raise LookupError("a guard reads a tree")

    def root(self, name: str) -> Any:
        return self.settings if name == "setting" else {}


def compile_guards(manifest: Manifest, settings: Settings) -> Guards:
    found: dict[Place, tuple[Shut, ...]] = {}
    for portal in manifest.portals.values():
        for code, guard in portal.spec.guards.items():
            shut = Shut(code, portal.name, guard, closure(guard.needs), settings)
            for place in _places(manifest, portal.name, guard):
                found[place] = (*found.get(place, ()), shut)
    return Guards(found)


def _places(manifest: Manifest, portal: str, guard: Guard) -> Iterator[Place]:
    if guard.closes == "all":
        yield from _all(manifest, portal, guard)
        return
    for name, actions in guard.closes.items():
        entity: Entity | None = manifest.entity(portal, name)
        key = entity.key if entity is not None else f"{portal}.{name}"
        yield from ((key, ANY if action == "read" else right(action)) for action in actions)


def _all(manifest: Manifest, portal: str, guard: Guard) -> Iterator[Place]:
    """Everything of the portal but what the guard leaves open."""
    for entity in manifest.of_portal(portal):
        left = guard.but.get(entity.name)
        yield from _rest(entity.key, (*ACTIONS, AGGREGATE, *entity.moves), left)
    for name, function in manifest.portals[portal].spec.functions.items():
        yield from _rest(f"{portal}.{name}", function.actions, guard.but.get(name))


def _rest(key: str, actions: Iterable[str], left: tuple[str, ...] | None) -> Iterator[Place]:
    if left is None:
        yield key, ANY
        return
    closed = (action for action in actions if action not in (*OPEN, *left))
    yield from ((key, action if action == AGGREGATE else right(action)) for action in closed)
