"""What judges figures, background work and imports is broken, one part after the other: the walk tells each.

It expects what the definitions say, not what the broken code says.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from fab_app.access.grants import Grants
from fab_app.access.guards import Guards
from fab_app.jobs.looking import Seen, Whose
from fab_app.runtime.imports.batch import Batches
from fab_app.runtime.imports.service import Imports
from fab_app.runtime.statistics import permission
from fab_app.runtime.statistics.answering import Statistics
from fab_app.spec.manifest import Portal
from fab_app.web import context
from fab_app.web import jobs as job_screens
from tests.leaks.charts import CHARTS
from tests.leaks.generator import prove
from tests.leaks.homes import small
from tests.leaks.imports import IMPORTS
from tests.leaks.jobs import JOBS
from tests.projects import Builder, Site

Broken = tuple[object, str, Any, tuple[str, ...]]
"""What is replaced, by what, and what the leaks then say."""


@pytest.fixture(scope="module")
def shop(build: Builder) -> Site:
    """Whole again after each test: it keeps nothing of what is broken here."""
    return small(build, "sqlite")


def unsaid(site: Site, patch: pytest.MonkeyPatch, broken: Broken, kinds: Any) -> list[str]:
    """The signs that no leak shows."""
    place, name, instead, signs = broken
    patch.setattr(place, name, instead)
    leaks = prove(site, ["org", "tree", "own", "all"], only=kinds).leaks
    return [sign for sign in signs if not any(sign in leak for leak in leaks)]


def _read_alone(statistics: Statistics, code: str, action: str = "read") -> bool:
    return permission.permitted(statistics.reader.world, statistics.reader.principal, statistics.portal, code)


FIGURES: dict[str, Broken] = {
    "functions": (
        permission,
        "functions_of",
        lambda portal, code: (),
        ("own GET /shop/charts/behind", "own GET /api/v1/shop/charts/places.csv"),
    ),
    "guards": (
        Guards,
        "of",
        lambda self, who, key, action: None,
        ("org GET /api/v1/shop/charts/beside /",),
    ),
    "closed figures": (
        permission,
        "_told",
        lambda *of: (),
        ("org GET /api/v1/shop/charts/secret_kinds /", "org GET /api/v1/shop/charts/whole holds"),
    ),
    "exports": (
        Statistics,
        "permitted",
        _read_alone,
        ("tree GET /api/v1/shop/charts/customers.xlsx", "tree GET /api/v1/shop/charts/customers.csv"),
    ),
    "what waits alone": (
        Grants,
        "opens",
        Grants.may,
        ("tree GET /shop/charts/claimed", "tree GET /api/v1/shop/charts/claims /"),
    ),
    "blocks": (
        permission,
        "shown",
        lambda *of: True,
        ("tree GET /shop/charts/books", "own GET /shop/charts/behind"),
    ),
    "portals": (permission, "_inside", lambda who, portal: True, ("all GET /shop/charts/messages",)),
}


@pytest.mark.parametrize("part", FIGURES)
def test_broken_permission_of_figures_is_caught(
    shop: Site, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    assert unsaid(shop, monkeypatch, FIGURES[part], CHARTS) == []


def _as_if_asked(real: Callable[[Portal, str], Seen]) -> Callable[[Portal, str], Seen]:
    return lambda portal, uuid: replace(real(portal, uuid), subject=context.principal().subject)


RUNS: dict[str, Broken] = {
    "whose": (
        Whose,
        "where",
        property(lambda self: []),
        (
            "own GET /shop/jobs/ lists others than his runs",
            "(another's, done): 200, not 404",
            "(another's, waiting) changed the run",
            "all GET /mill/jobs/ tells base_job_run",
        ),
    ),
    "file": (
        job_screens,
        "_found",
        _as_if_asked(job_screens._found),
        ("/file (another's, done): 200, not 404", "/file (another's, done) tells base_job_run"),
    ),
}


@pytest.mark.parametrize("part", RUNS)
def test_broken_permission_of_runs_is_caught(shop: Site, monkeypatch: pytest.MonkeyPatch, part: str) -> None:
    assert unsaid(shop, monkeypatch, RUNS[part], JOBS) == []


BATCHES: dict[str, Broken] = {
    "whose": (
        Batches,
        "_seen",
        lambda self: sa.select(self.table).where(self.table.c.entity == self.entity.key),
        (
            "(not his, judged): 200, not 404",
            "/marked.xlsx (not his, written): 200, not 404",
            "/undo (not his, written): the import is undone",
            "tells base_import",
        ),
    ),
    "of which entity": (
        Batches,
        "_seen",
        lambda self: sa.select(self.table).where(self.table.c.user_id == self.principal.subject),
        ("/drop (not his, judged): the import is dropped",),
    ),
    "right": (
        Imports,
        "permit",
        lambda self: None,
        ("(his, judged): 200, not 403", "/undo (his, written): the import is undone"),
    ),
}


@pytest.mark.parametrize("part", BATCHES)
def test_broken_permission_of_imports_is_caught(
    shop: Site, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    assert unsaid(shop, monkeypatch, BATCHES[part], IMPORTS) == []
