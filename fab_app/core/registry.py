"""Families: one class in one file for each ``type`` an author may choose, found by themselves."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import TypeVar

T = TypeVar("T")


def members(package: str, base: type[T]) -> dict[str, type[T]]:
    """The classes of ``base`` in the modules of ``package``, by their ``type``."""
    found: dict[str, type[T]] = {}
    for info in sorted(iter_modules(import_module(package).__path__), key=lambda info: info.name):
        for value in vars(import_module(f"{package}.{info.name}")).values():
            if (
                isinstance(value, type)
                and issubclass(value, base)
                and value.__module__ == f"{package}.{info.name}"
            ):
                kind = kind_of(value)
                if kind:
                    found[kind] = value
    return found


def kind_of(member: type) -> str:
    """The ``type`` a class declares as ``type: Literal["…"]``; "" for one that is not to be chosen."""
    annotation = getattr(member, "model_fields", {}).get("type")
    options: tuple[object, ...] = getattr(getattr(annotation, "annotation", None), "__args__", ())
    return str(next(iter(options))) if len(options) == 1 else ""
