"""A value copied from another record when this one is created, and kept whatever becomes of the other."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import field_validator

from fab_app.fields.inner import Inner

_PATH = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)+")


class SnapshotField(Inner):
    """``of`` is the path to the value: customer.name."""

    type: Literal["snapshot"]
    of: str

    @field_validator("of")
    @classmethod
    def _dotted(cls, path: str) -> str:
        if not _PATH.fullmatch(path):
            raise ValueError("'of' is a path through a reference, such as customer.name")
        return path
