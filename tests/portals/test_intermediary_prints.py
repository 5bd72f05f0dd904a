"""The visit sheet of intermediary on its own seeds: who gets it, and what stands in it (I-305)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from fab_app.runtime.prints.gathering import Gathering
from tests.portals.intermediary import PORTAL, agency, at, seeded
from tests.projects import Site


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with seeded(tmp_path_factory.mktemp("site")) as made:
        yield made


def visit_of(site: Site, account: str) -> int:
    mine = agency(site, account)
    return next(row["id"] for row in site.rows("im_visit") if row["agency"] == mine and row["has_hazard"])


@pytest.mark.req("I-305", "I-143")
def test_visit_sheet_has_the_visit_and_each_of_its_hazards(site: Site) -> None:
    visit = visit_of(site, "zj_soc1")
    with site.acting("zj_soc1") as person:
        spec = site.world.manifest.portals[PORTAL].spec.prints["visit_sheet"]
        gathering = Gathering(person.reader, site.entity("im_visit"), spec)
        [record] = gathering.gathered(gathering.records([visit])).data["records"]
    row = site.row("im_visit", visit)
    assert record["values"]["visit_no"] == row["visit_no"]
    assert record["values"]["enterprise"] == site.row("im_enterprise", row["enterprise"])["name"]
    found = [one["hazard_no"] for one in site.rows("im_hazard") if one["visit"] == visit]
    assert [one["hazard_no"] for one in record["tables"]["hazards"]] == found != []
    assert all(one["photos"][0]["picture"] for one in record["tables"]["hazards"])


@pytest.mark.req("I-305", "I-143", "I-007")
def test_visit_sheet_is_a_pdf_for_those_who_may_see_the_visit(site: Site) -> None:
    visit = visit_of(site, "zj_soc1")
    address = at("im_visit", f"print/visit_sheet/{visit}")
    answer = site.as_("zj_soc1").post(address).response
    assert (answer.status_code, answer.data[:5]) == (200, b"%PDF-")
    assert site.audit("im_visit", visit)[-1]["action"] == "print"
    assert address in site.as_("zj_soc1").get(at("im_visit") + "?size=100").html
    assert site.as_("im_city").post(address).status == 200
    assert site.as_("zj_soc2").post(address).status == 404
    assert site.as_("im_ent").post(address).status == 403
