"""All types of effects, and the one of them that a definition means."""

from __future__ import annotations

from typing import Annotated, Any, Union

from pydantic import Field as Key

from fab_app.core.registry import members
from fab_app.effects.base import Effect

EFFECTS: dict[str, type[Effect]] = members("fab_app.effects", Effect)  # type: ignore[type-abstract]
AnyEffect: Any = Annotated[Union[tuple(EFFECTS.values())], Key(discriminator="type")]  # noqa: UP007
