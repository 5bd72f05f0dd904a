"""Hazards from found to rectified and back (5.2 of the document of the portal), over the API."""

from __future__ import annotations

import pytest

from tests.portals.asking import headers
from tests.portals.insurance import PORTAL, key
from tests.portals.moving import do, state, upload
from tests.projects import Site


@pytest.fixture
def site(fresh: Site) -> Site:
    return fresh


@pytest.mark.req("A-103", "A-122", "A-162", "A-163", "A-184")
def test_hazard_is_rectified_once_with_a_photo(site: Site) -> None:
    staff, hazard = site.as_("a_staff1"), key(site, "hazard", status="open", level="general")
    status, body = do(staff, "hazard", hazard, "rectify")
    assert (status, body["errors"]) == (422, {"after_photos": ["请上传整改后图片"]})
    assert state(site, "hazard", hazard) == "open"
    photo = upload(staff, "hazard", "after_photos")
    status, body = do(staff, "hazard", hazard, "rectify", after_photos=[photo], rectify_desc="已加装防护栏")
    row = site.row("hazard", hazard)
    assert (status, row["status"], row["rectified_by"]) == (200, "rectified", site.id_of("a_staff1")), body
    assert row["rectify_date"] is not None and row["rectified_at"] is not None
    again = do(staff, "hazard", hazard, "rectify", after_photos=[photo])
    assert again == (409, {"message": "该隐患已整改"})
    inspection = site.as_("a_staff1").json(f"/api/v1/{PORTAL}/inspection_record/{row['inspection_id']}")
    assert (inspection["result"]["hazard_total"], inspection["result"]["hazard_done"]) == (3, 2)


@pytest.mark.req("A-105", "A-123", "A-129")
def test_regulator_sends_back_with_a_reason(site: Site) -> None:
    hazard, regulator = key(site, "hazard", status="rectified"), site.as_("reg_city")
    assert do(regulator, "hazard", hazard, "send_back")[1]["errors"] == {"return_reason": ["请填写退回原因"]}
    assert do(regulator, "hazard", hazard, "send_back", return_reason="防护栏高度不足")[0] == 200
    row = site.row("hazard", hazard)
    assert (row["status"], row["return_reason"]) == ("open", "防护栏高度不足")


@pytest.mark.req("A-164")
def test_deadline_before_the_day_of_discovery_is_refused(site: Site) -> None:
    staff, hazard = site.as_("a_staff1"), key(site, "hazard", status="open", level="general")
    answer = staff.client.put(
        f"/api/v1/{PORTAL}/hazard/{hazard}", json={"deadline": "2020-01-01"}, headers=headers(staff)
    )
    assert (answer.status_code, answer.get_json()["errors"]) == (
        422,
        {"deadline": ["整改期限不能早于发现日期"]},
    )
