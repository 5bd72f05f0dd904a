"""What was sent back stays: each rectification keeps its own photos, readable by who may read the hazard (A-105)."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from fab_app.store import files
from tests.portals.insurance import PORTAL, key
from tests.portals.moving import do, upload
from tests.projects import Browser, Site


def picture(grey: int) -> bytes:
    held = BytesIO()
    Image.new("RGB", (4, 4), (grey, grey, grey)).save(held, "PNG")
    return held.getvalue()


def rectify(site: Site, hazard: int, content: bytes) -> None:
    staff = site.as_("a_staff1")
    photo = upload(staff, "hazard", "after_photos", content)
    assert do(staff, "hazard", hazard, "rectify", after_photos=[photo], rectify_desc="已整改")[0] == 200


@pytest.fixture(scope="module")
def twice(site: Site) -> tuple[int, int]:
    """A hazard rectified with one photo, sent back, and rectified with another; the record of the first."""
    hazard = key(site, "hazard", status="open", level="general")
    rectify(site, hazard, picture(10))
    status, body = do(site.as_("reg_city"), "hazard", hazard, "send_back", return_reason="防护栏高度不足")
    assert status == 200, body
    rectify(site, hazard, picture(20))
    (kept,) = site.rows("rectification")
    return hazard, kept["id"]


def photos(site: Site, entity: str, id_: int) -> list[str]:
    """The addresses of the after photos of a record."""
    return [
        f"/{PORTAL}/{entity}/file/{id_}/{row['uuid']}"
        for row in site.platform("base_file")
        if (row["entity"], row["record_id"], row["field"]) == (entity, id_, "after_photos")
    ]


def fetched(who: Browser, address: str) -> tuple[int, bytes]:
    answer: Any = who.get(address).response
    return answer.status_code, answer.get_data()


@pytest.mark.req("A-105")
def test_both_sets_of_photos_are_read_through_their_own_records(site: Site, twice: tuple[int, int]) -> None:
    hazard, kept = twice
    (first,), (second,) = photos(site, "rectification", kept), photos(site, "hazard", hazard)
    for account in ("a_staff1", "a_manager", "insa_clerk", "reg_city"):
        who = site.as_(account)
        assert (fetched(who, first), fetched(who, second)) == ((200, picture(10)), (200, picture(20)))


@pytest.mark.req("A-105")
def test_who_may_not_read_the_hazard_reads_neither_set(site: Site, twice: tuple[int, int]) -> None:
    hazard, kept = twice
    addresses = photos(site, "rectification", kept) + photos(site, "hazard", hazard)
    for account in ("b_admin", "insb_clerk", "platform"):
        who = site.as_(account)
        answers = [fetched(who, one) for one in addresses]
        assert [status for status, _ in answers] == [403, 403]  # the portal says ``out_of_scope: 403``
        assert not any(picture(grey) in body for grey in (10, 20) for _, body in answers)


@pytest.mark.req("A-105")
def test_a_photo_is_not_read_through_the_other_record(site: Site, twice: tuple[int, int]) -> None:
    hazard, kept = twice
    (first,), (second,) = photos(site, "rectification", kept), photos(site, "hazard", hazard)
    crossed = (
        f"/{PORTAL}/hazard/file/{hazard}/{first.rpartition('/')[2]}",
        f"/{PORTAL}/rectification/file/{kept}/{second.rpartition('/')[2]}",
    )
    assert [fetched(site.as_("a_staff1"), one)[0] for one in crossed] == [404, 404]


@pytest.mark.req("A-105")
def test_kept_photos_outlive_the_sweep_of_those_that_the_hazard_lost(
    site: Site, twice: tuple[int, int]
) -> None:
    hazard, kept = twice
    with site.engine.begin() as connection:
        gone = files.sweep(connection, site.world.clock.now() + timedelta(days=2))
    site.world.blobs.delete(gone)
    (first,), (second,) = photos(site, "rectification", kept), photos(site, "hazard", hazard)
    who = site.as_("a_staff1")
    assert gone
    assert (fetched(who, first)[1], fetched(who, second)[1]) == (picture(10), picture(20))


@pytest.mark.req("A-105")
def test_the_page_of_the_hazard_shows_what_was_sent_back(site: Site, twice: tuple[int, int]) -> None:
    hazard, kept = twice
    page = site.as_("a_manager").get(f"/{PORTAL}/hazard/show/{hazard}")
    assert "退回的整改" in page.text and "防护栏高度不足" in page.text
    assert photos(site, "rectification", kept)[0] in page.html


@pytest.mark.req("A-105")
def test_nobody_changes_or_deletes_what_was_sent_back(site: Site, twice: tuple[int, int]) -> None:
    _, kept = twice
    who = site.as_("a_admin")
    assert who.post(f"/{PORTAL}/rectification/delete/{kept}").status in (403, 404, 405)
    assert who.get(f"/{PORTAL}/rectification/edit/{kept}").status in (403, 404)
    assert who.get(f"/{PORTAL}/rectification/add").status in (403, 404)
