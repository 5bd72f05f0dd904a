"""Background work: one's own, or all of the portal for who may; what a run made is for who asked alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

from werkzeug.routing import Rule

from tests.leaks.planting import RUN
from tests.leaks.walk import Visitor
from tests.leaks.work import STATES, Planted, kept, put_back, sees

JOBS = (
    "/P/jobs/",
    "/P/jobs/<uuid>",
    "/P/jobs/<uuid>/file",
    "/P/jobs/<uuid>/cancel",
    "/P/jobs/<uuid>/retry",
)
ABSENT = "00000000-0000-4000-8000-000000000000"
BECOMES = {("waiting", "cancel"): "cancelled", ("failed", "retry"): "waiting"}
PAGE = 25
_RUN = re.compile(r'<tr[^>]*\bdata-id="([0-9a-f-]{36})"')
_ALL = re.compile(r'id="tab-all"[^>]*>[^<]*<span class="k-count[^>]*>([\d,]+)<')


def visit_jobs(visitor: Visitor, rule: Rule, known: str, method: str) -> None:
    portal, step = rule.rule.split("/")[1], known.rpartition("/")[2]
    if not step:
        _list(visitor, portal, method)
        return
    visitor.ask(method, rule.rule.replace("<uuid>", ABSENT), [404])
    for run in chosen(visitor, portal):
        _one(visitor, portal, run, "" if step == "<uuid>" else step, method)


def chosen(visitor: Visitor, portal: str) -> Iterator[Planted]:
    """Of each state his own, another's, the system's and one of another portal; each where there is one."""
    who = visitor.opinion.who
    for state in STATES:
        runs = [run for run in visitor.rows.runs if (run["kind"], run["state"]) == ("planted", state)]
        near = [run for run in runs if run["portal"] == portal]
        own = [run for run in runs if run["subject"] == who.id]
        others = [run for run in near if run["subject"] not in (0, who.id)]
        system, far = [run for run in near if not run["subject"]], [r for r in runs if r["portal"] != portal]
        yield from (found[-1] for found in (own, others, system, far) if found)


def _list(visitor: Visitor, portal: str, method: str) -> None:
    here = visitor.opinion.who.portal == portal
    page = visitor.ask(method, f"/{portal}/jobs/", [200] if here else [404])
    if not here or method == "HEAD":
        return
    standing = sorted(visitor.site.platform(RUN), key=lambda run: -run["id"])
    wanted = [run["uuid"] for run in standing if sees(visitor.opinion, run)]
    text, name = page.get_data(as_text=True), f"{visitor.account} GET /{portal}/jobs/"
    visitor.report.expect(_RUN.findall(text) == wanted[:PAGE], f"{name} lists others than his runs")
    visitor.report.expect(_ALL.findall(text) == [f"{len(wanted)}"], f"{name} counts {_ALL.findall(text)}")


def _one(visitor: Visitor, portal: str, run: Planted, step: str, method: str) -> None:
    site, who, path = visitor.site, visitor.opinion.who, f"/{portal}/jobs/{run['uuid']}"
    seen = run["portal"] == portal and sees(visitor.opinion, run)
    whose = "his" if run["subject"] == who.id else "another's" if run["subject"] else "the system's"
    told = f"({whose}, {run['state']})"
    if step == "file":
        opens = seen and run["subject"] == who.id and run["state"] == "done"
        visitor.ask(method, f"{path}/file", [200] if opens else [404], told)
        return
    if not step:
        visitor.ask(method, path, [200] if seen else [404], told)
        visitor.ask(method, path, [200] if seen else [404], told, headers={"Accept": "application/json"})
        return
    before = kept(site, RUN, run["uuid"])
    visitor.ask(method, f"{path}/{step}", [303] if seen else [404], told)
    after = kept(site, RUN, run["uuid"])
    becomes = BECOMES.get((run["state"], step)) if seen else None
    if becomes is None:
        visitor.report.expect(
            after == before, f"{visitor.account} {method} {path}/{step} {told} changed the run"
        )
    else:
        right = after["state"] == becomes
        visitor.report.expect(right, f"{visitor.account} {method} {path}/{step} {told}: {after['state']}")
    put_back(site, RUN, before)
