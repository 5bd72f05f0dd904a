"""Accounts of intermediary: who gets in, which roles follow from an account, what each menu holds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.portals.asking import send, told
from tests.portals.intermediary import BOTH, PORTAL, agency, api, at, key, seeded
from tests.projects import PASSWORD, Site

DECLARED = ("eval1", "eval2", "eval3", "soc1", "soc2", "soc3", "soc4", "soc5", "both1", "both2", "out")
MAINS = tuple(f"zj_{name}" for name in (*DECLARED, "empty", "cancelled"))
SUBS = tuple(f"zj_{name}_s{n}" for name in DECLARED for n in (1, 2))
OTHERS = ("im_city", "im_kecheng", "im_jiangshan", "im_admin", "im_ent")
ROLES = {
    "zj_eval1": {"im_agency_main", "im_sampled_all"},
    "zj_eval1_s1": {"im_agency_sub", "im_sub_eval", "im_sub_service"},
    "zj_eval1_s2": {"im_agency_sub", "im_sub_eval"},
    "zj_soc1_s2": {"im_agency_sub", "im_sub_service"},
    "im_city": {"im_authority_city"},
    "im_kecheng": {"im_authority_county"},
    "im_admin": {"im_admin"},
    "im_ent": {"im_enterprise"},
}
SUB = {
    "account": "new_sub_1",
    "real_name": "录入员新",
    "password": "Abc123",
    "phone": "13000000999",
    "entry_permissions": ["eval_contract"],
}


@pytest.fixture(scope="module", params=BOTH)
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with seeded(tmp_path_factory.mktemp("site"), request.param) as made:
        yield made


@pytest.fixture(params=BOTH)
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    with seeded(tmp_path, request.param) as made:
        yield made


def login(site: Site, account: str, password: str = PASSWORD) -> int:
    body = {"username": account, "password": password, "provider": "db"}
    return site.app.test_client().post("/api/v1/security/login", json=body).status_code


@pytest.mark.req("I-371", "I-372", "I-376")
def test_the_accounts_of_the_seeds_log_in(site: Site) -> None:
    assert {account: login(site, account) for account in ("zj_eval1", "zj_out_s2", *OTHERS)} == dict.fromkeys(
        ("zj_eval1", "zj_out_s2", *OTHERS), 200
    )
    known = {row["account"] for row in site.rows("im_user")}
    assert {*MAINS, *SUBS, *OTHERS, "zj_new"} <= known


@pytest.mark.req("I-103", "I-281", "I-342", "I-376")
def test_the_unused_account_must_change_its_initial_password(site: Site) -> None:
    assert login(site, "zj_new") == 401
    person = site.as_("zj_new")
    page = person.get(at("im_staff"))
    assert (page.status, page.location.split("?")[0]) == (302, f"/{PORTAL}/password")
    status, answer = send(person, "GET", api("im_staff"))
    assert (status, answer["message"]) == (403, "请先修改初始密码")


@pytest.mark.req("I-011", "I-012", "I-013", "I-014", "I-015", "I-016", "I-431")
@pytest.mark.parametrize("account", ROLES)
def test_roles_follow_from_the_account(site: Site, account: str) -> None:
    assert set(site.principal(account).roles) == {f"{PORTAL}.{role}" for role in ROLES[account]}


@pytest.mark.req("I-012", "I-213")
def test_rights_of_a_sub_account_come_and_go_with_its_boxes(fresh: Site) -> None:
    main, sub = fresh.as_("zj_eval1"), fresh.id_of("zj_eval1_s2")
    assert fresh.as_("zj_eval1_s2").get(at("im_service_contract")).status == 403
    status, _ = send(main, "PUT", api("im_user", str(sub)), entry_permissions=["service_contract"])
    assert status == 200
    again = fresh.as_("zj_eval1_s2")
    opened = (again.get(at("im_service_contract")).status, again.get(at("im_eval_contract")).status)
    assert opened == (200, 403)


@pytest.mark.req("I-112", "I-351", "I-352", "I-404")
def test_a_sub_account_is_made_within_its_agency(fresh: Site) -> None:
    main = fresh.as_("zj_eval1")
    status, answer = send(main, "POST", api("im_user"), **SUB)
    assert status == 201, answer
    row = fresh.row("im_user", answer["id"])
    assert (row["kind"], row["org"], row["must_change"]) == ("sub", agency(fresh, "zj_eval1"), False)
    assert login(fresh, "new_sub_1", "Abc123") == 200
    assert "登录账号已存在" in told(send(fresh.as_("zj_soc1"), "POST", api("im_user"), **SUB)[1])
    none = {**SUB, "account": "new_sub_2", "entry_permissions": []}
    assert "请至少选择一项录入权限" in told(send(main, "POST", api("im_user"), **none)[1])
    short = {**SUB, "account": "new_sub_2", "phone": "1300000099"}
    assert "请输入正确的手机号码" in told(send(main, "POST", api("im_user"), **short)[1])


@pytest.mark.req("I-353", "I-404", "I-007")
def test_nobody_touches_a_sub_account_of_another_agency(fresh: Site) -> None:
    other = fresh.id_of("zj_soc1_s1")
    main = fresh.as_("zj_eval1")
    assert send(main, "PUT", api("im_user", str(other)), real_name="别人")[0] == 404
    assert send(main, "DELETE", api("im_user", str(other)))[0] == 404
    assert send(main, "POST", api("im_user"), **{**SUB, "agency": agency(fresh, "zj_soc1")})[0] == 422


@pytest.mark.req("I-343", "I-344", "I-282")
@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("abcdef", "密码须包含大写字母、小写字母、数字、特殊符号中的至少两种"),
        ("123456", "密码须包含大写字母、小写字母、数字、特殊符号中的至少两种"),
        ("!!!!!!", "密码须包含大写字母、小写字母、数字、特殊符号中的至少两种"),
        ("ab12!", "密码长度不能小于6位"),
        ("abc 123", "密码只能使用英文字符、数字和符号"),
        ("中文abc1", "密码只能使用英文字符、数字和符号"),
    ],
)
def test_what_is_wrong_with_a_password_is_said(site: Site, password: str, sentence: str) -> None:
    status, answer = send(site.as_("zj_eval1"), "POST", api("im_user"), **{**SUB, "password": password})
    assert (status, sentence in told(answer)) == (422, True), answer


@pytest.mark.req("I-114", "I-351")
def test_a_deleted_login_name_stays_taken(fresh: Site) -> None:
    main, sub = fresh.as_("zj_eval1"), fresh.id_of("zj_eval1_s1")
    assert send(main, "DELETE", api("im_user", str(sub)))[0] == 200
    assert login(fresh, "zj_eval1_s1") == 401
    again = {**SUB, "account": "ZJ_eval1_s1"}
    assert "登录账号已存在" in told(send(main, "POST", api("im_user"), **again)[1])


@pytest.mark.req(
    "I-020", "I-022", "I-023", "I-024", "I-025", "I-026", "I-027", "I-028", "I-030", "I-031", "I-033", "I-034"
)
def test_menu_of_an_agency(site: Site) -> None:
    menu = site.as_("zj_both1").get(f"/{PORTAL}/").root.one("nav", class_="k-nav").text
    for words in (
        *(
            "系统管理",
            "权限管理",
            "用户管理",
            "中介机构申报",
            "机构信息录入",
            "专职人员信息维护",
            "已申报中介机构",
        ),
        *(
            "已申报专职人员",
            "安全评价服务",
            "评价合同",
            "评价报告",
            "政府抽查",
            "已抽记录",
            "安全生产社会化服务",
        ),
        *(
            "服务合同",
            "赴企记录和隐患管理",
            "赴企记录",
            "全部隐患",
            "已整改隐患",
            "未整改隐患",
            "超期未整改隐患",
        ),
        *("待确认隐患", "已确认隐患"),
    ):
        assert words in menu, words
    assert "抽查录入" not in menu and "机构账号" not in menu


@pytest.mark.req("I-061", "I-062", "I-365")
def test_menus_of_authority_and_administrator(site: Site) -> None:
    city = site.as_("im_city").get(f"/{PORTAL}/").root.one("nav", class_="k-nav").text
    assert "抽查录入" in city and "机构账号" in city and "机构信息录入" not in city
    county = site.as_("im_kecheng").get(f"/{PORTAL}/").root.one("nav", class_="k-nav").text
    assert "抽查录入" in county and "机构账号" not in county
    admin = site.as_("im_admin").get(f"/{PORTAL}/").root.one("nav", class_="k-nav").text
    assert "行政区划" in admin and "通知记录" in admin and "操作日志" in admin


@pytest.mark.req("I-213", "I-357")
def test_a_sub_account_has_no_other_menus(site: Site) -> None:
    menu = site.as_("zj_soc1_s2").get(f"/{PORTAL}/").root.one("nav", class_="k-nav").text
    assert "服务合同" in menu
    assert not {
        word
        for word in ("用户管理", "机构信息录入", "专职人员信息维护", "评价合同", "赴企记录")
        if word in menu
    }


@pytest.mark.req("I-018", "I-158", "I-214")
def test_authorities_see_main_accounts_alone(site: Site) -> None:
    page = site.as_("im_city").get(at("im_user") + "?size=100")
    assert len(page.ids) == len(MAINS) + 1
    assert site.as_("im_kecheng").get(at("im_user")).status == 403


@pytest.mark.req("I-158", "I-280", "I-180")
def test_a_new_agency_gets_its_main_account(fresh: Site) -> None:
    city = fresh.as_("im_city")
    region = key(fresh, "im_region", name="衢江区")
    body = {"agency_name": "示例新增机构", "main_account": "zj_added", "kinds": ["eval"], "region": region}
    status, answer = send(city, "POST", api("im_agency"), **body)
    assert status == 201, answer
    account = fresh.row("im_user", fresh.id_of("zj_added"))
    assert (account["kind"], account["org"], account["must_change"]) == ("main", answer["id"], True)
    assert account["status"] == "active"
    roles = {f"{PORTAL}.im_agency_main", f"{PORTAL}.im_sampled_all"}
    assert set(fresh.principal("zj_added").roles) == roles
    assert login(fresh, "zj_added", "zj202401") in (200, 403)
    again = {**body, "agency_name": "示例新增机构二"}
    assert "登录账号已存在" in told(send(city, "POST", api("im_agency"), **again)[1])
