"""What is ticked in a tree stands for what lies below it: in rules, filters, computed values and choices."""

from __future__ import annotations

from typing import Any

import pytest

from fab_app.expr import parse
from fab_app.runtime.moves import fire
from tests.projects import Browser, Builder, Site
from tests.runtime.agencies import FILES, agency, keys, planted, report


@pytest.fixture(scope="module")
def site(build: Builder, database: str) -> Site:
    return build(FILES, database)


@pytest.fixture(scope="module")
def made(site: Site) -> dict[str, int]:
    return planted(site)


@pytest.fixture
def clear(site: Site) -> None:
    """Agencies of an earlier test stand for nothing."""
    with site.acting() as system:
        for row in site.rows("agency"):
            if row["kind"] == "agency":
                system.writer.change(site.entity("agency"), row["id"], {"regions": [], "kinds": []})


def given(site: Site, made: dict[str, int], region: str, kind: str) -> dict[str, Any]:
    id_ = report(site, made, region, kind)
    with site.acting("clerk") as clerk:
        fire(clerk.writer, site.entity("report"), id_, "give", {})
    return site.row("report", id_)


def officer(site: Site, org: int) -> Browser:
    name = f"officer{org}"
    site.person(name, "officer", kind="officer", org=org)
    return site.as_(name)


def seen(who: Browser, ids: list[int]) -> list[int]:
    """Those of the reports that somebody sees."""
    found = who.json("/api/v1/shop/report/?q=(page_size:100)")["result"]
    return [id_ for id_ in ids if id_ in {row["id"] for row in found}]


@pytest.mark.usefixtures("clear")
@pytest.mark.req("H-210")
def test_a_node_stands_for_all_below_it_and_for_nothing_beside_it(site: Site, made: dict[str, int]) -> None:
    city = agency(site, made, "甲市局", "甲市", "消防")
    assert [given(site, made, place, "通道")["agency"] for place in ("东区", "甲市", "北区", "省")] == [
        city, city, None, None,
    ]  # fmt: skip


@pytest.mark.usefixtures("clear")
@pytest.mark.req("H-210")
def test_what_comes_below_a_ticked_node_later_is_covered(site: Site, made: dict[str, int]) -> None:
    city = agency(site, made, "乙市局", "乙市", "消防")
    region = site.world.manifest.entities["base.region"]
    with site.acting() as system:
        values = {"code": f"1002{city}", "name": "新区", "level": "county", "parent": made["乙市"]}
        new = system.writer.create(region, values, {"portal": "shop"})
    assert given(site, {**made, "新区": new}, "新区", "通道")["agency"] == city


@pytest.mark.usefixtures("clear")
@pytest.mark.req("H-211")
def test_a_ticked_parent_stands_for_all_its_children_unless_some_are_ticked(
    site: Site, made: dict[str, int]
) -> None:
    whole, some = agency(site, made, "全", "东区", "消防"), agency(site, made, "半", "西区", "消防 栓 其他")
    kinds = ("通道", "栓", "其他", "管道")
    assert [given(site, made, "东区", kind)["agency"] for kind in kinds] == [whole, whole, None, None]
    assert [given(site, made, "西区", kind)["agency"] for kind in kinds] == [None, some, some, None]


@pytest.mark.usefixtures("clear")
@pytest.mark.req("H-212", "H-213")
def test_the_nearest_covering_node_comes_first(site: Site, made: dict[str, int]) -> None:
    agency(site, made, "省局", "省", "通道")
    agency(site, made, "市局", "甲市", "消防", "city")
    agency(site, made, "区局一", "东区", "消防", "county")
    near = agency(site, made, "区局二", "东区", "通道", "county")
    found = given(site, made, "东区", "通道")
    assert (found["agency"], found["reason"]) == (near, "区局二直接命中")
    assert given(site, made, "西区", "通道")["reason"] == "市局上级覆盖（一级全选）"


@pytest.mark.usefixtures("clear")
def test_choosing_takes_one_statement_however_many_stand_for_choice(site: Site, made: dict[str, int]) -> None:
    def cost() -> int:
        id_ = report(site, made, "东区", "通道")
        with site.acting("clerk") as clerk, site.statements() as statements:
            fire(clerk.writer, site.entity("report"), id_, "give", {})
        return len(statements)

    agency(site, made, "甲", "东区", "消防")
    cost()
    few = cost()
    for index in range(8):
        agency(site, made, f"多{index}", "甲市", "消防")
    assert cost() == few


@pytest.mark.usefixtures("clear")
def test_rows_are_those_that_ones_own_agency_stands_for(site: Site, made: dict[str, int]) -> None:
    places = (("东区", "通道"), ("西区", "栓"), ("北区", "通道"), ("东区", "管道"))
    ids = [report(site, made, region, kind) for region, kind in places]
    city = officer(site, agency(site, made, "甲市", "甲市", "消防 通道"))
    assert seen(city, ids) == [ids[0]]
    whole = officer(site, agency(site, made, "甲市全", "甲市", "消防"))
    assert seen(whole, ids) == ids[:2]
    nothing = officer(site, agency(site, made, "空", "", ""))
    assert seen(nothing, ids) == []


@pytest.mark.usefixtures("clear")
def test_the_condition_of_a_move_reads_what_ones_agency_stands_for(site: Site, made: dict[str, int]) -> None:
    org = agency(site, made, "东", "东区", "消防")
    who, id_ = officer(site, org), report(site, made, "东区", "栓")
    assert who.post(f"/shop/report/do/settle/{id_}").status == 303
    assert site.row("report", id_)["state"] == "given"


def test_a_row_without_a_place_is_nobodys(site: Site, made: dict[str, int]) -> None:
    id_ = site.make("report", text="无处", kind=made["栓"])
    who = officer(site, agency(site, made, "全省", "省", "消防"))
    assert seen(who, [id_]) == []


@pytest.mark.req("H-212")
def test_computed_values_ask_through_a_reference(site: Site, made: dict[str, int]) -> None:
    city = agency(site, made, "甲市二", "甲市 北区", "消防")
    ids = [report(site, made, place, "栓", agency=city) for place in ("甲市", "东区", "北区", "乙市")]
    listed = site.as_("clerk").json("/api/v1/shop/report/?q=(columns:!(id,direct,far),page_size:100)")[
        "result"
    ]
    found = {row["id"]: (row["direct"], row["far"]) for row in listed}
    assert [found[id_] for id_ in ids] == [(True, 0), (False, 1), (True, 0), (None, None)]


@pytest.mark.usefixtures("clear")
def test_a_list_is_narrowed_to_what_covers_a_node(site: Site, made: dict[str, int]) -> None:
    agency(site, made, "近", "甲市", "通道 栓")
    agency(site, made, "远", "乙市", "燃气")
    clerk = site.as_("clerk")

    def names(path: str, op: str, node: str) -> list[str]:
        query = f"(columns:!(name),filters:!((col:{path},opr:{op},value:{made[node]})))"
        return [row["name"] for row in clerk.json(f"/api/v1/shop/agency/?q={query}")["result"]]

    assert names("regions", "covers", "东区") == ["近"] and names("regions", "contains", "东区") == []
    assert names("kinds", "covers", "管道") == ["远"] and names("kinds", "covers", "消防") == []
    page = clerk.get(f"/shop/agency/list/?regions={made['北区']}")
    assert "远" in page.text and "近" not in [cell.text for cell in page.root.all("td")]


@pytest.mark.req("H-043")
def test_redundant_ticks_are_left_out_and_told(site: Site, made: dict[str, int]) -> None:
    clerk = site.as_("clerk")
    answer = clerk.submit(
        "/shop/agency/add",
        name="多勾",
        level="province",
        regions=[str(made[name]) for name in ("甲市", "东区", "北区")],
    )
    assert answer.status == 303
    id_ = site.rows("agency")[-1]["id"]
    assert site.many("agency", "regions", id_) == keys(made, "甲市 北区")
    assert "管控区域：东区已包含在所选的上级之内，未重复保存" in clerk.client.get("/shop/agency/list/").text


@pytest.mark.req("H-349")
def test_nodes_above_ones_level_are_refused_in_the_authors_words(site: Site, made: dict[str, int]) -> None:
    clerk = site.as_("clerk")
    answer = clerk.submit("/shop/agency/add", name="区", level="county", regions=[str(made["甲市"])])
    assert answer.status == 422 and "区县级机构只能选择区县级管控区域" in answer.text
    body = {"name": "区", "level": "county", "regions": [made["甲市"]]}
    headers = {"X-CSRFToken": clerk.token}
    assert clerk.client.post("/api/v1/shop/agency/", json=body, headers=headers).status_code == 422


@pytest.mark.usefixtures("clear")
def test_explanations_run_the_same_rule(site: Site, made: dict[str, int]) -> None:
    from fab_app.access.explain import explain
    from fab_app.runtime.explaining import Rows

    inside, outside = report(site, made, "西区", "栓"), report(site, made, "北区", "栓")
    org = agency(site, made, "西", "甲市", "消防")
    officer(site, org)
    who = site.principal(f"officer{org}")
    with site.acting() as system:
        sight = Rows(site.world, system.writer.session)
        entity = site.entity("report")
        told = [explain(sight, who, entity, "read", id_).allowed for id_ in (inside, outside)]
    assert told == [True, False]


def in_fact(who: Browser, id_: int) -> list[str]:
    found = who.json(f"/api/v1/shop/agency/{id_}")["result"]["in_fact"]
    return [one["title"] for one in found or ()]


@pytest.mark.req("H-211", "H-405")
def test_what_is_covered_in_fact_is_told_as_the_tree_stands_now(site: Site, made: dict[str, int]) -> None:
    clerk, id_ = site.as_("clerk"), agency(site, made, "事实", "省", "消防 栓 燃气 其他")
    assert in_fact(clerk, id_) == ["栓", "管道", "其他"]
    site.make("category", name="储罐", parent=made["燃气"])
    assert in_fact(clerk, id_) == ["栓", "管道", "其他", "储罐"]
    assert "栓、管道、其他、储罐" in clerk.get(f"/shop/agency/show/{id_}").text
    assert in_fact(clerk, agency(site, made, "无", "省", "")) == []


def test_what_is_covered_in_fact_is_written_by_nobody(site: Site, made: dict[str, int]) -> None:
    clerk, id_ = site.as_("clerk"), agency(site, made, "不写", "省", "栓")
    clerk.get(f"/shop/agency/edit/{id_}")
    answer = clerk.client.put(
        f"/api/v1/shop/agency/{id_}",
        json={"in_fact": [made["管道"]]},
        headers={"X-CSRFToken": clerk.get(f"/shop/agency/edit/{id_}").token},
    )
    assert answer.status_code == 400 and in_fact(clerk, id_) == ["栓"]


def test_a_list_of_what_is_covered_takes_as_many_statements_as_it_has_such_columns(
    site: Site, made: dict[str, int]
) -> None:
    clerk = site.as_("clerk")

    def cost() -> int:
        with site.statements() as statements:
            clerk.json("/api/v1/shop/agency/?q=(columns:!(name,in_fact),page_size:100)")
        return len(statements)

    agency(site, made, "数一", "省", "消防")
    cost()
    few = cost()
    for index in range(6):
        agency(site, made, f"数二{index}", "甲市", "消防 燃气")
    assert cost() == few


def told(who: Browser, field: str, *ticks: int, **more: Any) -> dict[str, Any]:
    """What a form is told of ticks while they are set."""
    asked = "&".join(f"{name}={value}" for name, value in more.items())
    path = f"/shop/agency/options/{field}?for=form&ticked={','.join(map(str, ticks))}&{asked}"
    answer: dict[str, Any] = who.json(path)
    return answer


@pytest.mark.req("H-097")
def test_a_form_is_told_what_its_ticks_cover(site: Site, made: dict[str, int]) -> None:
    clerk = site.as_("clerk")
    found = told(clerk, "kinds", *keys(made, "消防 燃气 其他"))
    groups = {group["label"]: group["ends"] for group in found["groups"]}
    assert groups["消防"] == ["通道", "栓"] and groups[""] == ["其他"] and "管道" in groups["燃气"]
    narrowed = told(clerk, "kinds", *keys(made, "消防 栓"))
    assert (narrowed["groups"], narrowed["count"]) == ([{"label": "消防", "ends": ["栓"]}], 1)
    assert narrowed["above"] == [str(made["消防"])]
    assert told(clerk, "kinds")["groups"] == []


@pytest.mark.req("H-095")
def test_a_form_is_told_which_ticks_are_no_longer_allowed(site: Site, made: dict[str, int]) -> None:
    clerk = site.as_("clerk")
    wide = told(clerk, "regions", *keys(made, "甲市 北区"), level="city")
    near = told(clerk, "regions", *keys(made, "甲市 北区"), level="county")
    assert set(wide["ticks"]) == {str(key) for key in keys(made, "甲市 北区")}
    assert near["ticks"] == [str(made["北区"])]


def test_ticks_that_one_may_not_choose_tell_nothing(site: Site, made: dict[str, int]) -> None:
    found = told(site.as_("clerk"), "kinds", made["东区"] + 9999, 10**16)
    assert (found["ticks"], found["groups"], found["above"]) == ([], [], [])
    assert told(site.as_("clerk"), "kinds")["ticks"] == []


def test_files_hold_ticks_and_what_they_cover(site: Site, made: dict[str, int]) -> None:
    agency(site, made, "出表", "甲市 北区", "消防 栓")
    text = site.as_("admin").client.get("/api/v1/shop/agency/export.csv").get_data(as_text=True)
    line = next(line for line in text.splitlines() if "出表" in line)
    assert "甲市、北区" in line and "消防、栓" in line and line.rstrip().rstrip('"').endswith("栓")


def test_below_asks_the_tree_of_its_own_field(site: Site, made: dict[str, int]) -> None:
    id_ = report(site, made, "东区", "通道")
    with site.acting() as system:
        env = system.writer.env(site.entity("report"), {"region": made["东区"], "kind": made["通道"]}, id_)
        asked = [("kind", "消防"), ("kind", "燃气"), ("region", "甲市"), ("region", "乙市")]
        found = [env.run(parse(f"below({name}, {made[node]})")) for name, node in asked]
    assert found == [True, False, True, False]
