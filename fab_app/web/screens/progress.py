"""The progress of an approval on the page of its record: done in black, awaited in red, what comes in grey."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from fab_app.core.words import locale, say
from fab_app.fields.show import Show
from fab_app.runtime.chains.progress import Line, Progress, progress
from fab_app.runtime.course import Passed
from fab_app.spec.kept import flows
from fab_app.spec.manifest import Entity
from fab_app.web import context
from fab_app.web.pages import Step, TimelineEntry

_STANDING = ("waiting", "agreed", "assigned", "disagreed")


def of_record(entity: Entity, pk: int) -> Progress | None:
    """None where the record has no chain, or was never submitted to it."""
    if all(flow.approval is None for _, flow in flows(entity)):
        return None
    return progress(context.world(), context.writer().fetch, context.principal(), entity, pk)


def steps(found: Progress, show: Show) -> tuple[Step, ...]:
    """The submission and every level: nothing of a record that was withdrawn."""
    if found.state not in ("running", "returned", "agreed"):
        return ()
    begin = found.workflow.moves[found.workflow.deciding("begin")].label.of(locale.get())
    back = found.state == "returned"
    note = _current(found.applicant if found.inside else "") if back else _short(found.submitted_at, show)
    first = Step(begin, note, "now" if back else "done")
    lines: dict[int, Line] = {}
    for line in found.lines:
        if line.round == found.round and line.state in _STANDING:
            kept = lines.get(line.level)
            lines[line.level] = (
                line if kept is None or not kept.waits or kept.opening < line.opening else kept
            )
    reached = max((at for at, line in lines.items() if line.waits), default=len(lines))
    lines = {at: line for at, line in lines.items() if at <= reached}
    levels = enumerate(found.approval.chain)
    return (
        first,
        *(_step(found, at, level.label.of(locale.get()), lines.get(at), show) for at, level in levels),
    )


def _step(found: Progress, at: int, label: str, line: Line | None, show: Show) -> Step:
    if line is None or found.state == "returned":
        return Step(label)
    if line.waits:
        waiting = (one for one in found.lines if one.waits and one.level == at)
        names = dict.fromkeys(name.partition("[")[0] for one in waiting for name in one.who)
        return Step(label, _current("、".join(names)), "now")
    return Step(label, _short(line.decided_at, show) if line.decided_at else "", "done")


def _current(names: str) -> str:
    return say("Current · {names}", names=names) if names else say("Current")


def _short(at: datetime, show: Show) -> str:
    return f"{show.local(at):%m-%d %H:%M}"


# --- the course ----------------------------------------------------------------------------------


def ahead(found: Progress, show: Show) -> Iterator[TimelineEntry]:
    """What is above the course: the level that comes next in grey, who is awaited now in red."""
    waiting = [line for line in found.lines if line.waits]
    if found.state == "returned":
        begin = found.workflow.moves[found.workflow.deciding("begin")].label.of(locale.get())
        yield TimelineEntry(begin, found.applicant if found.inside else "", state="now")
    following = max((line.level for line in waiting), default=len(found.approval.chain)) + 1
    if following < len(found.approval.chain):
        yield TimelineEntry(found.approval.chain[following].label.of(locale.get()), state="next")
    for line in waiting:
        waited = say("waiting for {time}", time=_waited(line.opened_at))
        yield TimelineEntry(line.label, "、".join(line.who), waited, state="now")


def decided(found: Progress, passed: Passed, show: Show) -> tuple[TimelineEntry, ...] | None:
    """How a move of the chain is told, to some not at all; None where the move is none of the chain's."""
    move = found.workflow.moves.get(passed.move)
    line = next((line for line in found.lines if line.move == passed.id), None)
    if move is None or line is None:
        return None
    if not found.inside and line.state != "disagreed":
        return ()
    when = show.local(passed.at)
    texts = [say("to {name}", name=line.named)] if line.named else []
    texts += [line.opinion] if line.opinion else []
    texts += (
        [say("{label}: {value}", label=say("Told to the applicant"), value=line.note)] if line.note else []
    )
    title = move.label.of(locale.get())
    title = f"{line.label} · {title}" if found.inside else title
    who, text = "、".join(line.who), "；".join(texts)
    return (TimelineEntry(title, who, f"{when:%Y-%m-%d %H:%M}", text, at=when.isoformat()),)


def _waited(since: datetime) -> str:
    minutes = max(0, int((context.world().clock.now() - since).total_seconds() // 60))
    if minutes < 60:
        return say("{count} minutes", count=minutes)
    if minutes < 48 * 60:
        return say("{count} hours", count=minutes // 60)
    return say("{count} days", count=minutes // (24 * 60))
