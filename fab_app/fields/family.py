"""All field types, and the one of them that a definition means."""

from __future__ import annotations

from typing import Annotated, Any, Union

from pydantic import Field as Key

from fab_app.core.registry import members
from fab_app.fields.base import Field

FIELDS: dict[str, type[Field]] = members("fab_app.fields", Field)
AnyField: Any = Annotated[Union[tuple(FIELDS.values())], Key(discriminator="type")]  # noqa: UP007
