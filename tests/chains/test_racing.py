"""Two at once: one decides, the other is told; nothing is decided twice."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from tests.chains.town import apply, tasks, town
from tests.projects import Browser, Builder, Site

ROUNDS = 8
Work = Callable[[Browser], int]


@pytest.fixture(scope="module")
def site(build: Builder, database: str) -> Site:
    """Two handlers of one city."""
    site = town(build, database)
    site.person("jia_second", "handler", kind="police", org=site.places["甲市局"])  # type: ignore[attr-defined]
    return site


def at_once(site: Site, *works: tuple[str, Work]) -> list[int]:
    browsers = [site.as_(account) for account, _ in works]
    for browser in browsers:
        browser.token = browser.get("/login/").token
    start = Barrier(len(works))

    def run(index: int) -> int:
        start.wait()
        return works[index][1](browsers[index])

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, range(len(works))))


def deciding(id_: int, code: str, **said: str) -> Work:
    def work(browser: Browser) -> int:
        headers = {"X-CSRFToken": browser.token}
        path = f"/api/v1/shop/permit/{id_}/do/{code}"
        return browser.client.post(path, json=said, headers=headers).status_code

    return work


def test_of_two_approvers_one_decides(site: Site) -> None:
    for _ in range(ROUNDS):
        permit = apply(site)
        agree = deciding(permit, "agree", opinion="1")
        found = at_once(site, ("jia_handler", agree), ("jia_second", agree), ("jia_handler", agree))
        assert sorted(found) == [200, 409, 409]
        assert tasks(site, permit) == [("handler", "agreed"), ("leader", "waiting")]


def test_agreement_disagreement_and_withdrawal_exclude_each_other(site: Site) -> None:
    for _ in range(ROUNDS):
        permit = apply(site)
        found = at_once(
            site,
            ("jia_handler", deciding(permit, "agree", opinion="1")),
            ("jia_second", deciding(permit, "disagree", opinion="1", applicant_note="2")),
            ("firm", deciding(permit, "withdraw")),
        )
        state = site.row("permit", permit)["state"]
        outcome = ["in_review", "returned", "withdrawn"][found.index(200)]
        assert (sorted(found), state) == ([200, 409, 409], outcome)


def test_record_is_submitted_once(site: Site) -> None:
    for _ in range(ROUNDS):
        permit = apply(site, submit=False)
        submit = deciding(permit, "submit")
        assert sorted(at_once(site, ("firm", submit), ("firm", submit))) == [200, 409]
        rounds = [row for row in site.platform("base_approval") if row["record_id"] == permit]
        assert len(rounds) == 1 and tasks(site, permit) == [("handler", "waiting")]
