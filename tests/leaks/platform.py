"""What the addresses that belong to no entity must answer, and every address to who is not logged in."""

from __future__ import annotations

import re
from collections.abc import Mapping

import sqlalchemy as sa
from werkzeug.routing import Rule

from fab_app.spec.manifest import Portal
from tests.leaks.charts import CHARTS, visit_charts
from tests.leaks.jobs import JOBS, visit_jobs
from tests.leaks.planting import Cell
from tests.leaks.registration import REGISTRATION, visit_registration
from tests.leaks.walk import Visitor, forgotten, plain

Statuses = tuple[int, ...]
_PLACE = re.compile(r"<(?:int:)?([a-z]+)>")
_FILLED = {"pk": "1", "index": "0", "field": "name", "uuid": "0" * 36, "code": "en", "name": "slip"}

OPEN = (
    "/health",
    "/",
    "/login/",
    "/logout/",
    "/captcha",
    "/lang/<code>",
    "/static/<path:filename>",
    "/P/entry/",
    "/P/entry/<door>/",
    "/P/<hall>/",
    "/P/help",
    "/P/forgotten/",
    "/P/forgotten/new",
    "/P/oidc/<provider>/",
    "/P/oidc/<provider>/back",
    "/api/v1/security/login",
    "/api/v1/security/refresh",
)
"""Where nobody is asked who he is: what stands there is for everybody."""

PLATFORM: Mapping[str, Mapping[str, Statuses]] = {
    "/health": {"GET": (200,)},
    "/": {"GET": (200, 302)},
    "/login/": {"GET": (200,), "POST": (401,)},
    "/logout/": {"POST": (303,)},
    "/captcha": {"GET": (200,)},
    "/swagger/v1": {"GET": (200,)},
    "/lang/<code>": {"GET": (302,)},
    "/static/<path:filename>": {"GET": (404,)},
    "/P/": {"GET": (200, 302)},
    "/P/help": {"GET": (200,)},
    "/P/badges": {"GET": (200,)},
    "/P/todo/": {"GET": (200, 404)},
    "/P/todo/export.xlsx": {"GET": (200, 404)},
    "/api/P/todo/": {"GET": (200, 403)},
    "/P/messages": {"GET": (200,)},
    "/P/messages/read": {"POST": (303,)},
    "/P/password": {"GET": (200,), "POST": (422,)},
    "/P/password/code": {"POST": (303, 422, 429)},
    "/P/oidc/<provider>/": {"GET": (404,)},
    "/P/oidc/<provider>/back": {"GET": (404,)},
    "/P/forgotten/": {"GET": (200,), "POST": (422,)},
    "/P/forgotten/new": {"GET": (303,), "POST": (303,)},
    "/jobs/": {"GET": (404,)},
    "/explain/": {"GET": (404,)},
    "/P/entry/": {"GET": (200,)},
    "/P/<hall>/": {"GET": (200, 302, 403)},
    "/P/entry/<door>/": {"GET": (200,), "POST": (401,)},
    "/api/v1/security/login": {"POST": (400, 415)},
    "/api/v1/security/refresh": {"POST": (401, 422)},
    "/api/v1/security/api_keys/": {"GET": (200,), "POST": (415, 422, 400)},
    "/api/v1/security/api_keys/<uuid>": {"GET": (404,), "DELETE": (404,)},
    "/api/v1/_openapi": {"GET": (200,)},
    **REGISTRATION,
    **{kind: {"GET": (200, 403, 404)} for kind in CHARTS},
    **{kind: {"GET": (200, 404), "POST": (303, 404)} for kind in JOBS},
}
"""Shape -> method -> what a person with an account gets. What is missing here is unknown to the walk."""


def shape_of(rule: str, portals: Mapping[str, Portal]) -> str:
    """The rule with the portal's and the door's name taken out."""
    for portal in portals:
        if rule.startswith(f"/api/v1/{portal}/charts/"):
            return f"/api/P/{rule[len(portal) + 9 :]}"
        if rule == f"/api/v1/{portal}/todo/":
            return "/api/P/todo/"
        if rule in (ways := _ways(portal, portals[portal])):
            return ways[rule]
        if rule.startswith(f"/{portal}/"):
            rule = re.sub(r"^/entry/[a-z_0-9]+/$", "/entry/<door>/", rule[len(portal) + 1 :])
            return "/P" + re.sub(r"^/oidc/[a-z_0-9]+/", "/oidc/<provider>/", rule)
    return rule


def _ways(name: str, portal: Portal) -> dict[str, str]:
    """The addresses that a portal's definition gives its doors, their page and its halls."""
    doors, entry = portal.spec.doors, portal.spec.entry
    found = {f"/{name}/{door.path}/": "/P/entry/<door>/" for door in doors.values() if door.path}
    found |= {f"/{name}/{code}/": "/P/<hall>/" for code in portal.spec.halls}
    return {**found, **({f"/{name}/{entry.path}/": "/P/entry/"} if entry is not None else {})}


def filled(rule: str) -> str:
    """An address that the rule matches."""
    return _PLACE.sub(lambda found: _FILLED[found[1]], plain(rule).replace("<path:filename>", "nosuch.txt"))


def visit(visitor: Visitor, rule: Rule, known: str, method: str) -> None:
    """A person at an address of the platform; leaving is not tried, for it would end the walk."""
    if known == "/logout/":
        return
    if known in CHARTS:
        visit_charts(visitor, rule, known, method)
        return
    if known in JOBS:
        visit_jobs(visitor, rule, known, method)
        return
    if known in REGISTRATION:
        visit_registration(visitor, filled(rule.rule), known, method)
        return
    if known in OPEN:
        _open(visitor, filled(rule.rule), known, method)
        return
    body = {"json": {}} if method in ("POST", "DELETE") and rule.rule.startswith("/api/") else {}
    visitor.ask(method, filled(rule.rule), PLATFORM[known]["GET" if method == "HEAD" else method], **body)
    if known == "/P/password/code":
        _unsent(visitor)
    if known == "/P/todo/export.xlsx":
        forgotten(visitor.site, "export")


def _unsent(visitor: Visitor) -> None:
    """Takes a code that was sent out of the log again: what is expected of its lists was read before the walk."""
    visitor.site.here.jobs.drain()
    table = visitor.site.world.tables.of("base.delivery").table
    known = visitor.rows.tables["base.delivery"]
    with visitor.site.engine.begin() as connection:
        connection.execute(sa.delete(table).where(table.c.id.not_in(known)))


def turned_away(visitor: Visitor, rule: Rule, known: str, method: str) -> None:
    """Nobody: pages lead to the door, the API says 401, and only what is meant for everybody answers."""
    path = filled(rule.rule).replace(_FILLED["uuid"], _planted(visitor, known))
    if known in REGISTRATION:
        visit_registration(visitor, path, known, method)
        return
    if known in OPEN:
        _open(visitor, path, known, method)
        return
    statuses = (401,) if path.startswith("/api/") else (302,)
    if known == "/P/" and method in ("GET", "HEAD"):
        statuses = (200, 302)  # a portal with an entrance of its own
    if _sends_json(known):
        statuses = (401, 302)
    body: dict[str, object] = {"json": {}} if method in ("POST", "PUT") and path.startswith("/api/") else {}
    answer = visitor.ask(method, path, statuses, **body)
    if answer.status_code == 302:
        there = answer.headers["Location"].startswith("/login/")
        visitor.report.expect(there, f"nobody {method} {path} is led to {answer.headers['Location']}")


def _planted(visitor: Visitor, known: str) -> str:
    """Of a run or an import one that is there."""
    rows = visitor.rows.imports if "/import/" in known else visitor.rows.runs if known in JOBS else []
    return next((str(row["uuid"]) for row in rows), _FILLED["uuid"])


def _open(visitor: Visitor, path: str, known: str, method: str) -> None:
    statuses = PLATFORM[known]["GET" if method == "HEAD" else method]
    answer = visitor.client.open(
        path, method=method, data={"csrf_token": visitor.token} if method == "POST" else None
    )
    status = answer.status_code
    visitor.report.expect(
        status in (*statuses, 429), f"{visitor.account or 'nobody'} {method} {path}: {status}"
    )
    visitor.scan(f"{visitor.account or 'nobody'} {method} {path}", answer, _demo(visitor))
    if known == "/logout/":
        visitor.begin()


def _demo(visitor: Visitor) -> set[Cell]:
    """The demo's accounts stand on the doors by name."""
    users = visitor.rows.tables["base.user"]
    return {visitor.known.cell("base.user", "name", id_) for id_ in users}


def _sends_json(known: str) -> bool:
    return known == "/E/options/<field>"
