"""What is told of reports by the clock and over gateways that are down; what the phone shows of messages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any, ClassVar, Literal

import pytest

from fab_app.channels.base import Address, Channel, Letter, Undelivered
from tests.moves.clocks import at as at_time
from tests.moves.clocks import later
from tests.portals.asking import send
from tests.portals.hazard import BOTH, PHONE, agency, api, at, phone, seat, seeded
from tests.portals.hazard_reports import FOUND, delivered, do, node, reported
from tests.projects import Site

UNPAID = {**FOUND, "reward_amount": "0"}


@pytest.fixture(params=BOTH)
def site(request: Any, tmp_path: Path) -> Iterator[Site]:
    with seeded(tmp_path, request.param) as made:
        made.here.jobs.drain()
        yield made


def fresh(site: Site, nickname: str = "U1") -> int:
    return int(reported(site, phone(site, nickname), "330106", "0201")["id"])


@pytest.mark.req("H-418", "H-217", "H-219", "H-339")
def test_waiting_and_overdue_reports_are_told_once_a_period(site: Site) -> None:
    waiting, done = fresh(site), fresh(site, "U2")
    desk = site.as_("ag_d1")
    assert do(desk, done, "start")[0] == do(desk, done, "verify", **UNPAID)[0] == 200
    later(site, hours=49)
    no = site.row("hr_report", waiting)["report_no"]
    words = f"举报单{no}已待处理49小时，请尽快处理。"
    assert {(channel, told) for channel, _, told in delivered(site, "N25", waiting)} == {
        ("wechat", words),
        ("sms", words),
    }
    site.here.jobs.drain()
    assert len(delivered(site, "N25", waiting)) == 2
    due = send(site.as_("ag_d1"), "GET", api("hr_report", str(done)))[1]["result"]["rectify_due"]
    at_time(site, f"{date.fromisoformat(due) + timedelta(1)}T08:05")
    site.here.jobs.drain()
    row = send(site.as_("ag_d1"), "GET", api("hr_report", str(done)))[1]["result"]
    assert (row["status"], row["is_overdue"]) == ("verified", True)
    told = delivered(site, "N26", done)
    assert [channel for channel, _, _ in told] == ["wechat"]
    assert "已超期1天。" in told[0][2]
    later(site, days=1)
    assert len(delivered(site, "N26", done)) == 1
    page = site.as_("ag_d1").get(at("hr_report", "list/?tab=overdue"))
    assert site.row("hr_report", done)["report_no"] in page.text


@pytest.mark.req("H-218", "H-339")
def test_a_report_that_is_handled_for_long_is_told_of_once_a_week(site: Site) -> None:
    report, no = fresh(site), ""
    assert do(site.as_("ag_d1"), report, "start")[0] == 200
    later(site, days=16)
    no = site.row("hr_report", report)["report_no"]
    words = {words for _, _, words in delivered(site, "N25", report)}
    assert words == {f"举报单{no}已处理中16日，请尽快处理。"}
    later(site, days=1)
    assert len({words for _, _, words in delivered(site, "N25", report)}) == 1
    later(site, days=7)
    assert len({words for _, _, words in delivered(site, "N25", report)}) == 2


@pytest.mark.req("H-368", "H-320", "H-008")
def test_a_gateway_that_is_down_holds_up_no_move_and_can_be_tried_again(site: Site) -> None:
    class Deaf(Channel):
        """A gateway that never answers."""

        needs: ClassVar[Address] = "openid"
        type: Literal["wechat"] = "wechat"

        def send(self, letter: Letter) -> str:
            raise Undelivered("no answer")

    report = fresh(site)
    site.world.channels["wechat"] = Deaf()  # type: ignore[index]
    assert do(site.as_("ag_d1"), report, "start")[0] == 200
    assert site.row("hr_report", report)["status"] == "processing"
    for _ in range(5):
        later(site, hours=1)
    (row,) = (
        one for one in site.platform("base_delivery") if (one["event"], one["about_id"]) == ("N7", report)
    )
    assert (row["status"], row["attempts"]) == ("failed", 3)
    admin = site.as_("admin")
    assert row["text"] in admin.get(at("hr_notification", f"show/{row['id']}")).text
    assert send(admin, "POST", api("hr_notification", f"{row['id']}/do/resend"))[0] == 200


@pytest.mark.req("H-322")
def test_who_has_left_the_account_is_passed_over(site: Site) -> None:
    report = fresh(site)
    site.set("hr_wechat_user", seat(site, "U1"), subscribed=False)
    assert do(site.as_("ag_d1"), report, "start")[0] == 200
    (row,) = (
        one for one in site.platform("base_delivery") if (one["event"], one["about_id"]) == ("N7", report)
    )
    assert row["status"] == "skipped"


@pytest.mark.req("H-167")
def test_a_message_on_the_phone_leads_to_its_report_and_is_read(site: Site) -> None:
    report, browser = fresh(site), phone(site, "U1")
    (row,) = (
        one for one in site.platform("base_delivery") if (one["event"], one["about_id"]) == ("N5", report)
    )
    assert row["text"] in browser.get(f"{PHONE}/hr_notification/list/?tab=received").text
    opened = browser.get(f"{PHONE}/hr_notification/show/{row['id']}")
    assert (opened.status, opened.location) == (303, f"{PHONE}/hr_report/show/{report}")
    assert (
        next(one for one in site.platform("base_delivery") if one["id"] == row["id"])["read_at"] is not None
    )
    assert phone(site, "U2").get(f"{PHONE}/hr_notification/show/{row['id']}").status == 404


@pytest.mark.req("H-168")
def test_who_is_bound_to_no_agency_is_asked_to_bind_himself_first(site: Site) -> None:
    assert "请先完成机构绑定" in phone(site, "U1").get(f"{PHONE}/hr_report/list/?tab=pending").text
    assert "请先完成机构绑定" not in phone(site, "U1").get(f"{PHONE}/hr_report/list/?tab=mine").text
    assert "请先完成机构绑定" not in phone(site, "U19").get(f"{PHONE}/hr_report/list/?tab=pending").text


@pytest.mark.req("H-215", "H-183")
def test_waiting_reports_are_matched_again_when_an_agency_covers_them(site: Site) -> None:
    report = int(reported(site, phone(site, "U3"), "320102", "0201")["id"])
    admin, regions = site.as_("admin"), [node(site, "hr_region", code) for code in ("330000", "320000")]
    categories = [node(site, "hr_category", code) for code in ("01", "02", "05", "07")]
    changed = {"controlled_regions": regions, "controlled_categories": categories}
    assert send(admin, "PUT", api("hr_agency", str(agency(site, "ag_p"))), **changed)[0] == 200
    assert site.row("hr_report", report)["status"] == "unassigned"
    site.here.jobs.drain()
    row = site.row("hr_report", report)
    assert (row["status"], row["assigned_agency"]) == ("pending", agency(site, "ag_p"))
    assert {channel for channel, _, _ in delivered(site, "N4", report)} == {"sms", "email"}
