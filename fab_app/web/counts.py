"""Counts of one process, each for a window of time: what ``limits`` asks of a storage.

Its own storage in memory starts a thread for nearly every request, to forget what is over; here that is done now and
then by who counts.
"""

from __future__ import annotations

import time
from threading import Lock

from limits.storage import Storage

_SWEPT = 60.0
"""Seconds between two looks for windows that are over."""


class Counts(Storage):
    """Safe under threads."""

    STORAGE_SCHEME = None

    def __init__(self) -> None:
        super().__init__(None, wrap_exceptions=False)
        self._windows: dict[str, tuple[int, float]] = {}
        self._lock = Lock()
        self._due = 0.0

    @property
    def base_exceptions(self) -> type[Exception]:
        return ValueError

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        now = time.time()
        with self._lock:
            if now >= self._due:
                self._windows = {name: one for name, one in self._windows.items() if one[1] > now}
                self._due = now + _SWEPT
            count, ends = self._windows.get(key, (0, 0.0))
            if ends <= now:
                count, ends = 0, now + expiry
            self._windows[key] = (count + amount, ends)
            return count + amount

    def get(self, key: str) -> int:
        count, ends = self._windows.get(key, (0, 0.0))
        return count if ends > time.time() else 0

    def get_expiry(self, key: str) -> float:
        return self._windows.get(key, (0, time.time()))[1]

    def check(self) -> bool:
        return True

    def reset(self) -> int | None:
        with self._lock:
            count = len(self._windows)
            self._windows.clear()
        return count

    def clear(self, key: str) -> None:
        with self._lock:
            self._windows.pop(key, None)
