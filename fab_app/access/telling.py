"""An explanation as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from fab_app.access.explanation import Explanation, Reason


def telling(explanation: Explanation) -> Iterator[str]:
    """The decision first, then what must hold for everybody, then each role, then what decides nothing."""
    verdict = "may" if explanation.allowed else "may NOT"
    record = f" {explanation.record}" if explanation.record is not None else " (any record)"
    yield f"{explanation.account} {verdict} {explanation.action} {explanation.entity}{record}"
    yield from _group("for everybody, all of:", explanation.standing)
    yield from _group("by role, one of:", explanation.roles)
    yield from _group("besides:", explanation.notes)


def _group(head: str, reasons: tuple[Reason, ...]) -> Iterator[str]:
    if reasons:
        yield head
        for reason in reasons:
            yield from _reason(reason, 1)


def _reason(reason: Reason, depth: int) -> Iterator[str]:
    yield f"{'  ' * depth}{'yes' if reason.holds else ' no'}  {reason.text}"
    if reason.at is not None:
        yield f"{'  ' * depth}     at {reason.at}"
    for inner in reason.inner:
        yield from _reason(inner, depth + 1)
