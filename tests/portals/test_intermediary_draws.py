"""Random draws of intermediary: proposed objects, dropped or accepted, become drafts that are scored and published."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from tests.portals.asking import send, told
from tests.portals.intermediary import PORTAL, api, at, key, seeded
from tests.projects import Browser, Site


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with seeded(tmp_path_factory.mktemp("site")) as made:
        yield made


def draw(who: Browser, **said: Any) -> tuple[int, Any]:
    body = {"kind": "eval", "batch": "抽取批次", "number": 3, "period_from": since(who.site, 365), **said}
    return send(who, "POST", api("im_draw"), **body)


def since(site: Site, days: int) -> str:
    today: date = site.world.clock.today("Asia/Shanghai")
    return (today - timedelta(days)).isoformat()


def rows(site: Site, id_: int) -> list[dict[str, Any]]:
    return [row for row in site.rows("im_draw_row") if row["draw"] == id_]


@pytest.mark.req("I-157")
def test_objects_not_sampled_in_the_period_are_proposed(site: Site) -> None:
    city = site.as_("im_city")
    page = city.get(at("im_sampling") + "?tab=eval_entry")
    assert page.link("随机抽取") == at("im_draw")
    status, answer = draw(city, number=100)
    assert status == 201, answer
    first = date.fromisoformat(since(site, 365))
    sampled = {
        row["eval_report"]
        for row in site.rows("im_sampling")
        if row["status"] != "withdrawn" and row["sampled_date"] >= first
    }
    declared = {row["id"] for row in site.rows("im_agency") if row["status"] == "declared"}
    never = {
        r["id"] for r in site.rows("im_eval_report") if r["id"] not in sampled and r["agency"] in declared
    }
    found = [row["eval_report"] for row in rows(site, answer["id"])]
    assert len(found) == len(set(found)) and set(found) == never != set()


@pytest.mark.req("I-157")
def test_a_period_that_has_ended_leaves_out_what_was_sampled_in_it_alone(site: Site) -> None:
    city, last = site.as_("im_city"), date.fromisoformat(since(site, 120))
    first = date.fromisoformat(since(site, 365))
    status, answer = draw(city, number=100, period_to=last.isoformat())
    assert status == 201, answer
    samples = [row for row in site.rows("im_sampling") if row["status"] != "withdrawn" and row["eval_report"]]
    inside = {row["eval_report"] for row in samples if first <= row["sampled_date"] <= last}
    later = {row["eval_report"] for row in samples if row["sampled_date"] > last}
    found = {row["eval_report"] for row in rows(site, answer["id"])}
    assert not found & inside and found & (later - inside)
    assert "期间止不能早于期间起" in told(draw(city, period_to=since(site, 400))[1])[0]


@pytest.mark.req("I-157", "I-212")
def test_number_and_region_are_kept(site: Site) -> None:
    region = key(site, "im_region", name="江山市")
    here = {row["id"] for row in site.rows("im_agency") if row["region"] == region}
    city = site.as_("im_city")
    _, answer = draw(city, number=2, kind="social", region=region)
    found = rows(site, answer["id"])
    assert len(found) == 2 and {row["agency"] for row in found} <= here
    assert all(row["service_contract"] and not row["eval_report"] for row in found)
    county = site.as_("im_jiangshan")
    status, own = draw(county, number=50, kind="social")
    assert status == 201, own
    assert {row["agency"] for row in rows(site, own["id"])} <= here
    other = key(site, "im_region", name="柯城区")
    assert "只能抽取本地区的机构" in told(draw(county, region=other)[1])
    assert county.get(at("im_draw", f"show/{answer['id']}")).status == 404


@pytest.mark.req("I-157")
def test_rows_are_dropped_and_the_others_become_drafts_to_be_scored(site: Site) -> None:
    city = site.as_("im_city")
    _, answer = draw(city, batch="抽取批次二", number=3)
    first, *kept = rows(site, answer["id"])
    form = city.get(at("im_draw", f"edit/{answer['id']}"))
    assert form.status == 200 and "被抽查报告" in form.text
    assert send(city, "DELETE", api("im_draw_row", str(first["id"])))[0] == 200
    status, said = send(city, "POST", api("im_draw", f"{answer['id']}/do/accept"))
    assert status == 200, said
    made = [row for row in site.rows("im_sampling") if row["draw"] == answer["id"]]
    assert {row["eval_report"] for row in made} == {row["eval_report"] for row in kept}
    assert {(row["status"], row["batch"], row["score"]) for row in made} == {("draft", "抽取批次二", None)}
    assert send(city, "DELETE", api("im_draw_row", str(kept[0]["id"])))[0] == 409
    path = api("im_sampling", str(made[0]["id"]))
    assert "请先录入抽查得分" in told(send(city, "POST", f"{path}/do/publish")[1])
    assert send(city, "PUT", path, score=91.5)[0] == 200
    assert send(city, "POST", f"{path}/do/publish")[0] == 200
    record = city.get(at("im_draw", f"show/{answer['id']}"))
    assert "抽查草稿" in record.text and site.audit("im_draw", answer["id"])


@pytest.mark.req("I-157")
def test_draws_are_the_authorities_business(site: Site) -> None:
    agency = site.as_("zj_eval1")
    assert draw(agency)[0] == 403
    assert agency.get(at("im_draw")).status == 403
    assert f"/{PORTAL}/im_draw/" not in agency.get(at("im_sampling") + "?tab=eval_published").html
