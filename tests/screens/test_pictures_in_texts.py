"""Pictures in formatted text: sent to the server, attached with the record, read by who may read the record."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from fab_app.store.files import sweep
from tests.portals.asking import headers, send
from tests.projects import PNG, Browser, Builder, Site

HOME = {
    "schema/shop/note.yaml": """
label: 文
fields:
  name: {type: text, label: 名称, required: true}
  owner: {type: text, label: 主}
  body: {type: richtext, label: 正文, pictures: {max: 2, max_size: 1KB, kinds: [png, gif]}}
  plain: {type: richtext, label: 短文}
""",
    "schema/shop/portal.yaml": "title: 店\nkinds: {clerk: {label: 店员}}\n",
    "permissions/shop/one.yaml": """
label: 甲
kinds: [clerk]
rows: {note: "owner == user.name"}
may: {note: [read, add, edit]}
""",
    "permissions/shop/blind.yaml": """
label: 乙
kinds: [clerk]
rows: {note: all}
may: {note: [read]}
fields: {note: {hidden: [body]}}
""",
    "permissions/shop/reader.yaml": """
label: 丙
kinds: [clerk]
rows: {note: all}
may: {note: [read]}
""",
}
UPLOAD = "/shop/note/upload/body"


@pytest.fixture(scope="module")
def site(build: Builder) -> Site:
    site = build(HOME, "sqlite")
    for account in ("anna", "berta"):
        site.person(account, "one", kind="clerk", name=account)
    return site


@pytest.fixture
def anna(site: Site) -> Browser:
    return site.as_("anna")


def picture(who: Browser, content: bytes = PNG, name: str = "a.png", field: str = "body") -> dict[str, Any]:
    answer = who.upload("note", field, content, name)
    assert answer.status == 201, answer.text
    return dict(answer.response.get_json())


def saved(site: Site, who: Browser, body: str, owner: str = "anna") -> dict[str, Any]:
    answer = who.submit("/shop/note/add", name="一", owner=owner, body=body)
    assert answer.status == 303, answer.errors
    return site.rows("note")[-1]


def shown(who: Browser, id_: int) -> list[str]:
    page = who.get(f"/shop/note/show/{id_}")
    return [one.attrs["src"] for one in page.root.all("img") if "/file/" in one.attrs.get("src", "")]


def test_a_picture_is_seen_by_who_sent_it_before_it_is_saved_and_by_readers_afterwards(
    site: Site, anna: Browser
) -> None:
    sent = picture(anna)
    assert anna.client.get(sent["url"]).mimetype == "image/png"
    for other in ("berta", "reader", "admin"):
        assert site.as_(other).client.get(sent["url"]).status_code in (403, 404)
    row = saved(site, anna, f'<p>看</p><img src="{sent["url"]}">')
    uuid = sent["url"].rpartition("/")[2]
    assert row["body"] == f'<p>看</p><img src="file/{uuid}">'
    address = f"/shop/note/file/{row['id']}/{uuid}"
    for who in ("anna", "reader"):
        assert shown(site.as_(who), row["id"]) == [address]
        assert site.as_(who).client.get(address).get_data() == PNG
    assert anna.client.get(sent["url"]).status_code == 404  # no draft any more


def test_nobody_opens_it_who_may_not_read_the_record_or_the_field(site: Site, anna: Browser) -> None:
    sent = picture(anna)
    row = saved(site, anna, f'<p>x</p><img src="{sent["url"]}">')
    uuid = sent["url"].rpartition("/")[2]
    address = f"/shop/note/file/{row['id']}/{uuid}"
    assert [site.as_(who).client.get(address).status_code for who in ("berta", "blind")] == [404, 404]
    other = saved(site, site.as_("berta"), "<p>y</p>", owner="berta")
    assert site.as_("berta").client.get(f"/shop/note/file/{other['id']}/{uuid}").status_code == 404
    assert site.as_("reader").client.get(f"/shop/note/file/{other['id']}/{uuid}").status_code == 404


def test_the_picture_of_another_record_or_person_cannot_be_taken(site: Site, anna: Browser) -> None:
    theirs, mine = picture(site.as_("berta"))["url"], picture(anna)["url"]
    row = saved(site, anna, f'<p>x</p><img src="{mine}">')
    attached = f"/shop/note/file/{row['id']}/{mine.rpartition('/')[2]}"
    nowhere = f"file/{'0' * 8}-0000-4000-8000-{'0' * 12}"
    before = len(site.rows("note"))
    for src in (theirs, attached, mine, nowhere):
        answer = anna.submit("/shop/note/add", name="二", owner="anna", body=f'<p>x</p><img src="{src}">')
        assert answer.status == 422 and "重新上传" in answer.text
    assert len(site.rows("note")) == before


def test_a_form_that_is_saved_again_keeps_its_pictures_and_one_taken_out_is_swept(
    site: Site, anna: Browser
) -> None:
    one, two = picture(anna)["url"], picture(anna)["url"]
    row = saved(site, anna, f'<p>x</p><img src="{one}"><img src="{two}">')
    edit = f"/shop/note/edit/{row['id']}"
    assert anna.submit(edit, name="新").status == 303
    assert len(shown(anna, row["id"])) == 2
    kept = shown(anna, row["id"])[0]
    assert anna.submit(edit, body=f'<p>x</p><img src="{kept}">').status == 303
    assert shown(anna, row["id"]) == [kept]
    gone = f"/shop/note/file/{row['id']}/{two.rpartition('/')[2]}"
    assert anna.client.get(gone).status_code == 404
    with site.engine.begin() as connection:
        swept = sweep(connection, site.world.clock.now() + timedelta(days=1))
    assert swept and anna.client.get(kept).status_code == 200


def test_a_refused_form_keeps_its_picture(site: Site, anna: Browser) -> None:
    sent = picture(anna)["url"]
    refused = anna.submit("/shop/note/add", name="", owner="anna", body=f'<p>x</p><img src="{sent}">')
    assert refused.status == 422
    again = anna.send(refused, name="后")
    assert again.status == 303
    assert shown(anna, site.rows("note")[-1]["id"])


@pytest.mark.parametrize(
    ("content", "name", "status"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.svg", 415),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.png", 415),
        (b"<script>alert(1)</script>", "a.gif", 415),
        (PNG + bytes(2000), "a.png", 413),
        (b"", "a.png", 415),
    ],
)
def test_what_is_no_small_picture_is_refused(anna: Browser, content: bytes, name: str, status: int) -> None:
    assert anna.upload("note", "body", content, name).status == status


def test_only_texts_that_take_pictures_and_only_their_writers_send_them(site: Site, anna: Browser) -> None:
    assert anna.upload("note", "plain", PNG, "a.png").status == 404
    for who in ("reader", "blind"):
        assert site.as_(who).upload("note", "body", PNG, "a.png").status == 403
    anna.get("/shop/note/add")
    bare = anna.client.post(UPLOAD, data={}, headers={"Accept-Language": "zh"})
    assert bare.status_code == 400


def test_the_editor_has_a_button_for_pictures_where_the_text_takes_them(anna: Browser) -> None:
    page = anna.get("/shop/note/add")
    editors = [one.attrs for one in page.root.all("div") if "data-editor" in one.attrs]
    assert [one.get("data-pictures") for one in editors] == [".png,.gif", None]


def test_the_api_takes_and_tells_pictures_as_forms_do(site: Site, anna: Browser) -> None:
    sent = picture(anna)["url"]
    said = {"name": "接口", "owner": "anna", "body": f'<img src="{sent}">'}
    status, answer = send(anna, "POST", "/api/v1/shop/note/", **said)
    assert status == 201, answer
    found = anna.client.get(f"/api/v1/shop/note/{answer['id']}", headers=headers(anna)).get_json()
    told = found["result"]["body"]
    address = f"/shop/note/file/{answer['id']}/{sent.rpartition('/')[2]}"
    assert told == f'<img src="{address}">'
    status, again = send(anna, "PUT", f"/api/v1/shop/note/{answer['id']}", body=f"<p>又</p>{told}", version=1)
    assert status == 200, again
    assert shown(anna, answer["id"]) == [address]
