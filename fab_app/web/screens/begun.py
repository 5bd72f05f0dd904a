"""What a new record begins with where it was asked for on a tab: the values that the tab's condition names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from flask import request

from fab_app.core.words import say
from fab_app.expr import Const, Node, Path
from fab_app.expr.nodes import THIS, Compare, Logic
from fab_app.runtime.query import Unreadable
from fab_app.spec.manifest import Entity


def begun(entity: Entity, names: Iterable[str]) -> dict[str, Any]:
    """Of these fields the values that the tab of the address says. They are chosen, not fixed: one may change them."""
    tab = request.args.get("tab", "")
    if tab and tab not in entity.spec.listing.tabs:
        raise Unreadable(say("there is no tab '{name}'", name=tab))
    asked = set(names)
    return {name: value for name, value in of_tab(entity, tab).items() if name in asked}


def of_tab(entity: Entity, code: str) -> dict[str, Any]:
    """``field == value`` of the tab's condition, and of all that ``and`` joins in it."""
    tab = entity.spec.listing.tabs.get(code)
    pairs = _equal(tab.where.tree) if tab is not None and tab.where is not None else ()
    return {name: value for name, raw in pairs for value in _value(entity, name, raw)}


def _equal(node: Node) -> Iterator[tuple[str, Any]]:
    if isinstance(node, Logic) and node.word == "and":
        for part in node.parts:
            yield from _equal(part)
    if isinstance(node, Compare) and node.sign == "==":
        for path, const in ((node.left, node.right), (node.right, node.left)):
            if (
                isinstance(path, Path)
                and isinstance(const, Const)
                and path.root == THIS
                and len(path.names) == 1
            ):
                yield path.names[0], const.value


def _value(entity: Entity, name: str, raw: Any) -> Iterator[Any]:
    """The value as the field keeps it; nothing where it may not be chosen anew."""
    field = entity.fields.get(name)
    if field is None or field.many or field.storage != "column":
        return
    try:
        value = field.parse(raw)
        field.chosen(value, None)
    except ValueError:
        return
    if value is not None:
        yield value
