"""Home pages and statistics of insurance_service on its own seeds."""

from __future__ import annotations

from typing import Any

import pytest

from tests.portals.insurance import PORTAL
from tests.projects import Site

KINDS = ("training", "risk", "inspection", "standardization", "drill", "tech", "other")


def chart(site: Site, code: str, account: str, **conditions: str) -> dict[str, Any]:
    found = site.as_(account).client.get(f"/api/v1/{PORTAL}/charts/{code}", query_string=conditions)
    assert found.status_code == 200, found.get_data(as_text=True)
    return dict(found.get_json()["result"])


def tile(site: Site, code: str, account: str) -> int:
    return int(chart(site, code, account)["series"][0]["data"][0])


def listed(site: Site, account: str, url: str) -> int:
    text = site.as_(account).get(url).response.get_data(as_text=True)
    return int(text.split('data-count="')[1].split('"')[0])


@pytest.mark.req("A-132")
@pytest.mark.req("A-021")
def test_an_agencys_home_has_cards_and_what_is_to_be_done(site: Site) -> None:
    page = site.as_("a_manager").get(f"/{PORTAL}/")
    text = page.response.get_data(as_text=True)
    for code in ("orders_pending", "orders_serving", "hazards_open", "hazards_overdue", "records_this_month"):
        assert f"/api/v1/{PORTAL}/charts/{code}" in text
    assert "待受理的订单" in text and "逾期未整改的隐患" in text and "未读消息" in text
    assert tile(site, "orders_pending", "a_manager") == listed(
        site, "a_manager", f"/{PORTAL}/service_order/list/?tab=pending"
    )


@pytest.mark.req("A-133")
def test_service_statistics_count_records_of_seven_kinds(site: Site) -> None:
    charts = chart(site, "service_stats", "reg_city")["charts"]
    assert [place["key"] for place in charts["records_by_kind"]["x"]] == [f"{kind}_record" for kind in KINDS]
    total = sum(charts["records_by_kind"]["series"][0]["data"])
    assert total == sum(listed(site, "reg_city", f"/{PORTAL}/{kind}_record/list/") for kind in KINDS)
    assert len(charts["records_by_month"]["x"]) == 12
    assert {"records_by_agency", "records_by_insurer", "records_by_industry", "records_by_region"} <= {
        *charts
    }
    none = chart(site, "service_stats", "reg_city", industry="fishery", date_from="2020-01-01")["charts"]
    assert sum(none["records_by_kind"]["series"][0]["data"]) == 0


@pytest.mark.req("A-134")
def test_hazard_statistics_have_found_rectified_overdue_and_rate(site: Site) -> None:
    level = chart(site, "hazard_stats", "reg_city")["charts"]["hazards_by_level"]
    found = {one["key"]: one for one in level["series"]}
    for at in range(len(level["x"])):
        share = found["rectified"]["data"][at] * 100 / found["found"]["data"][at]
        assert found["rate"]["data"][at] == round(share, 1)
        if found["overdue"]["links"][at]:
            assert listed(site, "reg_city", found["overdue"]["links"][at]) == found["overdue"]["data"][at]


@pytest.mark.req("A-135")
def test_order_statistics_have_states_rate_and_hours(site: Site) -> None:
    charts = chart(site, "order_stats", "a_admin")["charts"]
    states = charts["orders_by_state"]
    assert sum(states["series"][0]["data"]) == listed(site, "a_admin", f"/{PORTAL}/service_order/list/")
    assert [one["key"] for one in charts["order_acceptance"]["series"]] == [
        *("orders", "accepted", "declined", "rate", "hours")
    ]


@pytest.mark.req("A-035")
@pytest.mark.req("A-055")
def test_statistics_are_a_function_of_roles(site: Site) -> None:
    for account, status in (("a_manager", 200), ("insa_clerk", 200), ("reg_east", 200), ("a_staff1", 403)):
        client = site.as_(account).client
        for code in ("service_stats", "hazard_stats", "order_stats"):
            assert client.get(f"/{PORTAL}/charts/{code}").status_code == status
            assert client.get(f"/api/v1/{PORTAL}/charts/{code}").status_code == status
    assert "统计分析" in site.as_("a_manager").get(f"/{PORTAL}/").response.get_data(as_text=True)
    assert "统计分析" in site.as_("a_admin").get(f"/{PORTAL}/role/add").response.get_data(as_text=True)


@pytest.mark.req("A-131")
def test_statistics_are_over_ones_own_rows(site: Site) -> None:
    ours = chart(site, "service_stats", "a_admin")["charts"]["records_by_agency"]["x"]
    assert len(ours) <= 1
    assert tile(site, "orders_pending", "b_admin") == listed(
        site, "b_admin", f"/{PORTAL}/service_order/list/?tab=pending"
    )
