"""Statements built once and run again: building a SELECT with its joins costs more than running it.

A statement holds the row predicate of the principal it was built for. So its key is everything that the
predicate and the reading can depend on: the principal's whole scope, the language, the day, the question. One
that asked for the instant is not kept.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from datetime import date, datetime
from threading import Lock
from typing import Any, TypeVar, cast

from fab_app.access.grants import Grants
from fab_app.access.principal import Principal
from fab_app.access.resolver import Clock

KEPT = 1_000

T = TypeVar("T")


class Plans:
    """Of one application. Forgets what was not used for long; safe under threads.

    ``size`` is how many are kept, or how much they may weigh together where ``weigh`` is given.
    """

    def __init__(self, size: int = KEPT, weigh: Callable[[Any], int] = lambda value: 1) -> None:
        self.size = size
        self.weigh = weigh
        self.held = 0
        self._known: OrderedDict[Hashable, Any] = OrderedDict()
        self._grants: Grants | None = None
        self._lock = Lock()

    def under(self, grants: Grants) -> Plans:
        """These plans; emptied first where they were made under other grants."""
        if self._grants is not grants:
            with self._lock:
                self._forget()
                self._grants = grants
        return self

    def forget(self) -> None:
        """All that is kept."""
        with self._lock:
            self._forget()

    def _forget(self) -> None:
        self._known.clear()
        self.held = 0

    def get(self, key: Hashable, build: Callable[[], tuple[T, bool]]) -> T:
        """What is kept under the key, else what ``build`` makes: (value, whether to keep it)."""
        if not _hashable(key):
            return build()[0]
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
                return cast(T, self._known[key])
        value, keep = build()
        if keep:
            with self._lock:
                self._keep(key, value)
        return value

    def _keep(self, key: Hashable, value: Any) -> None:
        self.held += self.weigh(value) - (self.weigh(self._known[key]) if key in self._known else 0)
        self._known[key] = value
        while self.held > self.size and len(self._known) > 1:
            self.held -= self.weigh(self._known.popitem(last=False)[1])


def _hashable(key: Hashable) -> bool:
    try:
        hash(key)
    except TypeError:
        return False
    return True


class Watched:
    """A clock that remembers whether it was asked for the instant; day and zone are part of a key."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.asked = False

    def now(self) -> datetime:
        self.asked = True
        return self.clock.now()

    def exact(self) -> datetime:
        self.asked = True
        return self.clock.exact()

    def today(self, zone: str = "Asia/Shanghai") -> date:
        return self.clock.today(zone)

    def offset(self, zone: str) -> int:
        return self.clock.offset(zone)


def scope_of(principal: Principal) -> Hashable:
    """All that rows and fields of two principals may differ by."""
    return (*principal.scope(), principal.must_change)
