"""Passwords, doors and locks of intermediary's accounts; what its agency form and its deletions refuse; its menus."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from fab_app.fields.uscc import check_character
from tests.pages import Page
from tests.portals.asking import send, told
from tests.portals.intermediary import BOTH, CODE, PORTAL, agency, api, at, key, profile, seeded
from tests.projects import PASSWORD, Browser, Site

PLATFORM, OWN = f"/{PORTAL}/platform/login/", f"/{PORTAL}/login/"
INITIAL, NEW = "zj202401", "Quzhou#1"


@pytest.fixture(params=BOTH)
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    with seeded(tmp_path, request.param) as made:
        yield made


@pytest.fixture(scope="module", params=BOTH)
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with seeded(tmp_path_factory.mktemp("site"), request.param) as made:
        yield made


def log_in(site: Site, door: str, account: str, password: str = PASSWORD) -> tuple[Browser, Page]:
    browser = site.as_()
    return browser, browser.post(door, {"username": account, "password": password, "captcha": "0000"})


def change(who: Browser, current: str, new: str, repeat: str = "") -> Page:
    who.token = ""  # a login brings a new one
    return who.post(f"/{PORTAL}/password", {"current": current, "password": new, "repeat": repeat or new})


@pytest.mark.req("I-283", "I-345")
def test_a_new_password_is_neither_the_old_nor_the_initial_one_and_all_mistakes_are_told(site: Site) -> None:
    who = site.as_("zj_soc3")
    for current, new, repeat, sentences in (
        ("wrong", NEW, NEW, ["原密码错误"]),
        (PASSWORD, PASSWORD, PASSWORD, ["新密码不能与原密码相同"]),
        (PASSWORD, INITIAL, INITIAL, ["新密码不能与初始密码相同"]),
        (PASSWORD, NEW, "Quzhou#2", ["两次输入的密码不一致"]),
        (PASSWORD, "ab 1234", "ab 1234", ["密码只能使用英文字符、数字和符号"]),
        (PASSWORD, "中文abc1", "中文abc1", ["密码只能使用英文字符、数字和符号"]),
        (
            "wrong",
            "abc",
            "abd",
            [
                "原密码错误",
                "密码长度不能小于6位",
                "密码须包含大写字母、小写字母、数字、特殊符号中的至少两种",
                "两次输入的密码不一致",
            ],
        ),
    ):
        page = change(who, current, new, repeat)
        assert page.status == 422, new
        assert [sentence for sentence in sentences if sentence not in page.text] == []
    assert log_in(site, OWN, "zj_soc3")[1].status in (302, 303)


@pytest.mark.req("I-284", "I-342", "I-281")
@pytest.mark.parametrize("door", [PLATFORM, OWN])
def test_a_first_login_leads_to_the_change_at_either_door(fresh: Site, door: str) -> None:
    who, answer = log_in(fresh, door, "zj_new", INITIAL)
    assert answer.status in (302, 303)
    for path in (f"/{PORTAL}/platform/", f"/{PORTAL}/", at("im_agency"), f"/{PORTAL}/charts/eval_ranks"):
        page = who.get(path)
        assert (page.status, page.location.split("?")[0]) == (302, f"/{PORTAL}/password"), path
    assert change(who, INITIAL, NEW).status in (302, 303)
    assert log_in(fresh, door, "zj_new", INITIAL)[1].status == 401
    again, _ = log_in(fresh, door, "zj_new", NEW)
    assert again.get(f"/{PORTAL}/").status == 200


@pytest.mark.req("I-287", "I-346", "I-404", "I-116")
def test_a_sub_account_enters_by_the_own_door_alone_and_stands_in_no_list_of_the_bureau(site: Site) -> None:
    who, refused = log_in(site, PLATFORM, "zj_soc1_s1")
    note = refused.root.one(class_="k-door-note")
    assert (refused.status, note.one("a").attrs["href"]) == (401, OWN)
    assert "该账号为中介机构子账号，请从中介管理系统登录" in note.text
    assert who.get(at("im_service_contract")).status == 302
    who, let_in = log_in(site, OWN, "zj_soc1_s1")
    assert let_in.status in (302, 303) and who.get(at("im_service_contract")).status == 200
    listed = set(site.as_("im_city").json(api("im_user") + "?q=(page_size:100)")["ids"])
    subs = {row["id"] for row in site.rows("im_user") if row["kind"] == "sub"}
    assert subs and not subs & listed
    sentence = "请先完成机构信息录入，再设置子账号"
    said = {"account": "sub_none", "real_name": "某某", "password": "Abc123", "phone": "13000000999"}
    status, answer = send(site.as_("zj_empty"), "POST", api("im_user"), **said)
    assert (status, answer["message"]) == (403, sentence)


@pytest.mark.req("I-341", "I-288")
def test_after_five_failures_the_right_password_is_refused_too_for_a_quarter_of_an_hour(fresh: Site) -> None:
    sentence = "登录失败次数过多，请15分钟后再试"
    failed = [log_in(fresh, OWN, "zj_soc4", "Wrong#1")[1] for _ in range(5)]
    assert {page.status for page in failed} <= {401, 429}
    locked = log_in(fresh, OWN, "zj_soc4")[1]
    assert locked.status in (401, 403, 429) and sentence in locked.text
    clock = fresh.world.clock
    object.__setattr__(clock, "ahead", clock.ahead + timedelta(minutes=16))  # type: ignore[attr-defined]
    assert log_in(fresh, OWN, "zj_soc4")[1].status in (302, 303)


@pytest.mark.req("I-289", "I-115", "I-180")
def test_who_is_locked_out_is_let_in_by_who_stands_above(fresh: Site) -> None:
    main, city = fresh.as_("zj_eval1"), fresh.as_("im_city")
    sub, mine = fresh.id_of("zj_eval1_s1"), fresh.id_of("zj_eval1")
    said = {"password": "Abc#123", "password_confirm": "Abc#123"}
    for account, do, password in (
        (
            "zj_eval1_s1",
            lambda: send(main, "POST", api("im_user", f"{sub}/do/reset_password"), **said),
            "Abc#123",
        ),
        ("zj_eval1", lambda: send(city, "POST", api("im_user", f"{mine}/do/reset_password")), INITIAL),
    ):
        for _ in range(5):
            log_in(fresh, OWN, account, "Wrong#1")
        assert do()[0] == 200
        who, answer = log_in(fresh, OWN, account, password)
        assert answer.status in (302, 303), account
        page = who.get(f"/{PORTAL}/")
        assert (page.status, page.location.split("?")[0]) == (302, f"/{PORTAL}/password"), account
    assert send(city, "POST", api("im_user", f"{sub}/do/reset_password"), **said)[0] == 404


@pytest.mark.req("I-354", "I-118", "I-182")
def test_what_is_wrong_with_an_agencys_information_is_said_and_it_stays_undeclared(fresh: Site) -> None:
    who, mine = fresh.as_("zj_empty"), agency(fresh, "zj_empty")
    column = fresh.entity("im_agency").columns
    other = fresh.row("im_agency", agency(fresh, "zj_soc1"))["uscc"]
    wrong = CODE + next(c for c in "0123456789" if c != check_character(CODE))
    tomorrow = fresh.world.clock.today("Asia/Shanghai") + timedelta(1)
    for change_, sentence in (
        ({"uscc": wrong}, "统一社会信用代码不正确"),
        ({"uscc": other}, "该信用代码已被其他机构使用"),
        ({"cert_from": "2024-01-01", "cert_to": "2023-12-31"}, "有效期止须晚于有效期起"),
        ({"founded_date": tomorrow.isoformat()}, "成立日期不能晚于今天"),
        ({"licence_file": None}, "请上传营业执照"),
    ):
        status, answer = send(who, "PUT", api("im_agency", str(mine)), **profile(who, **change_))
        assert (status, sentence in told(answer)) == (422, True), (sentence, answer)
        assert fresh.row("im_agency", mine)[column["status"]] == "none"
    status, answer = send(who, "PUT", api("im_agency", str(mine)), **profile(who))
    assert status == 200, answer
    row = fresh.row("im_agency", mine)
    assert (row[column["status"]], row[column["declared_at"]] is not None) == ("declared", True)


@pytest.mark.req("I-368", "I-162")
@pytest.mark.parametrize(("entity", "name"), [("im_enterprise", "示例化工企业01"), ("im_region", "柯城区")])
def test_what_is_in_use_is_not_deleted(site: Site, entity: str, name: str) -> None:
    who, id_ = site.as_("im_admin"), key(site, entity, name=name)
    status, answer = send(who, "DELETE", api(entity, str(id_)))
    assert (status, answer["message"]) == (422, "该项已被使用，只能停用")
    assert site.row(entity, id_)["id"] == id_


@pytest.mark.req("I-433", "I-034", "I-021")
def test_entries_of_the_third_level_open_one_list_with_different_rows_and_buttons(site: Site) -> None:
    who = site.as_("zj_both1")
    menu = who.get(f"/{PORTAL}/").root.one("nav", class_="k-nav")
    ways = {
        a.text.split()[0]: a.attrs["href"] for a in menu.all("a") if "im_hazard" in a.attrs.get("href", "")
    }
    assert list(ways) == [
        "全部隐患",
        "已整改隐患",
        "未整改隐患",
        "超期未整改隐患",
        "待确认隐患",
        "已确认隐患",
    ]
    assert {href.split("?")[0] for href in ways.values()} == {at("im_hazard")}
    pages = {name: who.get(href) for name, href in ways.items()}
    buttons = {
        name: {code for code in ("rectify", "confirm") if any(f"/do/{code}/" in a for a in page.addresses)}
        for name, page in pages.items()
    }
    assert buttons["未整改隐患"] == buttons["超期未整改隐患"] == {"rectify"}
    assert buttons["待确认隐患"] == {"confirm"} and buttons["已确认隐患"] == set()


@pytest.mark.req("I-435", "I-150", "I-200")
def test_a_hazard_is_overdue_from_midnight_on_without_any_job(fresh: Site) -> None:
    today = fresh.world.clock.today("Asia/Shanghai")
    mine = agency(fresh, "zj_soc1")
    due = next(
        row["id"]
        for row in fresh.rows("im_hazard")
        if (row["rectify_status"], row["b_agency"]) == ("unrectified", mine)
    )
    fresh.set("im_hazard", due, due_date=today)

    def seen() -> tuple[bool, int, int]:
        who = fresh.as_("zj_soc1")
        shown = who.json(api("im_hazard", str(due)))["result"]["is_overdue"]
        page = who.get(at("im_hazard") + "?tab=overdue")
        tile = who.json(f"/api/v1/{PORTAL}/charts/overdue_hazards")["result"]["series"][0]["data"][0]
        return shown, int("".join(filter(str.isdigit, page.total))), tile

    before = seen()
    clock = fresh.world.clock
    tomorrow = date.fromordinal(today.toordinal() + 1)
    midnight = clock.ahead + (tomorrow - today)
    object.__setattr__(clock, "ahead", midnight)  # type: ignore[attr-defined]
    after = seen()
    assert (before[0], after[0]) == (False, True)
    assert before[1] == before[2] and after[1] == after[2] > before[1]
