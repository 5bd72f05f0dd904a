"""An uploaded file as it is shown."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stored:
    """``size`` in bytes; ``url`` is "" where the reader may not open it, ``thumb`` where it has none."""

    id: int
    name: str
    size: int
    mime: str
    url: str = ""
    thumb: str = ""
