"""The command that plays a workflow: no database, no effects, a clock of its own."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from fab_app.config import Settings
from fab_app.core.problems import Refused

if TYPE_CHECKING:
    from fab_app.spec.playing import Step

_STEP = re.compile(r"([a-z_][a-z0-9_]*)(?:@(\d+)([dhm]?))?")
_UNITS = {"": "days", "d": "days", "h": "hours", "m": "minutes"}


def add_to(commands: Any, add: Callable[..., argparse.ArgumentParser]) -> None:
    example = (
        'python run.py simulate shop/order --days 30 --set due=2026-03-10 --move "accept@2 result=agree"'
    )
    help_ = "walk a workflow; or play one record through it on a virtual clock"
    added = add(commands, simulate, "simulate", help_, example)
    added.add_argument("entity", metavar="PORTAL/ENTITY")
    added.add_argument("--days", type=int, metavar="N", help="play so many days instead of listing the ways")
    start = "when the record is made, in the portal's zone (now)"
    added.add_argument("--from", dest="start", metavar='"YYYY-MM-DD HH:MM"', help=start)
    given = "a value of the record, or of one behind its references; may be repeated"
    added.add_argument("--set", action="append", default=[], metavar="FIELD=VALUE", help=given)
    moves = "a move after so many days (3), hours (6h) or minutes (90m), with its answers; may be repeated"
    added.add_argument("--move", action="append", default=[], metavar='"CODE@TIME FIELD=VALUE"', help=moves)


def simulate(settings: Settings, given: argparse.Namespace) -> int:
    from fab_app.database import entity_of
    from fab_app.spec.playing import MOST, begun, played
    from fab_app.spec.simulating import walked

    manifest, entity = entity_of(settings, given.entity)
    if given.days is None:
        print(*(list(walked(manifest, entity)) or [f"{entity.key} has no workflow"]), sep="\n")
        return 0
    zone = ZoneInfo(manifest.portals[entity.portal].spec.zone)
    start = _moment(given.start) if given.start else datetime.now(zone).replace(second=0, microsecond=0)
    record = begun(manifest, entity, start, _pairs(given.set))
    for line in islice(
        played(record, [_step(text) for text in given.move], timedelta(days=given.days)), MOST
    ):
        print(line)
    return 0


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError as error:
        raise Refused(f"'{text}' is no time, write it as \"2026-03-01 09:00\"") from error


def _pairs(texts: Iterable[str]) -> dict[str, str]:
    pairs = [text.partition("=") for text in texts]
    for name, equals, _ in pairs:
        if not equals:
            raise Refused(f"'{name}' says no value, write it as field=value")
    return {name: value for name, _, value in pairs}


def _step(text: str) -> Step:
    from fab_app.spec.playing import Step

    first, *answers = text.split()
    match = _STEP.fullmatch(first)
    if match is None:
        raise Refused(f"'{first}' is no move, write it as code@days")
    return Step(timedelta(**{_UNITS[match[3] or ""]: int(match[2] or 0)}), match[1], _pairs(answers))
