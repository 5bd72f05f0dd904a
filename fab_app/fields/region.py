"""An administrative region."""

from __future__ import annotations

from typing import Literal

from fab_app.fields.tree_ref import TreeRefField


class RegionField(TreeRefField):
    type: Literal["region"]  # type: ignore[assignment]
    to: Literal["base.region"] = "base.region"
