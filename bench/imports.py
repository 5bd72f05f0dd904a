"""20,000 persons from a workbook, ours beside a hand-written import: ``python -m bench.imports [rows] [rounds]``.

Each run is a process of its own over a new SQLite database with 20,000 companies: CPU seconds, peak memory above what
the process had before, rows stored. By hand is what one writes without us: openpyxl, a dictionary of companies, checks
of two columns, objects of an ORM; no log, no rights, no rules, no undo. Bad has ten wrong rows, all told.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import openpyxl
import sqlalchemy as sa
import xlsxwriter

HEAD = ("name", "id_no", "phone", "gender", "status", "hired_on", "certified", "score", "notes", "company")
STATES = ("on_duty", "off_duty", "leave", "training", "resigned", "pending")
COMPANIES = 20_000
Row = list[Any]


def rows(count: int, bad: bool) -> list[Row]:
    random = Random(7)
    found = [_row(random, at) for at in range(count)]
    wrong = {5: "2026-13-45", 4: "flying", 9: "不存在的公司"}
    for at in range(10 if bad else 0):
        column = (5, 4, 9)[at % 3]
        found[count * (at + 1) // 11][column] = wrong[column]
    return found


def _row(random: Random, at: int) -> Row:
    day = date(2020, 1, 1) + timedelta(random.randrange(2200))
    number = f"{random.randrange(10**5, 10**6)}19{random.randrange(60, 99)}0101{random.randrange(1000, 9999)}"
    phone, score = f"1{random.randrange(3 * 10**9, 10**10 - 1)}", round(random.uniform(40, 100), 2)
    company = f"公司{random.randrange(COMPANIES):05d}"
    return [
        f"姓名{at}",
        number,
        phone,
        "MF"[at % 2],
        STATES[at % 6],
        day,
        at % 2,
        score,
        f"导入{at}",
        company,
    ]


def workbook(path: Path, content: list[Row]) -> None:
    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    sheet, day = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write_row(0, 0, HEAD)
    for at, row in enumerate(content, 1):
        for column, value in enumerate(row):
            if isinstance(value, date):
                sheet.write_datetime(at, column, datetime(value.year, value.month, value.day), day)
            else:
                sheet.write(at, column, value)
    book.close()


# --- one run, in a process of its own ------------------------------------------------------------


def by_hand(path: Path, folder: Path) -> tuple[Callable[[], int], Callable[[], int]]:
    from sqlalchemy.orm import DeclarativeBase, Session

    class Base(DeclarativeBase):
        pass

    Base.metadata.clear()
    company = sa.Table(
        "company",
        Base.metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(120)),
    )
    kinds: list[Any] = [sa.String(40)] * 5
    columns = [sa.Column(name, kind) for name, kind in zip(HEAD[:5], kinds, strict=True)]
    guard = sa.Table(
        "guard",
        Base.metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        *columns,
        sa.Column("hired_on", sa.Date),
        sa.Column("certified", sa.Boolean),
        sa.Column("score", sa.Numeric(6, 2)),
        sa.Column("notes", sa.Text),
        sa.Column("company_id", sa.ForeignKey("company.id")),
    )
    person: Any = type("Guard", (Base,), {"__table__": guard})
    engine = sa.create_engine(f"sqlite:///{folder / 'hand.sqlite'}")
    Base.metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(company.insert(), [{"name": f"公司{at:05d}"} for at in range(COMPANIES)])

    def work() -> int:
        with Session(engine) as session:
            book = openpyxl.load_workbook(path, read_only=True, data_only=True)
            lines = book.worksheets[0].iter_rows(values_only=True)
            next(lines)
            known = {name: key for key, name in session.execute(sa.select(company.c.id, company.c.name))}
            bad, good = 0, []
            for line in lines:
                given = dict(zip(HEAD, line, strict=True))
                day = given["hired_on"]
                fits = isinstance(day, datetime) and given["status"] in STATES and given["company"] in known
                bad += not fits
                if fits:
                    values = {**given, "hired_on": day.date(), "company_id": known[given.pop("company")]}
                    values |= {"certified": bool(given["certified"]), "score": Decimal(str(given["score"]))}
                    values.pop("company", None)
                    good.append(person(**values))
            if not bad:
                session.add_all(good)
                session.commit()
            return bad

    def stored() -> int:
        with engine.connect() as connection:
            return int(connection.scalar(sa.select(sa.func.count()).select_from(guard)) or 0)

    return work, stored


def ours(path: Path, folder: Path) -> tuple[Callable[[], int], Callable[[], int]]:
    """The whole of it: the upload, and the background work that it becomes."""
    os.environ |= {"FAB_APP_HOME": str(Path(__file__).parent / "home"), "FAB_APP_WORKERS": "0"}
    os.environ |= {
        "FAB_APP_DATABASE_URL": f"sqlite:///{folder / 'ours.sqlite'}",
        "FAB_APP_STORAGE_URL": str(folder / "files"),
    }
    from fab_app import create_app
    from fab_app.config import Settings
    from fab_app.runtime.imports.service import Imports
    from fab_app.runtime.writing import Writer

    app = create_app(Settings.from_environment())
    here = app.extensions["fab_app"]
    world, sessions = here.world, here.session.session_factory
    tables, entity = world.tables, world.manifest.entities["bench.guard"]
    engine, now = sessions.kw["bind"], world.clock.now()
    fixed = {"created_at": now, "updated_at": now}
    with engine.begin() as connection:
        rows_ = [{"uuid": f"{at}", "name": f"公司{at:05d}", **fixed} for at in range(COMPANIES)]
        connection.execute(tables.of("bench.company").table.insert(), rows_)
        user = connection.scalar(
            sa.select(tables.of("base.user").table.c.id).where(
                tables.of("base.user").table.c.account == "staff"
            )
        )

    def work() -> int:
        from fab_app.store.engine import WRITING

        with sessions() as session:
            session.connection(execution_options=WRITING)
            who = here.identities.by_user(session, int(user or 0), "web", "")
            imports = Imports(Writer(world, session, who), world.show("bench", "zh"), entity)
            batch = imports.upload(path.name, path.read_bytes(), "", None, dry=False)
            session.commit()
        here.jobs.drain()
        with engine.connect() as connection:
            table = tables.platform("base_import")
            return int(connection.scalar(sa.select(table.c.bad).where(table.c.uuid == batch.uuid)) or 0)

    def stored() -> int:
        with engine.connect() as connection:
            return int(
                connection.scalar(sa.select(sa.func.count()).select_from(tables.of("bench.guard").table)) or 0
            )

    return work, stored


WAYS = {"ours": ours, "by hand": by_hand}


def one(way: str, path: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        work, stored = WAYS[way](path, Path(folder))
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        start = time.process_time()
        bad = work()
        taken = time.process_time() - start
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        print(json.dumps({"seconds": taken, "grown": grown, "bad": bad, "stored": stored()}))


def measured(count: int, rounds: int) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for kind in ("good", "bad"):
            path = Path(folder, f"{kind}.xlsx")
            workbook(path, rows(count, kind == "bad"))
            for _ in range(rounds):
                for way in WAYS:
                    command = [sys.executable, "-W", "ignore", "-m", "bench.imports", "--one", way, str(path)]
                    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
                    run = json.loads(told.splitlines()[-1])
                    name = f"{way}, {kind}"
                    if name not in found or run["seconds"] < found[name]["seconds"]:
                        found[name] = run
    return found


def main() -> None:
    if "--one" in sys.argv:
        one(sys.argv[-2], Path(sys.argv[-1]))
        return
    given = [int(text) for text in sys.argv[1:]] or [20_000]
    for name, run in measured(given[0], given[1] if len(given) > 1 else 3).items():
        print(
            f"{name:14} {run['seconds']:6.2f} s CPU, +{run['grown']:.0f} MB, {run['bad']} bad, {run['stored']:,} stored"
        )


if __name__ == "__main__":
    main()
