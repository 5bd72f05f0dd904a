"""What the administrator keeps on screen: the dictionaries of industries and hazard categories, the tree of regions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.portals.asking import send
from tests.portals.intermediary import BOTH, PORTAL, api, at, key, seeded
from tests.projects import Site


@pytest.fixture(scope="module", params=BOTH)
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with seeded(tmp_path_factory.mktemp("site"), request.param) as made:
        yield made


def kept(site: Site, entity: str, account: str = "im_admin", **values: Any) -> tuple[int, Any]:
    return send(site.as_(account), "POST", api(entity), **values)


def changed(site: Site, entity: str, id_: int, **values: Any) -> tuple[int, Any]:
    return send(site.as_("im_admin"), "PUT", api(entity, str(id_)), **values)


def item(site: Site, code: str, dictionary: str = "im_industry") -> int:
    return next(
        r["id"] for r in site.rows("im_dictionary") if (r["dictionary"], r["code"]) == (dictionary, code)
    )


def industries(site: Site, path: str = "im_eval_contract/add", account: str = "zj_both1") -> list[str]:
    page = site.as_(account).get(f"/{PORTAL}/{path}")
    return [o.text for o in page.root.one("select", name="industry").all("option") if o.attrs.get("value")]


# --- dictionaries ----------------------------------------------------------------------------------


@pytest.mark.req("I-162", "I-062")
def test_administrator_finds_both_dictionaries_in_the_menu(site: Site) -> None:
    who = site.as_("im_admin")
    assert at("im_dictionary") in who.get(f"/{PORTAL}/").addresses
    page = who.get(at("im_dictionary"))
    assert all(word in page.text for word in ("化工", "行业", "隐患类别"))
    assert "电气安全" in who.get(f"{at('im_dictionary')}?tab=hazard_category").text
    assert "安全预评价" not in page.text


@pytest.mark.req("I-162")
def test_industry_that_was_added_is_chosen_and_never_deleted(site: Site) -> None:
    status, made = kept(
        site, "im_dictionary", dictionary="im_industry", code="paper", label="造纸", label_en="Paper"
    )
    assert status == 201, made
    assert industries(site)[-1] == "造纸"
    enterprise = key(site, "im_enterprise", name="示例化工企业01")
    assert changed(site, "im_enterprise", enterprise, industry="paper")[0] == 200
    assert "造纸" in site.as_("im_admin").get(f"/{PORTAL}/im_enterprise/show/{enterprise}").text
    status, answer = send(site.as_("im_admin"), "DELETE", api("im_dictionary", str(item(site, "paper"))))
    assert (status, answer["message"]) == (422, "该项已被使用，只能停用")


@pytest.mark.req("I-162")
def test_withdrawn_industry_stays_where_it_is_and_comes_nowhere_else(site: Site) -> None:
    used = next(row for row in site.rows("im_enterprise") if row["industry"] == "wood")
    other = next(row for row in site.rows("im_enterprise") if row["industry"] == "food")
    assert changed(site, "im_dictionary", item(site, "wood"), enabled=False)[0] == 200
    assert "木材加工" not in industries(site)
    assert changed(site, "im_enterprise", used["id"], industry="wood", address="新址1号")[0] == 200
    status, answer = changed(site, "im_enterprise", other["id"], industry="wood")
    assert (status, answer["errors"]) == (422, {"industry": ["行业“木材加工”已停用，不能再选"]})
    assert "木材加工" in site.as_("im_admin").get(f"/{PORTAL}/im_enterprise/show/{used['id']}").text


@pytest.mark.req("I-162")
def test_others_keep_no_dictionaries(site: Site) -> None:
    given = {"dictionary": "im_industry", "code": "x", "label": "某"}
    for account in ("zj_both1", "im_city", "im_kecheng"):
        assert kept(site, "im_dictionary", account, **given)[0] == 403
        assert site.as_(account).get(at("im_dictionary")).status == 403


@pytest.mark.req("I-162")
def test_fixed_dictionaries_are_no_business_of_his(site: Site) -> None:
    assert kept(site, "im_dictionary", dictionary="im_eval_type", code="x", label="某")[0] in (403, 404, 422)
    assert changed(site, "im_dictionary", item(site, "pre", "im_eval_type"), label="某")[0] == 404


# --- regions ---------------------------------------------------------------------------------------


def made(site: Site, name: str, code: str, parent: str, **more: Any) -> tuple[int, Any]:
    return kept(site, "im_region", code=code, name=name, parent=key(site, "im_region", name=parent), **more)


@pytest.mark.req("I-162", "I-040")
def test_region_is_added_below_another_and_takes_its_level_from_there(site: Site) -> None:
    assert made(site, "新镇", "330802999", "柯城区")[0] == 201
    row = next(row for row in site.rows("im_region") if row["name"] == "新镇")
    assert (row["level"], row["parent"]) == ("town", key(site, "im_region", name="柯城区"))
    county = key(site, "im_region", name="柯城区")
    page = site.as_("im_admin").get(f"/{PORTAL}/im_enterprise/list/?region={county}")
    assert page.status == 200


@pytest.mark.req("I-162", "I-040")
def test_renamed_region_is_called_so_everywhere(site: Site) -> None:
    id_ = key(site, "im_region", name="开化县")
    assert changed(site, "im_region", id_, name="开化新区")[0] == 200
    assert "开化新区" in site.as_("im_admin").get(f"/{PORTAL}/im_enterprise/list/?region={id_}").html
    assert changed(site, "im_region", id_, name="开化县")[0] == 200


@pytest.mark.req("I-162", "I-040")
def test_moved_town_takes_its_enterprises_along(site: Site) -> None:
    made(site, "移动镇", "330803998", "衢江区")
    town, other = key(site, "im_region", name="移动镇"), key(site, "im_region", name="江山市")
    enterprise = key(site, "im_enterprise", name="示例化工企业01")
    assert changed(site, "im_enterprise", enterprise, region=town)[0] == 200
    who = site.as_("im_admin")

    def found(region: int) -> bool:
        return "示例化工企业01" in who.get(f"/{PORTAL}/im_enterprise/list/?region={region}&size=100").text

    before = found(other)
    assert changed(site, "im_region", town, parent=other)[0] == 200
    assert (before, found(other), found(key(site, "im_region", name="衢江区"))) == (False, True, False)
    assert site.row("im_region", town)["level"] == "town"


@pytest.mark.req("I-162", "I-040")
def test_wrong_regions_are_refused(site: Site) -> None:
    refusals = [
        (made(site, "甲镇", "330802", "柯城区"), "code", "区划代码已存在"),
        (made(site, "柯城区", "330777", "衢州市"), "name", "同一上级下已有这个名称"),
        (made(site, "甲镇", "33x", "柯城区"), "code", "区划代码格式不正确"),
        (made(site, "", "330776", "柯城区"), "name", "请填写名称"),
    ]
    for (status, answer), field, sentence in refusals:
        assert (status, answer["errors"].get(field)) == (422, [sentence]), answer
    made(site, "深镇", "330802997", "柯城区")
    assert made(site, "更深", "330802996", "深镇")[0] == 422


@pytest.mark.req("I-162", "I-040")
def test_region_never_hangs_below_itself_or_on_another_level(site: Site) -> None:
    county, city = key(site, "im_region", name="龙游县"), key(site, "im_region", name="衢州市")
    town = next(row["id"] for row in site.rows("im_region") if row["parent"] == county)
    for id_, parent in ((county, county), (county, town), (city, county), (county, None), (town, city)):
        before = site.row("im_region", id_)["parent"]
        assert changed(site, "im_region", id_, parent=parent)[0] == 422, (id_, parent)
        assert site.row("im_region", id_)["parent"] == before


@pytest.mark.req("I-162", "I-368")
def test_disabled_region_is_not_chosen_anew(site: Site) -> None:
    made(site, "停用镇", "330802995", "柯城区")
    town = key(site, "im_region", name="停用镇")
    enterprise, other = [row["id"] for row in site.rows("im_enterprise")][:2]
    changed(site, "im_enterprise", enterprise, region=town)
    assert send(site.as_("im_admin"), "DELETE", api("im_region", str(town)))[0] == 422
    assert changed(site, "im_region", town, enabled=False)[0] == 200
    assert changed(site, "im_enterprise", enterprise, region=town, address="新址2号")[0] == 200
    status, answer = changed(site, "im_enterprise", other, region=town)
    assert status == 422 and "region" in answer["errors"]
