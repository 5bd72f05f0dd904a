"""Starts and menus: four entities and two hundred more of twelve fields."""

from __future__ import annotations

import json
import time
from pathlib import Path
from shutil import copy

from bench.data import base, bootstrap, prepare
from bench.places import FOLDER, OURS, PEERS, database
from bench.servers import start

FEW, MANY = 4, 204
ROWS = 20_000
_FIRSTS = FOLDER / "first-starts.json"


def first(server: str, *, again: bool = False) -> float:
    """Seconds of the very first start with many entities: tables, permissions, accounts. Remembered."""
    known: dict[str, float] = json.loads(_FIRSTS.read_text()) if _FIRSTS.exists() else {}
    path = database(server, ROWS, MANY)
    if server not in known or again or (server != OURS and not path.exists()):
        known[server] = _first(server, path)
        _FIRSTS.write_text(json.dumps(known))
    return known[server]


def _first(server: str, path: Path) -> float:
    if server == OURS:
        empty = path.with_suffix(".empty")
        _gone(empty)
        running = start(OURS, empty, MANY, workers=1)
        running.stop()
        _gone(empty)
        return running.seconds
    part = path.with_suffix(".part")
    _gone(part)
    copy(base(ROWS), part)
    begin = time.perf_counter()
    if server == "fab":
        start(server, part, MANY, workers=1, more={"BENCH_UPDATE_PERMS": "1"}).stop()
        begin, seconds = 0.0, time.perf_counter() - begin
    bootstrap(server, part, MANY)
    part.rename(path)
    return seconds if server == "fab" else time.perf_counter() - begin


def later(server: str, rounds: int) -> tuple[list[float], list[float]]:
    """Seconds to the first answer of each start, and the worker's memory after some pages, in MB."""
    from bench.items import FIRST_PAGE

    path = prepare(server, ROWS, MANY)
    seconds, megabytes = [], []
    for _ in range(rounds + 1):
        running = start(server, path, MANY, workers=1)
        client = running.client()
        for _ in range(12):
            client.get(FIRST_PAGE[server])
        seconds.append(running.seconds)
        megabytes.append(running.worker_megabytes())
        running.stop()
    return seconds[1:], megabytes[1:]


def prepare_all() -> None:
    for server in (OURS, *PEERS):
        if server != OURS:
            first(server)
        prepare(server, ROWS, MANY)
        prepare(server, ROWS, FEW)


def _gone(path: Path) -> None:
    for each in path.parent.glob(f"{path.name}*"):
        each.unlink()
