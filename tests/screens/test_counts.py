"""Requests are counted in this process for a window of time, and no thread is started for it."""

from __future__ import annotations

import threading
import time

import pytest

from fab_app.web import counts
from fab_app.web.counts import Counts


def test_a_window_counts_until_it_ends() -> None:
    windows = Counts()
    assert [windows.incr("a", 0.05), windows.incr("a", 0.05), windows.get("a"), windows.get("b")] == [
        1,
        2,
        2,
        0,
    ]
    time.sleep(0.06)
    assert (windows.get("a"), windows.incr("a", 60)) == (0, 1)


def test_the_end_of_a_window_stands_while_it_is_counted() -> None:
    windows = Counts()
    windows.incr("a", 60)
    ends = windows.get_expiry("a")
    windows.incr("a", 60)
    assert (windows.get_expiry("a"), 59 < ends - time.time() <= 60) == (ends, True)


def test_windows_that_are_over_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counts, "_SWEPT", 0.0)
    windows = Counts()
    windows.incr("a", 0.01)
    time.sleep(0.02)
    windows.incr("b", 60)
    assert windows.reset() == 1


def test_counting_starts_no_thread() -> None:
    windows, before = Counts(), threading.active_count()
    started: list[int] = []
    for _ in range(50):
        windows.incr("a", 60)
        started.append(threading.active_count())
    assert max(started) <= before
