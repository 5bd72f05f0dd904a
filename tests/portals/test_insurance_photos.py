"""Hazards that came in a workbook without pictures: marked red, not to be rectified until one is added (A-139)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.imports.books import book, send
from tests.portals.insurance import PORTAL, at, key, order_of
from tests.portals.moving import do, upload
from tests.portals.test_insurance_imports import HAZARD
from tests.projects import Browser, Site

BARE = "请先补充隐患图片"


@pytest.fixture(scope="module")
def imported(site: Site, staff: Browser, order: int) -> int:
    """A hazard without a picture."""
    inspection = key(site, "inspection_record", order_id=order)
    row = ("消防栓被遮挡", "消防安全", "一般隐患", "一号库房", None, None, "移走货物")
    status, body = send(staff, "hazard", book(HAZARD, row), PORTAL, inspection_id=inspection)
    assert (status, body["added"]) == (200, 1), body
    return int(site.rows("hazard")[-1]["id"])


def listed(site: Site, staff: Browser, hazard: int) -> Any:
    inspection = site.row("hazard", hazard)["inspection_id"]
    return staff.get(at("hazard", f"list/?of=inspection_id:{inspection}")).row(hazard)


@pytest.mark.req("A-139")
def test_after_photos_do_not_stand_for_the_missing_picture(site: Site, staff: Browser, imported: int) -> None:
    photo = upload(staff, "hazard", "after_photos")
    answer = do(staff, "hazard", imported, "rectify", after_photos=[photo], rectify_desc="已移走")
    assert answer[0] == 422 and BARE in str(answer[1])
    row = site.row("hazard", imported)
    assert (row["status"], row["rectified_by"], row["rectify_desc"]) == ("open", None, None)
    said = {"after_photos": ["", str(photo)], "rectify_date": str(row["found_date"])}
    page = staff.post(at("hazard", f"do/rectify/{imported}"), said)
    assert page.status in (409, 422) and BARE in page.html
    assert site.row("hazard", imported)["status"] == "open"


@pytest.mark.req("A-139")
def test_mark_is_red_and_goes_with_the_first_picture(site: Site, staff: Browser, imported: int) -> None:
    marked = [node for node in listed(site, staff, imported).walk() if node.text == "缺少图片"]
    assert marked and any("bad" in str(node.attrs) for node in marked)
    picture = str(staff.file("hazard", "photos"))
    assert staff.submit(at("hazard", f"edit/{imported}"), photos=["", picture]).status == 303
    assert "缺少图片" not in listed(site, staff, imported).text
    photo = upload(staff, "hazard", "after_photos")
    assert do(staff, "hazard", imported, "rectify", after_photos=[photo])[0] == 200
    assert site.row("hazard", imported)["status"] == "rectified"


@pytest.mark.req("A-139")
def test_hazards_with_pictures_are_not_marked(site: Site, staff: Browser, imported: int) -> None:
    seeded = key(
        site,
        "hazard",
        level="major",
        inspection_id=key(site, "inspection_record", order_id=order_of(site, "P-002")),
    )
    assert "缺少图片" not in listed(site, staff, seeded).text
