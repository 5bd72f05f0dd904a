"""Who did something, in words: the name of an account, the kind of a person without one, or the system."""

from __future__ import annotations

from fab_app.core.words import locale, say
from fab_app.runtime.world import World


def who(world: World, portal: str, name: str | None, account: str | None) -> str:
    """``name`` is that of the account. Of people without one nobody learns the name here: they may be anonymous."""
    seats = world.manifest.portals[portal].spec.seats if portal in world.manifest.portals else {}
    seat = seats.get((account or "").partition(":")[0]) if ":" in (account or "") else None
    return name or (seat.label.of(locale.get()) if seat is not None else say("The system"))
