"""Files of who registers: his browser's alone until a record holds them; the template is everybody's."""

from __future__ import annotations

import pytest

from tests.projects import PDF, PNG, Browser, Site
from tests.registering.home import FORM, accounts, letter, registers


def test_upload_is_seen_by_its_browser_alone(site: Site) -> None:
    mine, other = site.as_(), site.as_()
    at = letter(mine).response.get_json()["url"]
    assert mine.get(at).response.get_data() == PDF
    assert other.get(at).status == 404
    assert site.as_("office").get(at).status == 403


def test_upload_of_another_browser_is_not_attached(site: Site, fresh: dict[str, str]) -> None:
    theirs = str(letter(site.as_()).response.get_json()["id"])
    page = registers(site, **fresh, letter=theirs)
    assert page.status == 422
    assert "letter" in page.errors
    assert fresh["_account"] not in {row["account"] for row in accounts(site)}


def test_upload_that_a_record_holds_is_not_taken_again(site: Site, fresh: dict[str, str]) -> None:
    browser = site.as_()
    browser.get(FORM)
    answer = letter(browser).response.get_json()
    registers(site, browser, **fresh, letter=str(answer["id"]))
    visitor = site.as_()
    assert visitor.get(answer["url"]).status == 404
    again = {"_account": "w" + fresh["_account"], "name": "又" + fresh["name"], "letter": str(answer["id"])}
    assert registers(site, visitor, **again).status == 422


@pytest.mark.parametrize(
    ("content", "name", "status", "sentence"),
    [
        (b"MZ" + b"\0" * 60, "letter.pdf", 415, "pdf"),
        (b"", "letter.pdf", 415, "文件为空"),
        (b"%PDF-1.4" + b"0" * (10 * 1024**2), "letter.pdf", 413, "10MB"),
        (PNG, "letter.exe", 415, "pdf"),
    ],
)
def test_wrong_file_is_refused_with_its_sentence(
    site: Site, content: bytes, name: str, status: int, sentence: str
) -> None:
    page = letter(site.as_(), content, name)
    assert page.status == status
    assert sentence in page.response.get_json()["message"]


@pytest.mark.parametrize("field", ["grade", "name", "nothing", "document"])
def test_files_are_taken_for_the_files_of_the_form_alone(site: Site, field: str) -> None:
    assert letter(site.as_(), field=field).status == 404


def test_the_newest_template_is_for_everybody_and_no_other(site: Site) -> None:
    office: Browser = site.as_("office")
    assert site.as_().get(f"{FORM}download/template").status == 404
    for content, current in ((PDF, "1"), (PDF + b"new", "1"), (PDF + b"draft", "0")):
        upload = office.file("template", "document", content, "授权书.pdf")
        office.post("/bureau/template/add", {"document": str(upload), "current": current})
    visitor = site.as_()
    answer = visitor.get(visitor.get(FORM).link("下载授权书模板")).response
    assert answer.get_data() == PDF + b"new"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert visitor.get(f"{FORM}download/other").status == 404
    with site.acting() as system:
        for row in site.rows("template"):
            system.writer.delete(site.entity("template"), row["id"])
