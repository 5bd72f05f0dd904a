"""Every number of every chart of every portal is the count of the list that it opens, for each role."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.leaks.homes import HOME, people
from tests.projects import Browser, Builder, Site

COUNT = re.compile(r'data-count="(\d+)"')
TOTAL = re.compile(r'<td class="k-r k-num"><b>([\d,]+)</b>')


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_every_number_opens_as_many_rows(build: Builder, database: str) -> None:
    site = build(HOME, database, portal="insurance_service")
    checked, wrong = 0, []
    for portal in site.world.manifest.portals.values():
        for account in _accounts(site):
            browser = site.as_(account)
            for code, chart in portal.spec.charts.items():
                if chart.parts:
                    continue
                answer = browser.client.get(f"/api/v1/{portal.name}/charts/{code}")
                for link, rows in _numbers(answer.get_json() or {}):
                    checked += 1
                    found = _count(browser, link)
                    if found != rows:
                        wrong.append(f"{account} {code}: {rows} rows, {link} has {found}")
    assert wrong == []
    assert checked > 200


def _accounts(site: Site) -> list[str]:
    return [account for account in people(site) if account]


def _numbers(body: dict[str, dict[str, list[dict[str, list[object]]]]]) -> Iterator[tuple[str, int]]:
    for series in body.get("result", {}).get("series", ()):
        for link, rows in zip(series["links"], series["rows"], strict=True):
            if link:
                yield str(link), int(str(rows))


def _count(browser: Browser, link: str) -> int:
    page = browser.client.get(link, headers={"Accept-Language": "zh"})
    assert page.status_code == 200, f"{link}: {page.status_code}"
    text = page.get_data(as_text=True)
    found = TOTAL.search(text) if "/rows" in link else COUNT.search(text)
    assert found is not None, link
    return int(found[1].replace(",", ""))
