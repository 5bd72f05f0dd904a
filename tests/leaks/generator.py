"""The generated proof: route table × people × entities, each rule by its kind, an unknown rule by its name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import get_args

from werkzeug.routing import Rule

from fab_app.spec.manifest import Entity
from fab_app.spec.portal import Action
from tests.leaks.imports import IMPORTS
from tests.leaks.opinion import Opinion
from tests.leaks.planting import Marks
from tests.leaks.platform import PLATFORM, shape_of, turned_away, visit
from tests.leaks.prints import PRINTS
from tests.leaks.rest import REST
from tests.leaks.rows import Rows
from tests.leaks.screens import SCREENS
from tests.leaks.seats import SEATS, nobody_sits, seat_shape
from tests.leaks.steps import STEPS
from tests.leaks.walk import Asked, Check, Report, Visitor, rules, shape
from tests.leaks.workbooks import WORKBOOKS
from tests.projects import Site

KINDS: Mapping[str, Check] = {**SCREENS, **STEPS, **REST, **PRINTS, **IMPORTS, **WORKBOOKS}
TELLING = ("GET", "POST", "PUT", "PATCH", "DELETE")


def prove(site: Site, people: Iterable[str], only: Iterable[str] = (), held: bool = False) -> Report:
    """Everything that these people, and nobody, get at every address (or at those of ``only`` kinds).

    Roles are of one portal, and at the others whoever comes from there is a stranger: of each portal the one with most
    rights asks everywhere, the others at home. ``held``: of the entities with which a person may do something; the
    others refuse him before any SQL.
    """
    report, rows, known = Report(), Rows(site).read(), Marks(site)
    walked = _classified(site, report, tuple(only))
    accounts = ("", *people)
    abroad = _abroad(rows, accounts[1:])
    for account in accounts:
        visitor = Visitor(site, rows, known, report, account)
        # HEAD runs what GET runs and OPTIONS runs nothing: of these one person of each portal and nobody are enough.
        methods = (*TELLING, "HEAD", "OPTIONS") if account in abroad else TELLING
        for rule, kind, entity in walked:
            if account not in abroad and not _at_home(visitor, entity):
                continue
            for method in sorted(set(rule.methods or ()) & set(methods)):
                if not held or entity is None or not account or may_something(visitor, entity):
                    _visited(visitor, rule, kind, entity, method)
    return report


def _abroad(rows: Rows, accounts: Iterable[str]) -> set[str]:
    """Nobody, and of each portal the account whose roles give most."""
    most: dict[str, tuple[int, str]] = {}
    for account in accounts:
        opinion = Opinion(rows, rows.person(account))
        given = sum(len(role.spec.may) for role in opinion.held)
        portal = opinion.who.portal
        most[portal] = max(most.get(portal, (0, "")), (given, account))
    return {"", *(account for _, account in most.values())}


def _at_home(visitor: Visitor, entity: Entity | None) -> bool:
    return entity is None or entity.portal in ("base", visitor.opinion.who.portal)


def may_something(visitor: Visitor, entity: Entity) -> bool:
    actions = (*get_args(Action), *(f"move:{code}" for code in entity.moves))
    return any(visitor.opinion.may(entity, action) for action in actions)


def _classified(site: Site, report: Report, only: tuple[str, ...]) -> list[tuple[Rule, str, Entity | None]]:
    entities, portals = site.world.manifest.entities.values(), site.world.manifest.portals
    found = []
    for rule in rules(site):
        kind, entity = shape(rule.rule, entities)
        kind = kind if entity is not None else seat_shape(rule.rule, site) or shape_of(rule.rule, portals)
        report.kinds.add(kind)
        if kind not in KINDS and kind not in PLATFORM and kind not in SEATS:
            report.expect(False, f"the rule {rule.rule} ({rule.endpoint}) is unknown to the walk")
        elif not only or kind in only:
            found.append((rule, kind, entity))
    return found


def _visited(visitor: Visitor, rule: Rule, kind: str, entity: Entity | None, method: str) -> None:
    if method == "OPTIONS":
        _methods_alone(visitor, rule)
    elif kind in SEATS:
        nobody_sits(visitor, rule, method)
    elif not visitor.account:
        turned_away(visitor, rule, kind, method)
    elif entity is None:
        visit(visitor, rule, kind, method)
    else:
        KINDS[kind](Asked(visitor, entity, rule, method))


def _methods_alone(visitor: Visitor, rule: Rule) -> None:
    """OPTIONS names methods and nothing else."""
    from tests.leaks.platform import filled

    answer = visitor.client.open(filled(rule.rule), method="OPTIONS")
    empty = answer.status_code in (200, 302, 401, 403, 404) and not answer.get_data()
    visitor.report.expect(
        empty, f"{visitor.account} OPTIONS {rule.rule}: {answer.status_code}, {answer.get_data()[:80]!r}"
    )


def told(report: Report, record: Callable[[str, object], None], of: str) -> list[str]:
    """What was wrong; the number of checks is said at the end of the run (``tests/conftest.py``)."""
    record("proof", f"leak proof, {of}: {report.checks:,} checks, {len(report.leaks)} leaks")
    return report.leaks[:40]
