"""Commands that tell of rights: why somebody may do something or not, and what every role may."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fab_app.config import Settings


def add_to(commands: Any, add: Callable[..., argparse.ArgumentParser]) -> None:
    help_ = "say whether a person may do something to a record, and why"
    example = "python run.py explain clerk edit shop/order 3 --as manager"
    added = add(commands, explain, "explain", help_, example)
    added.add_argument("account")
    added.add_argument("action", help="read, add, edit, delete, export, print, pick, or a move")
    added.add_argument("entity", metavar="PORTAL/ENTITY")
    added.add_argument("id", type=int, nargs="?", help="without one: any record at all")
    role = "as if the account had this role instead of its own; may be repeated"
    added.add_argument("--as", dest="roles", action="append", default=[], metavar="ROLE", help=role)
    help_ = "write role × entity × action × fields × rows as a workbook"
    added = add(commands, matrix, "matrix", help_, "python run.py matrix --out matrix.xlsx")
    added.add_argument("--out", type=Path, default=Path("matrix.xlsx"), metavar="FILE.xlsx")


def explain(settings: Settings, given: argparse.Namespace) -> int:
    from fab_app.access.telling import telling
    from fab_app.database import explained
    from fab_app.spec.portal import right

    asked = (given.account, right(given.action), given.entity, given.id, given.roles)
    print(*telling(explained(settings, *asked)), sep="\n")
    return 0


def matrix(settings: Settings, given: argparse.Namespace) -> int:
    from fab_app.access.grants import compile_grants
    from fab_app.access.matrix import workbook
    from fab_app.checks import checked
    from fab_app.core.problems import BrokenDefinitions

    manifest, found = checked(settings.home, settings.portals)
    if any(problem.stops for problem in found):
        raise BrokenDefinitions(found)
    workbook(manifest, compile_grants(manifest)).save(given.out)
    print(given.out)
    return 0
