"""Runs of long work, prepared for the templates and for programs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from fab_app.core.words import say
from fab_app.fields.faces import NIL, Cell
from fab_app.fields.show import Show
from fab_app.jobs.looking import ALIVE, Seen
from fab_app.spec.manifest import Portal
from fab_app.web import context
from fab_app.web.notices import is_ours
from fab_app.web.pages import (
    Action,
    Column,
    Confirm,
    Crumb,
    DetailItem,
    DetailPage,
    DetailSection,
    Pager,
    Row,
    Tab,
    TimelineEntry,
)
from fab_app.web.shell import shell_of

SIZE: Final = 25
_TONES: Final = {
    "waiting": "neutral",
    "running": "info",
    "done": "good",
    "failed": "bad",
    "cancelled": "away",
}
_STATES: Final = {
    "waiting": "Waiting",
    "running": "Running",
    "done": "Finished",
    "failed": "Failed",
    "cancelled": "Cancelled",
}
_TABS: Final = {"all": "All", "alive": "Not ended", "failed": "Failed", "done": "Finished"}


def address(run: Seen) -> str:
    return f"/{run.portal}/jobs/{run.uuid}"


def columns() -> tuple[Column, ...]:
    return (
        Column("title", say("Work"), card="title"),
        Column("state", say("State of the work"), "108", card="state"),
        Column("progress", say("How far"), "168"),
        Column("note", say("Note"), card="meta2"),
        Column("created", say("Asked at"), "150"),
        Column("took", say("Took"), "84"),
    )


def row(run: Seen, show: Show) -> Row:
    cells = (
        Cell("link", title(run), url=address(run)),
        state_of(run),
        _progress(run),
        Cell("text", run.error or run.note, title=run.error or run.note) if run.error or run.note else NIL,
        _moment(run.created_at, show),
        _took(run),
    )
    return Row(run.uuid, cells, acts(run), url=address(run))


def tab_of(code: str, at: str, count: int, current: str) -> Tab:
    return Tab(code, say(_TABS[code]), f"{at}?tab={code}", str(count), code == current, code == "failed")


def pager(at: str, tab: str, page: int, count: int) -> Pager:
    base = f"{at}?tab={tab}&page="
    text = say("{count} in all", count=count)
    return Pager(text, page, max(1, -(-count // SIZE)), SIZE, (SIZE,), base, base, count=count)


# --- one run ---------------------------------------------------------------------------------


def detail(portal: Portal, run: Seen) -> DetailPage:
    show = context.show(portal.name)
    way = (Crumb(say("Background work"), f"/{portal.name}/jobs/"), Crumb(title(run)))
    return DetailPage(
        shell=shell_of(portal.name, way),
        title=title(run),
        state=state_of(run),
        sections=(DetailSection("", _items(run, show)),),
        actions=(*acts(run), *_fruit(run)),
        lines=(run.error,) if run.error else (),
        timeline=tuple(_line(line, show) for line in reversed(run.log.splitlines())),
        timeline_title=say("Log"),
    )


def _items(run: Seen, show: Show) -> tuple[DetailItem, ...]:
    text = str(run.answer.get("text", "")) or run.note
    return (
        DetailItem(say("How far"), _progress(run)),
        DetailItem(say("Finished part"), Cell("number", f"{run.done} / {run.total}") if run.total else NIL),
        DetailItem(say("Attempts"), Cell("number", str(run.attempts))),
        DetailItem(say("Asked at"), _moment(run.created_at, show)),
        DetailItem(say("Started at"), _moment(run.started_at, show)),
        DetailItem(say("Ended at"), _moment(run.ended_at, show)),
        DetailItem(say("Note"), Cell("text", text) if text else NIL, 3),
    )


def _line(line: str, show: Show) -> TimelineEntry:
    """A log line begins with its moment in UTC."""
    at = datetime.strptime(line[:19], "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    return TimelineEntry(line[20:], when=f"{show.local(at.replace(tzinfo=None)):%H:%M:%S}", at=at.isoformat())


def _fruit(run: Seen) -> tuple[Action, ...]:
    if run.file is not None and run.subject == context.principal().subject:
        return (Action(say("Download the file"), f"{address(run)}/file", "download", "primary"),)
    url = str(run.answer.get("url", ""))
    if run.state != "done" or not is_ours(url):
        return ()
    return (
        Action(str(run.answer.get("label", "")) or say("Open the result"), url, "arrow-right", "primary"),
    )


def acts(run: Seen) -> tuple[Action, ...]:
    if run.state in ALIVE:
        sure = Confirm(say("Stop this work?"), (title(run),), say("Stop"), say("Go back"))
        asked = say("It stops at its next step") if run.cancel_asked else ""
        return (
            Action(
                say("Stop"),
                f"{address(run)}/cancel",
                style="danger",
                method="post",
                confirm=sure,
                disabled=asked,
            ),
        )
    if run.state in ("failed", "cancelled"):
        return (Action(say("Try again"), f"{address(run)}/retry", style="line", method="post"),)
    return ()


def title(run: Seen) -> str:
    return say(run.title) if run.title and not run.subject else run.title or run.kind


def state_of(run: Seen) -> Cell:
    return Cell("state", say(_STATES[run.state]), tone=_TONES[run.state])


def _progress(run: Seen) -> Cell:
    if run.percent is None:
        return Cell("text", str(run.done)) if run.done else NIL
    return Cell("percent", f"{run.percent}%", tone="good" if run.state == "done" else "")


def _took(run: Seen) -> Cell:
    if run.started_at is None or run.ended_at is None:
        return NIL
    seconds = max(0, int((run.ended_at - run.started_at).total_seconds()))
    text = (
        say("{seconds} s", seconds=seconds) if seconds < 120 else say("{minutes} min", minutes=seconds // 60)
    )
    return Cell("number", text)


def _moment(moment: datetime | None, show: Show) -> Cell:
    """The machine's moment as the application's clock showed it: a demo clock may be set off."""
    if moment is None:
        return NIL
    ahead = context.world().clock.now() - datetime.now(UTC).replace(tzinfo=None, microsecond=0)
    return Cell("date", f"{show.local(moment + ahead):%Y-%m-%d %H:%M}")


def as_json(run: Seen) -> dict[str, object]:
    moments = {"created_at": run.created_at, "started_at": run.started_at, "ended_at": run.ended_at}
    return {
        "uuid": run.uuid,
        "title": title(run),
        "state": run.state,
        "done": run.done,
        "total": run.total,
        "note": run.note,
        "error": run.error,
        "result": run.answer,
        "attempts": run.attempts,
        **{name: f"{at.isoformat()}Z" if at else None for name, at in moments.items()},
    }
