"""Seeds, regions, categories, settings: what the administrator keeps."""

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
