"""Every key of a definition is read by some stage: nothing that an author writes is silently ignored."""

from __future__ import annotations

import ast
from pathlib import Path

from fab_app.fields.family import FIELDS
from fab_app.spec.json_schema import GRAMMARS
from fab_app.spec.reference import pieces

PACKAGE = Path(__file__).parents[1] / "fab_app"
JUDGES = {"spec", "checks"}
"""What reads definitions without acting on them."""

PENDING: set[str] = set()
"""Keys that nothing acts on yet. This list must become empty."""

FOUND_BY_HAND: set[str] = set()
"""Keys that nothing acts on yet, unseen by the test, for others have their names. To be emptied too."""

DONE_ELSEWHERE = {
    "type": "chooses the class",
    "DetailHistory.timeline": "chooses the class",
    "Workflow.states": "resolved into the options of the field of the state, and into locks",
    "State.label": "resolved into the options of the field of the state",
    "State.tone": "resolved into the options of the field of the state",
    "State.locked": "resolved into a lock of the entity",
    "State.final": "said for the checks and for simulate, that no move leads out is meant",
    "Approval.returned": "resolved into a state and the moves to and from it while reading",
    "Approval.withdrawn": "resolved into a state and the move to it while reading",
    "every": "read with `at` and `cron` as `timing`",
    "cron": "read with `at` and `every` as `timing`",
    "Approval.time_limit": "given by level through Approval.limit",
    "Level.time_limit": "given by level through Approval.limit",
    "Also.transfer": "resolved into a move while reading",
    "Also.add_signer": "resolved into a move while reading",
    "Also.send_back": "resolved into a move while reading",
    "include": "resolved into the entity's own keys while reading",
    "view_of": "resolved into the fields and the owner of the entity while reading",
    "names": "resolved into the fields of the entity while reading",
    "Shared.field": "resolved into the fields of the entity while reading",
    "PortalSpec.imports": "given by entity through Manifest.imported",
    "PortalSpec.prints": "given by entity through Manifest.printed",
    "PortalSpec.workbooks": "given by entity through Manifest.bound",
    "RowsByAction.pick": "asked for by the name of the action",
    "RowsByAction.unmask": "asked for by the name of the action",
    "of": "read as `of` by the family member itself, or through `needs`",
}


def consumed() -> set[str]:
    """The names of attributes that the code outside the grammar reads."""
    read: set[str] = set()
    for path in PACKAGE.rglob("*.py"):
        if path.relative_to(PACKAGE).parts[0] not in JUDGES:
            read |= attributes(ast.parse(path.read_text(encoding="utf-8")))
    return read


def attributes(tree: ast.AST) -> set[str]:
    named = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load)
    }
    asked = {
        node.args[1].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "getattr"
        and len(node.args) > 1
        and isinstance(node.args[1], ast.Constant)
        and isinstance(node.args[1].value, str)
    }
    return named | asked


def keys() -> set[tuple[str, str]]:
    """(class, attribute) of every key of the language."""
    grammars = {part for grammar, _ in GRAMMARS.values() for part in pieces(grammar)} | set(FIELDS.values())
    return {(part.__name__, name) for part in grammars for name in part.model_fields}


def test_every_key_is_read_by_some_stage() -> None:
    read = consumed()
    excused = PENDING | DONE_ELSEWHERE.keys()
    inert = {
        f"{part}.{name}"
        for part, name in keys()
        if name not in read and not excused & {name, f"{part}.{name}"}
    }
    assert sorted(inert) == []


def test_nothing_is_pending_that_is_read_already() -> None:
    read = consumed()
    assert sorted(name for name in PENDING if name.rpartition(".")[2] in read) == []


def test_what_was_found_by_hand_are_keys() -> None:
    assert sorted(FOUND_BY_HAND - {f"{part}.{name}" for part, name in keys()}) == []
