"""What a field needs to know to show a value: the reader's language, zone and words."""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from fab_app.fields.faces import Option

UTC = ZoneInfo("UTC")

zone: ContextVar[ZoneInfo] = ContextVar("zone", default=ZoneInfo("Asia/Shanghai"))  # noqa: B039 - frozen
"""The zone in which the person at the door types; the web layer sets it as it sets the language."""


@dataclass(frozen=True, slots=True)
class Show:
    """``kinds`` and ``acts``: labels in the reader's language of entities by their key, and of what is done in the
    portal by its code.

    ``address`` is the root of the entity's files for this record or "" where files cannot be opened.
    """

    locale: str = "zh"
    zone: ZoneInfo = field(default_factory=lambda: zone.get())
    address: str = ""
    kinds: Mapping[str, Option] = field(default_factory=dict)
    acts: Mapping[str, Option] = field(default_factory=dict)

    def local(self, moment: datetime) -> datetime:
        """A stored instant (naive, UTC) as a clock on the wall shows it."""
        return moment.replace(tzinfo=UTC).astimezone(self.zone)

    def stored(self, local: datetime) -> datetime:
        """What a person typed (naive, in his zone) as it is stored (naive, UTC)."""
        return local.replace(tzinfo=self.zone).astimezone(UTC).replace(tzinfo=None)
