"""Bulletins and standards: published at once, seen on the phone, taken down, put back, deleted."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.portals.asking import send, told
from tests.portals.hazard import BOTH, PHONE, agency, api, at, phone, seeded
from tests.portals.hazard_money import messages, titles
from tests.portals.hazard_reports import picture
from tests.projects import Browser, Site

KINDS = ("hr_bulletin", "hr_reward_standard")


@pytest.fixture(scope="module", params=BOTH)
def site(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Site]:
    with seeded(tmp_path_factory.mktemp("content"), request.param) as made:
        yield made


def written(entity: str, **more: str) -> dict[str, str]:
    kind = {"bulletin_type": "warning"} if entity == "hr_bulletin" else {}
    return {"title": "一条新内容", "content": "<p>正文</p>", **kind, **more}


def feed(browser: Browser, entity: str, rest: str = "") -> list[str]:
    return titles(browser, f"{PHONE}/{entity}/list/?tab=feed{rest}")


def made(who: Browser, entity: str, **more: str) -> int:
    status, answer = send(who, "POST", api(entity), **written(entity, **more))
    assert status == 201, answer
    return int(answer["id"])


@pytest.mark.req("H-414", "H-119", "H-120", "H-124", "H-163", "H-164", "H-047", "H-048", "H-439")
@pytest.mark.parametrize("entity", KINDS)
def test_what_an_agency_adds_stands_on_top_of_the_phone_at_once_and_is_gone_when_taken_down(
    site: Site, entity: str
) -> None:
    agency_, reporter = site.as_("ag_d1"), phone(site, "U1")
    page = agency_.get(at(entity, "add"))
    assert [button.text for button in page.root.all("button", type="submit")][-1] == "添加"
    markup = "<p>请注意</p><script>alert(1)</script><p onclick='x()'>安全</p>"
    answer = agency_.submit(at(entity, "add"), **written(entity, title=f"新的{entity}", content=markup))
    assert answer.status == 303, answer.errors
    assert "添加成功" in agency_.follow(answer).response.get_data(as_text=True)
    row = next(row for row in site.rows(entity) if row["title"] == f"新的{entity}")
    assert "script" not in row["content"] and "onclick" not in row["content"] and "请注意" in row["content"]
    assert (row["status"], row["agency"]) == ("published", agency(site, "ag_d1"))
    if entity == "hr_bulletin":
        assert feed(reporter, entity)[0] == f"新的{entity}"
    assert f"新的{entity}" in feed(reporter, entity)
    detail = reporter.get(f"{PHONE}/{entity}/show/{row['id']}")
    assert detail.status == 200
    for page in (detail, agency_.get(at(entity, f"show/{row['id']}"))):
        markup = page.response.get_data(as_text=True)
        assert "<p>请注意</p>" in markup and "&lt;p&gt;" not in markup and "alert(1)" not in markup

    assert send(agency_, "POST", api(entity, f"{row['id']}/do/take_down"))[0] == 200
    assert f"新的{entity}" not in feed(reporter, entity)
    assert reporter.get(f"{PHONE}/{entity}/show/{row['id']}").status == 404
    assert f"新的{entity}" in agency_.get(at(entity)).text


@pytest.mark.req("H-414", "H-047", "H-048", "H-119", "H-124")
@pytest.mark.parametrize("entity", KINDS)
def test_a_picture_in_the_text_is_sent_to_the_server_and_seen_on_the_phone_while_it_is_published(
    site: Site, entity: str
) -> None:
    agency_, reporter, other = site.as_("ag_d1"), phone(site, "U1"), site.as_("ag_d2")
    editor = next(d for d in agency_.get(at(entity, "add")).root.all("div") if "data-editor" in d.attrs)
    assert (editor.attrs["data-pictures"], editor.attrs["data-bytes"]) == (".jpg,.jpeg,.png,.gif", "2097152")
    sent = agency_.upload(entity, "content", picture()).response.get_json()["url"]
    markup = f'<p>见图</p><img src="{sent}" alt="现场"><img src="https://example.com/x.png">'
    answer = agency_.submit(at(entity, "add"), **written(entity, title=f"有图的{entity}", content=markup))
    assert answer.status == 303, answer.errors
    row = next(row for row in site.rows(entity) if row["title"] == f"有图的{entity}")
    uuid = sent.rpartition("/")[2]
    assert row["content"] == f'<p>见图</p><img src="file/{uuid}" alt="现场">'
    on_phone = f"{PHONE}/{entity}/file/{row['id']}/{uuid}"
    assert f'src="{on_phone}"' in reporter.get(f"{PHONE}/{entity}/show/{row['id']}").response.get_data(True)
    assert reporter.client.get(on_phone).get_data() == picture()
    at_desk = at(entity, f"file/{row['id']}/{uuid}")
    assert agency_.client.get(at_desk).mimetype == "image/png"
    assert other.client.get(at_desk).status_code == 404

    assert send(agency_, "POST", api(entity, f"{row['id']}/do/take_down"))[0] == 200
    assert reporter.client.get(on_phone).status_code == 404


@pytest.mark.req("H-047", "H-048", "H-362")
@pytest.mark.parametrize(
    ("content", "name", "status"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.svg", 415),
        (b"MZ" + bytes(600), "a.png", 415),
        (picture() + bytes(2 * 1024 * 1024), "a.png", 413),
    ],
)
def test_a_picture_in_a_text_is_a_jpg_png_or_gif_of_at_most_2_mb(
    site: Site, content: bytes, name: str, status: int
) -> None:
    agency_ = site.as_("ag_d1")
    assert [agency_.upload(entity, "content", content, name).status for entity in KINDS] == [status, status]


@pytest.mark.req("H-163", "H-227")
def test_the_feed_holds_what_all_agencies_published_newest_first_and_is_narrowed_by_type_and_region(
    site: Site,
) -> None:
    reporter = phone(site, "U2")
    rows = [row for row in site.rows("hr_bulletin") if row["status"] == "published" and row["alive"] == 0]
    newest = [row["title"] for row in sorted(rows, key=lambda row: row["published_at"], reverse=True)]
    assert feed(reporter, "hr_bulletin") == newest and "汛期尾矿库安全提示" not in newest
    warnings = {row["title"] for row in rows if row["bulletin_type"] == "warning"}
    assert set(feed(reporter, "hr_bulletin", "&bulletin_type=warning")) == warnings
    region = next(row["id"] for row in site.rows("hr_region") if row["code"] == "330800")
    there = {row["title"] for row in rows if row["agency"] == agency(site, "ag_c2")}
    assert set(feed(reporter, "hr_bulletin", f"&agency.location_region={region}")) == there != set()


@pytest.mark.req("H-164")
def test_standards_are_narrowed_by_region_and_agency(site: Site) -> None:
    reporter = phone(site, "U2")
    region = next(row["id"] for row in site.rows("hr_region") if row["code"] == "330108")
    assert feed(reporter, "hr_reward_standard", f"&agency.location_region={region}") == [
        "滨江区建筑施工隐患奖励标准"
    ]
    found = feed(reporter, "hr_reward_standard", "&agency.agency_name=示例杭州市")
    assert found == ["杭州市举报奖励细则"]


@pytest.mark.req("H-362", "H-047")
def test_a_bulletin_without_title_type_or_text_is_refused_in_words(site: Site) -> None:
    who = site.as_("ag_d1")
    status, answer = send(who, "POST", api("hr_bulletin"), content="<p> &nbsp; </p>")
    assert status == 422
    assert {"请填写标题", "请选择通报类型", "请填写正文内容"} <= set(told(answer))
    assert send(who, "POST", api("hr_bulletin"), **written("hr_bulletin", title="一"))[0] == 422
    assert send(who, "POST", api("hr_bulletin"), **written("hr_bulletin", content="长" * 20001))[0] == 422
    assert send(who, "POST", api("hr_bulletin"), **written("hr_bulletin", bulletin_type="unknown"))[0] == 422


@pytest.mark.req("H-121", "H-125")
@pytest.mark.parametrize("entity", KINDS)
def test_rows_are_edited_taken_down_put_back_and_deleted_only_when_down(site: Site, entity: str) -> None:
    who = site.as_("ag_d2")
    id_ = made(who, entity, title="会被删除")
    assert send(who, "PUT", api(entity, str(id_)), title="改过的标题")[0] == 200
    assert send(who, "DELETE", api(entity, str(id_)))[0] == 409
    assert send(who, "POST", api(entity, f"{id_}/do/take_down"))[0] == 200
    assert send(who, "POST", api(entity, f"{id_}/do/take_down"))[0] == 409
    assert send(who, "POST", api(entity, f"{id_}/do/republish"))[0] == 200
    assert "改过的标题" in feed(phone(site, "U3"), entity)
    assert send(who, "POST", api(entity, f"{id_}/do/take_down"))[0] == 200
    assert send(who, "DELETE", api(entity, str(id_)))[0] == 200
    assert site.row(entity, id_)["alive"] == id_


@pytest.mark.req("H-118", "H-123")
def test_the_list_has_its_columns_conditions_and_button(site: Site) -> None:
    page = site.as_("ag_c1").get(at("hr_bulletin", "list/?bulletin_type=accident"))
    heads = [th.text for th in page.root.one("table").all("th")]
    assert [head for head in heads if head in ("标题", "通报类型", "发布时间", "状态", "操作")] == [
        "标题",
        "通报类型",
        "发布时间",
        "状态",
        "操作",
    ]
    assert "关于某仓库火灾事故的通报" in page.text and "高温天气安全生产预警提示" not in page.text
    assert any("新增" in a.text for a in page.root.all("a") if a.attrs.get("href", "").endswith("/add"))
    standards = site.as_("ag_c1").get(at("hr_reward_standard"))
    assert "杭州市举报奖励细则" in standards.text and "西湖区消防隐患奖励标准" not in standards.text


@pytest.mark.req("H-226", "H-019")
@pytest.mark.parametrize("entity", KINDS)
def test_another_agency_has_no_way_to_it_and_nobody_publishes_in_its_name(site: Site, entity: str) -> None:
    id_ = made(site.as_("ag_d1"), entity, title="只属于一家机构")
    other = site.as_("ag_d2")
    assert other.get(at(entity, f"show/{id_}")).status == 404
    for method, rest in (("GET", ""), ("PUT", ""), ("DELETE", ""), ("POST", "/do/take_down")):
        assert (
            send(other, method, api(entity, f"{id_}{rest}"), **({"title": "改"} if method == "PUT" else {}))[
                0
            ]
            == 404
        )
    status, answer = send(other, "POST", api(entity), **written(entity, agency=str(agency(site, "ag_d1"))))
    assert status == 400, answer
    assert phone(site, "U4").get(f"{PHONE}/{entity}/add").status in (403, 404)


@pytest.mark.req("H-176")
@pytest.mark.parametrize("entity", KINDS)
def test_the_administrator_takes_down_with_a_reason_that_the_agency_is_told(site: Site, entity: str) -> None:
    id_ = made(site.as_("ag_c2"), entity, title="需要下架的内容")
    admin = site.as_("hr_admin")
    assert "需要下架的内容" in admin.get(at(entity)).text
    status, answer = send(admin, "POST", api(entity, f"{id_}/do/take_down"))
    assert status == 422 and "请填写下架原因" in told(answer)
    assert send(admin, "POST", api(entity, f"{id_}/do/take_down"), reason="内容有误")[0] == 200
    assert any("需要下架的内容" in text and "内容有误" in text for text in messages(site, "ag_c2"))
    assert not any("需要下架的内容" in text for text in messages(site, "ag_c1"))
    assert send(admin, "PUT", api(entity, str(id_)), title="改")[0] == 403
    assert send(admin, "POST", api(entity), **written(entity))[0] == 403


@pytest.mark.req("H-375")
def test_the_seeds_hold_bulletins_of_all_types_and_five_standards(site: Site) -> None:
    seeds = site.rows("hr_bulletin")[:12]
    assert len({row["bulletin_type"] for row in seeds}) == 7 and len(seeds) == 12
    assert len(site.rows("hr_reward_standard")) >= 5
