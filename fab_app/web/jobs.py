"""Long work as people see it: what runs, how far it is, what came of it; stopped and tried again from here."""

from __future__ import annotations

from typing import Final

from flask import Response, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue

from fab_app.core.problems import Refused
from fab_app.core.words import say
from fab_app.jobs import control, looking
from fab_app.jobs.looking import ALIVE, TABS, Seen, Whose
from fab_app.spec.manifest import BASE, Portal
from fab_app.store.blobs import disposition
from fab_app.web import context
from fab_app.web.job_pages import SIZE, as_json, columns, detail, pager, row, tab_of
from fab_app.web.notices import go, leave_toast
from fab_app.web.pages import (
    Crumb,
    Empty,
    ListPage,
)
from fab_app.web.screens.access import require_person
from fab_app.web.shell import enters, shell_of

_STOP_POLLING: Final = 286


def everywhere() -> ResponseReturnValue:
    """The runs of all portals, for the platform's administrator."""
    require_person()
    if not context.principal().everything:
        raise Refused(say("There is nothing here"), status=404)
    return _listed(BASE, "/jobs/", Whose())


def listed(portal: Portal) -> ResponseReturnValue:
    """One's own runs, or all of the portal for who may see them."""
    return _listed(portal.name, f"/{portal.name}/jobs/", _whose(portal))


def shown(portal: Portal, uuid: str) -> ResponseReturnValue:
    run = _found(portal, uuid)
    if request.accept_mimetypes.best == "application/json":
        return jsonify(as_json(run))
    polled = request.headers.get("HX-Trigger") == "poll"
    poll = request.path if run.state in ALIVE else ""
    status = _STOP_POLLING if polled and not poll else 200
    return make_response(render_template("job.html", page=detail(portal, run), poll=poll), status)


def cancel(portal: Portal, uuid: str) -> ResponseReturnValue:
    run = _found(portal, uuid)
    done = control.cancel(context.session().execute, run.uuid)
    return _told(portal, run, done, say("It stops"), say("It has ended already"))


def retry(portal: Portal, uuid: str) -> ResponseReturnValue:
    run = _found(portal, uuid)
    done = control.retry(context.session().execute, run.uuid)
    return _told(
        portal, run, done, say("It is tried again"), say("Only what failed or was stopped is tried again")
    )


def file(portal: Portal, uuid: str) -> ResponseReturnValue:
    """What the run made, for who asked for it alone."""
    run = _found(portal, uuid)
    if run.file is None or run.subject != context.principal().subject:
        raise Refused(say("There is nothing here"), status=404)
    headers = {
        "Content-Disposition": disposition(run.file["name"], run.file["mime"]),
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    content = context.world().blobs.stream(run.file["key"])
    return Response(content, mimetype=run.file["mime"], headers=headers)


# --- whose -----------------------------------------------------------------------------------


def _whose(portal: Portal) -> Whose:
    """Raises LoginNeeded, or Refused where the person has no business in the portal."""
    require_person()
    who, manifest = context.principal(), context.world().manifest
    if not enters(who, portal):
        raise Refused(say("There is nothing here"), status=404)
    roles = (manifest.roles.get(role) for role in who.roles)
    every = any(role.spec.jobs == "all" for role in roles if role and role.portal == portal.name)
    return Whose(portal.name, 0 if every or who.everything else who.subject)


def _found(portal: Portal, uuid: str) -> Seen:
    run = looking.one(context.session().execute, _whose(portal), uuid)
    if run is None:
        raise Refused(say("There is nothing here"), status=404)
    return run


def _told(portal: Portal, run: Seen, done: bool, good: str, bad: str) -> ResponseReturnValue:
    context.session().commit()
    leave_toast("good" if done else "warn", good if done else bad)
    return go(f"/{portal.name}/jobs/{run.uuid}")


# --- the list -------------------------------------------------------------------------------


def _listed(portal: str, at: str, whose: Whose) -> ResponseReturnValue:
    execute = context.session().execute
    tab = request.args.get("tab", "all")
    tab = tab if tab in TABS else "all"
    number = request.args.get("page", "1")
    page = min(int(number), 10_000) if number.isdecimal() and int(number) else 1
    numbers = looking.counts(execute, whose)
    runs = looking.runs(execute, whose, tab, page - 1, SIZE)
    show = context.show(portal)
    drawn = ListPage(
        shell=shell_of(portal, (Crumb(say("Background work")),)),
        title=say("Background work"),
        columns=columns(),
        rows=tuple(row(run, show) for run in runs),
        tabs=tuple(tab_of(code, at, numbers[code], tab) for code in TABS),
        key=f"{portal}.jobs",
        lines=() if not numbers["failed"] else (say("{count} failed", count=numbers["failed"]),),
        empty=Empty(
            "clock-play",
            say("Nothing has run here yet"),
            say("Exports, imports and nightly work stand here."),
        ),
        pager=pager(at, tab, page, numbers[tab]),
        refresh_url=f"{at}?tab={tab}",
        act_width="138",
        min_width="960",
    )
    poll = f"{at}?tab={tab}&page={page}" if any(run.state in ALIVE for run in runs) else ""
    status = _STOP_POLLING if request.headers.get("HX-Trigger") == "poll" and not poll else 200
    return make_response(render_template("jobs.html", page=drawn, poll=poll), status)
