"""An organisation."""

from __future__ import annotations

from typing import Literal

from fab_app.fields.ref import RefField


class OrgField(RefField):
    """A ``ref`` to the shared organisations; ``kinds`` names the kinds that may be chosen (empty: any)."""

    type: Literal["org"]  # type: ignore[assignment]
    to: Literal["base.org"] = "base.org"
    kinds: tuple[str, ...] = ()
