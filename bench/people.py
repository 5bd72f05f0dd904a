"""Made-up organisations, regions, companies and persons: the same ones each time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

SEED = 20240607
ORGS, REGIONS, COMPANIES = 2_000, 400, 20_000
PIECE = 20_000
NAME = "建国"
"""A part of a name that few have."""

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
)
GIVEN = (
    "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂华建国文辉玲红志海波宁燕萍鑫浩宇轩子涵欣怡梓晨雨桐俊峰博"
)
PLACES = ("华东", "华北", "华南", "华中", "西南", "西北", "东北")
BRANDS = ("安盾", "金盾", "卫士", "神鹰", "长城", "平安", "保泰", "中安", "国卫", "天鹰", "鼎盛", "恒泰")
TRADES = ("保安服务有限公司", "安保集团有限公司", "护卫有限公司", "押运有限公司", "安全技术防范有限公司")
COMPANY_STATES = ("registered", "active", "suspended", "revoked", "closed", "pending")
GUARD_STATES = ("on_duty", "off_duty", "leave", "training", "resigned", "pending")
COLUMNS = {
    table: tuple(names.split())
    for table, names in {
        "org": "id parent name code level",
        "region": "id parent name code level",
        "company": "id org region name uscc status capital founded phone address created_on",
        "guard": "id company name id_no phone gender status hired_on certified score notes",
    }.items()
}
_FIRST_DAY, _LAST_DAY = date(2016, 1, 1), date(2026, 11, 1)

Rows = list[tuple[Any, ...]]


def tables(persons: int) -> Iterator[tuple[str, Rows]]:
    """(table, rows) in pieces, what is referred to first; dates are dates, amounts whole cents."""
    random = Random(SEED)
    yield "org", _tree("机构", "O", (8, 72, 420), ORGS)
    yield "region", _tree("区划", "R", (7, 35, 120), REGIONS)
    yield "company", [_company(random, key) for key in range(1, COMPANIES + 1)]
    for first in range(1, persons + 1, PIECE):
        yield "guard", [_guard(random, key) for key in range(first, min(first + PIECE, persons + 1))]


def _tree(word: str, letter: str, sizes: tuple[int, ...], count: int) -> Rows:
    """Four levels, parents in turn."""
    rows: Rows = []
    above: list[int] = []
    for level, size in enumerate((*sizes, count - sum(sizes)), 1):
        here = list(range(len(rows) + 1, len(rows) + size + 1))
        for place, key in enumerate(here):
            name = f"{PLACES[key % len(PLACES)]}{word}{level}级{key:04d}"
            rows.append(
                (key, above[place % len(above)] if above else None, name, f"{letter}{level}-{key:05d}", level)
            )
        above = here
    return rows


def _company(random: Random, key: int) -> tuple[Any, ...]:
    name = f"{random.choice(PLACES)}{random.choice(BRANDS)}{random.choice(TRADES)}{key:05d}号"
    founded = date(1995, 1, 1) + timedelta(days=random.randrange(10_000))
    return (
        key,
        random.randrange(501, ORGS + 1) if random.random() < 0.8 else random.randrange(81, 501),
        random.randrange(163, REGIONS + 1),
        name,
        "91" + "".join(random.choices("0123456789ABCDEFGHJKLMNPQRTUWXY", k=16)),
        random.choice(COMPANY_STATES),
        random.randrange(1_000, 5_000_000),
        founded,
        f"0{random.randrange(10, 99)}-{random.randrange(10**7, 10**8)}",
        f"{random.choice(PLACES)}市{random.choice(SURNAMES)}家路{random.randrange(1, 999)}号",
        datetime(2022, 1, 1) + timedelta(seconds=random.randrange(10**8)),
    )


def _guard(random: Random, key: int) -> tuple[Any, ...]:
    """A quarter of all were hired in the last 400 days."""
    days = (_LAST_DAY - _FIRST_DAY).days
    day = days - 1 - int(random.random() * 400) if random.random() < 0.25 else int(random.random() * days)
    choice = random.choice
    return (
        key,
        int(random.random() * COMPANIES) + 1,
        choice(SURNAMES) + choice(GIVEN) + (choice(GIVEN) if random.random() < 0.75 else ""),
        f"{random.randrange(110_000, 659_001)}{random.randrange(1960, 2006)}{random.randrange(10**8):08d}",
        f"1{random.randrange(30, 99)}{random.randrange(10**8):08d}",
        "M" if random.random() < 0.8 else "F",
        GUARD_STATES[int(random.random() * 6)],
        _FIRST_DAY + timedelta(days=day),
        random.random() < 0.6,
        random.randrange(4_000, 10_001),
        "" if random.random() < 0.7 else f"{choice(BRANDS)}岗位备注，表现良好，编号{key}，需复核证件。",
    )
