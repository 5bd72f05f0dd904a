"""Statistics counted by hand, drilled into and saved (A-133…A-135); none of a foreign order (A-190)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote

import pytest

from tests.imports.books import read
from tests.portals.insurance import PORTAL, RECORDS, at, key, order_of
from tests.portals.moving import designate, do
from tests.portals.test_insurance_statistics import chart, listed
from tests.projects import Site

KINDS = tuple(f"{kind}_record" for kind in RECORDS)


def series(found: dict[str, Any], *names: str) -> dict[str, dict[str, Any]]:
    """The values of each place of a chart by the text of the place and the key of the series."""
    values = {one["key"]: one["data"] for one in found["series"]}
    return {
        place["label"]: {name: values[name][index] for name in names}
        for index, place in enumerate(found["x"])
    }


def total(site: Site, who: str, **conditions: str) -> int:
    return sum(chart(site, "records_by_kind", who, **conditions)["series"][0]["data"])


# --- services ------------------------------------------------------------------------------------


@pytest.mark.req("A-133")
@pytest.mark.parametrize("by", ["agency", "insurer", "industry", "region"])
def test_tables_of_services_count_the_seven_records_of_the_one_order(site: Site, by: str) -> None:
    found = chart(site, f"records_by_{by}", "reg_city")
    place = {"agency": "安服甲(示范)", "insurer": "甲财险(示范)", "industry": "建筑施工", "region": "西城区"}[
        by
    ]
    assert series(found, *KINDS) == {place: dict.fromkeys(KINDS, 1)}
    links = {one["key"]: one["links"][0] for one in found["series"] if one["key"] in KINDS}
    for kind, link in links.items():
        assert link.startswith(at(kind)) and listed(site, "reg_city", link) == 1


@pytest.mark.req("A-133")
def test_services_by_month_lie_in_the_months_of_their_dates(site: Site) -> None:
    found = chart(site, "records_by_month", "reg_city")
    days = [row["service_date"] for kind in KINDS for row in site.rows(kind)]
    wanted = {place["key"]: sum(f"{day:%Y-%m}" == place["key"] for day in days) for place in found["x"]}
    told = dict(zip(wanted, found["series"][0]["data"], strict=True))
    assert told == wanted and sum(told.values()) == 7 and len(found["x"]) == 12
    links = [link for link in found["series"][0]["links"] if link]
    assert {site.as_("reg_city").get(link).status for link in links} == {200}


@pytest.mark.req("A-133")
def test_each_condition_narrows_the_services(site: Site) -> None:
    def id_of(entity: str, **values: object) -> str:
        return str(key(site, entity, **values))

    first = min(row["service_date"] for kind in KINDS for row in site.rows(kind))
    conditions = [
        ({"region": id_of("region", code="970102")}, 7),
        ({"region": id_of("region", code="970100")}, 7),
        ({"region": id_of("region", code="970101")}, 0),
        ({"insurer": id_of("insurer", name="甲财险(示范)")}, 7),
        ({"insurer": id_of("insurer", name="乙财险(示范)")}, 0),
        ({"agency": id_of("service_agency", name="安服甲(示范)")}, 7),
        ({"agency": id_of("service_agency", name="安服乙(示范)")}, 0),
        ({"industry": "construction"}, 7),
        ({"industry": "hazchem"}, 0),
        ({"date_to": str(first - timedelta(days=1))}, 0),
        (
            {"date_from": str(first), "date_to": str(first)},
            sum(row["service_date"] == first for kind in KINDS for row in site.rows(kind)),
        ),
    ]
    assert [total(site, "reg_city", **one) for one, _ in conditions] == [wanted for _, wanted in conditions]


@pytest.mark.req("A-133")
def test_details_open_the_overall_list_under_the_same_conditions(site: Site) -> None:
    first = site.rows("training_record")[0]["service_date"]
    conditions = {"industry": "construction", "date_from": str(first), "date_to": str(first)}
    found = chart(site, "records_by_kind", "reg_city", **conditions)["series"][0]
    opened = [(count, link) for count, link in zip(found["data"], found["links"], strict=True) if link]
    assert opened and all(str(first) in link for _, link in opened)
    assert [listed(site, "reg_city", link) for _, link in opened] == [count for count, _ in opened]


@pytest.mark.req("A-133", "A-055")
def test_numbers_are_saved_as_a_workbook_by_who_may(site: Site) -> None:
    path = f"/api/v1/{PORTAL}/charts/records_by_kind.xlsx"
    assert path in site.as_("reg_city").get(f"/{PORTAL}/charts/service_stats").addresses
    rows = read(site.as_("reg_city").get(path).response.get_data())
    told = {row[0]: row[1] for row in rows if isinstance(row[1], int | float)}
    assert set(told.values()) == {1} and len(told) == 7 and "安全培训记录" in told
    none = read(site.as_("reg_city").get(f"{path}?industry=hazchem").response.get_data())
    assert {row[1] for row in none if isinstance(row[1], int | float)} <= {0}
    assert site.as_("a_staff1").get(path).status == 403
    admin = site.as_("a_admin")
    assert (
        admin.submit(
            at("role", "add"),
            name="只看统计",
            permissions=["training_record.read", "statistics.read"],
            data_scope="org",
        ).status
        == 303
    )
    watcher = {"account": "a_watcher", "name": "看", "phone": "13000000777", "password": "Neu2024xyz"}
    role = str(key(site, "role", name="只看统计"))
    assert admin.submit(at("account", "add"), **watcher, role_ids=[role]).status == 303
    site.set("account", key(site, "account", login="a_watcher"), must_change=False)
    looks = site.as_("a_watcher")
    assert (looks.get(f"/{PORTAL}/charts/service_stats").status, looks.get(path).status) == (200, 403)


# --- hazards -------------------------------------------------------------------------------------

NAMES = ("found", "rectified", "overdue", "rate")


@pytest.mark.req("A-134")
def test_hazards_are_counted_by_level_category_industry_and_region(site: Site) -> None:
    def told(by: str) -> dict[str, tuple[Any, ...]]:
        found = series(chart(site, f"hazards_by_{by}", "reg_city"), *NAMES)
        return {place: tuple(values.values()) for place, values in found.items()}

    assert told("level") == {"一般隐患": (2, 1, 1, 50.0), "重大隐患": (1, 0, 0, 0.0)}
    assert told("industry") == {"建筑施工": (3, 1, 1, 33.3)}
    assert told("region") == {"西城区": (3, 1, 1, 33.3)}
    rows = site.rows("hazard")
    assert sorted(values[:2] for values in told("category").values()) == sorted(
        (1, int(row["status"] == "rectified")) for row in rows
    )


@pytest.mark.req("A-134")
def test_month_without_hazards_has_no_rate(site: Site) -> None:
    found = chart(site, "hazards_by_month", "reg_city")
    by_key = {one["key"]: one["data"] for one in found["series"]}
    empty = [index for index, count in enumerate(by_key["found"]) if count == 0]
    full = [index for index, count in enumerate(by_key["found"]) if count]
    assert len(empty) >= 10 and {by_key["rate"][index] for index in empty} == {None}
    assert [by_key["rate"][index] is None for index in full] == [False] * len(full)


@pytest.mark.req("A-134")
def test_numbers_of_hazards_open_the_ledger(site: Site) -> None:
    for by in ("level", "category", "industry", "region"):
        for one in chart(site, f"hazards_by_{by}", "reg_city")["series"]:
            counts = zip(one["data"], one["rows"], one["links"], strict=True)
            for count, rows, link in counts:
                assert not link or link.startswith(at("hazard"))
                assert not link or listed(site, "reg_city", link) == (rows if one["key"] == "rate" else count)


# --- orders --------------------------------------------------------------------------------------


@pytest.mark.req("A-135")
def test_orders_have_states_rate_and_hours_as_counted_by_hand(fresh: Site) -> None:
    site, at_noon = fresh, datetime(2026, 6, 1, 4, tzinfo=UTC)
    served, waiting = order_of(site, "P-002"), order_of(site, "P-003")
    site.set("service_order", served, assigned_at=at_noon, accept_at=at_noon + timedelta(hours=6))

    def told() -> dict[str, Any]:
        return series(
            chart(site, "orders_by_agency", "reg_city"), "orders", "accepted", "declined", "rate", "hours"
        )

    assert told()["安服甲(示范)"] == {"orders": 2, "accepted": 1, "declined": 0, "rate": 100.0, "hours": 6.0}
    said = {"accept_result": "disagree", "accept_opinion": "人手不足无法服务"}
    assert do(site.as_("a_manager"), "service_order", waiting, "accept", **said)[0] == 200
    site.set("service_order", waiting, assigned_at=at_noon, accept_at=at_noon + timedelta(hours=2))
    assert told()["安服甲(示范)"] == {"orders": 2, "accepted": 1, "declined": 1, "rate": 50.0, "hours": 4.0}
    assert designate(site)[0] == 200
    states = chart(site, "orders_by_state", "a_admin")
    counts = {p["key"]: n for p, n in zip(states["x"], states["series"][0]["data"], strict=True)}
    assert {state: n for state, n in counts.items() if n} == {"pending": 1, "serving": 1, "declined": 1}
    assert told()["安服甲(示范)"]["rate"] == 50.0  # an order that waits is neither


# --- what is another's ---------------------------------------------------------------------------


@pytest.mark.req("A-126", "A-131", "A-190")
def test_no_list_count_export_or_number_of_another_agency_has_a_row_of_the_order(site: Site) -> None:
    other, own = site.as_("b_admin"), site.as_("a_admin")
    for entity in ("service_order", *KINDS):
        asked = "list/?policy_no=P-002"
        assert (other.get(at(entity, asked)).ids, len(own.get(at(entity, asked)).ids)) == ([], 1)
        books = [
            read(who.get(at(entity, "export.xlsx?policy_no=P-002")).response.get_data())
            for who in (other, own)
        ]
        assert [len(rows) - 1 for rows in books] == [0, 1]
        whole = read(other.get(at(entity, "export.xlsx")).response.get_data())
        assert "P-002" not in str(whole) and "西城建筑公司" not in str(whole)
        api = f"/api/v1/{PORTAL}/{entity}/"
        assert "P-002" not in str(other.json(api)) and "P-002" in str(own.json(api))
    assert read(other.get(at("hazard", "export.xlsx")).response.get_data())[1:] == []
    assert total(site, "b_admin") == 0 and chart(site, "hazards_by_level", "b_admin")["x"] == []
    tiles = ("hazards_open", "hazards_overdue", "records_this_month")
    assert [chart(site, tile, "b_admin")["series"][0]["data"] for tile in tiles] == [[0], [0], [0]]


@pytest.mark.req("A-140")
@pytest.mark.parametrize("entity", [*KINDS, "policy"])
def test_every_list_is_saved_in_its_columns_under_its_name(site: Site, entity: str) -> None:
    who = site.as_("insa_clerk")
    page, answer = who.get(at(entity)), who.get(at(entity, "export.xlsx")).response
    rows = read(answer.get_data())
    heads = [head.text for head in page.root.all("th") if "data-col" in head.attrs]
    assert list(rows[0]) == heads and len(rows) - 1 == len(page.ids) > 0
    label = site.entity(entity).spec.words.list
    assert label is not None
    name = unquote(answer.headers["Content-Disposition"])
    assert f"{label.zh}_" in name and name.rstrip('"').endswith(".xlsx")
