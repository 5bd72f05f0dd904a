"""What the ticks of a tree stand for: ``covers(field, node)`` and ``depth_of(field, node)``, face by face; ``below``.

``field`` is a path of many nodes that says what a tick stands for (``FieldType.cover``). ``depth_of`` counts the steps
from the node up to the nearest tick that covers it: 0 where it is ticked itself, nothing where none covers it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from fab_app.expr.errors import ExprError
from fab_app.expr.nodes import OUTER, THIS, Call, Path
from fab_app.expr.types import FieldType, Kind
from fab_app.expr.values import NOTHING, Value

if TYPE_CHECKING:
    from fab_app.expr.check import _Checker
    from fab_app.expr.sql import _Writer

Run = Callable[[Any], Any]
COVERS = frozenset({"covers", "depth_of"})


def inferred(checker: _Checker, call: Call) -> FieldType:
    """The type of the answer; says what the two arguments are not."""
    place, node = call.args
    answer = FieldType(Kind.bool if call.name == "covers" else Kind.int)
    if not isinstance(place, Path):
        checker.say(place, f"{call.name}() begins with a field", f"write {call.name}(regions, region)")
        return answer
    held, item = checker.infer(place), checker.wanted(node, "node", f"{call.name}()")
    if held and not held.cover:
        message = f"{call.name}() wants a field whose ticks stand for more than themselves"
        checker.say(place, message, "give it 'cover: below' or 'cover: children'")
    elif held and item and not checker.types.same(held.target, item.target):
        message = f"this is no node of the tree in which '{'.'.join(place.names)}' is ticked"
        checker.say(node, message, "write a reference to the same kind of record")
    return answer


def run(name: str, place: Path, members: Run, node: Run, depth: int) -> Run:
    """The closure: one question to the environment that holds the field."""
    outwards = place.root == OUTER and depth > 0
    root = THIS if outwards else place.root

    def steps(env: Any) -> Any:
        value = node(env)
        if value is None:
            return None
        found = (env.outer if outwards else env).steps(root, place.names, members(env) or (), value)
        return found if name == "depth_of" else found is not None

    return steps


def lies(place: Path, node: Run, ancestor: Run, depth: int) -> Run:
    """The closure of ``below``: an ancestor is a tick for all below it."""
    outwards = place.root == OUTER and depth > 0
    root = THIS if outwards else place.root

    def below(env: Any) -> Any:
        value, above = node(env), ancestor(env)
        if value is None or above is None:
            return None
        many = above if isinstance(above, (list, tuple, set, frozenset)) else (above,)
        return (env.outer if outwards else env).steps(root, place.names, many, value) is not None

    return below


def written(writer: _Writer, call: Call) -> Value:
    """SQL: EXISTS over ticks and tree; where the ticks are a parameter an IN, so that the node's index serves."""
    place, node = call.args
    if not isinstance(place, Path):
        raise ExprError(f"{call.name}() begins with a field", place.column)
    item, row = writer.write(node), writer.resolver(place)
    if item.null:
        return NOTHING if call.name == "depth_of" else Value(sa.null(), Kind.bool)
    members = None if row is not None else tuple(writer.parameter(place) or ())
    links = (row or writer.resolvers[0]).links(place.root if row is None else THIS, place.names, members)
    descendant, depth = links.selected_columns
    here = links.where(descendant == item.element)
    if call.name == "depth_of":
        return Value(here.with_only_columns(sa.func.min(depth)).scalar_subquery(), Kind.int)
    if members:
        return Value(item.element.in_(links.with_only_columns(descendant)), Kind.bool)
    unknown = sa.and_(item.element.is_(None), sa.null())
    covered = here.exists() if members is None else sa.false()
    return Value(covered if item.known is not None else sa.or_(unknown, covered), Kind.bool)
