"""The report of a claim that was passed on: who pays reads it, and nothing of who reported."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.portals.asking import send
from tests.portals.hazard import agency, api, at, do, row, seeded
from tests.portals.hazard_money import claimed, of
from tests.projects import Browser, Site

NICKNAME, PHONE_OF_REPORTER = "U6", "13000000777"
HIDDEN = ("reporter", "reporter_name", "reporter_phone", "contact_phone", "is_anonymous")


@dataclass
class Passed:
    site: Site
    claim: int
    report: dict[str, Any]

    @property
    def payer(self) -> Browser:
        return self.site.as_("ag_p")


@pytest.fixture(scope="module")
def passed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Passed]:
    """A claim that AG-D1 verified and passed on to AG-P."""
    with seeded(tmp_path_factory.mktemp("received")) as site:
        claim = claimed(site, "ag_d1", "20.00", NICKNAME, filled_in=True)
        report = of(site, claim)["report"]
        site.set("hr_report", report, contact_phone=PHONE_OF_REPORTER)
        site.set("hr_wechat_user", of(site, claim)["reporter"], nickname="甲乙丙丁")
        assert send(site.as_("ag_p"), "GET", api("hr_report", str(report)))[0] == 404
        said = {"to_agency": agency(site, "ag_p"), "reason": "由省级统一发放"}
        assert do(site.as_("ag_d1"), "hr_claim", claim, "transfer", **said)[0] == 200
        yield Passed(site, claim, row(site, "hr_report", id=report))


def asked(who: Browser, q: str) -> tuple[int, Any]:
    return send(who, "GET", f"{api('hr_report')}?q={q}")


@pytest.mark.req("H-228")
def test_who_was_passed_a_claim_opens_its_report_by_the_link_of_the_claim(passed: Passed) -> None:
    claim = passed.payer.get(at("hr_claim", f"show/{passed.claim}"))
    link = at("hr_report", f"show/{passed.report['id']}")
    assert any(a.attrs.get("href", "").startswith(link) for a in claim.root.all("a"))
    page = passed.payer.get(link)
    assert page.status == 200
    assert passed.report["description"] in page.text and "现场核查属实。" in page.text


@pytest.mark.req("H-228", "H-229")
def test_it_tells_nothing_of_who_reported(passed: Passed) -> None:
    page = passed.payer.get(at("hr_report", f"show/{passed.report['id']}")).text
    _, answer = send(passed.payer, "GET", api("hr_report", str(passed.report["id"])))
    for text in (page, str(answer)):
        assert "甲乙丙丁" not in text and PHONE_OF_REPORTER not in text
    assert all(answer["result"].get(name) in (None, "******") for name in HIDDEN)
    own = passed.site.as_("ag_d1").get(at("hr_report", f"show/{passed.report['id']}")).text
    assert "甲乙丙丁" in own and PHONE_OF_REPORTER in own


@pytest.mark.req("H-228")
@pytest.mark.parametrize("column", HIDDEN)
def test_no_question_of_the_api_guesses_who_reported(passed: Passed, column: str) -> None:
    for q in (
        f"(filters:!((col:{column},opr:eq,value:'1')))",
        f"(order_column:{column},order_direction:asc)",
    ):
        assert asked(passed.payer, q)[0] == 400
    status, answer = asked(
        passed.payer,
        f"(columns:!(report_no,{column}),filters:!((col:id,opr:eq,value:{passed.report['id']})))",
    )
    assert status == 400 or ("甲乙丙丁" not in str(answer) and PHONE_OF_REPORTER not in str(answer))


@pytest.mark.req("H-228")
def test_no_path_over_the_report_tells_who_reported(passed: Passed) -> None:
    number = of(passed.site, passed.claim)["claim_no"]
    for path in (
        "report.reporter",
        "report.reporter_name",
        "report.contact_phone",
        "report.reporter.nickname",
        "reporter.nickname",
    ):
        status, answer = send(
            passed.payer,
            "GET",
            f"{api('hr_claim')}?q=(columns:!(claim_no,{path}),filters:!((col:claim_no,opr:eq,value:{number})))",
        )
        assert status == 400 or ("甲乙丙丁" not in str(answer) and PHONE_OF_REPORTER not in str(answer))


@pytest.mark.req("H-228")
def test_it_is_read_and_no_more(passed: Passed) -> None:
    id_ = passed.report["id"]
    page = passed.payer.get(at("hr_report", f"show/{id_}"))
    links = [a.attrs.get("href", "") for a in page.root.all("a")]
    assert not any("/do/" in link or "/edit/" in link or "/print" in link for link in links)
    for code, more in (
        ("rectify", {"rectify_note": "已排除"}),
        ("assign", {"assigned_agency": agency(passed.site, "ag_p")}),
    ):
        assert do(passed.payer, "hr_report", id_, code, **more)[0] in (403, 404)
    assert send(passed.payer, "PUT", api("hr_report", str(id_)), title="改动")[0] in (403, 404)
    assert passed.payer.get(at("hr_report", f"print/report_sheet/{id_}")).status in (403, 404)
    assert row(passed.site, "hr_report", id=id_) == passed.report


@pytest.mark.req("H-228", "H-127", "H-257")
def test_the_lists_files_and_figures_of_an_agency_leave_it_out(passed: Passed) -> None:
    number = passed.report["report_no"]
    handled = [
        one
        for one in passed.site.rows("hr_report")
        if one["assigned_agency"] == agency(passed.site, "ag_p") and one["alive"] == 0
    ]
    for tab in ("all", "verified"):
        assert number not in passed.payer.get(at("hr_report", f"list/?tab={tab}&q_report_no={number}")).text
    status, answer = asked(passed.payer, "(tab:all,page_size:1)")
    assert status == 200 and answer["count"] == len(handled)
    exported = passed.payer.client.get(f"{api('hr_report')}export.csv").get_data(as_text=True)
    assert "JB" in exported and number not in exported
    figures = passed.payer.json("/api/v1/hazard_report/charts/by_category")
    counted = figures["result"]["series"][0]["rows"]
    assert sum(counted) == len(handled)


@pytest.mark.req("H-228")
def test_its_log_stays_with_who_handles_it(passed: Passed) -> None:
    _, answer = send(
        passed.payer,
        "GET",
        f"{api('hr_report_log')}?q=(filters:!((col:report,opr:eq,value:{passed.report['id']})))",
    )
    assert answer["count"] == 0


@pytest.mark.req("H-228")
def test_who_passes_it_further_on_reads_it_no_longer(passed: Passed) -> None:
    said = {"to_agency": agency(passed.site, "ag_c1"), "reason": "由市级发放"}
    assert do(passed.payer, "hr_claim", passed.claim, "transfer", **said)[0] == 200
    assert send(passed.payer, "GET", api("hr_report", str(passed.report["id"])))[0] == 404
    assert send(passed.site.as_("ag_c1"), "GET", api("hr_report", str(passed.report["id"])))[0] == 200
