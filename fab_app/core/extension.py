"""A portal's own code: ``schema/<portal>/extensions.py``, functions that a definition calls by their names.

``run.py check`` reads the file and runs nothing of it; a start imports it. It is rare and short: what the
language can say is said there.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any, Final, TypeVar

F = TypeVar("F", bound=Callable[..., Any])
FILE: Final = "extensions.py"
EFFECT, JOB = "effect", "job"
_MARK: Final = "__extends__"


def effect(function: F) -> F:
    """What an effect ``call`` does: ``def recount(doing, factor): …``; ``values:`` are its arguments by name."""
    setattr(function, _MARK, EFFECT)
    return function


def job(function: F) -> F:
    """What a job runs: ``def pull(work): …``; safe to run twice, as every handler."""
    setattr(function, _MARK, JOB)
    return function


@dataclass(frozen=True, slots=True)
class Function:
    """``takes``: the names of what it is handed by ``values:``; ``needs``: those without a default."""

    kind: str
    takes: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Extensions:
    """What the file of a portal declares, by name; ``wrong``: (line, why) where Python cannot read it."""

    path: Path | None = None
    functions: Mapping[str, Function] = field(default_factory=dict)
    wrong: tuple[int, str] | None = None

    def of(self, kind: str) -> tuple[str, ...]:
        return tuple(name for name, function in self.functions.items() if function.kind == kind)


def read(path: Path) -> Extensions:
    if not path.exists():
        return Extensions()
    try:
        tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
    except (SyntaxError, UnicodeDecodeError) as error:
        return Extensions(path, {}, (getattr(error, "lineno", None) or 1, getattr(error, "msg", str(error))))
    found = {node.name: _function(node) for node in tree.body if isinstance(node, ast.FunctionDef)}
    return Extensions(path, {name: function for name, function in found.items() if function.kind})


def _function(node: ast.FunctionDef) -> Function:
    marks = [_name(decorator) for decorator in node.decorator_list]
    kind = next((mark for mark in marks if mark in (EFFECT, JOB)), "")
    args = [*node.args.posonlyargs, *node.args.args][1:]
    given = {arg.arg for arg in args[len(args) - len(node.args.defaults) :]} if node.args.defaults else set()
    only = zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
    given |= {arg.arg for arg, default in only if default is not None}
    names = tuple(arg.arg for arg in (*args, *node.args.kwonlyargs))
    return Function(kind, names, tuple(name for name in names if name not in given))


def _name(decorator: ast.expr) -> str:
    return decorator.attr if isinstance(decorator, ast.Attribute) else getattr(decorator, "id", "")


def load(portal: str, extensions: Extensions) -> Mapping[str, Callable[..., Any]]:
    """The functions by name. What the file raises when it is imported stops the start."""
    if extensions.path is None or not extensions.functions:
        return {}
    spec = spec_from_file_location(f"fab_app_extensions_{portal}", extensions.path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    found = {name: getattr(module, name) for name in extensions.functions}
    return {name: function for name, function in found.items() if getattr(function, _MARK, "")}
