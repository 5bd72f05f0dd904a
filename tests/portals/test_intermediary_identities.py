"""Whatever the rows are, lists of hazards, counters, statistics and rankings agree for every role."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.portals.intermediary import PORTAL, at, seeded
from tests.projects import OPTIONS, Site

ACCOUNTS = ("zj_soc1", "zj_both1", "im_city", "im_kecheng", "im_jiangshan", "im_admin", "im_ent")
STATES = {
    "open": ("unrectified", "none"),
    "waiting": ("rectified", "pending"),
    "done": ("rectified", "confirmed"),
}
ALL = "?date_from=&date_to="
GRADES = ("excellent", "good", "pass", "fail")


@dataclass(frozen=True)
class Hazard:
    """``due``: days from today; ``visit``: which of the pool."""

    visit: int
    state: str
    level: str
    due: int


@dataclass(frozen=True)
class Sample:
    """``score`` in tenths, ``ago``: days before today."""

    agency: int
    score: int
    status: str
    ago: int


HAZARDS = st.lists(
    st.builds(
        Hazard,
        visit=st.integers(0, 11),
        state=st.sampled_from(sorted(STATES)),
        level=st.sampled_from(("general", "major")),
        due=st.integers(-2, 2),
    ),
    max_size=25,
)
SAMPLES = st.lists(
    st.builds(
        Sample,
        agency=st.integers(0, 4),
        score=st.integers(590, 1000),
        status=st.sampled_from(("published", "published", "draft", "withdrawn")),
        ago=st.integers(0, 500),
    ),
    max_size=15,
)


@dataclass
class Pool:
    """A site on which rows are written over from example to example."""

    site: Site
    visits: list[dict[str, Any]]
    hazards: list[int]
    samples: list[int]
    agencies: list[dict[str, Any]]
    enterprises: dict[int, dict[str, Any]]
    above: dict[int, int | None]

    def write(self, hazards: Sequence[Hazard], samples: Sequence[Sample], today: date) -> None:
        session = self.site.here.session
        for name, ids in (("im_hazard", self.hazards), ("im_sampling", self.samples)):
            table = self.site.table(name)
            gone = (
                sa.update(table).where(table.c.id.in_(ids)).values(alive=table.c.id, deleted_at=sa.func.now())
            )
            session.execute(gone, execution_options=OPTIONS)
        for id_, one in zip(self.hazards, hazards, strict=False):
            self._set("im_hazard", id_, self._hazard(one, today))
        for id_, sample in zip(self.samples, samples, strict=False):
            agency = self.agencies[sample.agency]
            values = {
                "agency": agency["id"],
                "b_region": agency["region"],
                "kind": "eval",
                "score": Decimal(sample.score) / 10,
                "status": sample.status,
                "sampled_date": today - timedelta(sample.ago),
            }
            self._set("im_sampling", id_, values)
        session.commit()
        session.remove()

    def _hazard(self, one: Hazard, today: date) -> dict[str, Any]:
        visit = self.visits[one.visit % len(self.visits)]
        enterprise = self.enterprises[visit["enterprise"]]
        rectified, confirmed = STATES[one.state]
        return {
            "visit": visit["id"],
            "b_agency": visit["agency"],
            "b_enterprise": enterprise["id"],
            "b_region": enterprise["region"],
            "b_holder": enterprise["user"],
            "level": one.level,
            "rectify_status": rectified,
            "confirm_status": confirmed,
            "due_date": today + timedelta(one.due),
        }

    def _set(self, name: str, id_: int, values: dict[str, Any]) -> None:
        table = self.site.table(name)
        living = sa.update(table).where(table.c.id == id_).values(**values, alive=0, deleted_at=None)
        self.site.here.session.execute(living, execution_options=OPTIONS)

    def may_see(self, account: str, one: Hazard) -> bool:
        """What the document says of who sees a hazard."""
        visit = self.visits[one.visit % len(self.visits)]
        enterprise = self.enterprises[visit["enterprise"]]
        person = next(row for row in self.site.rows("im_user") if row["account"] == account)
        if person["kind"] == "main":
            return bool(visit["agency"] == person["org"])
        if person["kind"] == "enterprise":
            return bool(enterprise["user"] == person["id"])
        region = enterprise["region"]
        while region is not None and region != person["region"] and person["kind"] == "authority":
            region = self.above[region]
        return region is not None


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pool]:
    with seeded(tmp_path_factory.mktemp("site")) as site:
        visits = {(row["agency"], row["b_region"]): row for row in site.rows("im_visit")}
        enterprises = {row["id"]: row for row in site.rows("im_enterprise")}
        owned = [row for row in site.rows("im_visit") if enterprises[row["enterprise"]]["user"]]
        table = site.table("im_hazard")
        hazards = [row["id"] for row in site.rows("im_hazard")]
        with site.engine.begin() as connection:
            course = site.table("im_hazard_log")
            connection.execute(sa.delete(course).where(course.c.hazard > hazards[24]))
            connection.execute(sa.delete(table).where(table.c.id > hazards[24]))
        columns = site.entity("im_agency").columns
        agencies = [
            {"id": row["id"], "region": row[columns["region"]]}
            for row in site.rows("im_agency")
            if row["id"] in {r["agency"] for r in site.rows("im_sampling") if r["kind"] == "eval"}
        ]
        found = [*owned[:2], *list(visits.values())[::3]][:12]
        samples = [row["id"] for row in site.rows("im_sampling")]
        above = {row["id"]: row["parent"] for row in site.rows("im_region")}
        yield Pool(site, found, hazards[:25], samples, agencies[:5], enterprises, above)


def counters(site: Site, account: str, tab: str = "all") -> tuple[dict[str, int], int]:
    """The numbers at the tabs of the list, and that of the rows of one of them."""
    page = site.as_(account).get(at("im_hazard") + f"?tab={tab}")
    tabs = page.root.one("nav", class_="k-tabs").all("a")
    found = {
        tab.attrs["id"].removeprefix("tab-"): int("".join(filter(str.isdigit, tab.text)) or 0) for tab in tabs
    }
    return found, int("".join(filter(str.isdigit, page.total)))


def chart(site: Site, account: str, code: str, query: str = "") -> dict[str, Any]:
    return dict(site.as_(account).json(f"/api/v1/{PORTAL}/charts/{code}{query}")["result"])


def totals(found: dict[str, Any]) -> dict[str, Any]:
    return dict(zip((series["key"] for series in found["series"]), found["total"], strict=True))


def expected(hazards: Sequence[Hazard]) -> dict[str, int]:
    states = [one.state for one in hazards]
    return {
        "all": len(states),
        "rectified": len(states) - states.count("open"),
        "unrectified": states.count("open"),
        "overdue": sum(one.state == "open" and one.due < 0 for one in hazards),
        "to_confirm": states.count("waiting"),
        "confirmed": states.count("done"),
    }


bounded = settings(
    max_examples=8,
    derandomize=True,
    deadline=None,
    database=None,
    phases=(Phase.explicit, Phase.generate),  # what fails is told as it is: shrinking asks for minutes
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


@pytest.mark.req("I-153", "I-147", "I-148", "I-149", "I-150", "I-151", "I-152", "I-416", "I-436")
@bounded
@given(
    hazards=HAZARDS,
    tab=st.sampled_from(("all", "rectified", "unrectified", "overdue", "to_confirm", "confirmed")),
)
def test_the_six_lists_hold_their_identities_for_every_role(
    pool: Pool, hazards: list[Hazard], tab: str
) -> None:
    pool.write(hazards, [], pool.site.world.clock.today("Asia/Shanghai"))
    for account in ACCOUNTS:
        found, rows = counters(pool.site, account, tab)
        own = [one for one in hazards if pool.may_see(account, one)]
        assert found == expected(own), account
        assert rows == found[tab]
        assert found["all"] == found["rectified"] + found["unrectified"]
        assert found["rectified"] == found["to_confirm"] + found["confirmed"]
        assert found["overdue"] <= found["unrectified"]


@pytest.mark.req("I-211", "I-251", "I-254", "I-255", "I-416", "I-088")
@bounded
@given(hazards=HAZARDS)
def test_statistics_and_tiles_count_what_the_lists_hold(pool: Pool, hazards: list[Hazard]) -> None:
    pool.write(hazards, [], pool.site.world.clock.today("Asia/Shanghai"))
    whole = expected(hazards)
    for account in ("zj_soc1", "im_city", "im_kecheng", "im_admin"):
        found = chart(pool.site, account, "service_hazards")
        figures = totals(found)
        for tab, key in (("all", "hazards"), *((tab, tab) for tab in whole if tab != "all")):
            assert figures[key] == whole[tab], (account, key)
            data = next(series["data"] for series in found["series"] if series["key"] == key)
            assert sum(data) == whole[tab], (account, key)
        assert figures["hazards"] == figures["general"] + figures["major"]
        rate = Decimal(100 * whole["rectified"]) / whole["all"] if whole["all"] else None
        assert figures["rate"] == (
            None if rate is None else float(rate.quantize(Decimal("0.1"), ROUND_HALF_UP))
        )
        own, _ = counters(pool.site, account)
        for code, tab in (
            ("open_hazards", "unrectified"),
            ("overdue_hazards", "overdue"),
            ("hazards_to_confirm", "to_confirm"),
        ):
            assert chart(pool.site, account, code)["series"][0]["data"] == [own[tab]], (account, code)


@pytest.mark.req("I-224", "I-225", "I-226", "I-227", "I-252", "I-410", "I-411", "I-413")
@bounded
@given(samples=SAMPLES)
def test_rankings_statistics_and_sampled_records_agree(pool: Pool, samples: list[Sample]) -> None:
    today = pool.site.world.clock.today("Asia/Shanghai")
    pool.write([], samples, today)
    published = [one for one in samples if one.status == "published"]
    page = pool.site.as_("im_city").get(at("im_sampling") + "?tab=eval_published")
    assert int("".join(filter(str.isdigit, page.total)) or 0) == len(published)
    for account in ("zj_eval1", "im_city", "im_kecheng"):
        for query, counted in (
            (ALL, published),
            ("", [one for one in published if (today - timedelta(one.ago)).year == today.year]),
        ):
            ranked(pool, chart(pool.site, account, "eval_ranking", query), counted)
        for code in ("sampled_evaluations", "evaluations_by_agency", "evaluations_by_quarter"):
            figures = totals(chart(pool.site, account, code))
            assert figures["reports"] == sum(figures[grade] for grade in GRADES) == len(published)
            assert figures["agencies"] == len({one.agency for one in published})
            assert figures["average"] == mean([one.score for one in published])


def mean(scores: list[int]) -> float | None:
    """Of scores in tenths, half up."""
    if not scores:
        return None
    exact = Decimal(sum(scores)) / 10 / len(scores)
    return float(exact.quantize(Decimal("0.01"), ROUND_HALF_UP))


def ranked(pool: Pool, found: dict[str, Any], counted: list[Sample]) -> None:
    """Numbers of each agency, and places: as many stand before one as have a greater rounded average."""
    of: dict[str, list[int]] = {}
    for one in counted:
        of.setdefault(str(pool.agencies[one.agency]["id"]), []).append(one.score)
    columns = {series["key"]: series["data"] for series in found["series"]}
    keys = [place["key"] for place in found["x"]]
    assert dict(zip(keys, columns["average"], strict=True)) == {
        **dict.fromkeys(keys),
        **{key: mean(scores) for key, scores in of.items()},
    }
    assert columns["reports"] == [len(of.get(key, ())) for key in keys]
    known = [value for value in columns["average"] if value is not None]
    assert found["places"] == [
        0 if value is None else 1 + sum(other > value for other in known) for value in columns["average"]
    ]
    assert columns["average"][len(known) :] == [None] * (len(keys) - len(known))
