"""Stories of intermediary as section 14 tells them: accounts, first login, staff by two ways, exports."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fab_app.fields.id_card import check_digit
from tests.imports.books import book, read, reasons
from tests.imports.books import send as bring
from tests.portals.asking import send, told
from tests.portals.intermediary import BOTH, PORTAL, agency, api, at, key, seeded, upload
from tests.portals.intermediary_visits import body, hazard
from tests.projects import PDF, Browser, Site

HEAD = ("机构名称", "统一社会信用代码", "机构类型", "所属地区", "登录账号")
ROWS = (
    ("示例导入机构一", None, "安全评价机构", "柯城区", "zj_in1"),
    ("示例导入机构二", None, "安全评价机构、安全生产社会化服务机构", "江山市", "zj_in2"),
    ("示例导入机构三", None, "安全生产社会化服务机构", "龙游县", "zj_in3"),
    ("示例导入机构四", None, "安全生产社会化服务机构", "龙游县", "zj_in1"),
    ("示例导入机构五", None, "安全生产社会化服务机构", "无此地区", "zj_in5"),
)


@pytest.fixture(params=BOTH)
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    with seeded(tmp_path, request.param) as made:
        yield made


def login(site: Site, account: str, password: str) -> int:
    said = {"username": account, "password": password, "provider": "db"}
    return site.app.test_client().post("/api/v1/security/login", json=said).status_code


@pytest.mark.req("I-300", "I-402", "I-159", "I-366")
def test_accounts_come_from_the_list_of_the_bureau(fresh: Site) -> None:
    city = fresh.as_("im_city")
    wrong = [(5, "account", "账号重复"), (6, "agency.region", "地区不存在")]
    _, answer = bring(city, "im_user", book(HEAD, *ROWS), PORTAL)
    assert (answer["added"], reasons(answer)) == (3, wrong)
    people = {row["account"]: row for row in fresh.rows("im_user")}
    assert [people[account]["must_change"] for account in ("zj_in1", "zj_in2", "zj_in3")] == [True] * 3
    assert "zj_in5" not in people
    run = fresh.rows("im_account_import")[-1]
    page = city.get(at("im_account_import", f"show/{run['id']}"))
    files = [a for a in page.addresses if f"/{PORTAL}/im_account_import/file/" in a]
    marked = read(city.get(files[-1]).response.get_data())
    assert [(row[4], row[-1]) for row in marked[1:]] == [("zj_in1", "账号重复"), ("zj_in5", "地区不存在")]
    _, again = bring(city, "im_user", book(HEAD, *ROWS), PORTAL)
    exists = [(row, "account", "账号已存在") for row in (2, 3, 4)]
    assert (again["added"], reasons(again)[:3]) == (0, exists)
    assert len(fresh.rows("im_user")) == len(people)
    assert login(fresh, "zj_in1", "zj202401") in (200, 403)
    first = fresh.as_("zj_in1").get(at("im_agency"))
    assert (first.status, first.location.split("?")[0]) == (302, f"/{PORTAL}/password")


@pytest.mark.req("I-401", "I-343", "I-344", "I-345")
def test_the_first_login_leads_to_a_new_password_and_nowhere_else(fresh: Site) -> None:
    person = fresh.as_("zj_new")
    for path in (f"/{PORTAL}/", at("im_staff"), at("im_agency")):
        answer = person.get(path)
        assert (answer.status, answer.location.split("?")[0]) == (302, f"/{PORTAL}/password"), path
    for new, sentence in (
        ("abcdef", "密码须包含大写字母、小写字母、数字、特殊符号中的至少两种"),
        ("ab12!", "密码长度不能小于6位"),
        ("zj202401", "新密码不能与初始密码相同"),
    ):
        page = person.post(f"/{PORTAL}/password", {"current": "zj202401", "password": new, "repeat": new})
        assert page.status == 422 and sentence in page.text
    new = "Quzhou#1"
    page = person.post(f"/{PORTAL}/password", {"current": "zj202401", "password": new, "repeat": new})
    assert page.status in (302, 303)
    assert (login(fresh, "zj_new", new), login(fresh, "zj_new", "zj202401")) == (200, 401)


def person_of(who: Browser, number: str, **more: Any) -> dict[str, Any]:
    return {
        "name": "人员新",
        "id_card": number,
        "phone": "13001090001",
        "education": "bachelor",
        "major": "安全工程",
        "title": "middle",
        "qualification": ["se2"],
        "cert_no": "ZS-NEW",
        "cert_valid_to": "2099-12-31",
        "cert_files": [upload(who, "im_staff", "cert_files", PDF, "a.pdf")],
        "contract_from": "2020-01-01",
        "insured": True,
        **more,
    }


@pytest.mark.req("I-406", "I-119", "I-121", "I-124", "I-355")
def test_both_ways_to_the_staff_show_the_same_page_and_the_same_new_row(fresh: Site) -> None:
    main, mine = fresh.as_("zj_soc1"), agency(fresh, "zj_soc1")
    form = main.get(at("im_agency", f"edit/{mine}"))
    ways = {a.split("?")[0] for a in form.addresses if a.startswith(at("im_staff"))}
    assert "专职人员名单" in form.text and at("im_staff") in ways
    number = "99000019900101001"
    number += check_digit(number)
    before = main.json(api("im_agency", str(mine)))["result"]["fulltime_count"]
    status, answer = send(main, "POST", api("im_staff"), **person_of(main, number))
    assert status == 201, answer
    assert answer["id"] in main.get(at("im_staff") + "?size=100").ids
    assert main.json(api("im_agency", str(mine)))["result"]["fulltime_count"] == before + 1
    other = fresh.as_("zj_soc2")
    status, answer = send(other, "POST", api("im_staff"), **person_of(other, number))
    assert (status, "该人员已在其他机构申报为专职人员" in told(answer)) == (422, True), answer
    assert "社会化服务机构" not in str(told(answer))


@pytest.mark.req("I-417", "I-302", "I-301")
def test_export_has_the_rows_of_the_screen_and_text_stays_text(fresh: Site) -> None:
    who = fresh.as_("zj_soc1")
    today = fresh.world.clock.today("Asia/Shanghai")
    typed = hazard(who, today, description="=1+1 接线外露", category="dust", level="major")
    assert send(who, "POST", api("im_visit"), **body(fresh, who, [typed]))[0] == 201
    asked = "?tab=unrectified&level=major"
    screen = who.get(at("im_hazard") + asked + "&size=100")
    heading, *rows = read(who.get(at("im_hazard", "export.xlsx") + asked).response.get_data())
    assert len(rows) == int("".join(filter(str.isdigit, screen.total))) > 0
    assert {"隐患编号", "企业名称", "整改状态"} <= set(heading)
    assert {row[heading.index("整改状态")] for row in rows} == {"未整改"}
    assert {row[heading.index("隐患等级")] for row in rows} == {"重大隐患"}
    name = next(row["name"] for row in fresh.rows("im_agency") if row["id"] == agency(fresh, "zj_soc1"))
    assert {row[heading.index("服务机构")] for row in rows} == {name}
    descriptions = [row[heading.index("隐患描述")] for row in rows]
    assert any("=1+1 接线外露" in text for text in descriptions)


@pytest.mark.req("I-417", "I-302")
def test_exported_ranking_has_the_agencies_of_the_screen(fresh: Site) -> None:
    who, region = fresh.as_("zj_eval1"), key(fresh, "im_region", name="柯城区")
    address, always = f"/api/v1/{PORTAL}/charts/eval_ranking", "date_from=&date_to="
    shown = who.json(f"{address}?{always}&region={region}")["result"]
    heading, *rows = read(who.get(f"{address}.xlsx?{always}&region={region}").response.get_data())
    assert "被抽查评价报告数" in heading and "平均得分" in heading
    assert [row[1] for row in rows] == [place["label"] for place in shown["x"]]
    assert [row[2] for row in rows] == shown["series"][0]["data"]
    everywhere = who.json(f"{address}?{always}")["result"]
    assert 0 < sum(shown["series"][0]["data"]) < sum(everywhere["series"][0]["data"])
