"""While somebody is away another acts in his stead: in lists, on screens and in moves; told as done for him."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.chains.town import PORTAL, ROLE, apply, do, tasks, town
from tests.moves.clocks import at
from tests.projects import Builder, Site

MORE = {
    "schema/shop/portal.yaml": PORTAL + "stand_ins: {of: absence, from: from_on, to: to_on}\n",
    "schema/shop/absence.yaml": """
label: 委托
soft_delete: true
belongs: {owner: created_by}
fields:
  person: {type: user, label: 委托人, default: user, readonly: true, required: true}
  deputy: {type: user, label: 代办人, required: true}
  from_on: {type: date, label: 开始日期, required: true}
  to_on: {type: date, label: 结束日期}
""",
    "permissions/shop/handler.yaml": """
label: 市经办民警
kinds: [police]
rows: {absence: person == user, base.user: all}
may: {absence: [read, add, edit, delete], base.user: [pick]}
""",
    "permissions/shop/clerk.yaml": ROLE.format(label="内勤"),
}


@pytest.fixture(scope="module")
def site(build: Builder, database: str) -> Site:
    """A clerk of the first city's office, who holds no post in the chain."""
    site = town(build, database, MORE)
    site.person("jia_clerk", "clerk", kind="police", org=site.places["甲市局"])  # type: ignore[attr-defined]
    at(site, "2027-03-10 09:00")
    return site


@pytest.fixture
def away(site: Site) -> int:
    """The handler is away for a week and names the clerk, as everybody does with rows of his own."""
    who = site.as_("jia_handler")
    said = {"deputy": str(site.id_of("jia_clerk")), "from_on": "2027-03-09", "to_on": "2027-03-12"}
    assert who.submit("/shop/absence/add", **said).status == 303
    return int(site.rows("absence")[-1]["id"])


@pytest.fixture(autouse=True)
def afterwards(site: Site) -> Iterator[None]:
    yield
    at(site, "2027-03-10 09:00")
    for row in site.rows("absence"):
        site.set("absence", row["id"], alive=row["id"])


def waiting(site: Site, account: str) -> set[str]:
    page = site.as_(account).get("/shop/todo/")
    return {link.text for link in page.root.all("a") if "/shop/permit/show/" in link.attrs.get("href", "")}


def test_deputy_finds_and_decides_what_waits_for_who_is_away(site: Site, away: int) -> None:
    permit = apply(site, name="代办")
    clerk = site.as_("jia_clerk")
    assert any("代办" in text for text in waiting(site, "jia_clerk"))
    assert clerk.get(f"/shop/permit/show/{permit}").status == 200
    assert do(clerk, "agree", permit, opinion="代为同意")[0] == 200
    assert tasks(site, permit) == [("handler", "agreed"), ("leader", "waiting")]


def test_what_a_deputy_decides_is_told_as_decided_for_whom(site: Site, away: int) -> None:
    permit = apply(site, name="代办")
    do(site.as_("jia_clerk"), "agree", permit, opinion="代为同意")
    done = next(row for row in site.platform("base_task") if row["record_id"] == permit and row["decided_by"])
    assert (done["decided_by"], done["for_id"]) == (site.id_of("jia_clerk"), site.id_of("jia_handler"))
    assert "jia_clerk（代jia_handler）" in site.as_("jia_leader").get(f"/shop/permit/show/{permit}").text


def test_who_is_away_may_still_decide_and_does_so_for_himself(site: Site, away: int) -> None:
    permit = apply(site)
    assert do(site.as_("jia_handler"), "agree", permit, opinion="本人")[0] == 200
    done = next(row for row in site.platform("base_task") if row["record_id"] == permit and row["decided_by"])
    assert (done["decided_by"], done["for_id"]) == (site.id_of("jia_handler"), None)
    assert do(site.as_("jia_clerk"), "agree", permit, opinion="晚了")[0] == 409


@pytest.mark.parametrize("day", ["2027-03-08", "2027-03-13"])
def test_before_and_after_nobody_acts_for_him(site: Site, away: int, day: str) -> None:
    permit = apply(site)
    at(site, f"{day} 09:00")
    assert do(site.as_("jia_clerk"), "agree", permit, opinion="越期")[0] == 404
    assert site.as_("jia_clerk").get(f"/shop/permit/show/{permit}").status == 404


def test_no_end_is_for_ever_and_a_deleted_row_is_none(site: Site, away: int) -> None:
    permit = apply(site)
    site.set("absence", away, to_on=None)
    at(site, "2027-09-10 09:00")
    seen = site.as_("jia_clerk").get(f"/shop/permit/show/{permit}").status
    site.set("absence", away, alive=away)
    assert (seen, do(site.as_("jia_clerk"), "agree", permit, opinion="1")[0]) == (200, 404)


def test_deputy_of_a_closed_account_acts_for_nobody(site: Site, away: int) -> None:
    permit, user = apply(site), site.world.tables.of("base.user").table
    with site.engine.begin() as connection:
        connection.execute(user.update().where(user.c.account == "jia_handler").values(status="disabled"))
    answer = do(site.as_("jia_clerk"), "agree", permit, opinion="1")[0]
    with site.engine.begin() as connection:
        connection.execute(user.update().where(user.c.account == "jia_handler").values(status="enabled"))
    assert answer == 404


def test_nobody_names_a_deputy_for_another(site: Site) -> None:
    """The rights of the entity are those of any other: its person is oneself."""
    who = site.as_("yi_handler")
    said = {"person": site.id_of("jia_handler"), "deputy": site.id_of("yi_handler"), "from_on": "2027-03-09"}
    headers = {"X-CSRFToken": who.get("/login/").token}
    assert who.client.post("/api/v1/shop/absence/", json=said, headers=headers).status_code == 400
    assert do(who, "agree", apply(site), opinion="1")[0] == 404
