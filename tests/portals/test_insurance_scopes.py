"""Who sees how much of the demo rows (A-126…A-131, A-174…A-176), and that nobody sees more (A-190)."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from tests.portals.insurance import ACCOUNTS, PORTAL, RECORDS, at, key, order_of
from tests.projects import Site

ON = ("sqlite", "postgresql")
KINDS = tuple(f"{kind}_record" for kind in RECORDS)
SEEN = {
    "a_admin": {"service_order": 2, "hazard": 3, "account": 4, "role": 3, **dict.fromkeys(KINDS, 1)},
    "a_manager": {"service_order": 2, "hazard": 3, **dict.fromkeys(KINDS, 1)},
    "a_staff1": {"service_order": 1, "hazard": 3, **dict.fromkeys(KINDS, 1)},
    "a_staff2": {"service_order": 0, "hazard": 0, **dict.fromkeys(KINDS, 0)},
    "b_admin": {"service_order": 1, "hazard": 0, "account": 1, "role": 3, **dict.fromkeys(KINDS, 0)},
    "insa_clerk": {"policy": 3, "service_agency": 3, "service_order": 1, **dict.fromkeys(KINDS, 1)},
    "insb_clerk": {"policy": 2, "service_agency": 3, "service_order": 2, **dict.fromkeys(KINDS, 0)},
    "reg_city": {"service_order": 3, "hazard": 3, **dict.fromkeys(KINDS, 1)},
    "reg_east": {"service_order": 2, "hazard": 0, **dict.fromkeys(KINDS, 0)},
    "platform": {"service_agency": 3, "insurer": 2, "enterprise": 3, "region": 4, "account": 10, "role": 7},
    "admin": {
        "service_order": 3,
        "hazard": 3,
        "policy": 5,
        "enterprise": 3,
        "account": 10,
        **dict.fromkeys(KINDS, 1),
    },
}
FIELDS = [(account, entity) for account, seen in SEEN.items() for entity in seen]


def leaves(site: Site, account: str) -> list[str]:
    menu = site.as_(account).get(f"/{PORTAL}/").root.one("nav", class_="k-nav")
    return [link.attrs["href"] for link in menu.all("a") if "/list/" in link.attrs.get("href", "")]


@pytest.mark.req("A-021", "A-022", "A-039")
@pytest.mark.parametrize("account", ACCOUNTS)
def test_every_leaf_of_the_menu_opens(site: Site, account: str) -> None:
    person, found = site.as_(account), leaves(site, account)
    assert found != [] and {address: person.get(address).status for address in found} == dict.fromkeys(
        found, 200
    )


@pytest.mark.req(
    "A-003",
    "A-005",
    "A-022",
    "A-023",
    "A-024",
    "A-025",
    "A-026",
    "A-027",
    "A-028",
    "A-029",
    "A-030",
    "A-031",
    "A-032",
)
def test_menu_of_an_agency_has_eight_services_in_their_order(site: Site) -> None:
    services = [
        "service_order",
        "training_record",
        "inspection_record",
        "risk_record",
        "standardization_record",
        "drill_record",
        "tech_record",
        "other_record",
    ]
    assert leaves(site, "a_admin") == [at(entity) for entity in (*services, "hazard", "account", "role")]
    assert leaves(site, "a_staff1") == [at(entity) for entity in (*services, "hazard")]


@pytest.mark.req("A-009", "A-012", "A-033", "A-034", "A-036")
def test_menus_of_the_others_are_theirs(site: Site) -> None:
    insurer, platform = leaves(site, "insa_clerk"), leaves(site, "platform")
    assert {at("policy"), at("service_agency"), at("service_order")} <= set(insurer) and at(
        "account"
    ) not in insurer
    assert {
        at("service_agency"),
        at("insurer"),
        at("enterprise"),
        at("region"),
        at("dict_item"),
        at("account"),
        at("role"),
    } <= set(platform)
    assert at("service_order") not in platform


@pytest.mark.req("A-126", "A-127", "A-128", "A-129", "A-130", "A-131", "A-174", "A-175", "A-176")
@pytest.mark.parametrize(("account", "entity"), FIELDS)
def test_rows_are_ones_own(site: Site, account: str, entity: str) -> None:
    page = site.as_(account).get(at(entity, "list/?size=100"))
    assert (page.status, len(page.ids)) == (200, SEEN[account][entity])


@pytest.mark.req("A-074")
def test_tabs_count_the_orders_of_the_agency(site: Site) -> None:
    told = {
        account: site.as_(account).get(at("service_order")).tabs
        for account in ("a_manager", "a_staff1", "b_admin")
    }
    states = ("all", "pending", "serving", "finished", "declined")
    assert told == {
        "a_manager": dict(zip(states, ("2", "1", "1", "0", "0"), strict=True)),
        "a_staff1": dict(zip(states, ("1", "0", "1", "0", "0"), strict=True)),
        "b_admin": dict(zip(states, ("1", "0", "1", "0", "0"), strict=True)),
    }


STRANGERS = ("b_admin", "a_staff2", "insb_clerk", "reg_east")


@pytest.mark.req("A-126", "A-167", "A-190")
@pytest.mark.parametrize("account", STRANGERS)
def test_foreign_record_is_refused_by_its_address(site: Site, account: str) -> None:
    person, order = site.as_(account), order_of(site, "P-002")
    pages = [person.get(at("service_order", f"show/{order}"))]
    pages += [person.get(at(entity, f"show/{site.rows(entity)[0]['id']}")) for entity in (*KINDS, "hazard")]
    assert {(page.status, "无权访问该数据" in page.text) for page in pages} == {(403, True)}


@pytest.mark.req("A-131", "A-142", "A-190")
@pytest.mark.parametrize("account", STRANGERS)
def test_foreign_attachment_is_refused(site: Site, account: str) -> None:
    files = [
        row for row in site.platform("base_file") if row["entity"] in (*KINDS, "hazard") and row["record_id"]
    ]
    paths = [f"/{PORTAL}/{row['entity']}/file/{row['record_id']}/{row['uuid']}" for row in files]
    assert len(paths) >= 10 and {site.as_(account).get(path).status for path in paths} == {403}
    assert {site.as_("a_manager").get(path).status for path in paths} == {200}


@pytest.mark.req("A-126", "A-190")
def test_foreign_rows_are_in_no_list_of_an_order(site: Site) -> None:
    order = order_of(site, "P-002")
    pages = [site.as_("b_admin").get(at(entity, f"list/?of=order_id:{order}")) for entity in KINDS]
    assert {page.status for page in pages} == {403}


@pytest.mark.req("A-172")
@pytest.mark.parametrize("account", ["insa_clerk", "reg_city", "b_admin", "a_staff2"])
def test_who_may_not_write_writes_nothing(site: Site, account: str) -> None:
    person, record = site.as_(account), site.rows("training_record")[0]["id"]
    before = site.rows("training_record")
    statuses = {
        person.post(at("training_record", f"{path}/{record}"), {"title": "改"}).status
        for path in ("edit", "delete")
    }
    assert statuses <= {403, 404} and site.rows("training_record") == before


@pytest.mark.req("A-172")
def test_a_missing_right_has_its_sentence(site: Site) -> None:
    record = site.rows("training_record")[0]["id"]
    page = site.as_("reg_city").post(at("training_record", f"delete/{record}"))
    assert (page.status, "无操作权限" in page.text) == (403, True)


@pytest.mark.req("A-044")
def test_staff_change_what_they_entered_and_managers_all(site: Site) -> None:
    record = key(site, "training_record", order_id=order_of(site, "P-002"))
    opened = {
        account: site.as_(account).get(at("training_record", f"edit/{record}")).status
        for account in ("a_staff1", "a_manager", "a_admin", "a_staff2")
    }
    assert opened == {"a_staff1": 200, "a_manager": 200, "a_admin": 200, "a_staff2": 403}


@pytest.mark.req("A-004", "A-092", "A-093")
def test_record_is_the_same_in_both_of_its_lists(site: Site) -> None:
    order, person = order_of(site, "P-002"), site.as_("a_manager")
    for kind in KINDS:
        whole, within = person.get(at(kind)), person.get(at(kind, f"list/?of=order_id:{order}"))
        assert (len(within.ids), within.ids) == (1, whole.ids)


@pytest.mark.req("A-082", "A-091", "A-100")
def test_list_of_an_order_tells_its_order_in_the_head_alone(site: Site) -> None:
    order, person = order_of(site, "P-002"), site.as_("a_staff1")
    whole = person.get(at("training_record"))
    within = person.get(at("training_record", f"list/?of=order_id:{order}"))
    number = site.row("service_order", order)["order_no"]
    assert whole.columns[:3] == ["order_id", "policy_no", "enterprise_id"]
    assert not {"order_id", "policy_no", "enterprise_id"} & set(within.columns)
    assert all(text in within.text for text in (number, "P-002", "西城建筑公司(示范)"))
    assert (whole.links("新增安全培训记录"), within.links("新增安全培训记录") != []) == ([], True)


@pytest.mark.req("A-075", "A-076", "A-077")
def test_buttons_of_an_order_row_are_those_of_its_state(site: Site) -> None:
    page = site.as_("a_manager").get(at("service_order"))
    labels = [
        "安全培训",
        "风险识别",
        "事故排查",
        "标准化建设",
        "应急预案编制和演练",
        "安全生产科技推广应用",
        "其他有关事故预防工作",
    ]
    serving, pending = page.row(order_of(site, "P-002")), page.row(order_of(site, "P-003"))
    buttons = [
        node
        for row in (serving, pending)
        for node in (*row.all("a"), *row.all("button"))
        if any(label in node.text for label in labels)
    ]
    open_, greyed = [b for b in buttons if b.tag == "a"], [b for b in buttons if b.tag == "button"]
    assert [re.sub(r"\(?1\)?$", "", b.text) for b in open_] == labels
    assert [re.sub(r"\(?0\)?$", "", b.text) for b in greyed] == labels and {
        b.attrs["title"] for b in greyed
    } == {"请先受理该订单"}


@pytest.mark.req("A-077")
def test_kinds_that_were_not_agreed_are_outlined_in_grey_and_open_all_the_same(fresh: Site) -> None:
    site, manager = fresh, fresh.as_("a_manager")
    order = order_of(site, "P-002")
    with site.acting() as system:
        system.writer.change(site.entity("service_order"), order, {"required_services": ["training", "tech"]})
    links = [
        a for a in manager.get(at("service_order")).row(order).all("a") if "of=order_id" in a.attrs["href"]
    ]
    quiet = [a for a in links if "is-quiet" in a.attrs["class"].split()]
    assert len(links) == 7 and len(quiet) == 5
    assert not any("安全培训" in a.text or "安全生产科技推广应用" in a.text for a in quiet)
    assert {manager.get(a.attrs["href"]).status for a in quiet} == {200}


@pytest.mark.req("A-176")
def test_seeded_hazards_are_as_the_document_says(site: Site) -> None:
    page = site.as_("a_manager").get(at("hazard"))
    told = sorted((row["level"], row["status"], row["overdue"]) for row in page.rows)
    assert told == sorted(
        [("一般隐患", "已整改", "—"), ("一般隐患", "待整改", "逾期"), ("重大隐患", "待整改", "—")]
    )
    inspection = site.as_("a_manager").get(at("inspection_record")).rows[0]
    assert (inspection["hazard_total"], inspection["hazard_done"], inspection["hazard_rate"]) == (
        "3",
        "1",
        "33%",
    )


@pytest.mark.req("A-176")
def test_policies_run_around_the_day_of_seeding(site: Site) -> None:
    today = site.world.clock.today("Asia/Shanghai")
    spans = {(row["start_date"], row["end_date"]) for row in site.rows("policy")}
    assert spans == {(today - timedelta(days=100), today + timedelta(days=265))}


@pytest.mark.req("A-018", "A-145", "A-016")
def test_door_of_another_kind_opens_no_session(site: Site) -> None:
    from tests.projects import PASSWORD

    browser = site.as_()
    wrong = browser.post(f"/{PORTAL}/entry/insurer/", {"username": "a_admin", "password": PASSWORD})
    assert (wrong.status, "该账号不属于本登录入口" in wrong.text) == (401, True)
    assert browser.get(at("service_order")).status == 302
    assert (
        browser.post(f"/{PORTAL}/entry/agency/", {"username": "a_admin", "password": PASSWORD}).status == 303
    )


@pytest.mark.req("A-014", "A-015", "A-016")
def test_visitor_finds_the_way_to_the_doors(site: Site) -> None:
    nobody = site.as_()
    entry = nobody.get(f"/{PORTAL}/")
    platform = nobody.get(
        entry.link("安全生产责任保险监管平台")
        if entry.links("安全生产责任保险监管平台")
        else f"/{PORTAL}/entry/"
    )
    doors = [f"/{PORTAL}/entry/{code}/" for code in ("agency", "insurer", "regulator", "platform")]
    assert "办事服务" in entry.text and f"/{PORTAL}/entry/" in entry.addresses
    assert [door for door in doors if door in platform.addresses] == doors
    assert {nobody.get(door).status for door in doors} == {200}


@pytest.mark.req("A-020")
def test_logging_out_leads_to_ones_own_door(site: Site) -> None:
    assert site.as_("insa_clerk").post("/logout/").location == f"/{PORTAL}/entry/insurer/"


@pytest.mark.req("A-018", "A-144")
def test_wrong_password_has_the_sentence_of_the_portal(site: Site) -> None:
    page = site.as_().post(f"/{PORTAL}/entry/agency/", {"username": "a_staff2", "password": "falsch"})
    assert (page.status, "账号或密码错误" in page.text) == (401, True)
