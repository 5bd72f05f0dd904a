"""Accounts through their life (A-053, A-067), what the operation log keeps (A-061), what protects it all (A-142)."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest

from tests.portals.asking import headers
from tests.portals.insurance import PORTAL, at, key, order_of
from tests.portals.moving import do, upload
from tests.projects import PASSWORD, Browser, Page, Site

NEW = "Neu2024xyz"
LAST = "这是本机构最后一个可管理账号的账号"


@pytest.fixture(scope="module")
def admin(site: Site) -> Browser:
    return site.as_("a_admin")


@pytest.fixture(scope="module")
def platform(site: Site) -> Browser:
    return site.as_("platform")


@pytest.fixture(scope="module")
def numbers() -> Iterator[str]:
    return (f"130000006{index:02}" for index in range(100))


def account(site: Site, who: Browser, name: str, phone: str, role: str = "agency_staff", **more: Any) -> Page:
    given = {"account": name, "name": "新人", "phone": phone, "password": NEW}
    given |= {"role_ids": [str(key(site, "role", code=role))], **more}
    return who.submit(at("account", "add"), **given)


def of(site: Site, login: str) -> dict[str, Any]:
    return site.row("account", key(site, "account", login=login))


# --- A-053 ---------------------------------------------------------------------------------------


@pytest.mark.req("A-053", "A-064")
def test_login_name_stays_what_it_was(site: Site, admin: Browser, numbers: Iterator[str]) -> None:
    account(site, admin, "a_fixed", next(numbers))
    id_ = key(site, "account", login="a_fixed")
    page = admin.get(at("account", f"edit/{id_}"))
    (field,) = [one for one in page.root.all() if one.attrs.get("data-field") == "account"]
    assert field.attrs["data-readonly-if"] and page.value("account") == "a_fixed"  # frozen by the page
    admin.send(page, account="a_other", name="改名")
    path = f"/api/v1/{PORTAL}/account/{id_}"
    admin.client.put(path, json={"account": "a_other"}, headers=headers(admin))
    assert (of(site, "a_fixed")["id"], of(site, "a_fixed")["login"]) == (id_, "a_fixed")


@pytest.mark.req("A-053", "A-129")
def test_regulator_has_a_region_that_the_platform_chooses_and_no_organisation(
    site: Site, platform: Browser, numbers: Iterator[str]
) -> None:
    east = key(site, "region", code="970101")
    given = {"user_type": "regulator", "role": "regulator"}
    without = account(site, platform, "reg_new", phone := next(numbers), **given)
    assert (without.status, set(without.errors)) == (422, {"region_id"})
    assert account(site, platform, "reg_new", phone, **given, region_id=str(east)).status == 303
    row = of(site, "reg_new")
    assert (row["kind"], row["region"], row["org"]) == ("regulator", east, None)
    site.set("account", row["id"], must_change=False)
    seen = {who: set(site.as_(who).get(at("service_order")).ids) for who in ("reg_new", "reg_east")}
    assert seen["reg_new"] == seen["reg_east"] != set()


@pytest.mark.req("A-053")
def test_agency_account_of_the_platform_needs_its_organisation(
    site: Site, platform: Browser, numbers: Iterator[str]
) -> None:
    without = account(site, platform, "a_homeless", next(numbers), user_type="agency")
    assert (without.status, "org_id" in without.errors) == (422, True)
    assert [row for row in site.rows("account") if row["login"] == "a_homeless"] == []


@pytest.mark.req("A-053")
def test_one_telephone_is_used_in_two_organisations_and_once_in_each(site: Site, admin: Browser) -> None:
    taken = of(site, "a_staff1")["phone"]
    assert account(site, admin, "a_double", taken).errors.keys() == {"phone"}
    assert account(site, site.as_("b_admin"), "b_double", taken).status == 303
    assert of(site, "b_double")["phone"] == taken


@pytest.mark.req("A-053", "A-065", "A-142")
def test_password_is_hashed_and_shown_nowhere(site: Site, admin: Browser, numbers: Iterator[str]) -> None:
    account(site, admin, "a_secret", next(numbers))
    id_ = key(site, "account", login="a_secret")
    hashed = of(site, "a_secret")["password"]
    assert hashed.startswith(("pbkdf2:", "scrypt:", "$2b$")) and NEW not in hashed
    site.here.jobs.drain()  # until it is sent, the text message waits with its password
    path = f"/api/v1/{PORTAL}/account/"
    shown = [
        admin.get(at("account")).html,
        admin.get(at("account", f"show/{id_}")).html,
        admin.get(at("account", f"edit/{id_}")).html,
        str(admin.json(f"{path}{id_}")),
        str(admin.json(path)),
        str(site.platform("base_audit")),
        str(site.platform("base_delivery")),
    ]
    assert [place for place, text in enumerate(shown) if hashed in text or NEW in text] == []
    assert admin.get(at("account", f"edit/{id_}")).value("password") == ""


@pytest.mark.req("A-053", "A-019", "A-065")
def test_who_got_his_password_from_somebody_else_must_change_it(
    site: Site, admin: Browser, numbers: Iterator[str]
) -> None:
    account(site, admin, "a_forced", next(numbers))
    id_ = key(site, "account", login="a_forced")
    assert (of(site, "a_forced")["must_change"], of(site, "a_forced")["status"]) == (True, "enabled")
    person = site.as_("a_forced")
    assert person.get(at("service_order")).status in (302, 303)
    site.set("account", id_, must_change=False)
    admin.submit(at("account", f"edit/{id_}"), name="只改名")
    assert of(site, "a_forced")["must_change"] is False
    admin.submit(at("account", f"edit/{id_}"), password="Anders2024")
    assert of(site, "a_forced")["must_change"] is True
    told = admin.json(f"/api/v1/{PORTAL}/account/{id_}")["result"]
    assert told["must_change_pwd"] is True


# --- A-067 ---------------------------------------------------------------------------------------


def statuses(site: Site, who: Browser, id_: int) -> list[Page]:
    """Every way in which this account could go or be shut."""
    return [
        who.post(at("account", f"delete/{id_}")),
        who.submit(at("account", f"edit/{id_}"), status="disabled"),
        who.post(at("account", f"do/disable/{id_}")),
    ]


@pytest.mark.req("A-067")
def test_last_enabled_keeper_of_accounts_is_neither_deleted_nor_disabled(
    site: Site, platform: Browser, numbers: Iterator[str]
) -> None:
    keeper = site.id_of("b_admin")
    for answer in statuses(site, platform, keeper):
        assert answer.status in (409, 422) and LAST in answer.html
    row = site.row("account", keeper)
    assert (row["status"], row["alive"]) == ("enabled", 0)
    account(site, site.as_("b_admin"), "b_second", next(numbers), role="agency_admin")
    second = key(site, "account", login="b_second")
    assert platform.post(at("account", f"do/disable/{second}")).status == 303
    assert LAST in platform.post(at("account", f"do/disable/{keeper}")).html  # the other one is shut
    assert platform.post(at("account", f"do/enable/{second}")).status == 303
    assert platform.post(at("account", f"do/disable/{keeper}")).status == 303
    assert all(LAST in answer.html for answer in statuses(site, platform, second))
    assert platform.post(at("account", f"do/enable/{keeper}")).status == 303
    assert platform.post(at("account", f"delete/{second}")).status == 303


@pytest.mark.req("A-067")
def test_nobody_shuts_himself_by_any_way(site: Site, admin: Browser, numbers: Iterator[str]) -> None:
    account(site, admin, "a_second", next(numbers), role="agency_admin")
    own = site.id_of("a_admin")
    assert {answer.status for answer in statuses(site, admin, own)} <= {409, 422}
    row = site.row("account", own)
    assert (row["status"], row["alive"]) == ("enabled", 0)


# --- A-061 ---------------------------------------------------------------------------------------


@pytest.mark.req("A-061", "A-142")
def test_operation_log_tells_who_did_what_from_where_with_both_values(site: Site, platform: Browser) -> None:
    manager, record = site.as_("a_manager"), key(site, "training_record", order_id=order_of(site, "P-002"))
    old = site.row("training_record", record)["title"]
    assert manager.submit(at("training_record", f"edit/{record}"), title="改后的培训").status == 303
    first = platform.json(f"/api/v1/{PORTAL}/operation_log/")["ids"][0]
    told = platform.json(f"/api/v1/{PORTAL}/operation_log/{first}")["result"]
    assert {"time", "account", "ip", "entity", "record", "action", "changes"} <= set(told)
    assert (told["account"], told["ip"], told["record"]) == ("a_manager", "127.0.0.1", record)
    assert told["changes"]["title"] == [old, "改后的培训"]
    page = platform.get(at("operation_log", f"show/{first}"))
    assert old in page.text and "改后的培训" in page.text and "a_manager" in page.text


@pytest.mark.req("A-061", "A-142")
def test_every_kind_of_change_is_in_the_operation_log(
    site: Site, admin: Browser, numbers: Iterator[str]
) -> None:
    staff, hazard = site.as_("a_staff1"), key(site, "hazard", status="open", level="general")
    photo = upload(staff, "hazard", "after_photos")
    assert do(staff, "hazard", hazard, "rectify", after_photos=[photo])[0] == 200
    account(site, admin, "a_logged", next(numbers))
    added = key(site, "account", login="a_logged")
    admin.submit(at("account", f"edit/{added}"), name="新名")
    admin.post(at("account", f"delete/{added}"))
    moved = site.audit("hazard", hazard)[-1]
    assert (moved["account"], moved["changes"]["status"]) == ("a_staff1", ["open", "rectified"])
    kept = [
        row
        for row in site.platform("base_audit")
        if row["record_id"] == added and row["account"] == "a_admin"
    ]
    assert [row["action"] for row in sorted(kept, key=lambda row: row["id"])] == ["add", "edit", "delete"]


# --- A-142 ---------------------------------------------------------------------------------------


@pytest.mark.req("A-142")
def test_posts_without_the_token_of_a_page_change_nothing(site: Site) -> None:
    manager, record = site.as_("a_manager"), key(site, "training_record", order_id=order_of(site, "P-002"))
    before = site.rows("training_record")
    answers = [
        manager.client.post(at("training_record", f"edit/{record}"), data={"title": "偷"}),
        manager.client.post(at("training_record", f"delete/{record}")),
        manager.client.put(f"/api/v1/{PORTAL}/training_record/{record}", json={"title": "偷"}),
        manager.client.post(f"/api/v1/{PORTAL}/service_order/{order_of(site, 'P-003')}/do/accept", json={}),
    ]
    assert {answer.status_code for answer in answers} <= {400, 401, 403}
    assert site.rows("training_record") == before


@pytest.mark.req("A-142", "A-161")
@pytest.mark.parametrize(
    ("entity", "field", "name", "sentence"),
    [
        ("risk_record", "report_files", "report.pdf", "文件格式或大小不符合要求"),
        ("training_record", "photos", "photo.jpg", "图片格式或大小不符合要求"),
        ("hazard", "after_photos", "after.png", "图片格式或大小不符合要求"),
    ],
)
def test_an_upload_is_judged_by_its_content(
    site: Site, entity: str, field: str, name: str, sentence: str
) -> None:
    staff = site.as_("a_staff1")
    answer = staff.client.post(
        f"/api/v1/{PORTAL}/{entity}/upload/{field}",
        data={"file": (io.BytesIO(b"MZ\x90\x00" * 40), name)},
        headers=headers(staff),
        content_type="multipart/form-data",
    )
    assert (answer.status_code, answer.get_json()["message"]) == (415, sentence)


@pytest.mark.req("A-142")
def test_a_session_ends_with_its_account(site: Site, admin: Browser, numbers: Iterator[str]) -> None:
    account(site, admin, "a_ends", next(numbers))
    id_ = key(site, "account", login="a_ends")
    site.set("account", id_, must_change=False)
    person = site.as_("a_ends")
    assert person.get(at("service_order")).status == 200
    admin.post(at("account", f"delete/{id_}"))
    assert person.get(at("service_order")).status in (302, 401)
    said = {"username": "a_ends", "password": PASSWORD, "provider": "db"}
    assert site.as_().client.post("/api/v1/security/login", json=said).status_code == 401
