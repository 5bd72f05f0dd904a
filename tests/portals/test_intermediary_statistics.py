"""Rankings and statistics of intermediary: their periods, tabs, amounts, charts, files and the rows behind numbers."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.portals.intermediary import BOTH, PORTAL, agency, key, seeded
from tests.projects import Browser, Site

ALL = "?date_from=&date_to="
PARTS = {
    "eval": ("sampled_evaluations", "evaluations_by_agency", "evaluations_by_quarter"),
    "social": ("sampled_services", "services_by_agency", "services_by_quarter"),
}


@pytest.fixture(scope="module", params=BOTH)
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with seeded(tmp_path_factory.mktemp("site"), request.param) as made:
        yield made


@pytest.fixture(scope="module")
def today(site: Site) -> date:
    return site.world.clock.today("Asia/Shanghai")


def chart(who: Browser, code: str, query: str = "") -> dict[str, Any]:
    return dict(who.json(f"/api/v1/{PORTAL}/charts/{code}{query}")["result"])


def columns(found: dict[str, Any]) -> dict[str, list[Any]]:
    return {series["key"]: series["data"] for series in found["series"]}


def published(site: Site, kind: str) -> list[dict[str, Any]]:
    return [row for row in site.rows("im_sampling") if (row["kind"], row["status"]) == (kind, "published")]


@pytest.mark.req("I-136", "I-138", "I-224")
@pytest.mark.parametrize(("code", "kind"), [("eval_ranking", "eval"), ("service_ranking", "social")])
def test_a_ranking_is_of_the_present_year_where_no_period_is_asked(
    site: Site, today: date, code: str, kind: str
) -> None:
    who, rows = site.as_("zj_both1"), published(site, kind)
    in_year = [row for row in rows if row["sampled_date"].year == today.year]
    assert sum(columns(chart(who, code))["reports"]) == len(in_year)
    assert sum(columns(chart(who, code, ALL))["reports"]) == len(rows)
    found = {row["sampled_date"] for row in rows}
    quarter = {(day.year, (day.month + 2) // 3) for day in found}.pop()
    first = date(quarter[0], 3 * quarter[1] - 2, 1)
    end = date(first.year + first.month // 10, (first.month + 2) % 12 + 1, 1)
    asked = f"?date_from={first}&date_to={date.fromordinal(end.toordinal() - 1)}"
    of_quarter = [row for row in rows if first <= row["sampled_date"] < end]
    assert sum(columns(chart(who, code, asked))["reports"]) == len(of_quarter) > 0


@pytest.mark.req("I-029", "I-032", "I-136", "I-138")
@pytest.mark.parametrize("board", ["eval_ranks", "service_ranks"])
def test_a_ranking_offers_years_and_quarters(site: Site, today: date, board: str) -> None:
    page = site.as_("zj_both1").get(f"/{PORTAL}/charts/{board}")
    offered = [o.text for o in page.root.all("option")]
    number = (today.month + 2) // 3
    assert {"全部时间", f"{today.year}年", f"{today.year}年第{number}季度"} <= set(offered)
    chosen = [o.text for o in page.root.all("option") if "selected" in o.attrs]
    assert f"{today.year}年" in chosen and "机构排名" in page.text


@pytest.mark.req("I-252", "I-412", "I-037")
@pytest.mark.parametrize("kind", ["eval", "social"])
def test_each_tab_of_the_sampling_statistics_counts_its_own_kind(site: Site, kind: str) -> None:
    who, rows = site.as_("im_city"), published(site, kind)
    page = who.get(f"/{PORTAL}/charts/sampling_statistics?tab={kind}")
    drawn = {n.attrs["id"] for n in page.root.all("div") if "data-chart" in n.attrs}
    assert {f"c-{code}" for code in PARTS[kind]} <= drawn
    assert not drawn & {f"c-{code}" for code in PARTS["social" if kind == "eval" else "eval"]}
    for code in PARTS[kind]:
        found = chart(who, code)
        assert sum(columns(found)["reports"]) == found["total"][1] == len(rows), code
        scores = [row["score"] for row in rows]
        graded = dict(zip(columns(found), found["total"], strict=True))
        mean = (sum(scores) / len(scores)).quantize(Decimal("0.01"), ROUND_HALF_UP)
        assert Decimal(str(graded["average"])) == mean
        assert (graded["best"], graded["worst"]) == (float(max(scores)), float(min(scores)))
        assert graded["agencies"] == len({row["agency"] for row in rows})
        assert sum(graded[grade] for grade in ("excellent", "good", "pass", "fail")) == len(rows)
        assert graded["excellent"] == sum(score >= 90 for score in scores)


@pytest.mark.req("I-252", "I-255")
@pytest.mark.parametrize("query", ["", "?grade=good", "?region=", "?batch="])
def test_sampling_statistics_follow_their_conditions_into_the_sampled_records(site: Site, query: str) -> None:
    who = site.as_("im_city")
    if query == "?region=":
        query += str(key(site, "im_region", name="柯城区"))
    elif query == "?batch=":
        query += published(site, "eval")[0]["batch"]
    found = chart(who, "evaluations_by_quarter", query)
    checked = 0
    for series in found["series"]:
        for rows, link in zip(series["rows"], series["links"], strict=True):
            if link:
                assert who.get(link).root.one(id="k-total").text == f"共 {rows} 条", link
                checked += 1
    assert checked


@pytest.mark.req("I-230")
def test_amounts_are_exact_yuan_in_forms_and_ten_thousands_in_statistics(site: Site) -> None:
    who = site.as_("im_city")
    contracts = [row for row in site.rows("im_eval_contract") if row["status"] != "void"]
    one = next(row for row in contracts if row["amount"])
    page = site.as_("zj_eval1").get(f"/{PORTAL}/im_eval_contract/add")
    assert "合同金额" in page.text and "元" in page.text
    shown = who.get(f"/{PORTAL}/im_eval_contract/show/{one['id']}").text
    assert f"{one['amount']:,.2f}" in shown
    found = chart(who, "eval_contracts")
    amount = next(series for series in found["series"] if series["key"] == "amount")
    total = found["total"][list(columns(found)).index("amount")]
    exact = sum((row["amount"] for row in contracts), Decimal(0)) / 10_000
    assert (amount["label"], amount["digits"]) == ("合同金额（万元）", 2)
    assert Decimal(str(total)) == exact.quantize(Decimal("0.01"), ROUND_HALF_UP)


@pytest.mark.req("I-256")
@pytest.mark.parametrize(
    ("board", "drawn", "table"),
    [
        ("eval_statistics", "reports_chart", "eval_reports"),
        ("service_statistics", "hazards_chart", "service_hazards"),
        ("sampling_statistics", "evaluations_chart", "sampled_evaluations"),
        ("sampling_statistics?tab=social", "services_chart", "sampled_services"),
    ],
)
def test_a_statistic_has_a_chart_an_excel_file_and_a_way_to_print(
    site: Site, board: str, drawn: str, table: str
) -> None:
    who = site.as_("im_city")
    page = who.get(f"/{PORTAL}/charts/{board}")
    kinds = {n.attrs["id"]: n.attrs["data-chart"] for n in page.root.all("div") if "data-chart" in n.attrs}
    assert kinds[f"c-{drawn}"] in ("column", "stack") and kinds[f"c-{table}"] == "table"
    assert "打印" in page.text and 'href="#print"' in page.response.get_data(as_text=True)
    way = next(a for a in page.addresses if f"/charts/{table}.xlsx" in a)
    sheet = load_workbook(io.BytesIO(who.get(way).response.get_data())).active
    heading, *rows = sheet.iter_rows(values_only=True)
    found = chart(who, table)
    assert list(heading[1:])[: len(found["series"])] == [
        one["label"] + (f" ({one['unit']})" if one.get("unit") else "") for one in found["series"]
    ]
    assert [row[0] for row in rows] == [*(place["label"] for place in found["x"]), "合计"]


@pytest.mark.req("I-367")
@pytest.mark.parametrize(
    ("board", "code"),
    [("eval_ranks", "eval_ranking"), ("sampling_statistics", "sampled_evaluations")],
)
def test_a_start_after_the_end_is_told_and_nothing_is_asked(site: Site, board: str, code: str) -> None:
    who, query = site.as_("im_city"), "?date_from=2026-03-01&date_to=2026-02-01"
    with site.statements() as asked:
        page = who.get(f"/{PORTAL}/charts/{board}{query}")
        answer = who.client.get(f"/api/v1/{PORTAL}/charts/{code}{query}", headers={"Accept-Language": "zh"})
    sentence = "开始日期不能晚于结束日期"
    assert (page.status, sentence in page.text) == (422, True)
    assert (answer.status_code, answer.get_json()["message"]) == (422, sentence)
    assert not [text for text in asked if "im_sampling" in text]


@pytest.mark.req("I-136", "I-001")
def test_averages_keep_their_closing_zero(site: Site) -> None:
    found = chart(site.as_("zj_eval1"), "eval_ranking", ALL)
    digits = {series["key"]: series.get("digits") for series in found["series"]}
    assert digits == {"reports": None, "average": 2, "best": 1, "worst": 1}
    mine = site.row("im_agency", agency(site, "zj_eval1"))
    own = [place["label"] for place in found["x"] if place.get("own")]
    assert own == [mine["name"]]
