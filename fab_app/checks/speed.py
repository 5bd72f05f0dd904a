"""Row rules that a database could only answer by reading the whole table."""

from __future__ import annotations

from collections.abc import Iterator

from fab_app.checks.expressions import SCOPE_WORDS, rules_of
from fab_app.checks.paths import axes
from fab_app.core.problems import Problem
from fab_app.core.source import Loc
from fab_app.expr import Call, Expr, Node, Path
from fab_app.expr.nodes import Compare, IsNull, Logic, Within
from fab_app.spec.manifest import BASE, Entity, Manifest, Role


def check(manifest: Manifest) -> Iterator[Problem]:
    for role in manifest.roles.values():
        for name, rows in role.spec.rows.items():
            entity = manifest.entity(role.portal, name)
            if entity is None:
                continue
            for loc, rule in rules_of(name, rows):
                if isinstance(rule, Expr) and "move" not in loc[2:3]:  # no list is asked for by those
                    yield from _rule(manifest, role, entity, rule, loc)


def _rule(manifest: Manifest, role: Role, entity: Entity, rule: Expr, loc: Loc) -> Iterator[Problem]:
    place = role.document.value_at(*loc)
    if rule.text == "own" and "owner" not in axes(manifest, entity):
        text = f"'own' looks for the creator of each {entity.name}, which has no index"
        yield Problem(
            "role.W005", text, place, f"add 'belongs: {{owner: created_by}}' to {entity.document.path}"
        )
    if rule.text in SCOPE_WORDS:
        return
    for branch in _parts(rule.tree, "or"):
        paths = [path for part in _parts(branch, "and") for path in _sought(part)]
        if paths and not any(_indexed(manifest, entity, path) for path in paths):
            path = paths[0]
            hint = (
                f"add 'index: true' to {path}"
                if "." not in path
                else f"keep the path under 'belongs:' of {entity.document.path}"
            )
            yield Problem(
                "role.W005", f"rows of {entity.name} are found by '{path}', which has no index", place, hint
            )


def _parts(node: Node, word: str) -> tuple[Node, ...]:
    if isinstance(node, Logic) and node.word == word:
        return tuple(inner for part in node.parts for inner in _parts(part, word))
    return (node,)


def _sought(node: Node) -> Iterator[str]:
    """The fields of the row that a comparison looks for."""
    sides: tuple[Node, ...] = ()
    if isinstance(node, Compare) and node.sign == "==":
        sides = (node.left, node.right)
    elif isinstance(node, Within):
        sides = (node.item, node.many)
    elif isinstance(node, IsNull) or (isinstance(node, Call) and node.name in ("below", "covers")):
        sides = node.inner()
    elif isinstance(node, Path | Compare):
        sides = (node,) if isinstance(node, Path) else node.inner()
    for side in sides:
        if isinstance(side, Path) and side.root == "this" and side.names:
            yield ".".join(side.names)


def _indexed(manifest: Manifest, entity: Entity, path: str) -> bool:
    if path in axes(manifest, entity).values() or path in ("id", "uuid"):
        return True
    field = entity.spec.fields.get(path)
    if field is None or entity.portal == BASE:
        return "." not in path  # unknown (said elsewhere), or a column that this home cannot index
    first = (names[0] for names in (*entity.spec.unique, *entity.spec.indexes) if names)
    return bool(field.many or field.index or field.unique or path in first)
