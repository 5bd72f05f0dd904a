"""What the definitions of insurance_service say, read once for the tests that compare them with its document."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fab_app.core.text import Text
from fab_app.spec.manifest import Entity, Manifest

HOME = Path(__file__).parents[2]
PORTAL = "insurance_service"
FILES = HOME / "seeds" / PORTAL / "files"
KINDS = ("training", "risk", "inspection", "standardization", "drill", "tech", "other")
RECORDS = tuple(f"{kind}_record" for kind in KINDS)


def entity(home: Manifest, name: str) -> Entity:
    return home.entities[f"{PORTAL}.{name}"]


def field(home: Manifest, path: str) -> Any:
    name, _, code = path.partition(".")
    return entity(home, name).fields[code]


def texts(spec: Any, where: str = "") -> Iterator[tuple[str, Text]]:
    """Every text of a definition with the way to it."""
    if isinstance(spec, Text):
        yield where, spec
    elif isinstance(spec, dict):
        for key, value in spec.items():
            yield from texts(value, f"{where}.{key}")
    elif isinstance(spec, tuple | list):
        for index, value in enumerate(spec):
            yield from texts(value, f"{where}[{index}]")
    elif hasattr(type(spec), "model_fields"):
        for key in type(spec).model_fields:
            yield from texts(getattr(spec, key), f"{where}.{key}")
