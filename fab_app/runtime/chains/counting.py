"""Whether a level is decided, when several are asked: one, all, a share of them, one after the other."""

from __future__ import annotations

from collections.abc import Sequence

from fab_app.runtime.chains.rounds import Task
from fab_app.spec.chain import Level


def together(tasks: Sequence[Task], task: Task) -> list[Task]:
    """The other tasks of the same opening that count: one that was handed on counts in its new hand."""
    return [t for t in tasks if t.opening == task.opening and t.id != task.id and t.state != "transferred"]


def passed(level: Level, task: Task, others: Sequence[Task]) -> bool:
    """Whether the level has agreed once this task has; ``others`` as ``together`` gives them."""
    signers = [t for t in others if t.extra]
    asked = [t for t in others if not t.extra]
    agreed = sum(t.state == "agreed" for t in asked) + (not task.extra)
    number = len(asked) + (not task.extra)
    return all(t.state == "agreed" for t in signers) and _enough(level, agreed, number)


def failed(level: Level, task: Task, others: Sequence[Task]) -> bool:
    """Whether the level can no longer agree once this task has not."""
    if task.extra or level.mode != "ratio":
        return True
    asked = [t for t in others if not t.extra]
    may = sum(t.state != "against" for t in asked)
    return may < _share(level) * (len(asked) + 1)


def _enough(level: Level, agreed: int, number: int) -> bool:
    if level.mode == "one":
        return agreed >= 1
    if level.mode == "ratio":
        return agreed >= _share(level) * number
    return agreed == number


def _share(level: Level) -> float:
    return level.ratio if level.ratio is not None else 1.0
