"""Single-record pages: their buttons lead somewhere, and the moves that stand for them are pages of their own."""

from __future__ import annotations

from collections.abc import Iterator

from fab_app.checks.paths import Astray, named
from fab_app.core.problems import Problem, nearest
from fab_app.spec.manifest import Entity, Manifest


def check(manifest: Manifest) -> Iterator[Problem]:
    for entity in manifest.entities.values():
        yield from _moves(entity)
        for index, way in enumerate(entity.spec.single.ways if entity.spec.single is not None else ()):
            found = named(manifest, entity.portal, way.entity)
            if isinstance(found, Astray):
                place = entity.document.value_at("single", "ways", index, "entity")
                yield Problem("single.E001", found.text, place, found.hint)


def _moves(entity: Entity) -> Iterator[Problem]:
    for index, code in enumerate(entity.spec.single.moves if entity.spec.single is not None else ()):
        place = entity.document.value_at("single", "moves", index)
        if code not in entity.moves:
            text = f"there is no move '{code}'"
            yield Problem(
                "single.E002", text, place, nearest(code, entity.moves) or "name a move of 'workflows:'"
            )
        elif not any(move.page for move in entity.moves[code]):
            yield Problem(
                "single.E003", f"the move '{code}' has no page", place, "write 'page: true' at the move"
            )
