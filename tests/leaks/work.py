"""Background work and imports of every account: planted, and by docs/jobs.md and docs/imports.md whose they are.

Their texts hold marks as those of records do; the ``id`` in such a mark is that of who asked.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from fab_app.runtime.imports.columns import plan_of
from fab_app.spec.manifest import Entity
from tests.imports.books import book
from tests.leaks.opinion import Opinion
from tests.leaks.planting import IMPORT, RUN, Marks
from tests.leaks.rows import Person, Rows
from tests.projects import Site

STATES = ("waiting", "failed", "done")
FAR = datetime(2999, 1, 1)
"""No clock begins what was planted."""
TOLD = ("title", "note", "log", "error", "result")
"""What the pages of a run tell; its file is marked as ``key``, its arguments are told to nobody."""
OWN = ("name", "source", "problems")
Planted = Mapping[str, Any]


# --- whose they are ------------------------------------------------------------------------------


def sees(opinion: Opinion, run: Planted) -> bool:
    """Who asked, and roles with ``jobs: all`` of the portal."""
    who, held = opinion.who, opinion.held
    every = any(role.portal == who.portal and role.spec.jobs == "all" for role in held)
    return bool(run["portal"] == who.portal and (every or run["subject"] == who.id))


def places(opinion: Opinion) -> Iterator[tuple[str, str, int]]:
    """What this person may be told of runs and imports: the owner of the mark, its column and id."""
    for run in opinion.rows.runs:
        if sees(opinion, run):
            yield from ((RUN, column, run["subject"]) for column in TOLD)
    yield (RUN, "key", opinion.who.id)
    yield from ((IMPORT, column, opinion.who.id) for column in OWN)


# --- planted -------------------------------------------------------------------------------------


def plant_work(site: Site) -> None:
    """Of each account a run in each state and two imports of each entity; and work of the system."""
    rows, known = Rows(site).read(), Marks(site)
    portals = {name for name in rows.manifest.portals if name != "base"}
    people = [user for user in rows.tables["base.user"].values() if user["portal"] in portals]
    askers = [*((user["portal"], user["id"]) for user in people), *((name, 0) for name in sorted(portals))]
    runs = [_run(site, known, *asker, state) for asker in askers for state in STATES]
    imports = [
        row
        for user in people
        for entity in rows.manifest.of_portal(user["portal"])
        if rows.manifest.imported(entity) is not None
        for row in _imports(site, known, rows.person(user["account"]), entity)
    ]
    with site.engine.begin() as connection:
        for name, found in ((RUN, runs), (IMPORT, imports)):
            if found:
                connection.execute(sa.insert(site.world.tables.platform(name)), found)


def _run(site: Site, known: Marks, portal: str, subject: int, state: str) -> dict[str, Any]:
    mark = {column: str(known.cell(RUN, column, subject)) for column in (*TOLD, "key", "arguments")}
    file = {
        "key": site.world.blobs.put(mark["key"].encode()),
        "name": f"{mark['key']}.txt",
        "mime": "text/plain",
    }
    now = site.world.clock.now()
    return {
        "uuid": str(uuid4()),
        "portal": portal,
        "kind": "planted",
        "title": mark["title"],
        "arguments": json.dumps({"of": mark["arguments"]}),
        "subject": subject,
        "state": state,
        "due_at": FAR,
        "created_at": now,
        "ended_at": now if state != "waiting" else None,
        **dict.fromkeys(("attempts", "cancel_asked", "done", "total"), 0),
        "note": mark["note"],
        "log": f"2020-01-01 00:00:00 {mark['log']}\n",
        "error": mark["error"] if state == "failed" else None,
        "result": json.dumps({"text": mark["result"], "file": file}) if state == "done" else None,
    }


def _imports(site: Site, known: Marks, who: Person, entity: Entity) -> Iterator[dict[str, Any]]:
    """One that was looked through and one that was written, each of a row that could not be imported."""
    spec = site.world.manifest.imported(entity)
    assert spec is not None
    mark = {column: str(known.cell(IMPORT, column, who.id)) for column in OWN}
    columns = plan_of(site.world, site.principal(who.account), entity, spec).columns
    source = book([column.label for column in columns], [mark["source"]] * len(columns))
    path = columns[0].path
    problem = {"row": 2, "cells": {path: mark["problems"]}, "errors": {path: [mark["problems"]]}}
    now = site.world.clock.now()
    for state in ("judged", "written"):
        yield {
            "uuid": str(uuid4()),
            "portal": entity.portal,
            "entity": entity.key,
            "user_id": who.id,
            "name": f"{mark['name']}.xlsx",
            "source": site.world.blobs.put(source),
            "problems": site.world.blobs.put(gzip.compress(json.dumps([problem]).encode())),
            "mode": spec.mode[0],
            "state": state,
            **{name: int(name in ("rows", "bad")) for name in ("rows", "good", "bad", "added", "changed")},
            "created_at": now,
            "ended_at": now,
        }


# --- as it was -----------------------------------------------------------------------------------


def kept(site: Site, name: str, uuid: str) -> dict[str, Any]:
    """The row of a table of the framework as it stands now."""
    table = site.world.tables.platform(name)
    with site.engine.connect() as connection:
        row = connection.execute(sa.select(table).where(table.c.uuid == uuid)).mappings().one()
    return dict(row)


def put_back(site: Site, name: str, row: Planted) -> None:
    table = site.world.tables.platform(name)
    with site.engine.begin() as connection:
        connection.execute(sa.update(table).where(table.c.id == row["id"]).values(dict(row)))
