"""Imports, prepared for the templates: where they stand, what was found, what can be done next."""

from __future__ import annotations

from typing import Final

from fab_app.core.words import say
from fab_app.fields.faces import Cell
from fab_app.jobs import looking
from fab_app.jobs.looking import Whose
from fab_app.runtime.imports.batch import Batch, Problem
from fab_app.runtime.imports.service import Imports, told
from fab_app.web import context
from fab_app.web.pages import Action, Confirm, Crumb, Step
from fab_app.web.pages.imports import Fault, Figure, ImportPage, Run
from fab_app.web.screens.buttons import root
from fab_app.web.shell import list_url, shell_of

MOST_FAULTS: Final = 200
_TONES: Final = {
    "waiting": "info",
    "judged": "warn",
    "written": "good",
    "refused": "bad",
    "undone": "away",
    "dropped": "away",
}
_STATES: Final = {
    "waiting": "Being worked on",
    "judged": "To be confirmed",
    "written": "Imported",
    "refused": "Not imported",
    "undone": "Undone",
    "dropped": "Thrown away",
}
_STEPS: Final = ("upload", "judge", "confirm", "write")


def title_of(imports: Imports) -> str:
    return say("Import of {label}", label=imports.plan.label)


def back_of(imports: Imports, within: int | None) -> Action:
    url, name = list_url(imports.entity), imports.spec.within
    if name is not None and within is not None:
        url = f"{root(imports.entity)}/list/?of={name}%3A{within}"
    return Action(say("Back to {label}", label=imports.plan.label), url)


def steps(now: str, notes: dict[str, str] | None = None) -> tuple[Step, ...]:
    words = {
        "upload": say("Upload the file"),
        "judge": say("Check the rows"),
        "confirm": say("Look at the result"),
        "write": say("Write the records"),
    }
    at = _STEPS.index(now) if now in _STEPS else len(_STEPS)
    said = notes or {}
    found = []
    for index, (code, title) in enumerate(words.items()):
        state = "done" if index < at else "now" if index == at else "next"
        otherwise = {"now": say("Now"), "next": say("Not started")}.get(state, "")
        found.append(Step(title, state=state, note=said.get(code, otherwise)))
    return tuple(found)


def run_of(imports: Imports, batch: Batch, url: str) -> Run:
    state = Cell("state", say(_STATES[batch.state]), tone=_TONES[batch.state])
    actions = (_undo(batch, url),) if batch.state == "written" else (Action(say("Open"), url),)
    return Run(batch.name, url, _moment(imports, batch), state, told(imports.spec, batch), actions)


def result(imports: Imports, batch: Batch, url: str) -> ImportPage:
    faults = imports.batches.problems(batch)
    waiting = batch.state == "waiting"
    crumbs = (Crumb(title_of(imports), f"{root(imports.entity)}/import"), Crumb(batch.name))
    shown = faults[:MOST_FAULTS]
    return ImportPage(
        shell=shell_of(imports.entity.portal, crumbs, list_url(imports.entity)),
        title=title_of(imports),
        subtitle=_subtitle(imports, batch),
        back=back_of(imports, batch.within),
        steps=_steps(batch),
        told=_told(imports, batch),
        remark=batch.remark or "",
        tone="warn" if batch.state == "judged" and batch.bad else _tone(batch),
        figures=() if waiting or not batch.rows else _figures(batch),
        heads=tuple(column.label for column in imports.plan.columns),
        faults=tuple(_fault(imports, problem) for problem in shown),
        more=say("the first {most} of {all}", most=MOST_FAULTS, all=len(faults))
        if len(faults) > len(shown)
        else "",
        marked=_marked(batch, url),
        actions=() if waiting else _actions(imports, batch, url),
        standing=say("Nothing is written yet") if batch.state == "judged" else "",
        poll=url if waiting else "",
        percent=_percent(imports, batch) if waiting else None,
        job=Action(say("Background work"), f"/{batch.portal}/jobs/{batch.run}")
        if waiting and batch.run
        else None,
    )


def _told(imports: Imports, batch: Batch) -> str:
    """What is wrong and what can be done about it, before anything is written."""
    if batch.state != "judged" or not batch.bad:
        return told(imports.spec, batch)
    mend = say(
        "{bad} rows cannot be imported. The marked file says why: mend them there and upload it again.",
        bad=batch.bad,
    )
    if batch.good and "good_rows" in imports.spec.mode:
        return f"{mend}{say(' Or import the other {good} rows now and these later.', good=batch.good)}"
    return mend


def _steps(batch: Batch) -> tuple[Step, ...]:
    now = {"waiting": "judge", "judged": "confirm"}.get(batch.state, "")
    if batch.state == "waiting" and batch.rows:
        now = "write"
    if batch.state in ("refused", "dropped"):
        now = "confirm"
    return steps(now)


def _tone(batch: Batch) -> str:
    if batch.state == "judged":
        return "good"
    if batch.state == "written":
        return "warn" if batch.bad else "good"
    return {"refused": "bad"}.get(batch.state, "info")


def _figures(batch: Batch) -> tuple[Figure, ...]:
    wrong = Figure(say("Cannot be imported"), f"{batch.bad:,}", "bad" if batch.bad else "")
    rows = Figure(say("Rows of the workbook"), f"{batch.rows:,}")
    if batch.state not in ("written", "undone"):
        return (rows, Figure(say("Can be imported"), f"{batch.good:,}", "good"), wrong)
    added, changed = (
        Figure(say("Added"), f"{batch.added:,}", "good"),
        Figure(say("Changed"), f"{batch.changed:,}"),
    )
    return (rows, added, changed, wrong)


def _fault(imports: Imports, problem: Problem) -> Fault:
    cells = tuple((problem.cells.get(c.path, ""), c.path in problem.errors) for c in imports.plan.columns)
    return Fault(problem.row, cells, tuple(text for said in problem.errors.values() for text in said))


def _marked(batch: Batch, url: str) -> Action | None:
    if not batch.bad or batch.source is None:
        return None
    return Action(say("Download the marked file"), f"{url}/marked.xlsx", "file-spreadsheet")


def _actions(imports: Imports, batch: Batch, url: str) -> tuple[Action, ...]:
    again = f"{root(imports.entity)}/import"
    if imports.spec.within is not None and batch.within:
        again = f"{again}?{imports.spec.within}={batch.within}"
    anew = Action(say("Upload again"), again)
    if batch.state == "written":
        return (_undo(batch, url), anew)
    if batch.state != "judged":
        return (anew,)
    found = [Action(say("Throw away"), f"{url}/drop", method="post"), anew]
    if batch.good and (not batch.bad or "good_rows" in imports.spec.mode):
        label = say("Import {count} rows", count=f"{batch.good:,}")
        found.append(Action(label, f"{url}/write", style="primary", method="post"))
    return tuple(found)


def _undo(batch: Batch, url: str) -> Action:
    lines = (
        say("What it added disappears, what it changed is as before. Records that were used since stop it."),
    )
    sure = Confirm(
        say("Undo the import of {name}?", name=batch.name), lines, say("Undo the import"), say("Keep")
    )
    return Action(say("Undo the import"), f"{url}/undo", "", "danger", "post", sure)


def _subtitle(imports: Imports, batch: Batch) -> str:
    return say("{name}, uploaded {when}", name=batch.name, when=_moment(imports, batch))


def _moment(imports: Imports, batch: Batch) -> str:
    return f"{imports.show.local(batch.created_at):%Y-%m-%d %H:%M}"


def _percent(imports: Imports, batch: Batch) -> int | None:
    if batch.run is None:
        return None
    run = looking.one(context.session().execute, Whose(batch.portal), batch.run)
    return run.percent if run is not None else None
