"""What a limit costs: the same list for an administrator and for people who see a part of it, in turn, in one process.

Every person sees enough rows for the page and its count to have the same work; only the way to them differs. What an
author tunes are two indexes: for the rule with ``or``, and for an order in which the rows of a limit lie together; on
PostgreSQL, for which an index must name the id, a third for rows that are equal in it. Each list is asked for twice:
while nothing is written, and after a write to the tables of all; and all of it again over tables that keep what was
deleted.

On SQLite, which works within the process, processor time is measured, not the clock, for a busy machine must not
decide. ``python -m bench.narrowed postgresql+psycopg://…/empty [rows] [keeping]`` measures the clock over a server's
database.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from uuid import uuid4

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from bench.homes import SECRET
from bench.judging import Verdict, at_most
from fab_app import create_app
from fab_app.access.principal import system
from fab_app.config import Settings
from fab_app.runtime.world import World
from fab_app.runtime.writes import count_write
from fab_app.runtime.writing import Writer
from fab_app.store.engine import WRITING, writing
from fab_app.web.context import Application

LISTS = (
    "/limits/person/list/",
    "/limits/person/list/?order=-name",
    "/limits/person/list/?order=org",
    "/limits/line/list/",
    "/api/v1/limits/person/",
)
INDEXES = {False: "[[helper, org], [region, org]]", True: "[[helper, org], [region, org, id], [org, id]]"}
"""By whether it is PostgreSQL."""
ROLES = {
    "all": "person: all, line: all",
    "org": "person: org, line: {through: person}",
    "tree": "person: org_tree, line: {through: person}",
    "region": "person: region_tree, line: {through: person}",
    "rule": "person: org == user.org or helper == user.org, line: {through: person}",
}
MOST = 1.10
PIECE = 20_000
_OPTIONS = {"authorised": "bench"}
_FILES = {
    "schema/limits/portal.yaml": "title: Limits\n",
    "menus/limits.yaml": "items: [person, line]\n",
    "schema/limits/person.yaml": """
label: Person
KEEPING
title: "{name}"
belongs: {org: org, region: region}
indexes: INDEXES
fields:
  name: {type: text, label: Name, search: true, index: true}
  org: {type: org, label: Organisation, index: true}
  helper: {type: org, label: Helper, index: true}
  region: {type: region, label: Region, index: true}
listing: {columns: [name, org, region], order: -id}
""",
    "schema/limits/line.yaml": """
label: Line
KEEPING
title: "{name}"
fields:
  name: {type: text, label: Name}
  person: {type: ref, to: person, label: Person, index: true}
listing: {columns: [name, person], order: -id}
""",
    **{
        f"permissions/limits/{role}.yaml": f"label: {role}\nrows: {{{rows}}}\nmay: {{person: [read], line: [read]}}\n"
        for role, rows in ROLES.items()
    },
}


def limits(
    rows: int, rounds: int, times: int, database_url: str = "", keeping: bool = False
) -> list[Verdict]:
    """``database_url``: an empty database of a server; without it a file of SQLite. ``keeping``: what was deleted."""
    with TemporaryDirectory() as folder:
        app = _application(Path(folder), database_url or f"sqlite:///{folder}/limits.sqlite", keeping)
        here: Application = app.extensions["fab_app"]
        people = _filled(here, rows)
        if database_url:
            _vacuumed(database_url)
        clock = time.perf_counter if database_url else time.process_time
        clients = {name: _client(app.test_client(), here, id_) for name, id_ in people.items()}
        found = []
        for path in LISTS:
            asks = {name: _asks(client, path) for name, client in clients.items()}
            for when, before in (("", _nothing), (", after a write", _writes(here))):
                taken = _taken(asks, rounds * times, before, clock)
                admin = taken.pop("admin")
                kept = ", deleted rows kept" if keeping else ""
                found += [
                    at_most(f"{path}, {name} ÷ administrator{when}{kept}", cost / admin, MOST)
                    for name, cost in taken.items()
                ]
        here.session.remove()
        return found


def _vacuumed(database_url: str) -> None:
    """A server's own housekeeping, which would come later: an index alone tells of rows only after it."""
    engine = sa.create_engine(database_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text("VACUUM ANALYZE"))
    engine.dispose()


def _application(folder: Path, database_url: str, keeping: bool) -> Flask:
    indexes = INDEXES[database_url.startswith("postgresql")]
    for path, text in _FILES.items():
        target = folder / "home" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        for mark, said in (("KEEPING", f"soft_delete: {keeping}".lower()), ("INDEXES", indexes)):
            text = text.replace(mark, said)
        target.write_text(text, encoding="utf-8")
    return create_app(
        Settings(
            home=folder / "home",
            database_url=database_url,
            secret_key=SECRET,
            storage_url=str(folder / "files"),
            instance=folder,
        )
    )


def _filled(here: Application, rows: int) -> dict[str, int]:
    """Organisations and regions of three levels, persons spread over them, two lines each; the key of each account."""
    world, session = here.world, here.session
    session.connection(execution_options=WRITING)
    writer = Writer(world, session, system("bench"), trusted=True)
    orgs = _tree(world, writer, "base.org", lambda name: {"kind": "place", "name": name})
    regions = _tree(
        world, writer, "base.region", lambda name: {"code": f"{10 + int(name)}0000", "name": name}
    )
    user, role = world.manifest.entities["base.user"], world.tables.of("base.role").table
    people = {"admin": session.execute(_key_of(world, "admin"), execution_options=_OPTIONS).scalar_one()}
    for name in ROLES:
        held = sa.select(role.c.id).where(role.c.portal == "limits", role.c.code == name)
        keys = list(session.execute(held, execution_options=_OPTIONS).scalars())
        place = {"org": orgs[1], "region": regions[1]}
        people[name] = writer.create(
            user, {"account": name, "name": name, "roles": keys, **place}, {"portal": "limits"}
        )
    session.commit()
    person, line = (world.tables.of(f"limits.{name}").table for name in ("person", "line"))
    now = {"created_at": world.clock.now(), "updated_at": world.clock.now()}
    with session.connection().engine.begin() as connection:
        for first in range(1, rows + 1, PIECE):
            keys = range(first, min(first + PIECE, rows + 1))
            connection.execute(sa.insert(person), [_person(key, orgs, regions) | now for key in keys])
            connection.execute(sa.insert(line), [_line(key) | now for key in keys])
    return people


def _key_of(world: World, account: str) -> sa.Select[tuple[int]]:
    user = world.tables.of("base.user").table
    return sa.select(user.c.id).where(user.c.account == account)


def _tree(world: World, writer: Writer, key: str, values: Callable[[str], dict[str, str]]) -> list[int]:
    """A root, three below it, three below each of those."""
    entity, found = world.manifest.entities[key], [0]
    found[0] = writer.create(entity, values("0"), {"portal": "limits"})
    for index in range(1, 13):
        above = found[0] if index < 4 else found[(index - 1) // 3]
        found.append(writer.create(entity, values(str(index)) | {"parent": above}, {"portal": "limits"}))  # type: ignore[dict-item]
    return found


def _person(key: int, orgs: list[int], regions: list[int]) -> dict[str, object]:
    places = {"org": orgs[key % 13], "helper": orgs[key % 11], "region": regions[key % 13]}
    return {"id": key, "uuid": str(uuid4()), "name": f"P{key * 7919 % 1_000_003:07d}", **places}


def _line(key: int) -> dict[str, object]:
    return {"id": key, "uuid": str(uuid4()), "name": f"L{key}", "person": key}


def _client(client: FlaskClient, here: Application, id_: int) -> FlaskClient:
    client.set_cookie("fab_session", here.identities.begin(here.session, id_, "", ""))
    here.session.commit()
    return client


def _asks(client: FlaskClient, path: str) -> Callable[[], None]:
    def ask() -> None:
        answer = client.get(path)
        assert answer.status_code == 200, f"{path}: {answer.status_code}"

    return ask


def _nothing() -> None:
    pass


def _writes(here: Application) -> Callable[[], None]:
    tables = here.world.tables
    stored = [tables.of(f"limits.{name}").table for name in ("person", "line")]

    engine = here.session.get_bind()
    assert isinstance(engine, sa.Engine)

    def write() -> None:
        with writing(engine) as connection:
            for table in stored:
                count_write(connection, tables, table)

    return write


def _taken(
    asks: dict[str, Callable[[], None]], times: int, before: Callable[[], None], clock: Callable[[], float]
) -> dict[str, float]:
    """The median time of each, asked in turn, what comes ``before`` not counted."""
    taken: dict[str, list[float]] = {name: [] for name in asks}
    for ask in asks.values():
        ask()
        ask()
    for _ in range(times):
        for name, ask in asks.items():
            before()
            begun = clock()
            ask()
            taken[name].append(clock() - begun)
    return {name: median(all_) for name, all_ in taken.items()}


if __name__ == "__main__":
    for verdict in limits(int((sys.argv[2:] or ["100000"])[0]), 15, 6, sys.argv[1], "keeping" in sys.argv):
        print(f"{verdict.ratio:5.2f}  {verdict.name}")
