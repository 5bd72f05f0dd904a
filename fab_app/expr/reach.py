"""What stands at the end of a path."""

from __future__ import annotations

from collections.abc import Mapping

from fab_app.expr.errors import ExprError, nearest
from fab_app.expr.nodes import OUTER, THIS, USER, Names, Node, Path
from fab_app.expr.types import FieldType, Kind, Types


class Paths:
    """Types of paths, and what is wrong with them; `entities` are those around a node, the inmost last."""

    def __init__(self, types: Types, entity: str, extra: Mapping[str, FieldType]) -> None:
        self.types, self.extra = types, extra
        self.entities = [entity]
        self.errors: list[ExprError] = []

    def say(self, node: Node, message: str, hint: str = "") -> None:
        self.errors.append(ExprError(message, node.column, hint))

    def path(self, node: Path) -> FieldType | None:
        if node.root == THIS or (node.root == OUTER and len(self.entities) > 1):
            row = FieldType(Kind.ref, self.entities[-1 if node.root == THIS else -2])
            return self.follow(node, row, node.names)
        if node.root == USER:
            return self.user(node)
        return self.rooted(node)

    def user(self, node: Path) -> FieldType | None:
        if not node.names:
            return FieldType(Kind.ref)
        first = self.types.user(node.names[0])
        if first is None:
            self.say(node, f"'{node.names[0]}' is not known of the user")
            return None
        return self.follow(node, first, node.names[1:])

    def rooted(self, node: Path) -> FieldType | None:
        for cut in range(len(node.names), -1, -1):
            known = self.extra.get(".".join((node.root, *node.names[:cut])))
            if known:
                return self.follow(node, known, node.names[cut:])
        roots = {name.split(".")[0] for name in self.extra}
        if node.root in roots:
            prefix = node.root + "."
            names = [name.removeprefix(prefix) for name in self.extra if name.startswith(prefix)]
            self.say(
                node,
                f"'{'.'.join(node.names)}' is not a field of {node.root}",
                nearest(".".join(node.names), names),
            )
        else:
            self.say(node, f"'{node.root}' is not known here", nearest(node.root, {THIS, USER, *roots}))
        return None

    def follow(self, node: Path, given: FieldType, names: Names) -> FieldType | None:
        for name in names:
            if given.kind is not Kind.ref or not given.target:
                hint = f"write exists({node.names[0]} where …)" if given.kind is Kind.children else ""
                self.say(node, f"'{name}' cannot be asked of {given.kind}", hint)
                return None
            found = self.types.field(given.target, name)
            if found is None:
                entity = given.target.rpartition(".")[2].partition("!")[0]
                self.say(
                    node,
                    f"'{name}' is not a field of {entity}",
                    nearest(name, self.types.names(given.target)),
                )
                return None
            given = found
        return given
