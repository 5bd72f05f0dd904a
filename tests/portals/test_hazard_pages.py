"""hazard_report on its pages: menus and homes of its people, lists and their questions, what holds everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.pages import Page
from tests.portals.asking import send
from tests.portals.hazard import PHONE, PORTAL, agency, api, at, key, phone, seeded
from tests.portals.hazard_reports import FOUND, delivered, do, reported
from tests.portals.test_intermediary_lists import conditions, heads, tools, verbs, way
from tests.projects import Site


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with seeded(tmp_path_factory.mktemp("pages")) as made:
        yield made


def menu(page: Page) -> list[tuple[str, str]]:
    """Labels and addresses of the links at the left, in their order."""
    links = page.root.one("nav", class_="k-nav").all("a")
    return [(link.text.rstrip("0123456789"), link.attrs["href"]) for link in links]


# --- menus and homes ---------------------------------------------------------------------------------------


@pytest.mark.req("H-020", "H-012", "H-021", "H-024", "H-025", "H-026", "H-027", "H-028", "H-029")
def test_menu_of_an_agency_has_its_places_in_order_and_each_opens(site: Site) -> None:
    desk = site.as_("ag_d1")
    links = menu(desk.get(f"/{PORTAL}/"))
    assert [label for label, _ in links] == [
        *("首页", "基本信息", "负责人信息", "安监通报", "奖励标准", "举报管理", "领奖管理"),
        *("账户余额", "账单流水", "充值申请", "账户月报", "数据备份"),
    ]
    assert {desk.get(href).status for _, href in links} == {200}
    assert way(desk.get(at("hr_ledger"))) == ["账户管理", "账单流水"]


@pytest.mark.req("H-015", "H-031", "H-438")
def test_phone_has_the_pages_of_a_reporter_and_of_who_is_bound_those_of_his_work(site: Site) -> None:
    pages = {
        f"{PHONE}/hr_report/add": "我要举报",
        f"{PHONE}/hr_report/list/?tab=mine": "我的举报",
        f"{PHONE}/hr_claim/list/?tab=all": "我的领奖",
        f"{PHONE}/hr_bulletin/list/?tab=feed": "安监通报",
        f"{PHONE}/hr_reward_standard/list/?tab=feed": "奖励标准",
        f"{PHONE}/hr_binding/add": "机构绑定",
        f"{PHONE}/hr_notification/list/?tab=received": "消息",
    }
    reporter = phone(site, "U1")
    home = reporter.get(f"{PHONE}/")
    offered = {link.attrs["href"]: link.text for link in home.root.all("a") if "href" in link.attrs}
    assert {href: label for href, label in pages.items() if label in offered.get(href, "")} == pages
    assert {reporter.get(href).status for href in pages} == {200}


@pytest.mark.req("H-021", "H-150", "H-151", "H-009", "H-419")
def test_home_of_an_agency_has_its_tiles_over_the_trend(site: Site) -> None:
    desk = site.as_("ag_d1")
    page = desk.get(f"/{PORTAL}/")
    assert "安监机构管理平台" in page.text
    tiles = [node.attrs["aria-label"] for node in page.root.all("a", class_="k-tile")]
    assert tiles[:5] == ["待处理举报单", "处理中", "超期未排除", "待审核领奖", "账户余额"]
    assert page.text.index("账户余额") < page.text.index("举报趋势图")
    tabs = {"pending_reports": "pending", "processing_reports": "processing", "overdue_reports": "overdue"}
    for code, tab in tabs.items():
        told = desk.json(f"/api/v1/{PORTAL}/charts/{code}")
        count = len(desk.get(at("hr_report", f"list/?tab={tab}&size=100")).ids)
        (line,) = told["result"]["series"]
        assert (line["data"], f"tab={tab}" in line["links"][0]) == ([count], True)


@pytest.mark.req("H-153")
def test_home_of_the_administrator_counts_what_waits_for_him(site: Site) -> None:
    page = site.as_("hr_admin").get(f"/{PORTAL}/")
    tiles = [node.attrs["aria-label"] for node in page.root.all("a", class_="k-tile")]
    assert tiles[:4] == ["待审核机构", "待分配举报单", "待发放奖金", "充值申请"]
    below = ["举报趋势图", "举报类别统计", "举报区域统计", "机构处理效率"]
    assert [title for title in below if title in page.text] == below


@pytest.mark.req("H-009")
def test_login_page_names_the_portal_and_the_public_account(site: Site) -> None:
    page = site.as_().get(f"/{PORTAL}/login/")
    assert "安监机构管理平台" in page.text and "“安全么”微信公众号" in page.text


# --- lists -------------------------------------------------------------------------------------------------


@pytest.mark.req("H-128", "H-129", "H-026")
def test_reports_have_their_columns_questions_and_tools(site: Site) -> None:
    page = site.as_("ag_d1").get(at("hr_report", "list/?tab=all"))
    shown = [
        "举报单号",
        "举报标题",
        "隐患区域",
        "隐患类别",
        "举报时间",
        "状态",
        "核实情况",
        "奖励数额",
        "应排除日期",
    ]
    assert [name for name in heads(page) if name in shown] == shown
    asked = [
        "举报单号",
        "举报标题",
        "隐患描述",
        "隐患区域",
        "隐患类别",
        "状态",
        "举报时间",
        "核实情况",
        "是否超期",
    ]
    assert [name for name in asked if any(name in label for label in conditions(page))] == asked
    assert "导出" in "".join(tools(page)) and "查看" in verbs(page)


@pytest.mark.req("H-129")
@pytest.mark.parametrize(("asked", "within"), [("hazard_region=3301", "330106"), ("category=02", "0201")])
def test_a_region_and_a_category_take_what_lies_below_them(site: Site, asked: str, within: str) -> None:
    name, _, code = asked.partition("=")
    entity = "hr_region" if name == "hazard_region" else "hr_category"
    node = key(site, entity, code=code.ljust(6, "0") if entity == "hr_region" else code)
    below = key(site, entity, code=within)
    rows = site.as_("hr_admin").json(f"{api('hr_report')}?{name}={node}&size=500&columns={name}")["result"]
    found = {row[name]["id"] if isinstance(row[name], dict) else row[name] for row in rows}
    assert below in found and len(found) > 1


@pytest.mark.req("H-002")
def test_lists_begin_with_the_newest_twenty_and_tell_how_many_there_are(site: Site) -> None:
    page = site.as_("hr_admin").get(at("hr_report", "list/?tab=all"))
    times = [row["submitted_at"] for row in site.rows("hr_report")]
    assert len(page.ids) == 20
    assert [site.row("hr_report", id_)["submitted_at"] for id_ in page.ids] == sorted(times, reverse=True)[
        :20
    ]
    assert f"共 {len(times)} 条" in page.text or str(len(times)) in page.text
    sizes = [node.text for node in page.root.all("option") if node.text in ("10", "20", "50", "100")]
    assert sizes[:4] == ["10", "20", "50", "100"] or all(f"{n}" in page.text for n in (10, 20, 50, 100))


@pytest.mark.req("H-002")
def test_text_is_asked_for_as_contained_without_its_blanks_and_days_inclusive(site: Site) -> None:
    admin = site.as_("hr_admin")
    row = site.rows("hr_report")[0]
    found = admin.get(at("hr_report", f"list/?tab=all&report_no=%20%20{row['report_no'][2:].lower()}%20"))
    assert found.ids == [row["id"]]
    day = (row["submitted_at"] + timedelta(hours=8)).date().isoformat()
    same = admin.get(at("hr_report", f"list/?tab=all&submitted_at_from={day}&submitted_at_to={day}&size=100"))
    assert row["id"] in same.ids


@pytest.mark.req("H-001")
def test_money_has_thousands_and_two_decimals_and_moments_their_minute(site: Site) -> None:
    page = site.as_("hr_admin").get(at("hr_account"))
    assert any("," in text and text.split(".")[-1].isdigit() for text in page.column("balance"))
    moments = site.as_("hr_admin").get(at("hr_report", "list/?tab=all")).column("submitted_at")
    assert all(len(text) == 16 and text[10] == " " for text in moments)


@pytest.mark.req("H-130")
def test_page_of_a_report_has_its_fields_photos_course_and_the_way_to_paper(site: Site) -> None:
    desk = site.as_("ag_d1")
    mine = agency(site, "ag_d1")
    report = next(
        row
        for row in site.rows("hr_report")
        if row["assigned_agency"] == mine and row["status"] == "verified"
    )
    page = desk.get(at("hr_report", f"show/{report['id']}"))
    parts = ["举报信息", "隐患区域", "现场照片", "核实情况", report["report_no"], "处理进度", "打印"]
    assert [part for part in parts if part in page.text] == parts
    pictures = [node.attrs["src"] for node in page.root.all("img") if "/file/" in node.attrs.get("src", "")]
    assert pictures and desk.get(pictures[0]).status == 200


# --- everywhere --------------------------------------------------------------------------------------------


@pytest.mark.req("H-003")
def test_a_refusal_stands_at_its_field_and_keeps_what_was_typed(site: Site) -> None:
    page = site.as_("ag_d1").submit(at("hr_bulletin", "add"), title="消防通道检查通报", content="")
    assert (page.status, "消防通道检查通报" in page.root.text or dict(page.form())["title"]) == (
        422,
        "消防通道检查通报",
    )
    assert "content" in page.errors


@pytest.mark.req("H-006")
def test_what_somebody_else_changed_meanwhile_is_not_overwritten(site: Site) -> None:
    admin = site.as_("hr_admin")
    id_ = key(site, "hr_reward_standard", agency=agency(site, "ag_d1"))
    path = at("hr_reward_standard", f"edit/{id_}")
    desk = site.as_("ag_d1")
    first, late = desk.get(path), desk.get(path)
    assert desk.send(first, title="新的标题").status == 303
    page = desk.send(late, title="旧的标题")
    assert (page.status, "数据已被他人修改" in page.text) == (409, True)
    assert site.row("hr_reward_standard", id_)["title"] == "新的标题"
    assert admin.get(at("hr_reward_standard")).status == 200


@pytest.mark.req("H-288")
def test_cookies_are_http_only_and_a_post_without_a_token_is_refused(site: Site) -> None:
    desk = site.as_("ag_d1")
    answer = desk.get(f"/{PORTAL}/").response
    assert all("HttpOnly" in cookie for cookie in answer.headers.getlist("Set-Cookie"))
    desk.token = ""
    assert desk.client.post(at("hr_bulletin", "add"), data={"title": "无"}).status_code in (400, 403)
    assert site.world.manifest.portals[PORTAL].spec.login.sessions.idle == 30


@pytest.mark.req("H-369")
def test_who_was_logged_out_over_a_dialog_comes_back_to_his_list_and_nothing_is_done(site: Site) -> None:
    report = int(reported(site, phone(site, "U1"), "330106", "0201")["id"])
    desk = site.as_("ag_d1")
    desk.get(at("hr_report", f"do/start/{report}"))
    desk.client.delete_cookie("fab_session")
    page = desk.post(at("hr_report", f"do/start/{report}"))
    assert page.status in (302, 303, 401)
    assert site.row("hr_report", report)["status"] == "pending"
    listed = at("hr_report", "list/?tab=pending")
    away = desk.get(listed)
    assert away.status in (302, 303) and "login" in away.location and "hr_report" in away.location


# --- the course of reports and rewards --------------------------------------------------------------------


@pytest.mark.req("H-202", "H-331", "H-201")
def test_a_verified_report_with_a_reward_opens_its_claim_and_asks_the_reporter_to_fill_it_in(
    site: Site,
) -> None:
    report = int(reported(site, phone(site, "U2"), "330106", "0201")["id"])
    desk = site.as_("ag_d1")
    assert do(desk, report, "start")[0] == do(desk, report, "verify", **FOUND)[0] == 200
    claim = next(row for row in site.rows("hr_claim") if row["report"] == report)
    mine = agency(site, "ag_d1")
    assert (claim["status"], claim["paying_agency"], claim["origin_agency"]) == ("awaiting", mine, mine)
    ((channel, who, words),) = [
        one for one in delivered(site, "N9") if one[2].count(site.row("hr_report", report)["report_no"])
    ]
    assert (channel, who, "奖金300.00元，请在" in words, words.endswith("前填写领奖信息。")) == (
        "wechat",
        "U2",
        True,
        True,
    )


@pytest.mark.req("H-158")
def test_removal_and_reward_go_their_own_ways(site: Site) -> None:
    report = int(reported(site, phone(site, "U3"), "330106", "0201")["id"])
    desk = site.as_("ag_d1")
    assert do(desk, report, "start")[0] == do(desk, report, "verify", **FOUND)[0] == 200
    assert do(desk, report, "rectify", rectify_note="已清理")[0] == 200
    claim = next(row for row in site.rows("hr_claim") if row["report"] == report)
    assert (site.row("hr_report", report)["status"], claim["status"]) == ("rectified", "awaiting")
    code, answer = send(desk, "POST", api("hr_claim", f"{claim['id']}/do/approve"))
    assert code in (403, 409, 422), answer
