"""Random rows of the world, for the databases and for the browser."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from tests.expr.world import (
    AGENCIES,
    FIELDS,
    LEVELS,
    NOW,
    PARENTS,
    TODAY,
    agencies,
    kept,
    kinds,
    lines,
    members,
    meta,
    regions,
    tasks,
    tree,
    up,
)

WORDS = [
    "",
    "a",
    "A",
    "ab",
    "aB ",
    "ab ",
    "a%b",
    "a_b",
    "é",
    "É中",
    "😀b",
    "\uff01x",
    "it's",
    "b\\a",
    "general",
]


def rows(count: int, seed: int = 7) -> list[dict[str, Any]]:
    """Random rows, one value in five missing; the first has none."""
    dice = random.Random(seed)
    task = [_task(dice, at + 1) for at in range(count)]
    task[0] = dict.fromkeys(task[0]) | {
        "id": 1,
        "kinds": [],
        "members": [],
        "regions": [],
        "kept": [],
        "lines": [],
    }
    return task


def _task(dice: random.Random, key: int) -> dict[str, Any]:
    def some(value: Any) -> Any:
        return None if dice.random() < 0.2 else value

    return {
        "id": key,
        "title": some(dice.choice(WORDS)),
        "note": some(dice.choice(WORDS)),
        "level": some(dice.choice(sorted(LEVELS))),
        "qty": some(dice.randint(-5, 9)),
        "amount": some(Decimal(dice.randint(-5000, 5000)).scaleb(-2)),
        "rate": some(Decimal(dice.choice([0, 1, 12500, -33333, dice.randint(0, 99999)])).scaleb(-4)),
        "done": some(dice.random() < 0.5),
        "due": some(dice.choice([TODAY, date(2024, 1, 31), TODAY + timedelta(days=dice.randint(-400, 400))])),
        "made": some(
            NOW + timedelta(seconds=dice.randint(-90000, 90000), microseconds=dice.randint(0, 999999))
        ),
        "agency": some(dice.randint(1, 3)),
        "region": some(dice.randint(1, 5)),
        "kinds": dice.sample(["a", "b"], dice.randint(0, 2)),
        "members": dice.sample([1, 2, 3], dice.randint(0, 3)),
        "regions": dice.sample([1, 2, 3, 4, 5], dice.choice([0, 1, 1, 2])),
        "kept": dice.sample([1, 2, 3, 4, 5], dice.choice([0, 1, 2, 3])),
        "lines": [_line(dice, key * 10 + at) for at in range(dice.randint(0, 3))],
    }


def _line(dice: random.Random, key: int) -> dict[str, Any]:
    return {
        "id": key,
        "name": dice.choice([None, *WORDS]),
        "qty": dice.choice([None, 1, 2, -3]),
        "price": dice.choice([None, Decimal("1.25"), Decimal("-0.05"), Decimal("99.99")]),
        "day": dice.choice([None, TODAY, date(2023, 12, 31)]),
    }


def fill(connection: sa.Connection, data: list[dict[str, Any]]) -> None:
    meta.create_all(connection)
    raw = [{k: _raw("task", k, v) for k, v in row.items() if k in tasks.c} for row in data]
    connection.execute(sa.insert(tasks), raw)
    connection.execute(sa.insert(agencies), AGENCIES)
    connection.execute(sa.insert(kinds), [{"task": r["id"], "value": v} for r in data for v in r["kinds"]])
    connection.execute(
        sa.insert(members), [{"task": r["id"], "value": v} for r in data for v in r["members"]]
    )
    for side, name in ((regions, "regions"), (kept, "kept")):
        connection.execute(sa.insert(side), [{"task": r["id"], "value": v} for r in data for v in r[name]])
    child = [
        {k: _raw("line", k, v) for k, v in n.items()} | {"task": r["id"]} for r in data for n in r["lines"]
    ]
    connection.execute(sa.insert(lines), child)
    pairs = [{"ancestor": a, "descendant": d, "depth": at} for d in PARENTS for at, a in enumerate(up(d))]
    connection.execute(sa.insert(tree), pairs)
    connection.commit()


def _raw(entity: str, name: str, value: Any) -> Any:
    return int(value.scaleb(FIELDS[entity][name].scale)) if isinstance(value, Decimal) else value


def plain(value: Any) -> Any:
    """A row for the browser."""
    match value:
        case dict():
            row = {key: plain(item) for key, item in value.items()}
            agency = next((a for a in AGENCIES if a["id"] == value.get("agency")), None)
            return row | ({"agency": agency} if "agency" in row else {})
        case list():
            return [plain(item) for item in value]
        case Decimal():
            return float(value)
        case date():
            return value.isoformat()
    return value
