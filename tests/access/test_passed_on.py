"""A claim that was passed on: who had it once reads it and nothing more, who has it now opens what it is about."""

from __future__ import annotations

from typing import Any

import pytest

from fab_app.core.problems import Refused
from fab_app.runtime.moves import fire
from tests.projects import Browser, Builder, Site

FILES = {
    "schema/shop/portal.yaml": "title: 举报\nkinds: {agency: {label: 机构, org: agency}}\n",
    "schema/shop/agency.yaml": "label: 机构\ntitle: '{name}'\nview_of: base.org\nis: {kind: agency}\n",
    "schema/shop/report.yaml": """
label: 举报单
title: "{text}"
fields:
  text: {type: text, label: 内容}
  phone: {type: text, label: 举报人电话}
  agency: {type: ref, to: agency, label: 处理机构}
listing: {columns: [text, phone, agency]}
""",
    "schema/shop/claim.yaml": """
label: 领奖
title: "{name}"
fields:
  name: {type: text, label: 姓名}
  report: {type: ref, to: report, label: 举报单}
  agency: {type: ref, to: agency, label: 发放机构}
  passed: {type: table, of: passing, by: claim, label: 转送记录, columns: [from_agency, to_agency]}
listing: {columns: [name, agency], search: [{field: agency}], toolbar: [export]}
workflows:
  paying:
    start: open
    states: {open: {label: 待发放}, paid: {label: 已发放, final: true}}
    moves:
      pass:
        label: 转送
        from: open
        by: [agency]
        dialog: {to: {type: ref, to: agency, label: 转给, required: true}}
        effects:
          - {type: create, entity: passing, fields: {claim: this, from_agency: before.agency, to_agency: dialog.to}}
          - {type: set, fields: {agency: dialog.to}}
      pay: {label: 发放, from: open, to: paid, by: [agency]}
""",
    "schema/shop/passing.yaml": """
label: 转送记录
append_only: true
fields:
  claim: {type: ref, to: claim, label: 领奖}
  from_agency: {type: ref, to: agency, label: 转出机构}
  to_agency: {type: ref, to: agency, label: 转入机构}
""",
    "permissions/shop/agency.yaml": """
label: 机构
rows:
  report: agency == user.org
  claim:
    read: agency == user.org or exists(passing where from_agency == user.org)
    edit: agency == user.org
    move: {pass: agency == user.org, pay: agency == user.org}
  passing: {through: claim}
  agency: all
may:
  report: [read, edit]
  claim: [read, edit, export, move: [pass, pay]]
  passing: [read]
  agency: [pick]
""",
    "permissions/shop/payer.yaml": """
label: 发放
rows: {report: exists(claim where agency == user.org)}
may: {report: [read]}
fields: {report: {hidden: [phone]}}
""",
}
NAMES = ("first", "second", "third")


@pytest.fixture(scope="module")
def site(build: Builder, database: str) -> Site:
    made = build(FILES, database)
    for name in NAMES:
        org = made.make("agency", name=name)
        made.person(name, "agency", "payer", kind="agency", org=org)
        made.orgs = {**getattr(made, "orgs", {}), name: org}  # type: ignore[attr-defined]
    return made


@pytest.fixture(scope="module")
def claim(site: Site) -> int:
    """Passed on by the first agency to the second."""
    orgs = site.orgs  # type: ignore[attr-defined]
    report = site.make("report", text="违建", phone="13900000001", agency=orgs["first"])
    id_ = site.make("claim", name="举报人", report=report, agency=orgs["first"])
    with site.acting("first") as first:
        fire(first.writer, site.entity("claim"), id_, "pass", {"to": orgs["second"]})
    return id_


def seen(who: Browser, id_: int) -> list[bool]:
    """Whether a claim is told: in the list, on its page, by the API's list and record, in a file."""
    listed = who.json("/api/v1/shop/claim/")["result"]
    return [
        f"/shop/claim/show/{id_}" in who.client.get("/shop/claim/list/").get_data(as_text=True),
        who.get(f"/shop/claim/show/{id_}").status == 200,
        id_ in [row["id"] for row in listed],
        who.get(f"/api/v1/shop/claim/{id_}").status == 200,
        "举报人" in who.client.get("/api/v1/shop/claim/export.csv").get_data(as_text=True),
    ]


@pytest.mark.req("H-225")
def test_who_passed_a_claim_on_still_reads_it_by_every_way(site: Site, claim: int) -> None:
    assert [seen(site.as_(name), claim) for name in NAMES] == [[True] * 5, [True] * 5, [False] * 5]


@pytest.mark.req("H-225")
def test_it_is_found_by_the_agency_that_has_it_now(site: Site, claim: int) -> None:
    orgs = site.orgs  # type: ignore[attr-defined]

    def found(name: str, agency: str) -> list[int]:
        query = f"(filters:!((col:agency,opr:eq,value:{orgs[agency]})))"
        return [row["id"] for row in site.as_(name).json(f"/api/v1/shop/claim/?q={query}")["result"]]

    assert [found("first", "second"), found("first", "first"), found("third", "second")] == [[claim], [], []]


@pytest.mark.req("H-225")
def test_who_passed_it_on_changes_and_moves_nothing(site: Site, claim: int) -> None:
    before = site.row("claim", claim)
    first = site.as_("first")
    assert first.get(f"/shop/claim/edit/{claim}").status == 403
    for code, said in (("pay", {}), ("pass", {"to": site.orgs["third"]})):  # type: ignore[attr-defined]
        with site.acting("first") as acting, pytest.raises(Refused):
            fire(acting.writer, site.entity("claim"), claim, code, said)
    assert site.row("claim", claim) == before


@pytest.mark.req("H-228")
def test_who_got_it_opens_the_report_without_who_reported(site: Site, claim: int) -> None:
    report = site.row("claim", claim)["report"]

    def told(name: str) -> Any:
        answer = site.as_(name).get(f"/api/v1/shop/report/{report}").response
        return answer.get_json()["result"]["phone"] if answer.status_code == 200 else answer.status_code

    assert [told(name) for name in NAMES] == ["13900000001", None, 404]
    second = site.as_("second")
    assert "13900000001" not in second.client.get("/shop/report/list/").get_data(as_text=True)
    assert second.get(f"/shop/report/edit/{report}").status == 403


@pytest.mark.req("H-225")
def test_the_transfers_of_a_claim_are_read_with_it(site: Site, claim: int) -> None:
    rows = [len(site.as_(name).json("/api/v1/shop/passing/")["result"]) for name in NAMES]
    assert rows == [1, 1, 0]
