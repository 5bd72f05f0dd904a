"""How far rows reach: whether what one grant gives lies within what another one holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from fab_app.access.grants import EVERY, Rows

Covers = Callable[[tuple[int, ...], tuple[int, ...]], bool]
"""Whether each of the second organisations lies below one of the first, or is one of them."""

WIDER = {
    "own": ("own", "org", "org_tree", "region_tree"),
    "org": ("org", "org_tree"),
    "org_tree": ("org_tree",),
    "region_tree": ("region_tree",),
}


def within(given: Rows, held: Rows, mine: int | None, covers: Covers) -> bool:
    """Whether ``given`` certainly reaches no further than ``held`` does; ``mine`` is the holder's organisation.

    Rows of "one's own" are compared by their kind, for they move with who holds them. Two rules are within each
    other where they are the same one.
    """
    if held in (EVERY, given):
        return True
    if held.within is not None:
        same = given.within is not None and replace(given, within=None) == replace(held, within=None)
        return same and given.within is not None and within(given.within, held.within, mine, covers)
    if given.within is not None:
        return within(given.within, held, mine, covers) or within(
            replace(given, within=None), held, mine, covers
        )
    if held.scope not in WIDER.get(given.scope, ()):
        return False
    return given.scope == "own" or _placed(given, held, mine, covers)


def _placed(given: Rows, held: Rows, mine: int | None, covers: Covers) -> bool:
    """The same of scopes that hang on organisations."""
    if given.of is None:
        return held.of is None
    places = held.of if held.of is not None else () if mine is None else (mine,)
    if held.scope == "org_tree":
        return covers(places, given.of)
    return held.scope == "org" and set(given.of) <= set(places)
