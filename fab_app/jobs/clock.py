"""The application's clock: everything that asks for the time asks it. In demo it may be set off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class RealClock:
    """``ahead`` is what a demo clock is ahead of (or behind) the machine's."""

    ahead: timedelta = timedelta()

    def now(self) -> datetime:
        """The instant, naive in UTC, to the second."""
        return (datetime.now(UTC) + self.ahead).replace(tzinfo=None, microsecond=0)

    def exact(self) -> datetime:
        """The instant to the microsecond: for what must stand in the order in which it was made."""
        return (datetime.now(UTC) + self.ahead).replace(tzinfo=None)

    def today(self, zone: str = "Asia/Shanghai") -> date:
        return (datetime.now(UTC) + self.ahead).astimezone(ZoneInfo(zone)).date()

    def offset(self, zone: str) -> int:
        """Minutes that the zone lies east of UTC now."""
        east = (datetime.now(UTC) + self.ahead).astimezone(ZoneInfo(zone)).utcoffset()
        return int((east or timedelta()).total_seconds() // 60)
