"""Uploads are judged by what they are, and come out only through the record that holds them."""

from __future__ import annotations

from io import BytesIO
from urllib.parse import unquote

import pytest

from tests.projects import PDF, PNG, Browser, Site


def uuid_of(shop: Site, id_: int) -> str:
    return str(next(row["uuid"] for row in shop.platform("base_file") if row["id"] == id_))


@pytest.fixture
def held(shop: Site, clerk: Browser) -> tuple[int, str]:
    """A record with a picture, and the address of the picture."""
    file = clerk.file("order", "photo")
    clerk.submit("/shop/order/add", name="甲", photo=["", str(file)])
    order = shop.rows("order")[-1]["id"]
    return order, f"/shop/order/file/{order}/{uuid_of(shop, file)}"


def test_picture_comes_back_as_it_went_in(clerk: Browser, held: tuple[int, str]) -> None:
    response = clerk.get(held[1]).response
    assert (response.status_code, response.mimetype, response.data) == (200, "image/png", PNG)
    assert "sandbox" in response.headers["Content-Security-Policy"]


def test_document_comes_back_under_its_own_name(shop: Site, clerk: Browser) -> None:
    file = clerk.file("order", "bill", PDF, "票据 二月.pdf")
    clerk.submit("/shop/order/add", name="甲", bill=["", str(file)])
    order = shop.rows("order")[-1]["id"]
    response = clerk.get(f"/shop/order/file/{order}/{uuid_of(shop, file)}").response
    assert "票据 二月.pdf" in unquote(response.headers["Content-Disposition"]) and response.data == PDF


@pytest.mark.parametrize(
    ("field", "content", "name", "status"),
    [
        ("photo", b"MZ\x90\x00" + b"\0" * 64, "a.png", 415),
        ("photo", PDF, "a.png", 415),
        ("photo", PNG, "a.pdf", 415),
        ("photo", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "a.svg", 415),
        ("photo", b"<html><script>1</script></html>", "a.png", 415),
        ("photo", b"", "a.png", 415),
        ("photo", PNG + b"\0" * 2000, "a.png", 413),
        ("bill", PNG, "a.pdf", 415),
        ("bill", b"PK\x03\x04", "a.pdf", 415),
    ],
)
def test_upload_is_judged_by_its_content(
    shop: Site, clerk: Browser, field: str, content: bytes, name: str, status: int
) -> None:
    before = len(shop.platform("base_file"))
    answer = clerk.upload("order", field, content, name).response
    assert (answer.status_code, bool(answer.get_json()["message"])) == (status, True)
    assert len(shop.platform("base_file")) == before


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd.png", "a\0b.png", "C:\\x\\y.png", "甲" * 300 + ".png", ".png", "a\r\nX-Evil: 1.png"],
)
def test_name_is_only_shown(shop: Site, clerk: Browser, name: str) -> None:
    answer = clerk.upload("order", "photo", PNG, name)
    assert answer.status in (201, 400, 415)
    for row in shop.platform("base_file"):
        assert not {"/", "\\", "\0", "\n", "\r"} & set(row["name"]) and ".." not in row["key"]


@pytest.mark.parametrize("field", ["name", "nosuch", "lines"])
def test_upload_for_no_file_field_is_refused(clerk: Browser, field: str) -> None:
    assert clerk.upload("order", field).response.status_code in (400, 404)


def test_upload_without_a_file_is_refused(clerk: Browser) -> None:
    assert clerk.post("/shop/order/upload/photo").response.status_code == 400


def test_who_may_only_read_uploads_nothing(shop: Site) -> None:
    assert shop.as_("viewer").upload("order", "photo").response.status_code == 403


def test_upload_of_another_person_cannot_be_attached(shop: Site, clerk: Browser) -> None:
    shop.person("second", "clerk")
    foreign = shop.as_("second").file("order", "photo")
    answer = clerk.submit("/shop/order/add", name="甲", photo=["", str(foreign)])
    assert answer.status == 422
    assert next(row["record_id"] for row in shop.platform("base_file") if row["id"] == foreign) is None


def test_file_of_another_record_cannot_be_taken(shop: Site, clerk: Browser, held: tuple[int, str]) -> None:
    file = next(row["id"] for row in shop.platform("base_file") if row["record_id"] == held[0])
    assert clerk.submit("/shop/order/add", name="乙", photo=["", str(file)]).status == 422
    assert clerk.get(held[1]).status == 200


def test_file_of_another_field_cannot_be_taken(clerk: Browser) -> None:
    bill = clerk.file("order", "bill", PDF, "a.pdf")
    assert clerk.submit("/shop/order/add", name="甲", photo=["", str(bill)]).status == 422


def test_unattached_file_has_no_address(shop: Site, clerk: Browser, held: tuple[int, str]) -> None:
    loose = uuid_of(shop, clerk.file("order", "photo"))
    assert clerk.get(f"/shop/order/file/{held[0]}/{loose}").status == 404


def test_file_is_not_found_through_another_record(shop: Site, clerk: Browser, held: tuple[int, str]) -> None:
    other = shop.make("order", name="乙")
    assert clerk.get(f"/shop/order/file/{other}/{held[1].rpartition('/')[2]}").status == 404


def test_file_of_a_deleted_record_is_gone(clerk: Browser, held: tuple[int, str]) -> None:
    clerk.post(f"/shop/order/delete/{held[0]}")
    assert clerk.get(held[1]).status == 404


def test_removed_file_is_gone(clerk: Browser, held: tuple[int, str]) -> None:
    clerk.submit(f"/shop/order/edit/{held[0]}", photo=[""])
    assert clerk.get(held[1]).status == 404


def test_nobody_opens_a_file(shop: Site, held: tuple[int, str]) -> None:
    assert shop.as_().get(held[1]).status == 302


@pytest.mark.parametrize("uuid", ["x", "../x", "%2e%2e%2fx", "0" * 36, "' or 1=1"])
def test_senseless_address_of_a_file_is_not_there(clerk: Browser, held: tuple[int, str], uuid: str) -> None:
    assert clerk.get(f"/shop/order/file/{held[0]}/{uuid}").status == 404


def test_too_large_a_request_is_refused(shop: Site, clerk: Browser) -> None:
    limit = shop.app.config["MAX_CONTENT_LENGTH"]
    shop.app.config["MAX_CONTENT_LENGTH"] = 10_000
    try:
        token = clerk.get("/login/").token
        data = {"csrf_token": token, "file": (BytesIO(b"x" * 20_000), "a.png")}
        assert clerk.client.post("/shop/order/upload/photo", data=data).status_code == 413
    finally:
        shop.app.config["MAX_CONTENT_LENGTH"] = limit
