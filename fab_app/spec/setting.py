"""What a setting begins with, and what settings say of the login."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from fab_app.expr import Env, Expr, closure
from fab_app.fields.base import EMPTY, Field
from fab_app.spec.login import Login


def default_of(field: Field) -> Any:
    """Raises ValueError where it is none of its kind, or depends on anything."""
    written = field.default
    if isinstance(written, Expr):
        if not written.constant:
            raise ValueError("it is no constant value")
        written = closure(written)(cast(Env, None))
    return None if written is None else field.parse(written)


def ruled(written: Login, values: Mapping[str, Any]) -> Login:
    """Raises ValueError where a value is none that the policy takes."""
    data: dict[str, Any] = written.model_dump(exclude_unset=True)
    for path, key in written.settings.items():
        part, _, name = path.rpartition(".")
        if values.get(key) not in EMPTY:
            (data.setdefault(part, {}) if part else data)[name] = values[key]
    return Login.model_validate(data)
