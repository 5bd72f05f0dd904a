"""A person with an account."""

from __future__ import annotations

from typing import Literal

from fab_app.fields.ref import RefField


class UserField(RefField):
    """A ``ref`` to the shared users; ``where`` narrows them, e.g. to those of one's own organisation."""

    type: Literal["user"]  # type: ignore[assignment]
    to: Literal["base.user"] = "base.user"
