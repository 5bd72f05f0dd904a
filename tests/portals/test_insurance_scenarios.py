"""Scenarios of section 13 from end to end, and the pages that they pass (A-073, A-080, A-104, A-140, A-177)."""

from __future__ import annotations

import io
import re
from urllib.parse import unquote

import openpyxl
import pytest

from tests.portals.insurance import PORTAL, at, key
from tests.portals.moving import designate, do, policy, state, upload
from tests.projects import Site


def card(site: Site, account: str, chart: str) -> object:
    """The number of a card of the person's home page."""
    answer = site.as_(account).json(f"/api/v1/{PORTAL}/charts/{chart}")
    return answer["result"]["series"][0]["data"][0]


@pytest.mark.req("A-001", "A-112", "A-132", "A-177")
def test_designation_to_order(fresh: Site) -> None:
    before = fresh.as_("a_manager").get(at("service_order")).ids
    assert card(fresh, "a_manager", "orders_pending") == 1
    assert designate(fresh)[0] == 200 and state(fresh, "policy", policy(fresh, "P-001")) == "designated"
    fresh.here.jobs.drain()
    manager = fresh.as_("a_manager").get(at("service_order"))
    (new,) = set(manager.ids) - set(before)
    shown = manager.row(new).text
    today = fresh.world.clock.today("Asia/Shanghai")
    number = re.search(rf"FW{today:%Y%m%d}\d{{4}}", shown)
    assert number is not None and "待受理" in shown and "P-001" in shown
    assert card(fresh, "a_manager", "orders_pending") == 2
    assert [row["text"].count(number[0]) for row in fresh.as_("platform").get(at("sms_log")).rows] == [1]
    assert new not in fresh.as_("b_admin").get(at("service_order")).ids


@pytest.mark.req("A-073")
def test_order_list_has_its_columns(site: Site) -> None:
    assert site.as_("a_manager").get(at("service_order")).columns == [
        *("order_no", "policy_no", "enterprise_id", "insurer_id"),
        *("policy_id.start_date", "policy_id.end_date"),
        *("required_services", "assigned_at", "status", "progress"),
    ]


@pytest.mark.req("A-080")
def test_an_order_shows_itself_its_policy_seven_lists_its_hazards_and_its_course(
    site: Site, order: int
) -> None:
    text = site.as_("a_manager").get(at("service_order", f"show/{order}")).text
    records = ("安全培训", "风险识别", "隐患排查", "标准化建设", "应急预案编制和演练")
    more = ("安全生产科技推广应用", "其他有关事故预防工作", "隐患汇总", "流转记录")
    assert [part for part in ("订单信息", "保单与企业", *records, *more) if part not in text] == []


@pytest.mark.req("A-104", "A-184")
def test_before_and_after_stand_side_by_side(fresh: Site) -> None:
    staff = fresh.as_("a_staff1")
    hazard = key(fresh, "hazard", status="open", level="general")
    photo = upload(staff, "hazard", "after_photos")
    assert do(staff, "hazard", hazard, "rectify", after_photos=[photo])[0] == 200
    page = staff.get(at("hazard", f"show/{hazard}"))
    links = [
        link.attrs["href"] for link in page.main.all("a") if "/hazard/file/" in link.attrs.get("href", "")
    ]
    thumbs = [image for image in page.main.all("img") if "thumb=1" in image.attrs.get("src", "")]
    assert (
        len(links) >= 2 and len(thumbs) >= 2 and page.text.index("整改前后对比") < page.text.index("整改信息")
    )
    assert {staff.get(link).status for link in links} == {200}


@pytest.mark.req("A-140")
@pytest.mark.parametrize("name", ["service_order", "training_record", "hazard"])
def test_export_has_the_columns_of_the_list_and_its_name(site: Site, name: str) -> None:
    page = site.as_("a_admin").get(at(name))
    answer = site.as_("a_admin").get(at(name, "export.xlsx")).response
    label = site.entity(name).spec.words.list
    assert label is not None and answer.status_code == 200
    assert re.search(rf"{label.zh}_\d{{14}}\.xlsx", unquote(answer.headers["Content-Disposition"]))
    sheet = openpyxl.load_workbook(io.BytesIO(answer.get_data())).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert len(rows) - 1 == len(page.ids)
    heads = [head.text for head in page.root.all("th") if "data-col" in head.attrs]
    assert list(rows[0]) == heads


@pytest.mark.req("A-140")
def test_too_large_an_export_is_refused(site: Site) -> None:
    portal = site.world.manifest.portals[PORTAL].spec
    assert portal.exports.most == 50_000
    assert portal.messages.too_many is not None
    assert portal.messages.too_many.zh == "数据量过大,请缩小查询范围"
