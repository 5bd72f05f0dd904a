"""Expressions back to text, a part at a time: what an explanation quotes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from fab_app.expr import Call, Children, Const, Node, Path, walk
from fab_app.expr.nodes import (
    THIS,
    USER,
    Arithmetic,
    Compare,
    IsNull,
    Listing,
    Logic,
    Negative,
    Not,
    Shift,
    Within,
)


def told(node: Node) -> str:
    """The part as its author may have written it: the same meaning, not always the same signs."""
    return _TOLD[type(node)](node)


def reads(node: Node) -> Iterator[Path]:
    """The fields of the record and of the person that a part reads, each once; what children read is left out."""
    seen: set[tuple[str, tuple[str, ...]]] = set()
    for part, depth in walk(node):
        if depth == 0 and isinstance(part, Path) and part.root in (THIS, USER):
            place = (part.root, part.names)
            if place not in seen:
                seen.add(place)
                yield part


def value_told(value: Any) -> str:
    """A value as an expression names it."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple | set | frozenset):
        return f"[{', '.join(value_told(item) for item in value)}]"
    return repr(value) if isinstance(value, str) else str(value)


def _path(node: Path) -> str:
    if node.root == THIS:
        return ".".join(node.names) or "id"
    return ".".join((node.root, *node.names))


def _listing(node: Listing) -> str:
    return f"[{', '.join(told(item) for item in node.items)}]"


def _logic(node: Logic) -> str:
    return f" {node.word} ".join(_inside(part) for part in node.parts)


def _inside(node: Node) -> str:
    return f"({told(node)})" if isinstance(node, Logic | Not) else told(node)


def _sum(node: Arithmetic) -> str:
    return f"({told(node.left)} {node.sign} {told(node.right)})"


def _shift(node: Shift) -> str:
    return f"{told(node.value)} {'-' if node.back else '+'} {node.unit}({told(node.count)})"


def _call(node: Call) -> str:
    return f"{node.name}({', '.join(told(part) for part in node.args)})"


def _children(node: Children) -> str:
    names = (node.name, *(node.value.names if node.value is not None else ()))
    where = f" where {told(node.where)}" if node.where is not None else ""
    return f"{node.function}({'.'.join(names)}{where})"


_TOLD: dict[type[Node], Callable[[Any], str]] = {
    Const: lambda node: value_told(node.value),
    Path: _path,
    Listing: _listing,
    Not: lambda node: f"not {_inside(node.value)}",
    Negative: lambda node: f"-{_inside(node.value)}",
    IsNull: lambda node: f"{told(node.value)} is none",
    Logic: _logic,
    Compare: lambda node: f"{told(node.left)} {node.sign} {told(node.right)}",
    Within: lambda node: f"{told(node.item)} in {told(node.many)}",
    Arithmetic: _sum,
    Shift: _shift,
    Call: _call,
    Children: _children,
}
