"""What people of intermediary do with their agency, staff, passwords and accounts, and what is kept of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from fab_app.fields.id_card import check_digit
from tests.pages import Page
from tests.portals.asking import send
from tests.portals.intermediary import PORTAL, agency, api, at, key, seeded, upload
from tests.portals.intermediary_visits import entered
from tests.portals.test_intermediary_people import login
from tests.portals.test_intermediary_scenarios import person_of
from tests.projects import PASSWORD, PDF, Browser, Site


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with seeded(tmp_path_factory.mktemp("site")) as made:
        yield made


def toasts(who: Browser, page: Page) -> str:
    """What is said on the page that a saved form leads to."""
    return who.follow(page).root.text


def profile(who: Browser, **more: Any) -> dict[str, Any]:
    return {
        "uscc": "91330800X00000107" + "2",
        "region": key(who.site, "im_region", name="柯城区"),
        "register_address": "示例路1号",
        "office_address": "示例路2号",
        "legal_rep": "法人甲",
        "contact_name": "联系人甲",
        "contact_phone": "13000000777",
        "founded_date": "2015-05-05",
        "service_scope": ["inspect"],
        "eval_scope": ["chem"],
        "cert_no": "PJ-NEW",
        "cert_issuer": "示例发证机关",
        "cert_from": "2024-01-01",
        "cert_to": "2099-01-01",
        "cert_files": [upload(who, "im_agency", "cert_files", PDF, "a.pdf")],
        "licence_file": upload(who, "im_agency", "licence_file", PDF, "a.pdf"),
        **more,
    }


@pytest.mark.req("I-118", "I-181", "I-004")
def test_first_valid_save_declares_the_agency_and_opens_the_gates(site: Site) -> None:
    who, mine = site.as_("zj_empty"), agency(site, "zj_empty")
    form = who.get(at("im_agency", "mine"))
    assert form.status == 200 and who.get(at("im_staff", "add")).status == 403
    wrong = who.send(form, contact_name="联系人甲", founded_date="2999-01-01")
    assert wrong.status == 422 and wrong.value("contact_name") == "联系人甲"
    assert wrong.errors["founded_date"] and wrong.errors["legal_rep"] and wrong.errors["licence_file"]
    assert site.row("im_agency", mine)["status"] in ("none", None)
    status, answer = send(who, "PUT", api("im_agency", str(mine)), **profile(who, uscc=free_code(site)))
    assert status == 200, answer
    shown = who.json(api("im_agency", str(mine)))["result"]
    assert (shown["status"], shown["declared_at"] is not None, shown["profile_complete"]) == (
        "declared",
        True,
        True,
    )
    saved = who.submit(at("im_agency", "mine"), contact_name="联系人乙")
    assert saved.status == 303 and "保存成功" in toasts(who, saved)
    record = who.get(at("im_agency", f"show/{mine}")).text
    history = [
        entry["changes"]["contact_name"]
        for entry in site.audit("im_agency", mine)
        if "contact_name" in entry["changes"]
    ]
    assert "联系人乙" in record and history[-1] == ["联系人甲", "联系人乙"]
    assert who.get(at("im_staff", "add")).status == 200 and who.get(at("im_user", "add")).status == 200


def free_code(site: Site) -> str:
    """A credit code with its right check character that no agency has."""
    return "91330800X00000019K".replace("X0000001", "X0000088")[:17] + check("91330800X0000088" + "9")


def check(body: str) -> str:
    signs = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    total = sum(signs.index(sign) * 3**place % 31 for place, sign in enumerate(body))
    return signs[(31 - total % 31) % 31]


@pytest.mark.req("I-120")
@pytest.mark.parametrize(
    ("account", "shown", "hidden"),
    [("zj_soc1", "service_scope", "eval_scope"), ("zj_eval1", "eval_scope", "service_scope")],
)
def test_form_asks_what_belongs_to_the_kind_of_agency(
    site: Site, account: str, shown: str, hidden: str
) -> None:
    who = site.as_(account)
    form = who.get(at("im_agency", "mine"))
    fields = {node.attrs["data-field"]: node for node in form.main.walk() if "data-field" in node.attrs}
    assert "eval" in fields["eval_scope"].attrs["data-visible"]
    assert "social" in fields["service_scope"].attrs["data-visible"]
    assert (
        "eval" in fields["cert_no"].attrs["data-visible"] and "data-visible" not in fields["legal_rep"].attrs
    )
    labels = {"service_scope": "服务范围", "eval_scope": "评价业务范围"}
    told_ = who.get(at("im_agency", f"show/{agency(site, account)}")).details
    assert (labels[shown] in told_, labels[hidden] in told_) == (True, False)
    assert ("资质证书编号" in told_) == (account == "zj_eval1")


@pytest.mark.req("I-125", "I-043")
def test_who_left_stays_in_old_records_and_is_no_choice_any_more(site: Site) -> None:
    who, mine = site.as_("zj_soc2"), agency(site, "zj_soc2")
    visit = next(row for row in site.rows("im_visit") if row["agency"] == mine)
    person = site.many("im_visit", "visitors", visit["id"])[0]
    name = site.row("im_staff", person)["name"]
    choices = at("im_service_contract", "options/leader?for=form")
    assert name in {one["label"] for one in who.json(choices)["result"]}
    assert send(who, "DELETE", api("im_staff", str(person)))[0] == 422
    path = api("im_staff", f"{person}/do/leave")
    status, answer = send(who, "POST", path, left_date=None)
    assert status == 422, answer
    today = site.world.clock.today("Asia/Shanghai")
    assert send(who, "POST", path, left_date=today.isoformat())[0] == 200
    assert name not in {one["label"] for one in who.json(choices)["result"]}
    assert name in who.get(at("im_visit", f"show/{visit['id']}")).text
    number = "99000019900101003"
    status, made = send(who, "POST", api("im_staff"), **person_of(who, number + check_digit(number)))
    assert status == 201, made
    assert send(who, "DELETE", api("im_staff", str(made["id"])))[0] == 200


@pytest.mark.req("I-160", "I-181")
def test_the_city_changes_locked_fields_and_cancels_and_restores(site: Site) -> None:
    city, id_ = site.as_("im_city"), agency(site, "zj_soc3")
    path = api("im_agency", str(id_))
    assert send(site.as_("zj_soc3"), "PUT", path, agency_name="自行改名")[0] in (400, 403, 422)
    assert site.row("im_agency", id_)["name"] != "自行改名"
    status, answer = send(city, "PUT", path, agency_name="示例改名机构", kinds=["social", "eval"])
    assert status == 200, answer
    assert (site.row("im_agency", id_)["name"], set(site.many("im_agency", "kinds", id_))) == (
        "示例改名机构",
        {"social", "eval"},
    )
    assert send(city, "POST", f"{path}/do/cancel")[0] == 422
    assert send(city, "POST", f"{path}/do/cancel", reason="资质注销")[0] == 200
    assert "资质注销" in city.get(at("im_agency", f"show/{id_}")).text
    refused = send(site.as_("zj_soc3"), "POST", api("im_visit"), summary="x")
    assert refused[0] == 403
    assert send(site.as_("im_jiangshan"), "POST", f"{path}/do/restore", reason="误操作")[0] in (403, 404)
    assert send(city, "POST", f"{path}/do/restore", reason="误操作")[0] == 200
    assert city.json(path)["result"]["status"] == "declared"


@pytest.mark.req("I-115", "I-004", "I-180")
def test_a_reset_password_must_be_changed(site: Site) -> None:
    who, sub = site.as_("zj_soc4"), site.id_of("zj_soc4_s1")
    page = who.get(at("im_user"))
    assert "重置密码" in page.row(sub).one("td", class_="k-act").text
    path = at("im_user", f"do/reset_password/{sub}")
    dialog = who.get(path)
    assert dialog.status == 200 and "新密码" in dialog.root.text and "确认密码" in dialog.root.text
    differ = who.post(path, {"password": "Abc123", "password_confirm": "Abc124"})
    assert differ.status == 422 and "两次输入的密码不一致" in differ.root.text and "Abc12" not in differ.html
    done = who.post(path, {"password": "Abc123", "password_confirm": "Abc123"})
    assert done.status == 303 and "密码重置成功" in toasts(who, done)
    assert site.row("im_user", sub)["must_change"] is True
    assert (login(site, "zj_soc4_s1"), login(site, "zj_soc4_s1", "Abc123")) == (401, 403)
    forced = site.as_("zj_soc4_s1").get(at("im_service_contract"))
    assert forced.location.split("?")[0] == f"/{PORTAL}/password"


@pytest.mark.req("I-104", "I-105", "I-038")
def test_a_changed_password_ends_the_other_sessions(site: Site) -> None:
    here, there = site.as_("zj_soc5"), site.as_("zj_soc5")
    address = f"/{PORTAL}/password"
    page = here.get(address)
    assert [
        label for label in ("原密码", "新密码", "确认新密码", "提交") if label not in page.root.text
    ] == []
    wrong = here.post(address, {"current": "falsch1", "password": "Quzhou#1", "repeat": "Quzhou#1"})
    assert wrong.status == 422 and "原密码错误" in wrong.root.text and "Quzhou#1" not in wrong.html
    done = here.post(address, {"current": PASSWORD, "password": "Quzhou#1", "repeat": "Quzhou#1"})
    assert "密码修改成功" in toasts(here, done)
    assert (here.get(at("im_visit")).status, there.get(at("im_visit")).status) == (200, 302)
    assert site.row("im_user", site.id_of("zj_soc5"))["must_change"] is False
    assert (login(site, "zj_soc5"), login(site, "zj_soc5", "Quzhou#1")) == (401, 200)
    hall = here.get(f"/{PORTAL}/platform/")
    assert address in [node.attrs.get("href") for node in hall.root.all("a") if "修改密码" in node.text]


@pytest.mark.req("I-004")
def test_a_refused_form_keeps_what_was_typed_but_no_password(site: Site) -> None:
    who = site.as_("zj_eval1")
    form = who.submit(
        at("im_user", "add"), account="kept_name", real_name="甲", password="Abc12345", phone="130"
    )
    assert form.status == 422 and {"real_name", "phone"} <= form.errors.keys()
    assert (form.value("account"), form.value("phone"), form.value("password")) == ("kept_name", "130", "")
    assert "Abc12345" not in form.html


@pytest.mark.req("I-008", "I-329")
def test_notices_stand_in_the_outbox_and_nothing_leaves_the_demo(site: Site) -> None:
    site.here.jobs.drain()
    delivery = site.world.tables.of("base.delivery").table
    _, (h1, *_) = entered(site)
    enterprise = site.row(
        "im_enterprise", site.row("im_visit", site.row("im_hazard", h1)["visit"])["enterprise"]
    )
    site.here.jobs.drain()
    with site.engine.connect() as connection:
        found = connection.execute(delivery.select().where(delivery.c.event == "hazards_entered")).all()
    assert [(row.channel, row.address, row.status, row.attempts) for row in found] == [
        ("sms", enterprise["contact_phone"], "sent", 1)
    ]
    outside = {name for name, channel in site.world.channels.items() if channel.leaves and not channel.inside}
    assert outside == set()


@pytest.mark.req("I-134", "I-044")
def test_enterprises_are_found_by_name_or_code_and_a_known_code_makes_no_second_one(site: Site) -> None:
    who, stands = site.as_("zj_soc1"), next(iter(site.rows("im_enterprise")))
    for entity in ("im_visit", "im_eval_contract", "im_service_contract"):
        path = at(entity, "options/enterprise")
        for typed in (stands["name"][2:], stands["uscc"][3:12].lower(), stands["uscc"]):
            found = who.json(path, query_string={"q": typed, "for": "form"})["result"]
            assert str(stands["id"]) in {one["value"] for one in found}, (entity, typed)
    links = [a for a in who.get(at("im_visit", "add")).root.all("a") if "data-beside" in a.attrs]
    assert [(a.text, a.attrs["href"]) for a in links] == [("新增企业", at("im_enterprise", "add"))]
    many = len(site.rows("im_enterprise"))
    said = {"name": "别的名称", "uscc": stands["uscc"], "address": "别处", "industry": "food"}
    status, answer = send(who, "POST", api("im_enterprise"), **said)
    assert (status, answer["id"], answer["result"]["name"]) == (200, stands["id"], stands["name"])
    assert len(site.rows("im_enterprise")) == many
    region = key(site, "im_region", name="柯城区")
    own = {**said, "uscc": "91330800X0000088" + "8" + check("91330800X00000888"), "region": region}
    status, answer = send(who, "POST", api("im_enterprise"), **own)
    assert status == 201, answer
    assert send(who, "PUT", api("im_enterprise", str(answer["id"])), address="新址")[0] == 200
    assert send(who, "PUT", api("im_enterprise", str(stands["id"])), address="新址")[0] in (403, 404)


@pytest.mark.req("I-009")
def test_agencies_declare_enter_and_follow_and_authorities_sample_and_analyse(site: Site) -> None:
    main = site.as_("zj_both1")
    for path in (
        at("im_agency", "mine"),
        *(
            at(name, "add")
            for name in ("im_staff", "im_eval_contract", "im_eval_report", "im_service_contract", "im_visit")
        ),
        *(at("im_hazard") + f"?tab={tab}" for tab in ("unrectified", "to_confirm", "confirmed")),
        at("im_sampling") + "?tab=eval_published",
        *(f"/{PORTAL}/charts/{board}" for board in ("eval_ranks", "service_ranks")),
    ):
        assert main.get(path).status == 200, path
    city = site.as_("im_city")
    for path in (
        at("im_sampling", "add"),
        *(
            f"/{PORTAL}/charts/{board}"
            for board in ("eval_ranks", "eval_statistics", "service_statistics", "sampling_statistics")
        ),
    ):
        assert city.get(path).status == 200, path
    kinds = {kind for row in site.rows("im_agency") for kind in site.many("im_agency", "kinds", row["id"])}
    assert kinds == {"eval", "social"}
