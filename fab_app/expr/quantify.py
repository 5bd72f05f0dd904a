"""Child rows in Python: their scope, and what count, exists, sum, min and max make of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from fab_app.expr.nodes import THIS, Names


class Scope:
    """The environment inside a `where`: values of the child, everything else of the record around it."""

    __slots__ = ("children", "now", "offset", "outer", "root", "row", "today", "user", "value")

    def __init__(self, row: Any, outer: Any) -> None:
        self.row, self.value, self.children, self.outer = row, row.value, row.children, outer
        self.user, self.root = outer.user, outer.root
        self.today, self.now = outer.today, outer.now
        self.offset = getattr(outer, "offset", None)

    def steps(self, root: str, path: Names, members: Iterable[int], node: int) -> int | None:
        found: int | None = (self.row if root == THIS else self.outer).steps(root, path, members, node)
        return found


def rooted(root: Any, names: Names) -> Any:
    """A path of an extra root: step by step through mappings, or at once in an Env."""
    for at, name in enumerate(names):
        if root is None:
            return None
        if not isinstance(root, Mapping):
            return root.value(names[at:]) if hasattr(root, "value") else None
        root = root.get(name)
    return root.value(()) if hasattr(root, "value") else root


def _known(values: Iterable[Any]) -> Iterable[Any]:
    return (value for value in values if value is not None)


FOLDS: dict[str, Callable[[Iterable[Any]], Any]] = {
    "count": lambda rows: sum(1 for _ in rows),
    "exists": lambda rows: next((True for _ in rows), False),
    "sum": lambda values: sum(_known(values)),
    "min": lambda values: min(_known(values), default=None),
    "max": lambda values: max(_known(values), default=None),
}
