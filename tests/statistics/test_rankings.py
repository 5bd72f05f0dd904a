"""Rankings of several figures with their ties and their empty rows, totals that are no sums, groups without rows."""

from __future__ import annotations

from typing import Any

import pytest

from tests.projects import Builder, Site

HOME = {
    "schema/city/agency.yaml": """
label: 机构
title: "{name}"
view_of: base.org
is: {kind: agency}
fields:
  kinds: {type: choices, label: 类别, options: {eval: 评价, social: 服务}}
""",
    "schema/city/region.yaml": "label: 地区\nview_of: base.region\n",
    "schema/city/sample.yaml": """
label: 抽查
fields:
  no: {type: text, label: 编号}
  agency: {type: ref, to: agency, label: 机构, required: true}
  client: {type: ref, to: client, label: 企业}
  score: {type: decimal, label: 得分, digits: 4, scale: 1}
  published: {type: bool, label: 已发布, default: true}
""",
    "schema/city/client.yaml": """
label: 企业
fields: {name: {type: text, label: 名称}, region: {type: region, label: 地区}}
""",
    "schema/city/portal.yaml": """
title: 市
kinds: {main: {label: 机构, org: agency}, city: {label: 市局}}
boards:
  regions: {label: 按地区, rows: [[both]]}
charts:
  ranking:
    type: ranking
    label: 排名
    of: sample
    where: published
    by: {field: agency, every: "'eval' in kinds"}
    rank: mean
    then: n
    measure:
      n: {label: 数量}
      mean: {label: 平均得分, avg: score, digits: 2}
      best: {label: 最高分, max: score}
      worst: {label: 最低分, min: score}
  staff:
    type: pivot
    label: 专职人员数
    of: staff
    by: {tree: agency.region, level: 2}
    total: true
    filters: [{field: joined_on, name: date}, {field: name, by: contains}]
  samples:
    type: pivot
    label: 抽查数
    of: sample
    by: {tree: client.region, level: 2}
    total: true
    filters: [{field: no, by: contains}]
  both: {type: joined, label: 按地区统计, charts: [staff, samples], switch: {all: 全市, own: 本机构}}
  mine: {type: tile, label: 抽查, of: sample, own: true}
  by_region:
    type: pivot
    label: 按地区
    of: sample
    where: published
    by: {tree: client.region, level: 2, every: true}
    total: true
    measure:
      n: {label: 数量}
      clients: {label: 企业数, distinct: client}
      mean: {label: 平均得分, avg: score, digits: 2}
""",
    "schema/city/staff.yaml": """
label: 人员
fields:
  name: {type: text, label: 姓名}
  agency: {type: ref, to: agency, label: 机构}
  joined_on: {type: date, label: 入职}
""",
    "permissions/city/main.yaml": """
label: 机构
kinds: [main]
rows:
  sample: {read: "agency == user.org", aggregate: all}
  agency: {read: "id == user.org", aggregate: all}
may: {sample: [read, export], agency: [read]}
""",
    "permissions/city/city.yaml": """
label: 市局
kinds: [city]
rows: {staff: all, sample: all, agency: all, region: all, client: all}
may: {staff: [read, export], sample: [read, export], agency: [read], region: [read], client: [read]}
""",
}
SCORES = {"甲": [90, 80], "乙": [85, 85.01], "丙": [85], "丁": [], "戊": [70, 99]}


@pytest.fixture(scope="module")
def site(build: Builder, database: str) -> Site:
    site = build(HOME, database)
    city = site.make("region", code="33", name="市")
    east, west = (
        site.make("region", code=f"330{n}", name=name, parent=city) for n, name in ((1, "东区"), (2, "西区"))
    )
    site.make("region", code="99", name="市外")
    clients = [site.make("client", name=name, region=east) for name in ("子", "丑")]
    for name, scores in SCORES.items():
        agency = site.make("agency", name=name, kinds=["eval"])
        for at, score in enumerate(scores):
            site.make("sample", no=f"{name}{at}", agency=agency, score=round(score, 1), client=clients[at])
    other = site.make("agency", name="己", kinds=["social"], region=west)
    for name in ("一", "二"):
        site.make("staff", name=name, agency=other, joined_on="2026-01-01")
    site.make("sample", no="x", agency=1, score=1, published=False)
    site.person("official", "city", kind="city")
    site.person(
        "owner", "main", kind="main", org=next(r["id"] for r in site.rows("agency") if r["name"] == "乙")
    )
    return site


def numbers(site: Site, who: str, chart: str) -> dict[str, Any]:
    found: dict[str, Any] = site.as_(who).json(f"/api/v1/city/charts/{chart}")["result"]
    return found


def column(found: dict[str, Any], key: str) -> list[Any]:
    return next(one["data"] for one in found["series"] if one["key"] == key)


@pytest.mark.req("I-136", "I-226", "I-227")
@pytest.mark.parametrize("who", ["official", "owner"])
def test_equal_means_share_a_place_and_who_has_none_stands_last(site: Site, who: str) -> None:
    found = numbers(site, who, "ranking")
    assert [x["label"] for x in found["x"]] == ["乙", "甲", "丙", "戊", "丁"]
    assert found["places"] == [1, 1, 1, 4, 0]


@pytest.mark.req("I-225", "I-227")
def test_figures_of_each_place(site: Site) -> None:
    found = numbers(site, "official", "ranking")
    assert column(found, "n") == [2, 2, 1, 2, 0]
    assert column(found, "mean") == [85, 85, 85, 84.5, None]
    assert (column(found, "best"), column(found, "worst")) == ([85, 90, 85, 99, None], [85, 80, 85, 70, None])


@pytest.mark.req("I-136")
def test_own_organisation_is_marked(site: Site) -> None:
    marked = [x["label"] for x in numbers(site, "owner", "ranking")["x"] if x.get("own")]
    assert marked == ["乙"]


@pytest.mark.req("I-136", "I-211", "I-438")
def test_who_ranks_all_reads_only_his_own(site: Site) -> None:
    owner = site.as_("owner")
    rows = owner.json("/api/v1/city/sample/")["count"]
    assert (rows, numbers(site, "owner", "ranking")["wider"]) == (2, True)


@pytest.mark.req("I-254")
def test_total_counts_different_values_and_means_anew(site: Site) -> None:
    found = numbers(site, "official", "by_region")
    assert found["total"][:2] == [7, 2]
    assert column(found, "clients") == [2, 0, 0]


@pytest.mark.req("I-250", "I-254")
def test_regions_without_rows_stand_with_nothing(site: Site) -> None:
    found = numbers(site, "official", "by_region")
    labels, counts, means = [x["label"] for x in found["x"]], column(found, "n"), column(found, "mean")
    assert sorted(zip(labels, counts, strict=True)) == [("东区", 7), ("市外", 0), ("西区", 0)]
    assert sorted(means, key=str)[1:] == [None, None]


def test_csv_has_places_and_the_total(site: Site) -> None:
    official = site.as_("official")
    ranking = official.client.get(
        "/api/v1/city/charts/ranking.csv", headers={"Accept-Language": "zh"}
    ).get_data(as_text=True)
    table = official.client.get(
        "/api/v1/city/charts/by_region.csv", headers={"Accept-Language": "zh"}
    ).get_data(as_text=True)
    assert ranking.splitlines()[1].startswith("1,乙,2,85") and ranking.splitlines()[-1].startswith("–,丁,0,–")
    assert table.splitlines()[-1].startswith("合计,7,2,")


def beside(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The figures by series and region."""
    labels = [x["label"] for x in found["x"]]
    return {one["key"]: dict(zip(labels, one["data"], strict=True)) for one in found["series"]}


@pytest.mark.req("I-250", "I-251", "I-253", "I-437")
def test_figures_of_several_entities_stand_beside_each_other_each_by_its_own_path(site: Site) -> None:
    found = numbers(site, "official", "both")
    figures = beside(found)
    assert {k: figures["staff.count"][k] for k in ("东区", "西区")} == {"东区": 0, "西区": 2}
    assert {k: figures["samples.count"][k] for k in ("东区", "西区")} == {"东区": 7, "西区": 0}
    assert found["total"] == [2, 8]


def test_condition_holds_for_those_that_know_it(site: Site) -> None:
    found = site.as_("official").json("/api/v1/city/charts/both?date_from=2026-02-01")["result"]
    assert found["total"] == [0, 8]
    assert site.as_("official").client.get("/api/v1/city/charts/both?nothing=1").status_code == 400


@pytest.mark.req("I-255")
def test_each_number_opens_as_many_rows(site: Site) -> None:
    official, found = site.as_("official"), numbers(site, "official", "both")
    for one in found["series"]:
        for rows, link in zip(one["rows"], one["links"], strict=True):
            if link:
                page = official.get(link)
                assert (page.status, page.root.one(id="k-total").text) == (200, f"共 {rows} 条"), link


def test_who_may_read_one_of_them_sees_its_figures_alone(site: Site) -> None:
    keys = [one["key"] for one in numbers(site, "owner", "both")["series"]]
    assert keys == ["samples.count"]


def test_board_asks_the_conditions_of_all_of_them(site: Site) -> None:
    page = site.as_("official").get("/city/charts/regions?date_from=2026-02-01")
    names = {name for name, _ in ((i.attrs.get("name"), 0) for i in page.root.all("input"))}
    assert page.status == 200 and {"date_from", "date_to", "name", "no"} <= names


def test_joined_chart_as_csv(site: Site) -> None:
    answer = site.as_("official").client.get(
        "/api/v1/city/charts/both.csv", headers={"Accept-Language": "zh"}
    )
    lines = answer.get_data(as_text=True).splitlines()
    assert lines[0].endswith("按地区统计,专职人员数,抽查数") and lines[-1] == "合计,2,8"


@pytest.mark.req("I-211", "I-438")
def test_figures_over_more_than_ones_rows_open_none_of_them(site: Site) -> None:
    found = numbers(site, "owner", "both")
    assert (found["total"], found["wider"], found["series"][0]["links"].count("")) == (
        [8],
        True,
        len(found["x"]),
    )


@pytest.mark.req("I-211", "I-255")
def test_switch_counts_ones_own_rows_which_open(site: Site) -> None:
    owner = site.as_("owner")
    found = owner.json("/api/v1/city/charts/both?rows=own")["result"]
    assert (found["total"], found["wider"]) == ([2], False)
    link = next(link for link in found["series"][0]["links"] if link)
    assert owner.get(link).root.one(id="k-total").text == "共 2 条"


@pytest.mark.req("I-088")
def test_figures_of_ones_own_rows_though_the_role_has_wider_ones(site: Site) -> None:
    found = numbers(site, "owner", "mine")
    counted = [line["data"] for line in found["series"]]
    assert (counted, found["wider"]) == ([[len(SCORES["乙"])]], False)


@pytest.mark.req("I-211")
def test_board_has_the_switch_for_whom_it_is(site: Site) -> None:
    tabs = [
        [
            a.text
            for a in site.as_(who).get("/city/charts/regions").root.all("a")
            if a.text in ("全市", "本机构")
        ]
        for who in ("owner", "official")
    ]
    assert tabs == [["全市", "本机构"], []]


def test_rows_that_nobody_knows_are_refused(site: Site) -> None:
    assert site.as_("owner").client.get("/api/v1/city/charts/both?rows=every").status_code == 400


def test_whoever_asks_for_ones_own_rows_gets_their_figures(site: Site) -> None:
    found = site.as_("owner").json("/api/v1/city/charts/ranking?rows=own")["result"]
    assert (found["wider"], [place["label"] for place in found["x"] if place.get("own")]) == (False, ["乙"])
