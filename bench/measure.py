"""Interleaved rounds: each server in turn, over and over, so that a busy minute is everybody's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from statistics import median

from bench.clients import Answer, Client
from bench.items import Item

Milliseconds = dict[str, float]
WARM_UP = 4


def reads(
    item: Item, clients: Mapping[str, Client], rounds: int, times: int
) -> tuple[Milliseconds, dict[str, int]]:
    """The median of each variant in ms, and the size of its answer in bytes."""
    asks = {
        variant: _ask(clients[variant.partition(":")[0]], path)
        for variant, path in item.paths.items()
        if variant.partition(":")[0] in clients
    }
    sizes: dict[str, int] = {}
    for variant, ask in asks.items():
        answer = ask()
        assert answer.status == 200, f"{item.name}, {variant}: {answer.status}"
        sizes[variant] = len(answer.body)
    return interleaved(asks, rounds, times), sizes


def interleaved(asks: Mapping[str, Callable[[], Answer]], rounds: int, times: int) -> Milliseconds:
    taken: dict[str, list[float]] = {variant: [] for variant in asks}
    for ask in asks.values():
        for _ in range(WARM_UP):
            ask()
    for _ in range(rounds):
        for variant, ask in asks.items():
            taken[variant] += [ask().seconds * 1000 for _ in range(times)]
    return {variant: median(all_) for variant, all_ in taken.items()}


def _ask(client: Client, path: str) -> Callable[[], Answer]:
    headers = client.api if path.startswith("@") else client.page
    return lambda: client.ask("GET", path.lstrip("@"), headers)
