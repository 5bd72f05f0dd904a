"""Dictionaries that nothing uses."""

from __future__ import annotations

from collections.abc import Iterator

from fab_app.core.problems import Place, Problem
from fab_app.spec.manifest import Manifest


def check(manifest: Manifest) -> Iterator[Problem]:
    used = {
        name
        for entity in manifest.entities.values()
        for field in entity.fields.values()
        for name in _several(field.needs().get("dictionary", ()))
    }
    for name in sorted(set(manifest.dictionaries) - used):
        place = Place(f"seeds/dictionaries/{name}.yaml")
        yield Problem(
            "dictionary.W001",
            f"no field uses the dictionary '{name}'",
            place,
            f"write 'of: {name}' in a choice",
        )


def _several(names: str | tuple[str, ...]) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else names
