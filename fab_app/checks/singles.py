"""Single-record pages: their buttons lead somewhere."""

from __future__ import annotations

from collections.abc import Iterator

from fab_app.checks.paths import Astray, named
from fab_app.core.problems import Problem
from fab_app.spec.manifest import Manifest


def check(manifest: Manifest) -> Iterator[Problem]:
    for entity in manifest.entities.values():
        for index, way in enumerate(entity.spec.single.ways if entity.spec.single is not None else ()):
            found = named(manifest, entity.portal, way.entity)
            if isinstance(found, Astray):
                place = entity.document.value_at("single", "ways", index, "entity")
                yield Problem("single.E001", found.text, place, found.hint)
