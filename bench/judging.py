"""Ratios to the best peer and to the floor, and whether the bar is met."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from bench.items import Item
from bench.places import FLOOR, OURS


@dataclass(frozen=True, slots=True)
class Verdict:
    """``higher``: the more the better. ``unit``: ms, s, MB, /s or "" for a ratio by itself."""

    name: str
    unit: str
    ours: float
    best: float
    best_peer: str
    ratio: float
    bar: float
    met: bool
    floor: float = 0.0
    limit: float = 0.0
    statements: int = 0
    allowed: int = 0
    higher: bool = False

    @property
    def to_floor(self) -> float:
        return self.ours / self.floor if self.floor else 0.0

    def plain(self) -> dict[str, Any]:
        return {**asdict(self), "to_floor": self.to_floor}


def judged(
    item: Item, found: Mapping[str, float], unit: str = "ms", *, statements: int = 0, higher: bool = False
) -> Verdict:
    """The verdict on what was found by server or variant; ours and at least one peer are among them."""
    peers = {name: value for name, value in found.items() if name not in (OURS, FLOOR)}
    if item.directus and "django" in peers:
        peers["directus*"] = peers["django"] * item.directus
    best_peer = (max if higher else min)(peers, key=lambda name: peers[name])
    ours, best = found[OURS], peers[best_peer]
    ratio = ours / best
    enough = ratio >= item.bar if higher else ratio <= item.bar
    few = not item.statements or statements <= item.statements
    return Verdict(
        item.name, unit, ours, best, best_peer, ratio, item.bar, enough and few,
        found.get(FLOOR, 0.0), item.limit, statements, item.statements, higher,
    )  # fmt: skip


def at_most(
    name: str, value: float, most: float, unit: str = "", statements: int = 0, allowed: int = 0
) -> Verdict:
    """A bar that is no ratio to a peer."""
    met = value <= most and (not allowed or statements <= allowed)
    return Verdict(name, unit, value, 0.0, "", value, most, met, statements=statements, allowed=allowed)
