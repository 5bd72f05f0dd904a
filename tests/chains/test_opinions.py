"""What is told inside alone (opinions, who decided, whom it waits for) leaves by no door for who stands outside.

One who reads every record of the kind, and may export and print it, is no insider by that.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator

import pytest

from tests.chains.town import FILES, PERMIT, PORTAL, apply, do, town
from tests.leaks.prints import laid_open
from tests.projects import Browser, Builder, Site

OPINION, DECIDER, AWAITED, TOLD = "机密意见甲", "经办张", "领导李", "材料不全"
INSIDE = (OPINION, DECIDER, AWAITED)
CLERK = """
label: 窗口
kinds: [firm]
rows: {permit: all, talk: all, base.region: all, log: all}
may: {permit: [read, export, print], talk: [read, export], base.region: [read], log: [read, export]}
"""
MORE = {
    "schema/shop/portal.yaml": f"""{PORTAL}
prints:
  sheet:
    of: permit
    label: 审批表
    template: sheet.typ
    fields: [app_no, name, step, round, applicant_note, state]
    tables: {{talks: {{of: talk, fields: [name]}}}}
workbooks: {{all: {{of: permit, label: 全部, sheets: [permit, {{list: talk, by: permit}}]}}}}
boards: {{desk: {{label: 桌面, home: true, rows: [[{{todo: 5}}]]}}}}
""",
    "schema/shop/prints/sheet.typ": '#import "/paper.typ": *\n#show: paper\n#masthead(data.title)\n#repr(data)\n',
    "schema/shop/permit.yaml": PERMIT.replace(
        "  - {timeline: moves", "  - {table: talk, by: permit}\n  - {timeline: moves"
    )
    + "listing: {columns: [app_no, name, step, round, applicant_note, state], toolbar: [export], row: [show]}\n",
    "schema/shop/talk.yaml": """
label: 面谈
fields: {name: {type: text, label: 名称}, permit: {type: ref, to: permit, label: 申请, on_delete: delete}}
""",
    "schema/shop/log.yaml": """
label: 日志
view_of: base.audit
append_only: true
listing: {columns: [at, action, entity, record_id, changes], toolbar: [export], row: [show]}
""",
    "permissions/shop/clerk.yaml": CLERK,
    "permissions/shop/handler.yaml": FILES["permissions/shop/handler.yaml"]
    .replace("rows: {}", "rows: {permit: all, talk: all, base.region: all}")
    .replace("may: {}", "may: {permit: [read, export, print], talk: [read, export], base.region: [read]}"),
}


@pytest.fixture(scope="module")
def site(build: Builder) -> Site:
    made = town(build, files=MORE)
    decided(made)
    return made


def decided(made: Site) -> None:
    """A record that was returned, submitted again and agreed on; it waits for the second level."""
    with made.acting() as system:
        user = made.world.manifest.entities["base.user"]
        for account, name in (("jia_handler", DECIDER), ("jia_leader", AWAITED)):
            system.writer.change(user, made.users[account], {"name": name})
        system.writer.change(user, made.users["clerk"], {"kind": "firm"})
    permit = apply(made)
    made.make("talk", name="初谈", permit=permit)
    said = {"opinion": OPINION, "applicant_note": TOLD}
    assert do(made.as_("jia_handler"), "disagree", permit, **said)[0] == 200
    assert do(made.as_("firm"), "submit", permit)[0] == 200
    assert do(made.as_("jia_handler"), "agree", permit, opinion=OPINION)[0] == 200


def told(who: Browser, path: str) -> str:
    """An answer as it came, what is packed unpacked, the signs of JSON as they are meant."""
    answer = who.client.get(path, headers={"Accept-Language": "zh"})
    assert answer.status_code == 200, f"{path}: {answer.status_code}"
    data = answer.get_data()
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return "".join(archive.read(name).decode() for name in archive.namelist())
    return re.sub(r"\\u([0-9a-f]{4})", lambda sign: chr(int(sign[1], 16)), data.decode("utf-8", "replace"))


RECORD, API = "/shop/permit", "/api/v1/shop/permit"
DOORS = {
    "page": f"{RECORD}/show/1",
    "list": f"{RECORD}/list/",
    "related": f"{RECORD}/show/1/related/0",
    "record over the API": f"{API}/1",
    "list over the API": f"{API}/?q=(filters:!((col:id,opr:eq,value:1)))",
    "related over the API": "/api/v1/shop/talk/?q=(columns:!(name,permit,permit.step,permit.applicant_note))",
    "xlsx": f"{RECORD}/export.xlsx",
    "xlsx over the API": f"{API}/export.xlsx",
    "csv over the API": f"{API}/export.csv",
    "all that hangs on it": f"{RECORD}/workbook/all/1",
    "print": f"{RECORD}/print/sheet/1?pdf=1",
    "log": "/shop/log/list/?size=100",
    "log over the API": "/api/v1/shop/log/?q=(columns:!(changes,action),page_size:100)",
    "to-do list": "/shop/todo/",
    "to-do list over the API": "/api/v1/shop/todo/",
    "workbook of the to-do list": "/shop/todo/export.xlsx",
    "home": "/shop/",
}
WHOLE = ("page",)
"""The one door at which those inside are told opinions."""
OF_APPLICANT = [
    name for name, path in DOORS.items() if not re.search("log|export|workbook/|print|talk|related", path)
]
TABS = ["waiting", "decided", "submitted"]


@pytest.fixture(autouse=True)
def papers() -> Iterator[None]:
    """A document is the data of its template."""
    with laid_open():
        yield


def leaks(text: str) -> list[str]:
    return [word for word in INSIDE if word in text]


@pytest.mark.parametrize("door", DOORS)
def test_who_reads_every_record_and_stands_outside_is_told_nothing(site: Site, door: str) -> None:
    assert leaks(told(site.as_("clerk"), DOORS[door])) == []


@pytest.mark.parametrize("door", OF_APPLICANT)
def test_applicant_is_told_nothing_of_it(site: Site, door: str) -> None:
    assert leaks(told(site.as_("firm"), DOORS[door])) == []


@pytest.mark.parametrize("tab", TABS)
@pytest.mark.parametrize("account", ["firm", "clerk"])
def test_no_tab_of_the_todo_list_tells_it_outside(site: Site, account: str, tab: str) -> None:
    who = site.as_(account)
    for path in ("/shop/todo/", "/api/v1/shop/todo/", "/shop/todo/export.xlsx"):
        assert leaks(told(who, f"{path}?tab={tab}")) == []


def test_applicant_is_told_the_note_alone(site: Site) -> None:
    page = told(site.as_("firm"), DOORS["page"])
    assert TOLD in page and "市保安处领导" in page


def test_who_stands_inside_is_told_all_on_the_page(site: Site) -> None:
    """Otherwise the doors above would be shut by having nothing behind them."""
    for account in ("jia_handler", "jia_leader"):
        assert leaks(told(site.as_(account), DOORS["page"])) == list(INSIDE)


@pytest.mark.parametrize("door", [name for name in DOORS if name not in (*WHOLE, "log", "log over the API")])
def test_opinions_stand_on_no_other_door_even_inside(site: Site, door: str) -> None:
    assert OPINION not in told(site.as_("jia_handler"), DOORS[door])


def test_record_is_signed_by_who_changed_it_outside_of_the_chain(site: Site) -> None:
    assert site.row("permit", 1)["updated_by"] == site.id_of("firm")


def test_answers_of_moves_tell_no_opinion_outside(site: Site) -> None:
    """A move of the applicant, of a record that was decided on; and the refusal of one that is not his."""
    permit = apply(site, "另一")
    said = {"opinion": OPINION, "applicant_note": TOLD}
    assert do(site.as_("jia_handler"), "disagree", permit, **said)[0] == 200
    answers = [do(site.as_("clerk"), "agree", permit, opinion="1"), do(site.as_("firm"), "submit", permit)]
    answers.append(do(site.as_("firm"), "agree", permit, opinion="1"))
    assert [status for status, _ in answers] == [403, 200, 403] and leaks(str(answers)) == []


def test_history_of_changes_tells_no_opinion_and_nobody_who_decided(build: Builder) -> None:
    history = PERMIT.replace("{timeline: moves, label: 审批进度}", "{timeline: changes}")
    other = town(build, files={**MORE, "schema/shop/permit.yaml": history})
    decided(other)
    assert leaks(told(other.as_("clerk"), DOORS["page"])) == []
