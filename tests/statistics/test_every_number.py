"""Every number of every chart of every portal is the count of the list that it opens, for each role.

A figure over wider rows says so, and opens those among them that are the reader's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from fab_app.charts.base import Chart
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
                for link, rows, shown in _numbers(browser, f"/api/v1/{portal.name}/charts/{code}"):
                    checked += 1
                    found = _count(browser, link)
                    if found != rows or (_counts(chart) and shown not in (rows, None)):
                        wrong.append(f"{account} {code}: {shown} of {rows} rows, {link} has {found}")
    assert wrong == []
    assert checked > 200


def _accounts(site: Site) -> list[str]:
    return [account for account in people(site) if account]


def _counts(chart: Chart) -> bool:
    """Whether each number that the chart shows is a number of rows."""
    other = ("sum", "avg", "ratio", "distinct", "min", "max")
    return not any(getattr(figure, key) for figure in chart.figures.values() for key in other)


def _numbers(browser: Browser, url: str) -> Iterator[tuple[str, int, float | None]]:
    """Each address with the number of rows that it has to show, and the number that the chart shows there.

    None of a figure over wider rows than those that it opens.
    """
    found = browser.client.get(url).get_json().get("result", {})
    own = _rows(browser.client.get(f"{url}?rows=own").get_json()["result"]) if found.get("wider") else None
    for key, (link, rows, shown) in _cells(found).items():
        if link:
            yield (link, rows, shown) if own is None else (link, own.get(key, 0), None)


def _rows(body: dict[str, Any]) -> dict[tuple[str, str], int]:
    return {key: rows for key, (_, rows, _) in _cells(body).items()}


def _cells(body: dict[str, Any]) -> dict[tuple[str, str], tuple[str, int, float]]:
    """The address, the rows and the figure of each number, by group and series."""
    return {
        (group["key"], series["key"]): (link, int(rows), shown)
        for series in body.get("series", ())
        for group, link, rows, shown in zip(
            body["x"], series["links"], series["rows"], series["data"], strict=True
        )
    }


def _count(browser: Browser, link: str) -> int:
    page = browser.client.get(link, headers={"Accept-Language": "zh"})
    assert page.status_code == 200, f"{link}: {page.status_code}"
    text = page.get_data(as_text=True)
    found = TOTAL.search(text) if "/rows" in link else COUNT.search(text)
    assert found is not None, link
    return int(found[1].replace(",", ""))
