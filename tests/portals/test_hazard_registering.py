"""An agency registers itself: what is asked, what is refused in which words, what stands afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.pages import Page
from tests.portals.hazard import BOTH, FORM, GOOD, P2, PORTAL, agency, letter, registers, row, seeded
from tests.projects import PDF, Browser, Site


@pytest.fixture(scope="module", params=BOTH)
def site(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Site]:
    with seeded(tmp_path_factory.mktemp("registering"), request.param) as made:
        yield made


def typed(page: Page) -> dict[str, str]:
    """What the form holds."""
    found: dict[str, str] = {}
    for one in page.root.all("input"):
        found[one.attrs.get("name", "")] = found.get(one.attrs.get("name", "")) or one.attrs.get("value", "")
    return found


def names(site: Site) -> list[str]:
    column = site.entity("hr_agency").columns["agency_name"]
    return [str(one[column]) for one in site.rows("hr_agency")]


@pytest.mark.req("H-011", "H-080", "H-104")
def test_login_page_leads_to_the_registration_without_a_login(site: Site) -> None:
    visitor = site.as_()
    page = visitor.get(f"/{PORTAL}/login/")
    assert [a.text for a in page.root.all("a", href=FORM)] == ["立即注册"]
    assert visitor.get(FORM).status == 200


@pytest.mark.req("H-104")
def test_login_page_asks_in_the_portals_words_and_says_whom_to_ask(site: Site) -> None:
    text = site.as_().get(f"/{PORTAL}/login/").text
    assert all(word in text for word in ("用户名", "密码", "登录", "忘记密码", "office@example.com"))


@pytest.mark.req("H-081", "H-084", "H-085", "H-086", "H-083", "H-082")
def test_form_asks_in_the_order_of_the_document_with_its_hints(site: Site) -> None:
    page = site.as_().get(FORM)
    labels = [one.text for one in page.root.all("label") if one.attrs.get("id", "").endswith("-label")]
    text = page.text
    order = ["用户名", "密码", "确认密码", "机构名称", "负责人手机号码", "邮箱", "机构授权书", "验证码"]
    places = [text.index(word) for word in order]
    assert places == sorted(places), labels
    for hint in (
        "以字母开头，4–32位字母、数字或下划线",
        "请牢记密码，最少6位，登录时需要",
        "请填写机构全称",
        "十分重要：手机端处理举报单将使用该号码，请填写负责人正确、常用的手机号码",
        "请填写负责人邮箱，用于接收邮件",
        "下载模板填写后加盖公章，扫描后上传",
    ):
        assert hint in text, hint
    assert "提交" in text


@pytest.mark.req("H-087", "H-284", "H-375", "H-431")
def test_template_is_there_for_everybody(site: Site) -> None:
    page = site.as_().get(FORM)
    way = next(a.attrs["href"] for a in page.root.all("a") if "下载授权书模板" in a.text)
    answer = site.as_().client.get(way)
    assert answer.status_code == 200
    assert answer.get_data()[:2] == b"PK"


@pytest.mark.req("H-082", "H-341")
@pytest.mark.parametrize(
    ("name", "said"),
    [("Free_Name1", "用户名可用"), ("AG_D1", "用户名已被注册"), ("_abc", "用户名必须以字母开头")],
)
def test_name_is_judged_while_one_types(site: Site, name: str, said: str) -> None:
    assert site.as_().json(f"{FORM}free?account={name}")["text"] == said


WRONG = [
    pytest.param(
        {"_account": "1abc"}, "用户名必须以字母开头", marks=pytest.mark.req("H-340", "H-280", "H-400")
    ),
    pytest.param({"_account": "_abc"}, "用户名必须以字母开头", marks=pytest.mark.req("H-340")),
    pytest.param({"_account": "Ag_D1"}, "用户名已被注册", marks=pytest.mark.req("H-341")),
    pytest.param(
        {"_password": "12345", "_repeat": "12345"},
        "密码长度不能少于6位",
        marks=pytest.mark.req("H-342", "H-281", "H-400"),
    ),
    pytest.param(
        {"_repeat": "123457"}, "两次输入的密码不一致", marks=pytest.mark.req("H-343", "H-282", "H-400")
    ),
    pytest.param({"registered_phone": "2300000090"}, "请输入正确的手机号码", marks=pytest.mark.req("H-344")),
    pytest.param({"registered_phone": "12000000901"}, "请输入正确的手机号码", marks=pytest.mark.req("H-344")),
    pytest.param({"email": "nobody"}, "请输入正确的邮箱", marks=pytest.mark.req("H-344")),
    pytest.param({"auth_letter": ""}, "请上传机构授权书", marks=pytest.mark.req("H-345", "H-284")),
    pytest.param(
        {"captcha": "zzzz"}, "验证码错误", marks=pytest.mark.req("H-346", "H-088", "H-283", "H-400")
    ),
]


@pytest.mark.parametrize(("changes", "sentence"), WRONG)
def test_what_is_wrong_is_told_and_nothing_is_made(
    site: Site, changes: dict[str, str], sentence: str
) -> None:
    page = registers(site, **changes)
    assert (page.status, sentence in page.text) == (422, True)
    assert GOOD["agency_name"] not in names(site)
    kept = typed(page)
    shown = {name: value for name, value in {**GOOD, **changes}.items() if name in ("agency_name", "email")}
    assert {name: kept[name] for name in shown} == shown
    assert not kept.get("_password") and not kept.get("_repeat")


def answers(site: Site, browser: Browser, seen: list[str], **changes: str) -> Page:
    """The form, opened and sent with what stands on its picture."""
    browser.get(FORM)
    browser.get("/captcha")
    return registers(site, browser, **{"captcha": seen[-1], **changes})


@pytest.mark.req("H-346", "H-088", "H-283")
def test_a_picture_holds_five_minutes_and_once(
    site: Site, seen: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    browser, begun = site.as_(), site.world.clock.now()
    browser.get(FORM)
    browser.get("/captcha")
    assert len(seen[-1]) == 4
    monkeypatch.setattr(type(site.world.clock), "now", lambda clock: begun + timedelta(minutes=5, seconds=5))
    late = registers(site, browser, captcha=seen[-1])
    assert (late.status, "验证码已过期" in late.text) == (422, True)
    assert typed(late)["auth_letter"] and GOOD["agency_name"] not in names(site)
    assert [one for one in late.root.all("img") if "captcha" in one.attrs.get("src", "")]
    again = registers(site, browser, captcha=seen[-1])  # it was used up by being tried
    assert (again.status, "验证码错误" in again.text) == (422, True)
    browser.get("/captcha")
    wrong = answers(site, browser, seen, _repeat="other1")
    assert wrong.status == 422 and "两次输入的密码不一致" in wrong.text
    used = registers(site, browser, captcha=seen[-1])
    assert (used.status, "验证码错误" in used.text) == (422, True)
    assert GOOD["agency_name"] not in names(site)


@pytest.mark.req("H-346")
def test_letter_is_kept_over_a_refusal(site: Site) -> None:
    page = registers(site, captcha="zzzz")
    assert typed(page)["auth_letter"]
    assert "letter.pdf" in page.text


@pytest.mark.req("H-345", "H-087")
@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"MZ" + bytes(600), "letter.pdf", "文件类型不支持，仅支持pdf、jpg、jpeg、png"),
        (PDF + bytes(10 * 1024 * 1024), "letter.pdf", "文件不能超过10MB"),
        (b"", "letter.pdf", "文件为空"),
    ],
)
def test_upload_is_judged_by_its_content(site: Site, content: bytes, name: str, sentence: str) -> None:
    browser = site.as_()
    browser.get(FORM)
    answer = letter(browser, content, name).response
    assert answer.status_code in (413, 415, 422)
    assert answer.get_json()["message"] == sentence


@pytest.mark.req("H-089", "H-181", "H-013", "H-400", "H-043")
def test_registration_makes_account_and_agency_and_opens_the_next_step(site: Site) -> None:
    browser = site.as_()
    page = registers(site, browser)
    step = browser.follow(browser.get(page.location))
    made = row(site, "hr_agency", id=agency(site, GOOD["_account"]))
    account = row(site, "hr_user", username=GOOD["_account"])
    assert (made["status"], account["kind"]) == ("draft", "hr_agency")
    assert dict(step.form())["agency_name"] == GOOD["agency_name"]
    assert "请如实填写以下信息" in step.text
    assert str(made[site.entity("hr_agency").columns["agency_no"]]).startswith("AJ2")


@pytest.mark.req("H-090", "H-013")
def test_later_login_leads_to_the_same_step(site: Site) -> None:
    registers(site, _account="Demo_Reg2", agency_name="示例登记机构二", registered_phone=P2)
    again = site.as_()
    login = {"username": "demo_reg2", "password": GOOD["_password"], "next": f"/{PORTAL}/hr_binding/list/"}
    page = again.post(f"/{PORTAL}/login/", login)
    for _ in range(4):
        if page.status not in (302, 303):
            break
        page = again.get(page.location)
    assert (page.status, "请如实填写以下信息" in page.text) == (200, True)
