"""Who is not admitted yet sees one page of the portal; what his record may not change any more is locked."""

from __future__ import annotations

import pytest

from tests.portals.asking import headers
from tests.projects import PASSWORD, Browser, Builder, Site

HOME = {
    "schema/bureau/portal.yaml": """
title: 平台
kinds:
  agency: {label: 机构, org: agency}
  office: {label: 平台}
settings:
  contact: {type: longtext, label: 联系方式, default: "'办公室'"}
guards:
  admission:
    needs: "user.kind != 'agency' or user.org.state == 'approved'"
    message: 机构尚未通过审核
    closes: all
    but: {agency: [read, submit]}
    send_to: agency
charts:
  reports: {type: tile, label: 举报数, of: report}
boards:
  numbers: {label: 统计, rows: [[{chart: reports}]]}
functions:
  numbers: {label: 统计, boards: [numbers]}
""",
    "schema/bureau/agency.yaml": """
label: 机构
title: "{name}"
view_of: base.org
is: {kind: agency}
names: {name: {field: name, label: 机构名称}}
fields:
  phone: {type: phone, label: 电话}
  code:
    type: text
    label: 编号
    readonly: user.kind == 'agency' and state == 'approved'
    locked: 带*的内容不能自行修改
  town: {type: text, label: 地点}
  comment: {type: text, label: 审核意见, max: 100, readonly: true}
single: {where: this == user.org, moves: [submit]}
remarks:
  - {text: "请等待审核，{contact}", when: state == 'pending'}
  - {text: "审核未通过：{comment}", when: state == 'rejected', tone: bad}
form:
  - {section: 基本信息, fields: [name, code, town, phone]}
workflows:
  admission:
    field: state
    start: draft
    states:
      draft: {label: 待完善}
      pending: {label: 待审核}
      rejected: {label: 不通过}
      approved: {label: 已通过, final: true}
    moves:
      submit:
        label: 保存
        from: [draft, rejected]
        to: pending
        by: [agency]
        title: 完善信息
        page: true
        dialog:
          code: {required: "true", stands: true}
          town: {required: "true", stands: true}
          phone: {visible: state == 'rejected', stands: true}
      approve: {label: 通过, from: pending, to: approved, by: [office]}
      reject: {label: 不通过, from: pending, to: rejected, by: [office], dialog: {comment: {required: "true"}}}
""",
    "schema/bureau/report.yaml": "label: 举报\nfields:\n  name: {type: text, label: 名, required: true}\n",
    "menus/bureau.yaml": "items:\n  - {entity: agency, page: mine, label: 基本信息}\n  - {entity: report}\n",
    "permissions/bureau/agency.yaml": """
label: 机构
kinds: [agency]
rows: {agency: id == user.org, report: all}
may: {agency: [read, edit], report: [read, add], numbers: [read]}
""",
    "permissions/bureau/office.yaml": """
label: 平台
kinds: [office]
rows: {agency: all, report: all}
may: {agency: [read, edit], report: [read], numbers: [read]}
""",
}
MINE = "/bureau/agency/mine"


@pytest.fixture(scope="module")
def site(build: Builder, database: str) -> Site:
    site = build(HOME, database)
    for state in ("draft", "pending", "rejected", "approved"):
        more = {"code": "A1", "town": "某地", "phone": "13000000001"} if state != "draft" else {}
        id_ = site.make("agency", name=f"{state}机构", state=state, comment="印章不清", **more)
        site.person(state, "agency", kind="agency", org=id_)
    site.person("chief", "office", kind="office")
    return site


def submits(who: Browser, id_: int, **said: str) -> tuple[int, dict[str, object]]:
    answer = who.client.post(f"/api/v1/bureau/agency/{id_}/do/submit", json=said, headers=headers(who))
    return answer.status_code, answer.get_json()


def own(site: Site, account: str) -> int:
    return int(next(row["id"] for row in site.rows("agency") if row["name"] == f"{account}机构"))


@pytest.mark.parametrize(
    "page", ["", "report/list/", "report/add", "agency/list/", "charts/numbers", "report/show/1"]
)
def test_every_other_page_leads_to_his_own(site: Site, page: str) -> None:
    answer = site.as_("pending").get(f"/bureau/{page}")
    assert (answer.status, answer.location) == (302, MINE)


def test_where_he_was_going_at_the_login_leads_there_too(site: Site) -> None:
    visitor = site.as_()
    login = {"username": "pending", "password": PASSWORD, "next": "/bureau/report/list/"}
    assert visitor.follow(visitor.post("/login/", login)).location == MINE


def test_api_answers_with_the_sentence(site: Site) -> None:
    answer = site.as_("pending").client.get("/api/v1/bureau/report/", headers={"Accept-Language": "zh"})
    assert (answer.status_code, answer.get_json()["message"]) == (403, "机构尚未通过审核")


def test_charts_are_shut_too(site: Site) -> None:
    assert site.as_("pending").client.get("/api/v1/bureau/charts/reports").status_code == 403


def test_what_he_posts_is_refused_and_not_led_away(site: Site) -> None:
    assert site.as_("pending").post("/bureau/report/add", {"name": "x"}).status == 403


def test_there_is_no_menu(site: Site) -> None:
    menus = [
        site.as_(who).get(MINE).root.all("a", href="/bureau/report/list/") for who in ("pending", "approved")
    ]
    assert [bool(menu) for menu in menus] == [False, True]


def test_admitted_ones_and_others_are_led_nowhere(site: Site) -> None:
    assert [site.as_(who).get("/bureau/report/list/").status for who in ("approved", "chief")] == [200, 200]


def test_page_of_the_move_stands_for_the_form(site: Site) -> None:
    draft = site.as_("draft")
    page = draft.follow(draft.get(MINE))
    assert (page.status, page.root.one("h1").text) == (200, "完善信息")


def test_where_no_move_can_be_made_the_record_is_read(site: Site) -> None:
    page = site.as_("pending").get(MINE)
    assert (page.status, "请等待审核，办公室" in page.text) == (200, True)


def test_remark_tells_what_stands_in_the_record(site: Site) -> None:
    rejected = site.as_("rejected")
    page = rejected.follow(rejected.get(MINE))
    assert "审核未通过：印章不清" in page.text
    assert dict(page.form())["code"] == "A1"


def test_dialog_leaves_what_is_hidden_and_what_is_not_sent(site: Site) -> None:
    id_ = site.make("agency", name="另一机构", state="draft", code="B1", phone="13000000002")
    site.person("another", "agency", kind="agency", org=id_)
    status, answer = submits(site.as_("another"), id_, town="彼处")
    row = site.row("agency", id_)
    columns = site.entity("agency").columns
    assert (status, answer.get("errors")) == (200, None)
    assert [row[columns[name]] for name in ("code", "town", "phone")] == ["B1", "彼处", "13000000002"]


def test_dialog_demands_what_neither_stands_nor_was_sent(site: Site) -> None:
    status, answer = submits(site.as_("draft"), own(site, "draft"), town="彼处")
    assert (status, list(answer["errors"])) == (422, ["code"])  # type: ignore[call-overload]


def test_locked_field_is_text_with_a_star(site: Site) -> None:
    page = site.as_("approved").get(MINE)
    assert "code" not in dict(page.form())
    assert [
        label.text for label in page.root.all("span", class_="k-label") if label.all("b", class_="k-lock")
    ] == ["*编号"]


def test_change_of_a_locked_field_is_refused_with_its_sentence_and_saves_nothing(site: Site) -> None:
    who, id_ = site.as_("approved"), own(site, "approved")
    page = who.get(MINE)
    answer = who.send(page, code="B2", town="彼处")
    assert (answer.status, "带*的内容不能自行修改" in answer.text) == (422, True)
    row, columns = site.row("agency", id_), site.entity("agency").columns
    assert (row[columns["code"]], row[columns["town"]]) == ("A1", "某地")


def test_what_is_locked_may_be_sent_unchanged(site: Site) -> None:
    who = site.as_("approved")
    page = who.get(MINE)
    assert who.send(page, code="A1", phone="13000000009").status == 303
