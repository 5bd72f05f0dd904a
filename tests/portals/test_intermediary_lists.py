"""Lists of intermediary: where the menu has them, what they show, ask and offer to each of its people."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.pages import Page
from tests.portals.asking import send
from tests.portals.intermediary import PORTAL, agency, api, at, key, seeded
from tests.projects import Site


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with seeded(tmp_path_factory.mktemp("site")) as made:
        yield made


def way(page: Page) -> list[str]:
    """The crumbs: the menu's levels down to the page."""
    return [item.text for item in page.root.one("ol", class_="k-crumb").all("li")][1:]


def heads(page: Page) -> list[str]:
    return [head.text for head in page.root.all("th") if "data-col" in head.attrs]


def conditions(page: Page) -> list[str]:
    return [label.text for label in page.root.one("form", id="k-query").all("label") if label.text]


def tools(page: Page) -> list[str]:
    bar = page.root.one("div", class_="k-toolbar")
    found = (
        node
        for node in bar.walk()
        if node.tag in ("a", "button") and "btn" in node.attrs.get("class", "").split()
    )
    return [node.text for node in found if node.text]


def verbs(page: Page) -> set[str]:
    """Every button of every row."""
    acts = (cell for row in page.root.all("tr") for cell in row.all("td", class_="k-act"))
    return {node.text for act in acts for node in act.walk() if node.tag in ("a", "button") and node.text}


@pytest.mark.req("I-021", "I-029", "I-032", "I-035", "I-036", "I-037", "I-020")
@pytest.mark.parametrize(
    ("path", "levels"),
    [
        (at("im_user"), ["系统管理", "权限管理", "用户管理"]),
        (f"/{PORTAL}/charts/eval_ranks", ["安全评价服务", "机构排名"]),
        (f"/{PORTAL}/charts/service_ranks", ["安全生产社会化服务", "机构排名"]),
        (f"/{PORTAL}/charts/eval_statistics", ["统计分析", "安全评价统计", "按地区"]),
        (f"/{PORTAL}/charts/service_statistics", ["统计分析", "社会化服务统计", "按地区"]),
        (f"/{PORTAL}/charts/sampling_statistics", ["统计分析", "政府抽查统计"]),
        (at("im_staff") + "?tab=declared", ["中介机构申报", "已申报专职人员"]),
        (at("im_hazard") + "?tab=overdue", ["安全生产社会化服务", "赴企记录和隐患管理", "超期未整改隐患"]),
    ],
)
def test_menu_leads_to_the_page_over_these_levels(site: Site, path: str, levels: list[str]) -> None:
    page = site.as_("zj_both1").get(path)
    menu = [link.attrs.get("href") for link in page.root.one("nav", class_="k-nav").all("a")]
    assert (page.status, path in menu, way(page)) == (200, True, levels)


@pytest.mark.req("I-038")
def test_top_of_each_page_has_the_person_his_agency_and_the_ways_out(site: Site) -> None:
    for path in (f"/{PORTAL}/", at("im_visit")):
        page = site.as_("zj_soc1").get(path)
        top = page.root.one("header")
        assert "示例安全服务机构A" in top.text
        assert {"修改密码", "退出"} <= {node.text for node in top.walk() if node.tag in ("a", "button")}


@pytest.mark.req("I-110", "I-116")
def test_sub_accounts_of_the_own_agency(site: Site) -> None:
    page = site.as_("zj_both1").get(at("im_user"))
    shown = {"登录账号", "姓名", "手机号码", "部门", "录入权限", "状态", "最近登录"}
    assert shown <= set(heads(page)) and {"登录账号", "姓名", "状态"} <= set(conditions(page))
    assert (sorted(page.column("account")), tools(page)[:3]) == (
        ["zj_both1_s1", "zj_both1_s2"],
        ["新增", "编辑", "删除"],
    )
    assert "重置密码" in verbs(page) and page.root.all("input", name="ids")
    notes = [note.text for note in page.root.all("div", class_="k-note")]
    assert notes == [f"新增的账号只能从中介管理系统登录，不归集中平台管理。登录地址：/{PORTAL}/login/"]
    others = site.as_("im_city").get(at("im_user"))
    assert not others.root.all("div", class_="k-note")


@pytest.mark.req("I-123")
def test_own_staff(site: Site) -> None:
    page = site.as_("zj_both1").get(at("im_staff"))
    shown = ["姓名", "性别", "身份证号", "学历", "职称", "执业资格", "证书有效期", "证书状态", "在职状态"]
    assert (heads(page), conditions(page)) == (shown, ["姓名", "执业资格", "在职状态"])
    assert all("********" in number for number in page.column("id_card"))
    assert {"编辑", "离职", "删除"} <= verbs(page) and "人员信息录入" in tools(page)


@pytest.mark.req("I-126", "I-024")
def test_declared_agencies_are_looked_at_only(site: Site) -> None:
    path = at("im_agency") + "?tab=declarations"
    page = site.as_("zj_both1").get(path)
    shown = [
        *("机构名称", "机构类型", "统一社会信用代码", "地区", "资质证书编号"),
        *("有效期止", "专职人员数", "申报时间"),
    ]
    assert (heads(page), page.ids, verbs(page)) == (shown, [agency(site, "zj_both1")], {"查看"})
    assert conditions(page)[:3] == ["机构名称", "机构类型", "所在地区"] and "申报时间" in "".join(
        conditions(page)
    )
    assert site.as_("zj_empty").get(path).ids == []
    county = site.as_("im_jiangshan")
    region = key(site, "im_region", name="江山市")
    seen = county.get(at("im_agency") + "?tab=declared").ids
    assert seen and {site.row("im_agency", id_)["region"] for id_ in seen} == {region}
    record = site.as_("zj_both1").get(at("im_agency", f"show/{page.ids[0]}"))
    assert [p for p in ("基本信息", "资质信息", "附件", "营业执照", "专职人员") if p not in record.text] == []


@pytest.mark.req("I-127", "I-025")
def test_declared_staff_are_looked_at_only(site: Site) -> None:
    path = at("im_staff") + "?tab=declared"
    page = site.as_("zj_both1").get(path)
    shown = [
        *("姓名", "所属机构", "执业资格", "证书编号", "有效期至", "证书状态", "职称", "在职状态", "申报时间")
    ]
    assert (heads(page), verbs(page), page.root.one("h1").text) == (shown, {"查看"}, "已申报专职人员")
    asked = conditions(page)
    assert {"姓名", "所属机构", "执业资格", "在职状态"} <= set(asked)
    last = site.world.clock.today("Asia/Shanghai") + timedelta(60)
    soon = site.as_("im_city").get(f"{path}&cert_valid_to_to={last}&size=100")
    ends = [row["cert_valid_to"] for row in soon.rows]
    assert ends and max(ends) <= last.isoformat()
    everybody = site.as_("im_city").get(path)
    assert len(set(everybody.column("agency"))) > 1


@pytest.mark.req("I-131")
def test_service_contracts(site: Site) -> None:
    page = site.as_("zj_soc1").get(at("im_service_contract"))
    shown = [
        "合同编号",
        "企业",
        "服务内容",
        "金额",
        "服务期限起",
        "服务期限止",
        "约定次数",
        "已赴企次数",
        "状态",
    ]
    assert heads(page)[:9] == shown and "录入人" in heads(page)
    assert "录入" in tools(page) and {"查看", "编辑", "完成", "作废"} <= verbs(page)
    assert site.as_("zj_soc1_s2").get(at("im_service_contract")).status == 200
    assert site.as_("zj_eval1_s2").get(at("im_service_contract")).status == 403
    row = page.rows[0]
    done = [visit for visit in site.rows("im_visit") if visit["service_contract"] == page.ids[0]]
    assert row["done_visits"] == str(len(done))


@pytest.mark.req("I-133")
def test_reports_are_changed_only_while_never_sampled(site: Site) -> None:
    who = site.as_("zj_eval1")
    page = who.get(at("im_eval_report") + "?size=100")
    shown = ["报告编号", "报告名称", "合同", "企业", "评价类型", "完成日期", "结论"]
    assert heads(page)[:7] == shown and "被抽查次数" in heads(page) and "录入" in tools(page)
    sampled = next(id_ for id_, row in zip(page.ids, page.rows, strict=True) if row["sampled_count"] != "0")
    free = next(id_ for id_, row in zip(page.ids, page.rows, strict=True) if row["sampled_count"] == "0")
    words = {id_: page.row(id_).one("td", class_="k-act").text for id_ in (sampled, free)}
    assert "编辑" not in words[sampled] and "删除" not in words[sampled]
    assert "编辑" in words[free] and "删除" in words[free]
    status, answer = send(who, "PUT", api("im_eval_report", str(sampled)), report_name="改名的报告")
    assert (status, answer["message"]) == (409, "该报告已被抽查，不能修改或删除")
    assert send(who, "DELETE", api("im_eval_report", str(sampled)))[0] == 409


@pytest.mark.req("I-135", "I-137", "I-028", "I-031")
@pytest.mark.parametrize(
    ("account", "kind", "object_"),
    [("zj_eval1", "eval", "被抽查报告"), ("zj_soc1", "social", "被抽查服务项目")],
)
def test_sampled_records_of_the_own_agency(site: Site, account: str, kind: str, object_: str) -> None:
    who = site.as_(account)
    page = who.get(at("im_sampling") + f"?tab={kind}_published&size=100")
    shown = ["抽查编号", "抽查批次", "机构名称", object_, "企业", "抽查日期", "抽查单位", "抽查得分", "等级"]
    assert (heads(page), verbs(page), tools(page)) == (shown, {"查看"}, ["导出"])
    rows = [site.row("im_sampling", id_) for id_ in page.ids]
    assert {(row["kind"], row["status"], row["agency"]) for row in rows} == {
        (kind, "published", agency(site, account))
    }
    assert {"抽查批次", "等级"} <= set(conditions(page)) and who.get(
        at("im_sampling") + "?grade=fail"
    ).status == 200
    record = who.get(at("im_sampling", f"show/{page.ids[0]}"))
    assert {"存在问题", "整改要求", "附件"} <= set(record.details)


@pytest.mark.req("I-140")
def test_own_visits(site: Site) -> None:
    who = site.as_("zj_soc1")
    page = who.get(at("im_visit"))
    shown = ["记录编号", "企业名称", "地区", "赴企日期", "赴企人员", "服务内容", "隐患数", "未整改数"]
    assert heads(page)[:8] == shown and "录入人" in heads(page) and "录入" in tools(page)
    assert {"企业名称", "地区", "赴企人员", "是否发现隐患"} <= set(conditions(page))
    first, row = page.ids[0], page.rows[0]
    found = [hazard for hazard in site.rows("im_hazard") if hazard["visit"] == first]
    open_ = [hazard for hazard in found if hazard["rectify_status"] == "unrectified"]
    assert (row["hazard_count"], row["open_count"]) == (
        str(len(found)),
        str(len(open_)) if open_ else row["open_count"],
    )
    clean = who.get(at("im_visit") + "?has_hazard=0&size=100")
    assert clean.ids and {site.row("im_visit", id_)["has_hazard"] for id_ in clean.ids} == {False}
    staff = site.many("im_visit", "visitors", first)[0]
    theirs = who.get(at("im_visit") + f"?visitors={staff}&size=100").ids
    assert first in theirs and all(staff in site.many("im_visit", "visitors", id_) for id_ in theirs)


@pytest.mark.req("I-154")
def test_every_preset_opens_each_hazard(site: Site) -> None:
    who = site.as_("im_city")
    for preset in ("all", "rectified", "unrectified", "overdue", "to_confirm", "confirmed"):
        page = who.get(at("im_hazard") + f"?tab={preset}")
        assert page.ids and all("查看" in page.row(id_).one("td", class_="k-act").text for id_ in page.ids), (
            preset
        )


@pytest.mark.req("I-152", "I-150")
def test_overdue_ones_stand_by_their_days_and_confirmed_ones_are_looked_at_only(site: Site) -> None:
    who = site.as_("im_city")
    days = [int(text) for text in who.get(at("im_hazard") + "?tab=overdue").column("overdue_days")]
    assert days == sorted(days, reverse=True) and len(set(days)) > 1
    confirmed = who.get(at("im_hazard") + "?tab=confirmed")
    assert {"确认人", "确认时间"} <= set(heads(confirmed)) and verbs(confirmed) == {"查看"}


@pytest.mark.req("I-161")
def test_authorities_only_read_but_for_confirmations_and_extensions(site: Site) -> None:
    county = site.as_("im_jiangshan")
    for entity in ("im_eval_contract", "im_eval_report", "im_service_contract", "im_visit"):
        page = county.get(at(entity))
        assert page.ids and verbs(page) <= {"查看", "打印"} and tools(page) == ["导出"], entity
        assert county.get(at(entity, "add")).status == 403
        assert send(county, "DELETE", api(entity, str(page.ids[0])))[0] in (403, 404)
    offered = verbs(county.get(at("im_hazard") + "?tab=all&size=100"))
    assert {"确认", "延期"} <= offered <= {"确认", "延期", "查看"}


@pytest.mark.req("I-163", "I-015")
def test_an_enterprise_sees_its_hazards_and_registers_what_was_rectified(site: Site) -> None:
    who, mine = site.as_("im_ent"), key(site, "im_enterprise", user=site.id_of("im_ent"))
    page = who.get(at("im_hazard") + "?tab=all&size=100")
    assert way(page) == ["我的隐患"]
    visits = {row["id"] for row in site.rows("im_visit") if row["enterprise"] == mine}
    assert set(page.ids) == {row["id"] for row in site.rows("im_hazard") if row["visit"] in visits}
    assert verbs(page) == {"登记整改", "查看"}
    other = next(row["id"] for row in site.rows("im_hazard") if row["visit"] not in visits)
    assert who.get(at("im_hazard", f"show/{other}")).status == 404


@pytest.mark.req("I-001")
def test_numbers_and_days_are_written_as_the_document_says(site: Site) -> None:
    city = site.as_("im_city")
    assert site.world.manifest.portals[PORTAL].spec.zone == "Asia/Shanghai"
    contract = city.get(at("im_service_contract") + "?size=100")
    for id_, row in zip(contract.ids, contract.rows, strict=True):
        stored = site.row("im_service_contract", id_)
        assert (row["amount"], row["service_from"]) == (
            f"{stored['amount']:,.2f}",
            stored["service_from"].isoformat(),
        )
    samples = city.get(at("im_sampling") + "?tab=eval_published&size=100")
    assert samples.rows and all(row["score"].partition(".")[2].__len__() == 1 for row in samples.rows)
    figures = city.json(f"/api/v1/{PORTAL}/charts/eval_ranking")["result"]["series"]
    averages = next(series["data"] for series in figures if series["key"] == "average")
    assert 87.67 in averages  # 263 / 3 = 87.666…
