"""All channels by their names."""

from __future__ import annotations

from collections.abc import Mapping

from fab_app.channels.base import Channel
from fab_app.core.registry import members

CHANNELS: dict[str, type[Channel]] = members("fab_app.channels", Channel)  # type: ignore[type-abstract]


def opened(environ: Mapping[str, str]) -> dict[str, Channel]:
    """Every channel with the settings of this environment. Raises WrongSetting."""
    return {name: kind.read(name, environ) for name, kind in CHANNELS.items()}
