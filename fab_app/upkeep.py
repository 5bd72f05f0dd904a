"""Commands of upkeep: is the audit log as it was sealed, are the trees as their records say."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from fab_app.config import Settings


def add_to(commands: Any, add: Callable[..., argparse.ArgumentParser]) -> None:
    help_ = "find whether the audit log is as it was sealed"
    added = add(commands, verify_audit, "verify-audit", help_, "python run.py verify-audit --noted DIGEST")
    added.add_argument(
        "--noted", default="", metavar="DIGEST", help="a digest told before: it must be in the chain"
    )
    help_ = "make the tables behind trees say what the records say"
    add(commands, repair_trees, "repair-trees", help_, "python run.py repair-trees")


def verify_audit(settings: Settings, given: argparse.Namespace) -> int:
    from fab_app.database import world_and_session
    from fab_app.runtime.sealing import verified

    with world_and_session(settings) as (world, session):
        found = verified(world, session, given.noted)
    for sentence in found.wrong:
        print(sentence)
    print(f"{found.seals} seals over {found.entries} entries, {found.unsealed} entries not sealed yet")
    print(f"head: {found.head or 'none'}")
    return 1 if found.wrong else 0


def repair_trees(settings: Settings, given: argparse.Namespace) -> int:
    """Each tree under its own lock; one whose records form a circle is told and left as it is."""
    from fab_app.database import world_and_session
    from fab_app.runtime.trees import repair, trees
    from fab_app.store.engine import WRITING

    status = 0
    with world_and_session(settings) as (world, session):
        for entity in trees(world):
            session.rollback()
            session.connection(execution_options=WRITING)
            try:
                print(f"{entity.key}: {repair(world, session, entity)} pairs set right")
                session.commit()
            except ValueError as error:
                print(f"{entity.key}: {error}")
                status = 1
    return status
