"""A workflow walked without records: from which state to which, by whom, and where it ends."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from fab_app.spec.manifest import Entity, Manifest
from fab_app.spec.workflow import Move, Workflow


def walked(manifest: Manifest, entity: Entity) -> Iterator[str]:
    """Lines for a terminal: every state in the order in which it is reached, with the moves out of it."""
    for name, workflow in entity.spec.workflows.items():
        yield f"{entity.key} {name}: begins as {workflow.start}"
        for state, path in _reached(workflow).items():
            yield f"  {state}{_told(workflow, state)}" + (f"  by {' > '.join(path)}" if path else "")
            for code, move in workflow.moves.items():
                if move.from_ is None or state in move.from_:
                    targets = "|".join(dict.fromkeys(move.targets())) or state
                    yield f"    {code} -> {targets}  ({', '.join(makers(manifest, entity, code, move)) or 'nobody'})"


def makers(manifest: Manifest, entity: Entity, code: str, move: Move) -> list[str]:
    """The roles that hold the move; "system" where only effects and timers make it."""
    if move.by == "system":
        return ["system"]
    found = []
    for role in manifest.roles.values():
        names = [name for name in role.spec.may if manifest.entity(role.portal, name) is entity]
        held = any(f"move:{code}" in role.spec.actions(name) for name in names)
        if held or (role.portal == entity.portal and role.name in move.by):
            found.append(role.name)
    return found


def _reached(workflow: Workflow) -> dict[str, tuple[str, ...]]:
    """Every state that moves lead to, with the shortest way."""
    found: dict[str, tuple[str, ...]] = {workflow.start: ()}
    waiting = deque(found)
    while waiting:
        state = waiting.popleft()
        for code, move in workflow.moves.items():
            for target in move.targets() if move.from_ is None or state in move.from_ else ():
                if target not in found:
                    found[target] = (*found[state], code)
                    waiting.append(target)
    return found


def _told(workflow: Workflow, state: str) -> str:
    words = workflow.states.get(state)
    told = [word for word in ("final", "locked") if words is not None and getattr(words, word)]
    return f" ({', '.join(told)})" if told else ""
