"""All chart types, and the one of them that a definition means."""

from __future__ import annotations

from typing import Annotated, Any, Union

from pydantic import Field as Key

from fab_app.charts.base import Chart
from fab_app.core.registry import members

CHARTS: dict[str, type[Chart]] = members("fab_app.charts", Chart)
AnyChart: Any = Annotated[Union[tuple(CHARTS.values())], Key(discriminator="type")]  # noqa: UP007
