"""Fields of a form that this person cannot change: they are shown, not asked."""

from __future__ import annotations

from fab_app.fields.base import Field
from fab_app.runtime.env import RecordEnv
from fab_app.runtime.reading import Record
from fab_app.spec.manifest import Entity
from fab_app.web import context


def settled(field: Field, env: RecordEnv) -> bool:
    """Whether this person cannot change the field whatever else he types: it is shown, not asked."""
    expr = field.readonly
    if expr is None or any(path != ("id",) for path in expr.paths):
        return False
    return env.holds(expr, False)


def held(entity: Entity, name: str, record: Record | None) -> bool:
    """Whether a locked field is shown as text: what is sent of it nevertheless is judged."""
    field = entity.fields[name]
    if record is None or field.locked is None or field.readonly is None:
        return False
    return context.writer().env(entity, record.values, record.id).holds(field.readonly, False)
