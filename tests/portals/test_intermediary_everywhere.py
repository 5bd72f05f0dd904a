"""What holds of every list and of every write of the portal intermediary."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.imports.books import read
from tests.portals.asking import send
from tests.portals.intermediary import PORTAL, api, at, seeded
from tests.portals.test_intermediary_lists import tools
from tests.projects import PASSWORD, Site


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with seeded(tmp_path_factory.mktemp("site")) as made:
        yield made


LISTS = {
    "im_agency": "declared_at",
    "im_staff": "declared_at",
    "im_user": "created_at",
    "im_enterprise": "created_at",
    "im_eval_contract": "sign_date",
    "im_eval_report": "finished_date",
    "im_service_contract": "sign_date",
    "im_sampling": "sampled_date",
    "im_visit": "visit_date",
    "im_hazard": "found_date",
}


@pytest.mark.req("I-002")
@pytest.mark.parametrize("entity", LISTS)
def test_every_list_is_paged_sorted_counted_searched_and_exported(site: Site, entity: str) -> None:
    who, day = site.as_("im_city"), LISTS[entity]
    page = who.get(at(entity))
    assert len(page.ids) <= 20 and page.total and "导出" in tools(page)
    assert [link.text for link in page.root.all("button", type="submit") if link.text in ("查询",)] == [
        "查询"
    ]
    assert "重置" in {link.text for link in page.root.all("a")}
    stored = {row["id"]: row.get(day) for row in site.rows(entity)}
    days = page.column(day) if day in page.columns else [stored[id_] for id_ in page.ids]
    assert days == sorted(days, key=str, reverse=True)
    assert page.root.all("a", class_="k-sort")
    assert {size: who.get(at(entity) + f"?size={size}").status for size in (10, 20, 50, 100, 30)} == {
        **dict.fromkeys((10, 20, 50, 100), 200),
        30: 400,
    }


@pytest.mark.req("I-002")
def test_texts_are_searched_within_and_the_ends_of_a_range_belong_to_it(site: Site) -> None:
    who = site.as_("im_city")
    report = next(row for row in site.rows("im_eval_report") if row["report_no"] == "BG-01-001")
    for typed in ("bg-01-001", "  BG-01-001 ", "01-001"):
        assert report["id"] in who.get(at("im_eval_report"), query_string={"report_no": typed}).ids, typed
    day = report["finished_date"]
    found = who.get(at("im_eval_report") + f"?finished_date_from={day}&finished_date_to={day}&size=100").ids
    assert set(found) == {row["id"] for row in site.rows("im_eval_report") if row["finished_date"] == day}
    heading, *rows = read(
        who.get(
            at("im_eval_report", f"export.xlsx?finished_date_from={day}&finished_date_to={day}")
        ).response.get_data()
    )
    assert "报告编号" in heading and len(rows) == len(found)


@pytest.mark.req("I-017", "I-010")
def test_a_visitor_sees_the_ways_in_and_nothing_else(site: Site) -> None:
    nobody = site.as_()
    texts = {}
    for path in ("", "systems/", "platform/login/", "login/"):
        page = nobody.get(f"/{PORTAL}/{path}")
        assert page.status == 200, path
        texts[path] = page.root.text
    assert (
        "衢州市应急管理局" in texts[""]
        and "衢州市安全生产企业网上申报和服务平台（企业端）" in texts["systems/"]
    )
    for entity in site.world.manifest.of_portal(PORTAL):
        assert nobody.get(at(entity.name)).status in (302, 303), entity.name
        assert nobody.get(api(entity.name)).status == 401, entity.name
    assert nobody.get(f"/{PORTAL}/platform/").status in (302, 303)


@pytest.mark.req("I-005", "I-006")
def test_every_write_is_told_in_the_log_with_old_and_new_and_no_password(site: Site) -> None:
    who, sub = site.as_(), site.id_of("zj_eval2_s1")
    who.post(f"/{PORTAL}/login/", {"username": "zj_eval2", "password": PASSWORD, "captcha": "0000"})
    who.token = ""
    assert send(who, "PUT", api("im_user", str(sub)), department="评价一部")[0] == 200
    entry = site.audit("im_user", sub)[-1]
    assert (entry["account"], entry["action"], entry["changes"]["department"][1]) == (
        "zj_eval2",
        "edit",
        "评价一部",
    )
    assert (entry["user_id"], entry["entity"].endswith("user"), entry["record_id"]) == (
        site.id_of("zj_eval2"),
        True,
        sub,
    )
    assert entry["at"] is not None and entry["address"] is not None
    assert (entry["roles"], entry["door"]) == ("im_agency_main im_sampled_all", "own")
    status, _ = send(
        who, "POST", api("im_user", f"{sub}/do/reset_password"), password="Abc987", password_confirm="Abc987"
    )
    assert status == 200
    assert "Abc987" not in str(site.audit("im_user", sub))
    admin = site.as_("im_admin")
    row = admin.get(at("im_operation_log")).ids[0]
    assert admin.get(at("im_operation_log", f"show/{row}")).status == 200
    assert admin.get(at("im_operation_log", f"edit/{row}")).status in (403, 404)
    assert send(admin, "DELETE", api("im_operation_log", str(row)))[0] in (403, 404, 405)
