"""Regions, categories, accounts, settings: what the administrator keeps, and how people log in."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from openpyxl import Workbook

from tests.portals.asking import headers, send
from tests.portals.hazard import BOTH, PORTAL, agency, api, at, category, key, region, row, seeded, told
from tests.projects import Browser, Site


@pytest.fixture(scope="module", params=BOTH)
def site(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Site]:
    with seeded(tmp_path_factory.mktemp("base"), request.param) as made:
        yield made


def imports(who: Browser, entity: str, rows: list[list[Any]]) -> tuple[int, Any]:
    book = Workbook()
    assert book.active is not None
    for line in rows:
        book.active.append(line)
    content = io.BytesIO()
    book.save(content)
    content.seek(0)
    answer = who.client.post(
        api(entity, "import"),
        data={"file": (content, "book.xlsx")},
        headers=headers(who),
        content_type="multipart/form-data",
    )
    return answer.status_code, answer.get_json()


@pytest.mark.req("H-370", "H-371", "H-372", "H-375", "H-376")
def test_seeds_hold_what_the_document_names(site: Site) -> None:
    assert len(site.rows("hr_category")) == 54
    column = site.entity("hr_region").columns["code"]
    codes = {str(one[column]) for one in site.rows("hr_region") if one["portal"] == PORTAL}
    assert len(codes) == 18 and {"330106", "320509"} <= codes
    states = [one["status"] for one in site.rows("hr_agency") if one["portal"] == PORTAL]
    assert sorted(states) == ["approved"] * 5 + ["disabled", "draft", "pending", "rejected"]
    assert [one["nickname"] for one in site.rows("hr_wechat_user")][:20] == [f"U{n}" for n in range(1, 21)]
    assert len([one for one in site.rows("hr_binding") if one["status"] == "active"]) == 3


@pytest.mark.req("H-376")
@pytest.mark.parametrize(
    "account",
    ["ag_p", "ag_c1", "ag_c2", "ag_d1", "ag_d2", "ag_draft", "ag_pending", "ag_rejected", "hr_admin"],
)
def test_demo_people_log_in_without_a_change_of_password(site: Site, account: str) -> None:
    page = site.as_().post(f"/{PORTAL}/login/", {"username": account, "password": "Demo@2024x"})
    assert (page.status, "password" in page.location) == (303, False)


@pytest.mark.req("H-040", "H-178")
def test_level_of_a_region_follows_its_parent(site: Site) -> None:
    admin = site.as_("hr_admin")
    status, answer = send(
        admin, "POST", api("hr_region"), code="330110", name="余杭区", parent=region(site, "330100")
    )
    assert (status, answer["result"]["level"]) == (201, "district")
    status, answer = send(
        admin, "POST", api("hr_region"), code="330199", name="某街道", parent=region(site, "330106")
    )
    assert status == 422


@pytest.mark.req("H-041", "H-178")
@pytest.mark.parametrize(
    ("code", "parent"), [("1", ""), ("0299", ""), ("1399", "02"), ("020101", "0201"), ("02", "")]
)
def test_code_of_a_category_says_its_level(site: Site, code: str, parent: str) -> None:
    said: dict[str, Any] = {"code": code, "name": f"某类{code}"}
    said |= {"parent": category(site, parent)} if parent else {}
    assert send(site.as_("hr_admin"), "POST", api("hr_category"), **said)[0] == 422


@pytest.mark.req("H-041")
def test_category_is_added_below_another(site: Site) -> None:
    said = {"code": "1202", "name": "其他新隐患", "parent": category(site, "12")}
    assert send(site.as_("hr_admin"), "POST", api("hr_category"), **said)[0] == 201


@pytest.mark.req("H-366", "H-178")
@pytest.mark.parametrize(
    ("entity", "code"), [("hr_category", "05"), ("hr_region", "330106"), ("hr_region", "330000")]
)
def test_what_is_in_use_is_not_deleted(site: Site, entity: str, code: str) -> None:
    status, answer = send(site.as_("hr_admin"), "DELETE", api(entity, str(key(site, entity, code=code))))
    assert (status, told(answer)) == (422, ["该项已被使用，只能停用"])


@pytest.mark.req("H-178", "H-041")
def test_what_is_disabled_is_offered_no_more_and_kept_where_it_stands(site: Site) -> None:
    admin, id_ = site.as_("hr_admin"), category(site, "07")
    assert send(admin, "PUT", api("hr_category", str(id_)), enabled=False)[0] == 200
    offered = admin.json(at("hr_agency", f"options/controlled_categories?for=form&id={agency(site, 'ag_p')}"))
    assert id_ not in [int(one["value"]) for one in offered["result"]]
    assert id_ in site.many("hr_agency", "controlled_categories", agency(site, "ag_p"))
    assert send(admin, "PUT", api("hr_category", str(id_)), enabled=True)[0] == 200


@pytest.mark.req("H-306", "H-178")
def test_import_takes_all_rows_or_none(site: Site) -> None:
    admin = site.as_("hr_admin")
    head = ["区划代码", "名称", "上级区划代码"]
    good, bad = ["330111", "富阳区", "330100"], ["33", "错误", "330100"]
    before = len(site.rows("hr_region"))
    status, answer = imports(admin, "hr_region", [head, good, bad])
    assert status == 422, answer
    assert len(site.rows("hr_region")) == before
    assert imports(admin, "hr_region", [head, good])[0] in (200, 201)
    assert row(site, "hr_region", code="330111")["level"] == "district"


@pytest.mark.req("H-306")
@pytest.mark.parametrize(
    ("entity", "rows", "wrong"),
    [
        (
            "hr_region",
            [
                ["区划代码", "名称", "上级区划代码"],
                ["330112", "好", "330100"],
                ["33", "短", "330100"],
                ["330113", "孤", "999999"],
            ],
            {3: "区划代码", 4: "上级区划代码"},
        ),
        (
            "hr_category",
            [
                ["类别代码", "类别名称", "上级类别代码", "排序"],
                ["0106", "好", "01", 1],
                ["0299", "错放", "01", 2],
                ["0107", "", "01", 3],
            ],
            {3: "类别代码", 4: "类别名称"},
        ),
    ],
)
def test_an_import_tells_each_wrong_row_and_takes_none(
    site: Site, entity: str, rows: list[list[Any]], wrong: dict[int, str]
) -> None:
    before = len(site.rows(entity))
    status, answer = imports(site.as_("hr_admin"), entity, rows)
    assert status == 422
    assert {one["row"]: one["column"] for one in answer["errors"]} == wrong, answer
    assert len(site.rows(entity)) == before


@pytest.mark.req("H-306")
def test_regions_and_categories_are_imported_by_the_administrator_alone(site: Site) -> None:
    for entity in ("hr_region", "hr_category"):
        assert imports(site.as_("ag_d1"), entity, [["名称"], ["x"]])[0] == 403
        assert site.as_("hr_admin").get(at(entity, "import")).status == 200


@pytest.mark.req("H-306", "H-178")
def test_categories_are_imported_below_their_parent(site: Site) -> None:
    head = ["类别代码", "类别名称", "上级类别代码", "排序"]
    assert imports(site.as_("hr_admin"), "hr_category", [head, ["0105", "非法运输", "01", 105]])[0] in (
        200,
        201,
    )
    assert row(site, "hr_category", code="0105")["parent"] == category(site, "01")


@pytest.mark.req("H-042")
@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"username": "1abc"}, "用户名必须以字母开头"),
        ({"username": "abc"}, "用户名必须以字母开头"),
        ({"username": "a" * 33}, "用户名"),
        ({"username": "ab-cd"}, "用户名必须以字母开头"),
        ({"username": "HR_ADMIN"}, "用户名已被注册"),
        ({"password": "12345"}, "密码长度不能少于6位"),
        ({"password": "a" * 65}, "密码"),
        ({"password": "abc 123"}, "密码"),
    ],
)
def test_an_account_that_is_wrong_is_refused(site: Site, said: dict[str, Any], sentence: str) -> None:
    good = {
        "username": "second_admin",
        "real_name": "管理员乙",
        "password": "Abc123",
        "role": "hr_platform_admin",
    }
    before = len(site.rows("hr_user"))
    status, answer = send(site.as_("hr_admin"), "POST", api("hr_user"), **{**good, **said})
    assert status in (409, 422), answer
    assert any(sentence in one for one in told(answer)), answer
    assert len(site.rows("hr_user")) == before


@pytest.mark.req("H-042")
def test_an_account_keeps_a_hash_its_last_login_and_its_agency(site: Site) -> None:
    admin, browser = site.as_("hr_admin"), site.as_()
    good = {
        "username": "third_admin",
        "real_name": "管理员丙",
        "password": "Abc123",
        "role": "hr_platform_admin",
    }
    status, answer = send(admin, "POST", api("hr_user"), **good)
    assert status == 201, answer
    made = row(site, "hr_user", id=answer["id"])
    assert "Abc123" not in str(made) and made["last_login_at"] is None
    browser.post(f"/{PORTAL}/login/", {"username": "Third_Admin", "password": "Abc123", "captcha": "0000"})
    logged = row(site, "hr_user", id=answer["id"])
    assert logged["last_login_at"] is not None and logged["last_login_ip"]
    status, said = send(admin, "PUT", api("hr_user", str(answer["id"])), username="fourth_admin")
    assert status == 422 and row(site, "hr_user", id=answer["id"])["account"] == "third_admin", said
    assert send(admin, "POST", api("hr_user", f"{answer['id']}/do/disable"))[0] == 200
    again = site.as_().post(
        f"/{PORTAL}/login/", {"username": "third_admin", "password": "Abc123", "captcha": "0000"}
    )
    assert again.status != 303


@pytest.mark.req("H-105")
@pytest.mark.parametrize(("name", "word"), [("nobody_here", "Demo@2024x"), ("ag_d1", "wrong-word")])
def test_wrong_name_and_wrong_password_read_the_same(site: Site, name: str, word: str) -> None:
    page = site.as_().post(f"/{PORTAL}/login/", {"username": name, "password": word})
    assert (page.status, "用户名或密码错误" in page.text) == (401, True) or "用户名或密码错误" in page.text


@pytest.mark.req("H-106", "H-042")
def test_captcha_after_three_failures_and_a_lock_after_five(site: Site) -> None:
    browser = site.as_()
    wrong = {"username": "ag_c2", "password": "wrong-word"}
    for _ in range(3):
        page = browser.post(f"/{PORTAL}/login/", wrong)
    assert "验证码" in page.text
    for _ in range(2):
        page = browser.post(f"/{PORTAL}/login/", {**wrong, "captcha": "0000"})
    page = browser.post(
        f"/{PORTAL}/login/", {"username": "ag_c2", "password": "Demo@2024x", "captcha": "0000"}
    )
    assert "登录失败次数过多，请15分钟后再试" in page.text


@pytest.mark.req("H-287", "H-179", "H-042")
def test_reset_password_is_sent_and_must_be_changed(site: Site) -> None:
    id_ = key(site, "hr_user", username="ag_p")
    who = site.as_("ag_p")
    assert send(site.as_("hr_admin"), "POST", api("hr_user", f"{id_}/do/reset_password"))[0] == 200
    assert who.get(f"/{PORTAL}/").status in (302, 303)
    made = row(site, "hr_user", username="ag_p")
    assert made["must_change"]
    delivery = site.world.tables.of("base.delivery").table
    with site.engine.connect() as connection:
        sent = [
            one.channel for one in connection.execute(delivery.select()) if one.event == "password_renewed"
        ]
    assert sorted(sent) == ["email", "sms"]


@pytest.mark.req("H-286", "H-030")
def test_change_of_ones_password_ends_other_sessions(site: Site) -> None:
    one, other = site.as_("ag_d1"), site.as_("ag_d1")
    page = one.get(f"/{PORTAL}/password")
    said = {"current": "Demo@2024x", "password": "Demo@2025y", "repeat": "Demo@2025y"}
    assert one.post(f"/{PORTAL}/password", said).status in (302, 303), page.text
    assert other.get(f"/{PORTAL}/hr_agency/mine").status in (302, 303)
    assert "/login/" in other.get(f"/{PORTAL}/hr_agency/mine").location


@pytest.mark.req("H-179", "H-018")
def test_disabled_account_is_out(site: Site) -> None:
    admin, id_ = site.as_("hr_admin"), key(site, "hr_user", username="ag_d2")
    assert send(admin, "POST", api("hr_user", f"{id_}/do/disable"))[0] == 200
    assert site.as_().post(f"/{PORTAL}/login/", {"username": "ag_d2", "password": "Demo@2024x"}).status != 303
    assert send(admin, "POST", api("hr_user", f"{id_}/do/enable"))[0] == 200


@pytest.mark.req("H-179", "H-057")
def test_administrator_keeps_settings(site: Site) -> None:
    admin = site.as_("hr_admin")
    names = {str(one["key"]) for one in site.rows("hr_setting") if one["portal"] == PORTAL}
    assert {
        "admin_contact",
        "reward_max",
        "claim_days",
        "report_daily_limit",
        "login_fail_limit",
        "help_url",
    } <= names
    assert admin.get(at("hr_setting")).status == 200
    assert site.as_("ag_c1").get(at("hr_setting")).status == 403


@pytest.mark.req("H-179", "H-087")
def test_newest_template_is_the_one_that_is_given_and_older_ones_stay(site: Site) -> None:
    admin = site.as_("hr_admin")
    content = site.as_().client.get(f"/{PORTAL}/register/download/template").get_data()
    file = admin.file("hr_letter_template", "document", content, "new.docx")
    assert send(admin, "POST", api("hr_letter_template"), document=file, version_note="新版")[0] == 201
    assert len(site.rows("hr_letter_template")) == 2
    given = site.as_().client.get(f"/{PORTAL}/register/download/template")
    assert "new.docx" in given.headers["Content-Disposition"]


@pytest.mark.req("H-032", "H-179", "H-177")
@pytest.mark.parametrize(
    "entity",
    [
        "hr_agency",
        "hr_wechat_user",
        "hr_binding",
        "hr_region",
        "hr_category",
        "hr_user",
        "hr_notification",
        "hr_operation_log",
    ],
)
def test_administrator_opens_every_list(site: Site, entity: str) -> None:
    assert site.as_("hr_admin").get(at(entity)).status == 200
