"""The tree of an expression. Frozen, and knowing nothing of fields, databases or requests.

`column` is where a node stands in the text; it takes no part in comparing trees.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

Names = tuple[str, ...]

THIS, OUTER, USER = "this", "outer", "user"


@dataclass(frozen=True, kw_only=True)
class Node:
    column: int = field(default=1, compare=False)

    def inner(self) -> tuple[Node, ...]:
        """The nodes one step below, in the order of the text."""
        return ()


@dataclass(frozen=True)
class Const(Node):
    """None, bool, int, Decimal, str or date."""

    value: Any


@dataclass(frozen=True)
class Path(Node):
    """`root` is this, outer, user, or an extra root such as dialog. No names: the id of the root itself."""

    root: str
    names: Names


@dataclass(frozen=True)
class Listing(Node):
    """The values after `in`."""

    items: tuple[Node, ...]

    def inner(self) -> tuple[Node, ...]:
        return self.items


@dataclass(frozen=True)
class Not(Node):
    value: Node

    def inner(self) -> tuple[Node, ...]:
        return (self.value,)


@dataclass(frozen=True)
class Negative(Node):
    value: Node

    def inner(self) -> tuple[Node, ...]:
        return (self.value,)


@dataclass(frozen=True)
class IsNull(Node):
    value: Node

    def inner(self) -> tuple[Node, ...]:
        return (self.value,)


@dataclass(frozen=True)
class Logic(Node):
    """`and` or `or` over two or more parts."""

    word: str
    parts: tuple[Node, ...]

    def inner(self) -> tuple[Node, ...]:
        return self.parts


@dataclass(frozen=True)
class Compare(Node):
    """`sign` is one of == != < <= > >=."""

    sign: str
    left: Node
    right: Node

    def inner(self) -> tuple[Node, ...]:
        return (self.left, self.right)


@dataclass(frozen=True)
class Within(Node):
    """`item in many`; `many` is a Listing or the Path of something many-valued."""

    item: Node
    many: Node

    def inner(self) -> tuple[Node, ...]:
        return (self.item, self.many)


@dataclass(frozen=True)
class Arithmetic(Node):
    """`sign` is one of + - * /."""

    sign: str
    left: Node
    right: Node

    def inner(self) -> tuple[Node, ...]:
        return (self.left, self.right)


@dataclass(frozen=True)
class Shift(Node):
    """A date or datetime moved by a count of days, hours or months; `back` for a minus."""

    value: Node
    unit: str
    count: Node
    back: bool

    def inner(self) -> tuple[Node, ...]:
        return (self.value, self.count)


@dataclass(frozen=True)
class Call(Node):
    name: str
    args: tuple[Node, ...]

    def inner(self) -> tuple[Node, ...]:
        return self.args


@dataclass(frozen=True)
class Children(Node):
    """count, exists, sum, min or max over the child rows `name`; below it, paths are the child's."""

    function: str
    name: str
    value: Path | None
    where: Node | None

    def inner(self) -> tuple[Node, ...]:
        return tuple(node for node in (self.value, self.where) if node is not None)

    @property
    def paths(self) -> frozenset[Names]:
        """The fields of the child that are read."""
        return _paths(self, 1)

    @property
    def children(self) -> tuple[Children, ...]:
        """The quantifiers directly inside this one's condition."""
        return _children(self, 1)


@dataclass(frozen=True)
class Expr:
    """A parsed text. Cheap to keep, safe to share between threads."""

    text: str
    tree: Node

    @cached_property
    def paths(self) -> frozenset[Names]:
        """The fields of the record that are read, those read by `outer.` included; () is the record's id."""
        return _paths(self.tree, 0)

    @cached_property
    def user_paths(self) -> frozenset[Names]:
        return frozenset(p.names for p, _ in _all_paths(self.tree) if p.root == USER)

    @cached_property
    def root_paths(self) -> frozenset[Names]:
        """Paths of extra roots, the root's name first: ('dialog', 'note').

        `outer` outside of any `where` is one of them: the record for which options are chosen.
        """
        return frozenset(
            (p.root, *p.names)
            for p, depth in _all_paths(self.tree)
            if p.root not in (THIS, USER) and not (p.root == OUTER and depth)
        )

    @cached_property
    def children(self) -> tuple[Children, ...]:
        """The outermost quantifiers; those inside their conditions are in their own `children`."""
        return _children(self.tree, 0)

    @cached_property
    def calls(self) -> frozenset[str]:
        return frozenset(name for node, _ in walk(self.tree) if (name := _called(node)))

    @cached_property
    def constant(self) -> bool:
        """Whether the answer is the same for every record, user and day."""
        reads = any(isinstance(node, (Path, Children)) for node, _ in walk(self.tree))
        return not reads and not self.calls & {"today", "now"}


def walk(node: Node, depth: int = 0) -> Iterator[tuple[Node, int]]:
    """Every node with the number of quantifiers around it."""
    yield node, depth
    for part in node.inner():
        yield from walk(part, depth + isinstance(node, Children))


def _paths(node: Node, level: int) -> frozenset[Names]:
    reads = {THIS: level, OUTER: level + 1}
    return frozenset(p.names for p, depth in _all_paths(node) if reads.get(p.root) == depth)


def _all_paths(node: Node) -> Iterator[tuple[Path, int]]:
    return ((n, depth) for n, depth in walk(node) if isinstance(n, Path))


def _children(node: Node, level: int) -> tuple[Children, ...]:
    return tuple(n for n, depth in walk(node) if isinstance(n, Children) and depth == level)


def _called(node: Node) -> str:
    match node:
        case Call(name=name) | Children(function=name) | Shift(unit=name):
            return name
    return ""
