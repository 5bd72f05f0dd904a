"""A stored computed value is made anew when its record is written: what changes without that would leave it stale."""

from __future__ import annotations

from collections.abc import Iterator

from fab_app.core.problems import Problem
from fab_app.expr import Expr
from fab_app.fields.computed import ComputedField
from fab_app.spec.manifest import SYSTEM, Entity, Manifest

_PASSING = frozenset({"today", "now", "below", "covers", "depth_of"})


def check(manifest: Manifest) -> Iterator[Problem]:
    for entity in manifest.entities.values():
        for name, field in entity.spec.fields.items():
            if isinstance(field, ComputedField) and field.stored:
                yield from _stale(entity, name, field.value)


def _stale(entity: Entity, name: str, value: Expr) -> Iterator[Problem]:
    wrong = [f"{call}()" for call in sorted(value.calls & _PASSING)]
    wrong += [".".join(("user", *path)) for path in sorted(value.user_paths)]
    wrong += [".".join(path) or "id" for path in sorted(value.paths) if not _own(entity, path)]
    if wrong or value.children:
        what = f"'{wrong[0]}'" if wrong else "other records"
        text = (
            f"the stored value '{name}' would not follow {what}: it is made only when its record is written"
        )
        hint = "make it of fields that this record keeps itself, or remove 'stored'"
        yield Problem("entity.E015", text, entity.document.value_at("fields", name, "value"), hint)


def _own(entity: Entity, path: tuple[str, ...]) -> bool:
    """Whether the path is a field that is kept with the record and typed, set or moved there."""
    field = entity.fields.get(path[0]) if len(path) == 1 else None
    kept = field is not None and field.storage in ("column", "side")
    return kept and path[0] not in SYSTEM and not isinstance(field, ComputedField)
