"""Somebody without an account makes his agency and its first account, both or neither; on every kind of database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from werkzeug.security import check_password_hash

from tests.pages import Page
from tests.projects import Site
from tests.registering.home import FORM, GOOD, accounts, agencies, letter, registers


def of(site: Site, account: str) -> dict[str, object]:
    return next(row for row in accounts(site) if row["account"] == account)


def test_agency_and_account_are_made_together(site: Site, fresh: dict[str, str]) -> None:
    registers(site, **fresh)
    account = of(site, fresh["_account"])
    agency = next(row for row in agencies(site) if row["id"] == account["org"])
    assert (agency["name"], agency["phone"], agency["state"]) == (fresh["name"], GOOD["phone"], "draft")
    assert (account["name"], account["kind"], account["portal"]) == (fresh["name"], "agency", "bureau")
    assert (account["phone"], account["email"]) == (GOOD["phone"], GOOD["mail"])
    assert check_password_hash(str(account["password"]), GOOD["_password"])
    assert not account["must_change"]


def test_who_has_registered_is_logged_in_and_comes_where_the_guard_sends_him(
    site: Site, fresh: dict[str, str]
) -> None:
    browser = site.as_()
    page = registers(site, browser, **fresh)
    assert (page.status, page.location) == (303, "/bureau/agency/mine")
    assert browser.follow(page).status in (200, 302)
    assert browser.get("/bureau/report/list/").status == 403


def test_the_account_holds_the_one_role(site: Site, fresh: dict[str, str]) -> None:
    registers(site, **fresh)
    who = site.principal(fresh["_account"])
    assert (who.roles, who.kind, who.everything) == (("bureau.agency",), "agency", False)


def test_he_logs_in_again_with_what_he_chose(site: Site, fresh: dict[str, str]) -> None:
    registers(site, **fresh)
    known = {"username": fresh["_account"].upper(), "password": GOOD["_password"], "captcha": "0000"}
    for door in ("/bureau/login/", "/login/"):
        assert site.as_().post(door, known).status == 303, door


def test_the_letter_hangs_on_the_agency(site: Site, fresh: dict[str, str]) -> None:
    browser = site.as_()
    registers(site, browser, **fresh)
    agency = of(site, fresh["_account"])["org"]
    held = [row for row in site.platform("base_file") if row["record_id"] == agency]
    assert [(row["name"], row["field"]) for row in held] == [("letter.pdf", "letter")]


def test_the_log_tells_both_with_their_channel(site: Site, fresh: dict[str, str]) -> None:
    registers(site, **fresh)
    account = of(site, fresh["_account"])
    entries = [
        (row["action"], row["entity"], row["channel"], row["account"])
        for row in site.platform("base_audit")
        if (row["entity"], row["record_id"])
        in (("bureau.agency", account["org"]), ("base.user", account["id"]))
    ]
    name = fresh["_account"]
    assert entries == [
        ("add", "bureau.agency", "register", name),
        ("add", "base.user", "register", name),
        ("login", "base.user", "web", name),
    ]


def test_no_password_stands_in_the_log(site: Site, fresh: dict[str, str]) -> None:
    registers(site, **fresh, _password="Gar_geheim7", _repeat="Gar_geheim7")
    assert "Gar_geheim7" not in str(site.platform("base_audit"))
    assert of(site, fresh["_account"])["password"] != "Gar_geheim7"


def _value(page: Page, name: str) -> str:
    return page.root.one("input", name=name).attrs["value"]


# --- what is refused -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"_account": "9bad"}, "_account", "用户名必须以字母开头"),
        ({"_account": "_bad"}, "_account", "用户名必须以字母开头"),
        ({"_account": ""}, "_account", "请填写用户名"),
        ({"_password": "12345", "_repeat": "12345"}, "_password", "密码长度不能少于6位"),
        ({"_repeat": "123457"}, "_repeat", "两次输入的密码不一致"),
        ({"phone": "12345678901"}, "phone", "请输入正确的手机号码"),
        ({"mail": "no mail"}, "mail", "请输入正确的邮箱"),
        ({"letter": ""}, "letter", "请上传机构授权书"),
        ({"name": ""}, "name", "请填写机构名称"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_makes_nothing(
    site: Site, fresh: dict[str, str], changes: dict[str, str], field: str, sentence: str
) -> None:
    before = (len(agencies(site)), len(accounts(site)))
    page = registers(site, **{**fresh, **changes})
    assert (page.status, page.errors.get(field)) == (422, sentence)
    assert (len(agencies(site)), len(accounts(site))) == before


def test_wrong_captcha_makes_nothing_and_keeps_all_but_the_passwords(
    site: Site, fresh: dict[str, str]
) -> None:
    browser = site.as_()
    page = registers(site, browser, **fresh, captcha="9999")
    assert page.status == 422
    assert "验证码错误" in page.text
    kept = {
        name: _value(page, name) for name in ("_account", "name", "phone", "mail", "_password", "_repeat")
    }
    assert kept == {
        "_account": fresh["_account"],
        "name": fresh["name"],
        "phone": GOOD["phone"],
        "mail": GOOD["mail"],
        "_password": "",
        "_repeat": "",
    }
    upload = next(
        node.attrs["value"] for node in page.root.all("input", name="letter") if node.attrs.get("value")
    )
    assert browser.post(FORM, {**GOOD, **fresh, "letter": upload}).status == 303


def test_without_a_captcha_nothing_is_made(site: Site, fresh: dict[str, str]) -> None:
    assert registers(site, **fresh, captcha="").status == 422
    assert fresh["_account"] not in {row["account"] for row in accounts(site)}


def test_wrong_captcha_does_not_tell_who_is_registered(site: Site, fresh: dict[str, str]) -> None:
    registers(site, **fresh)
    page = registers(site, **fresh, captcha="9999")
    assert page.status == 422
    assert not {"_account", "name"} & page.errors.keys()


def test_taken_name_is_refused_also_with_other_case(site: Site, fresh: dict[str, str]) -> None:
    registers(site, **fresh)
    page = registers(
        site, **{**fresh, "_account": fresh["_account"].upper(), "name": "另一机构" + fresh["name"]}
    )
    assert page.errors == {"_account": "用户名已被注册"}


def test_taken_agency_is_refused_at_its_field(site: Site, fresh: dict[str, str]) -> None:
    registers(site, **fresh)
    before = len(accounts(site))
    page = registers(site, **{**fresh, "_account": "v" + fresh["_account"]})
    assert (page.status, page.errors) == (422, {"name": "机构名称已存在"})
    assert len(accounts(site)) == before


def test_of_two_at_once_one_wins_and_the_other_reads_why(site: Site, fresh: dict[str, str]) -> None:
    seats = [(site.as_(), f"{fresh['name']}{n}") for n in range(2)]
    data = []
    for browser, name in seats:
        browser.get(FORM)
        upload = str(letter(browser).response.get_json()["id"])
        data.append({**GOOD, "letter": upload, "_account": fresh["_account"], "name": name})
    with ThreadPoolExecutor(2) as pool:
        pages = list(
            pool.map(lambda seat: seat[0].post(FORM, seat[1]), zip([b for b, _ in seats], data, strict=True))
        )
    assert sorted(page.status for page in pages) == [303, 422]
    loser = next(page for page in pages if page.status == 422)
    assert loser.errors == {"_account": "用户名已被注册"}
    made = [row for row in agencies(site) if str(row["name"]).startswith(fresh["name"])]
    assert len(made) == 1


# --- nothing but the named fields -----------------------------------------------------------------


def test_whatever_else_is_posted_is_not_taken(site: Site, fresh: dict[str, str]) -> None:
    more = {
        "grade": "A", "address": "某地", "state": "approved", "status": "disabled", "kind": "office", "portal": "base",
        "id": "7", "uscc": "91330000MA27XXXX0X", "parent": "1", "roles": "1", "org": "1", "created_by": "1",
        "account": "admin", "password": "x", "_role": "office", "region": "1", "must_change": "1", "everything": "1",
    }  # fmt: skip
    registers(site, **{**more, **fresh})
    account = of(site, fresh["_account"])
    agency = next(row for row in agencies(site) if row["id"] == account["org"])
    assert (agency["grade"], agency["address"], agency["state"], agency["status"]) == (
        None,
        None,
        "draft",
        "enabled",
    )
    assert (agency["uscc"], agency["parent"], agency["region"], agency["portal"]) == (
        None,
        None,
        None,
        "bureau",
    )
    assert site.principal(fresh["_account"]).roles == ("bureau.agency",)


def test_who_registers_is_a_principal_that_may_write_the_named_fields_alone(site: Site) -> None:
    from fab_app.runtime.registering import visitor

    who, grants = visitor("bureau", "x", "", "b" * 32), site.world.grants
    agency, report = site.entity("agency"), site.entity("report")
    assert grants.may(who, agency.key, "add")
    assert {
        action for action in ("read", "edit", "delete", "import") if grants.may(who, agency.key, action)
    } == set()
    assert not any(grants.may(who, report.key, action) for action in ("read", "add", "edit"))
    assert not grants.may(who, "base.user", "add")
    closed = grants.writing(who, agency.key, "add").readonly
    assert set(agency.fields) - closed == {"name", "phone", "mail", "letter"}


def test_api_does_not_register(site: Site) -> None:
    browser = site.as_()
    for path in ("/api/v1/bureau/register/", "/api/v1/bureau/register"):
        assert browser.get(path).status == 404
    assert "register" not in str(site.as_("office").json("/api/v1/_openapi")["paths"].keys())
    assert browser.client.post("/api/v1/bureau/agency/", json={"name": "x"}).status_code == 401


def test_a_form_without_its_token_is_refused(site: Site, fresh: dict[str, str]) -> None:
    answer = site.as_().client.post(FORM, data={**GOOD, **fresh})
    assert answer.status_code == 400
    assert fresh["_account"] not in {row["account"] for row in accounts(site)}


# --- the free name, the doors, the switch ---------------------------------------------------------


def test_free_name_is_told(site: Site, fresh: dict[str, str]) -> None:
    browser, at = site.as_(), f"{FORM}free?account="
    assert browser.json(at + fresh["_account"]) == {"free": True, "text": "用户名可用"}
    registers(site, **fresh)
    assert browser.json(at + fresh["_account"].upper()) == {"free": False, "text": "用户名已被注册"}
    assert browser.json(at + "1abc") == {"free": False, "text": "用户名必须以字母开头"}
    assert browser.json(at + "admin")["free"] is False
    assert browser.json(at + "a%00b")["free"] is False


def test_the_way_stands_at_the_doors_of_that_kind_of_account(site: Site) -> None:
    browser = site.as_()
    assert browser.get("/bureau/login/").links("立即注册") == [FORM]
    assert browser.get("/bureau/office/").links("立即注册") == []
    assert browser.get("/login/").links("立即注册") == []


def test_who_is_logged_in_does_not_register(site: Site, fresh: dict[str, str]) -> None:
    office = site.as_("office")
    assert office.get(FORM).location == "/bureau/"
    assert office.post(FORM, {**GOOD, **fresh}).location == "/bureau/"
    assert office.get(f"{FORM}free?account=x").status == 403
    assert fresh["_account"] not in {row["account"] for row in accounts(site)}
