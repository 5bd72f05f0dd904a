"""The generated proof over a portal in which agencies register themselves."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from fab_app.access import grants
from fab_app.config import RATES
from fab_app.spec.portal import FieldRights
from tests.leaks.generator import prove, told
from tests.projects import Builder, Site
from tests.registering.home import bureau, registers

OFTEN = dict.fromkeys(RATES, "100000/second")


def peopled(build: Builder, database: str = "sqlite") -> Site:
    site = bureau(build, database, rates=OFTEN)
    registers(site, _account="first", name="甲")
    registers(site, _account="second", name="乙", phone="13000000002")
    return site


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_nobody_is_told_or_may_do_more(
    build: Builder, database: str, record_property: Callable[[str, object], None]
) -> None:
    report = prove(peopled(build, database), ["first", "second", "office"])
    assert told(report, record_property, f"registration on {database}") == []
    assert {"/P/register/", "/P/register/upload/<code>"} <= report.kinds


def test_a_form_that_takes_more_is_caught(build: Builder, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limits of the principal and the form's own, both taken away."""
    from fab_app.web import register

    monkeypatch.setattr(grants, "FieldRights", lambda readonly: FieldRights())
    every = register.posted
    monkeypatch.setattr(
        register,
        "posted",
        lambda manifest, entity, names, form: every(manifest, entity, ("grade", *names), form),
    )
    report = prove(peopled(build), [], only=["/P/register/"])
    assert "registration took bureau.agency.grade" in report.leaks
