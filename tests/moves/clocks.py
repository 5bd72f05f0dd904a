"""Time that passes at a site."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.projects import Site


def later(site: Site, **time: float) -> None:
    """So much time passes without any process; then everything runs that is due by then."""
    site.here.jobs.drain()
    clock = site.world.clock
    object.__setattr__(clock, "ahead", clock.ahead + timedelta(**time))  # type: ignore[attr-defined]
    site.here.jobs.drain()


def at(site: Site, local: str) -> None:
    """The clock shows this time of Shanghai, whatever it showed; what is due then has not run yet."""
    ahead = datetime.fromisoformat(f"{local}+08:00") - datetime.now(UTC)
    object.__setattr__(site.world.clock, "ahead", ahead)
