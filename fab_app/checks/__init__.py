"""Rules across files. One file a subject, found by itself: ``check(manifest)`` gives what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from fab_app.core.problems import Problem
from fab_app.spec.manifest import Manifest
from fab_app.spec.reading import read_home

Rule = Callable[[Manifest], Iterator[Problem]]


def checked(home: Path, portals: frozenset[str] | None = None) -> tuple[Manifest, list[Problem]]:
    """The definitions of a home, and everything that is wrong in and between its files."""
    manifest, found = read_home(home, portals)
    return manifest, _sorted({*found, *problems(manifest)})


def problems(manifest: Manifest) -> list[Problem]:
    """Everything that is wrong between the definitions, in the order of files and lines."""
    return _sorted({problem for rule in rules() for problem in rule(manifest)})


def rules() -> list[Rule]:
    modules = [import_module(f"{__name__}.{info.name}") for info in iter_modules(__path__)]
    return [module.check for module in modules if hasattr(module, "check")]


def _sorted(found: set[Problem]) -> list[Problem]:
    return sorted(found, key=lambda problem: (problem.at, problem.id, problem.text))
