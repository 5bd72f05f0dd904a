"""What became of each of many rows, told in one message: how many were done, how many not and why."""

from __future__ import annotations

from collections.abc import Sequence

from fab_app.core.problems import Refused
from fab_app.core.words import say
from fab_app.spec.manifest import Entity
from fab_app.web import context
from fab_app.web.notices import leave_toast

NAMED = 10
LONGEST = 900


def tell(entity: Entity, done: int, refused: Sequence[tuple[int, Refused]], good: str) -> None:
    """``good`` is said where all went well."""
    if not refused:
        leave_toast("good", good)
        return
    counts = say("{done} done, {failed} failed", done=done, failed=len(refused))
    leave_toast("bad", counts, "\n".join(_reasons(entity, refused))[:LONGEST])


def _reasons(entity: Entity, refused: Sequence[tuple[int, Refused]]) -> list[str]:
    """Each reason once, with the records it holds of; a record that the person may not see has no name."""
    some = [key for key, _ in refused[:NAMED]]
    refs, _ = context.reader(entity).options(entity, "", 0, keys=some, size=NAMED)
    names = {ref.id: ref.title for ref in refs}
    by_reason: dict[str, list[str]] = {}
    for key, refusal in refused:
        told = by_reason.setdefault(refusal.sentence, [])
        if key in some:
            told.append(names.get(key, f"#{key}"))
    return [
        say("{records}: {why}", records="、".join(records), why=why) if records else why
        for why, records in by_reason.items()
    ]
