"""Claims that are passed on: who was passed one pays it, who passed it on only reads it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest

from tests.portals.asking import send, told
from tests.portals.hazard import BOTH, agency, api, at, do, seeded
from tests.portals.hazard_money import balance, claimed, mended, messages, of, said
from tests.projects import Site


@pytest.fixture(scope="module", params=BOTH)
def site(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Site]:
    with seeded(tmp_path_factory.mktemp("transfers"), request.param) as made:
        yield made


@pytest.mark.req("H-410", "H-204", "H-235", "H-359", "H-137", "H-225", "H-334", "H-335", "H-052", "H-437")
def test_who_was_passed_a_claim_pays_it_and_who_passed_it_on_only_reads_it(site: Site) -> None:
    mended(site, "ag_d1", "1000.00")
    before, theirs, entries = balance(site, "ag_d1"), balance(site, "ag_p"), len(site.rows("hr_ledger"))
    id_ = claimed(site, "ag_d1", "1000.00", "U3", filled_in=True)
    old, new = site.as_("ag_d1"), site.as_("ag_p")
    assert send(new, "GET", api("hr_claim", str(id_)))[0] == 404
    status, _ = do(old, "hr_claim", id_, "transfer", to_agency=agency(site, "ag_p"), reason="由省级统一发放")
    assert status == 200 and len(site.rows("hr_ledger")) == entries
    row = of(site, id_)
    assert (row["status"], row["paying_agency"], row["origin_agency"]) == (
        "submitted",
        agency(site, "ag_p"),
        agency(site, "ag_d1"),
    )
    passed = site.rows("hr_claim_transfer")[-1]
    assert (passed["from_agency"], passed["to_agency"]) == (agency(site, "ag_d1"), agency(site, "ag_p"))
    assert (passed["reason"], passed["operator"]) == ("由省级统一发放", site.id_of("ag_d1"))
    words = f"示例西湖区安监机构将领奖单{row['claim_no']}（1,000.00元）转送贵机构发放，原因：由省级统一发放。"
    assert words in messages(site, "ag_p")
    assert "您的奖金已转由示例省安监机构审核发放。" in said(site, "N16", "U3")

    listed = old.get(at("hr_claim", "list/?tab=submitted")).text
    assert row["claim_no"] not in listed
    page = old.get(at("hr_claim", "list/?tab=transferred_out"))
    assert row["claim_no"] in page.text
    assert not any(f"/do/approve/{id_}" in a.attrs.get("href", "") for a in page.root.all("a"))
    assert not any(
        "/do/" in a.attrs.get("href", "") for a in old.get(at("hr_claim", f"show/{id_}")).root.all("a")
    )
    for code, more in (
        ("approve", {}),
        ("send_back", {"return_reason": "理由"}),
        ("reject", {"reject_reason": "理由"}),
    ):
        status, answer = do(old, "hr_claim", id_, code, **more)
        assert (status, told(answer)[0]) == (409, "该领奖单已转送其他机构")
    assert balance(site, "ag_d1") == before
    assert do(new, "hr_claim", id_, "approve")[0] == 200
    assert (balance(site, "ag_p"), balance(site, "ag_d1")) == (theirs - 1000, before)


@pytest.mark.req("H-358", "H-243")
def test_a_claim_is_not_passed_to_itself_to_the_closed_without_reason_or_a_sixth_time(site: Site) -> None:
    id_ = claimed(site, "ag_c1", "5.00", "U4", filled_in=True)
    who = site.as_("ag_c1")
    for to, reason, words in (
        ("ag_c1", "试试看", "不能转送给本机构"),
        ("ag_disabled", "试试看", "接收机构不可用"),
        ("ag_draft", "试试看", "接收机构不可用"),
        ("ag_p", "", "请填写转送原因"),
    ):
        status, answer = do(who, "hr_claim", id_, "transfer", to_agency=agency(site, to), reason=reason)
        assert status == 422 and words in told(answer), answer
    for one, other in pairwise(["ag_c1", "ag_p", "ag_c2", "ag_c1", "ag_p", "ag_c2"]):
        status, _ = do(
            site.as_(one), "hr_claim", id_, "transfer", to_agency=agency(site, other), reason="依次转送"
        )
        assert status == 200
    status, answer = do(
        site.as_("ag_c2"), "hr_claim", id_, "transfer", to_agency=agency(site, "ag_p"), reason="再转"
    )
    assert status == 422 and "转送次数已达上限" in told(answer)
