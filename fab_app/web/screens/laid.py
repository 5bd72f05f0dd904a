"""What a form is laid out of, as its author wrote it: the same for all who see it, so worked out once."""

from __future__ import annotations

import json

from fab_app.core.values import once
from fab_app.expr import Expr, ExprError, browser
from fab_app.fields.base import Field
from fab_app.spec import defaults
from fab_app.spec.layout import Section
from fab_app.spec.manifest import Entity

_OF_TREES = frozenset(("below", "covers", "depth_of"))
"""What no form knows the tree for: the server alone decides."""


@once
def laid_out(entity: Entity) -> tuple[str, ...]:
    """The fields of the form in their order."""
    return tuple(name for section in defaults.sections(entity) for name in flat(entity, section))


def flat(entity: Entity, section: Section) -> list[str]:
    if section.fields == "*":
        taken = {
            name for other in defaults.sections(entity) if other.fields != "*" for name in flat(entity, other)
        }
        return [name for name in entity.listed if name not in taken and _asks(entity.fields[name])]
    return [name for entry in section.fields for name in ((entry,) if isinstance(entry, str) else entry)]


def _asks(field: Field) -> bool:
    return field.storage != "none" or field.type == "table"


def entries(written: Section, names: list[str]) -> tuple[tuple[str, ...], ...]:
    if written.fields == "*":
        return tuple((name,) for name in names)
    return tuple((entry,) if isinstance(entry, str) else entry for entry in written.fields)


def live(expr: object) -> str:
    """The expression as the browser follows it; "" where there is none, or none that a browser can know."""
    return _live(expr) if isinstance(expr, Expr) else ""


@once
def _live(expr: Expr) -> str:
    if expr.calls & _OF_TREES:
        return ""
    try:
        return json.dumps(browser(expr), ensure_ascii=False, separators=(",", ":"), default=str)
    except ExprError:
        return ""
