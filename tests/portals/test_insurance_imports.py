"""Policies and hazards of insurance_service that come in as workbooks."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest

from tests.imports.books import book, read, reasons, send
from tests.portals.insurance import PORTAL, at, key
from tests.portals.moving import do
from tests.projects import Browser, Site

POLICY = (
    *("保单号*", "投保单位*", "统一社会信用代码*", "行业*", "区域编码*", "地址*", "联系人*", "联系电话*"),
    *("投保人数", "保险金额*", "保费*", "起期*", "止期*"),
)
HAZARD = ("隐患描述*", "隐患类别*", "隐患等级", "隐患部位*", "发现日期", "整改期限", "整改建议")
NEW = "91990101MA0DEM0120"


def policy(
    no: str, today: date, uscc: str = NEW, name: str = "新企业(示范)", **other: Any
) -> tuple[Any, ...]:
    values = {
        "policy_no": no,
        "name": name,
        "uscc": uscc,
        "industry": "其他",
        "region": "970101",
        "address": "东城路1号",
        "contact": "某某",
        "phone": "13800000000",
        "people": 12,
        "amount": 1_000_000,
        "premium": 5000,
        "from": today,
        "to": today + timedelta(days=364),
    }
    return tuple({**values, **other}.values())


def uscc(site: Site) -> str:
    """One that no enterprise has."""
    from random import Random

    field = site.world.manifest.entities[f"{PORTAL}.enterprise"].fields["uscc"]
    return str(field.sample(Random(7)))


@pytest.mark.req("A-138", "A-191")
def test_clerk_imports_policies_and_the_twice_named_one_is_told(fresh: Site) -> None:
    clerk, today, code = fresh.as_("insa_clerk"), fresh.world.clock.today("Asia/Shanghai"), uscc(fresh)
    rows = [policy("P-901", today, code), policy("P-902", today, code), policy("P-901", today, code)]
    status, body = send(clerk, "policy", book(POLICY, *rows), PORTAL)
    assert (status, body["message"], reasons(body)) == (
        200,
        "成功2条,失败1条",
        [(4, "policy_no", "保单号重复")],
    )
    content = clerk.client.get(body["marked"], headers={"Accept-Language": "zh"}).get_data()
    page: Any = openpyxl.load_workbook(io.BytesIO(content)).active
    heading, wrong = [[cell.value for cell in row] for row in page.iter_rows()]
    assert (heading[-2:], wrong[0], wrong[-2:]) == (["原文件行号", "错误原因"], "P-901", [4, "保单号重复"])


@pytest.mark.req("A-138")
def test_unknown_enterprise_is_made_once_and_a_known_one_is_taken(fresh: Site) -> None:
    clerk, today, code = fresh.as_("insa_clerk"), fresh.world.clock.today("Asia/Shanghai"), uscc(fresh)
    known = fresh.rows("enterprise")[0]
    before = len(fresh.rows("enterprise"))
    rows = [
        policy("P-911", today, code),
        policy("P-912", today, code),
        policy("P-913", today, known["uscc"], "别的写法"),
    ]
    assert send(clerk, "policy", book(POLICY, *rows), PORTAL)[1]["added"] == 3
    made = fresh.rows("enterprise")[before:]
    assert [(row["name"], row["region_id"]) for row in made] == [
        ("新企业(示范)", key(fresh, "region", code="970101"))
    ]
    policies = [row for row in fresh.rows("policy") if row["policy_no"].startswith("P-91")]
    assert [row["enterprise_id"] for row in policies] == [made[0]["id"], made[0]["id"], known["id"]]
    assert {(row["status"], row["insurer_id"]) for row in policies} == {
        ("draft", key(fresh, "insurer", name="甲财险(示范)"))
    }


@pytest.mark.req("A-138")
def test_wrong_policies_do_not_stop_good_ones_and_leave_no_enterprise(fresh: Site) -> None:
    clerk, today, code = fresh.as_("insa_clerk"), fresh.world.clock.today("Asia/Shanghai"), uscc(fresh)
    before = len(fresh.rows("enterprise"))
    known = fresh.rows("enterprise")[0]["uscc"]
    rows = [
        policy("P-001", today, known),
        policy("P-921", today, code, to=today),
        policy("P-922", today, code, region="999999"),
        policy("P-923", today, known),
    ]
    _, body = send(clerk, "policy", book(POLICY, *rows), PORTAL)
    assert (body["message"], reasons(body)) == (
        "成功1条,失败3条",
        [
            (2, "policy_no", "保单号重复"),
            (3, "end_date", "保险止期必须晚于保险起期"),
            (4, "enterprise_id.region_id", "区域编码“999999”不存在"),
        ],
    )
    assert len(fresh.rows("enterprise")) == before


@pytest.mark.req("A-171")
def test_file_with_a_wrong_heading_is_refused(site: Site) -> None:
    clerk, before = site.as_("insa_clerk"), len(site.rows("policy"))
    for heading in (POLICY[1:], (*POLICY, "备注")):
        status, body = send(clerk, "policy", book(heading, ("x",) * len(heading)), PORTAL)
        assert (status, body["message"]) == (422, "模板不正确,请下载最新模板")
    assert len(site.rows("policy")) == before


@pytest.mark.req("A-107")
def test_list_of_policies_offers_import_and_template_to_who_may(site: Site) -> None:
    page = site.as_("insa_clerk").get(at("policy"))
    assert [path in page.html for path in (at("policy", "import"), at("policy", "import-template.xlsx"))] == [
        True,
        True,
    ]
    shown = [column.text for column in page.root.all("th")]
    assert {
        "保单号",
        "投保单位",
        "行业",
        "保险金额",
        "函号",
        "出函日期",
        "服务机构",
        "订单状态",
        "状态",
    } <= set(shown)
    assert site.as_("a_admin").get(at("policy", "import")).status == 403


@pytest.fixture
def inspection(fresh: Site) -> int:
    """A record of hazards of the order that is being served."""
    served = key(fresh, "service_order", status="serving")
    return next(row["id"] for row in fresh.rows("inspection_record") if row["order_id"] == served)


@pytest.mark.req("A-139")
def test_hazards_are_imported_without_pictures_and_cannot_be_rectified(fresh: Site, inspection: int) -> None:
    staff = fresh.as_("a_staff1")
    found = fresh.row("inspection_record", inspection)["service_date"]
    row = ("消防栓被遮挡", "消防安全", "一般隐患", "一号库房", found, None, "移走货物")
    status, body = send(staff, "hazard", book(HAZARD, row), PORTAL, inspection_id=inspection)
    assert (status, body["added"]) == (200, 1), body
    made = fresh.rows("hazard")[-1]
    assert (made["inspection_id"], made["status"], made["location"]) == (inspection, "open", "一号库房")
    listed = staff.get(at("hazard", f"list/?of=inspection_id:{inspection}"))
    assert "缺少图片" in next(one.text for one in listed.root.all("tr") if made["hazard_no"] in one.text)
    status, told = do(staff, "hazard", made["id"], "rectify", after_photos=[], rectify_date=found.isoformat())
    assert (status, fresh.row("hazard", made["id"])["status"]) in ((409, "open"), (422, "open")), told


@pytest.mark.req("A-139")
def test_hazards_are_imported_into_one_s_own_inspection_alone(fresh: Site, inspection: int) -> None:
    row = ("消防栓被遮挡", "消防安全", "一般隐患", "一号库房")
    before = len(fresh.rows("hazard"))
    content = book(HAZARD[:4], row)
    other, insurer = fresh.as_("b_admin"), fresh.as_("insa_clerk")
    assert send(other, "hazard", content, PORTAL, inspection_id=inspection)[0] in (403, 422)
    assert send(insurer, "hazard", content, PORTAL, inspection_id=inspection)[0] == 403
    assert len(fresh.rows("hazard")) == before


def test_list_of_an_inspection_offers_the_import(site: Site, staff: Browser, order: int) -> None:
    inspection = next(row["id"] for row in site.rows("inspection_record") if row["order_id"] == order)
    page = staff.get(at("hazard", f"list/?of=inspection_id:{inspection}"))
    assert at("hazard", f"import?inspection_id={inspection}") in page.html
    assert at("hazard", "import") not in staff.get(at("hazard")).html


@pytest.mark.req("A-191")
def test_export_of_orders_being_served_has_exactly_those(site: Site) -> None:
    admin = site.as_("a_admin")
    answer = admin.get(at("service_order", "export.xlsx?status=serving"))
    heading, *found = read(answer.response.get_data())
    agency = key(site, "service_agency", name="安服甲(示范)")
    served = {
        r["order_no"]
        for r in site.rows("service_order")
        if (r["status"], r["agency_id"]) == ("serving", agency)
    }
    assert served and {row[heading.index("服务订单号")] for row in found} == served
