"""All data of an agency in one workbook, for the administrator."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa

from tests.portals.intermediary import BOTH, PORTAL, seeded
from tests.projects import Site

KINDS = (
    "im_agency",
    "im_user",
    "im_staff",
    "im_eval_contract",
    "im_eval_report",
    "im_service_contract",
    "im_visit",
    "im_hazard",
    "im_hazard_log",
    "im_sampling",
    "im_deduction",
    "im_draw_row",
)


@pytest.fixture(scope="module", params=BOTH)
def site(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Site]:
    with seeded(tmp_path_factory.mktemp("site"), request.param) as made:
        yield made


def _agency(site: Site) -> int:
    """The one with most visits."""
    visit = site.world.tables.of(f"{PORTAL}.im_visit").table
    counted = sa.select(visit.c.agency).group_by(visit.c.agency).order_by(sa.func.count().desc()).limit(1)
    with site.engine.connect() as connection:
        return int(connection.execute(counted).scalar_one())


def _title(site: Site, name: str) -> str:
    spec = site.world.manifest.entities[f"{PORTAL}.{name}"].spec
    return (spec.words.list or spec.label).zh


def _book(site: Site, account: str, agency: int) -> dict[str, list[tuple[Any, ...]]]:
    answer = site.as_(account).client.get(f"/{PORTAL}/im_agency/workbook/agency/{agency}")
    assert answer.status_code == 200
    book = openpyxl.load_workbook(io.BytesIO(answer.get_data()), read_only=True)
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}


@pytest.mark.req("I-304")
def test_administrator_saves_all_data_of_an_agency(site: Site) -> None:
    agency = _agency(site)
    page = site.as_("im_admin").get(f"/{PORTAL}/im_agency/show/{agency}").root
    (way,) = {a.attrs["href"] for a in page.all("a") if "/workbook/" in a.attrs.get("href", "")}
    assert way == f"/{PORTAL}/im_agency/workbook/agency/{agency}"
    book = _book(site, "im_admin", agency)
    assert list(book) == ["目录", *(_title(site, name) for name in KINDS)]
    told = {row[0]: row[1] for row in book["目录"][1:]}
    assert told == {title: len(rows) - 1 for title, rows in book.items() if title != "目录"}
    with site.engine.connect() as connection:
        for name in ("im_visit", "im_service_contract", "im_staff"):
            table = site.world.tables.of(f"{PORTAL}.{name}").table
            own = sa.select(sa.func.count()).where(table.c.agency == agency, table.c.alive == 0)
            assert connection.execute(own).scalar_one() == told[_title(site, name)] > 0
    assert len(book[_title(site, "im_hazard")]) > 2 and book[_title(site, "im_hazard_log")][0][0] == "隐患"
    assert not any("密码" in str(cell) for cell in book[_title(site, "im_user")][0])


@pytest.mark.req("I-304")
@pytest.mark.parametrize("account", ["im_city", "im_kecheng", "zj_soc1"])
def test_nobody_else_gets_it_not_even_of_ones_own_agency(site: Site, account: str) -> None:
    user = site.world.tables.of("base.user").table
    with site.engine.connect() as connection:
        org = connection.execute(sa.select(user.c.org).where(user.c.account == account)).scalar_one()
    agency, who = org or _agency(site), site.as_(account)
    assert who.get(f"/{PORTAL}/im_agency/workbook/agency/{agency}").status == 403
    assert "/workbook/" not in who.client.get(f"/{PORTAL}/im_agency/show/{agency}").get_data(as_text=True)
