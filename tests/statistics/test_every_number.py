"""Every number of every chart of every portal is the count of the list that it opens, for each role.

A figure over wider rows says so, and opens those among them that are the reader's own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any
from urllib.parse import urlencode

import pytest

from fab_app.charts.base import Chart
from fab_app.spec.charted import filters_of
from fab_app.spec.manifest import Portal
from tests.leaks.homes import HOME, people
from tests.projects import Browser, Builder, Site
from tests.statistics.narrowing import narrowings

COUNT = re.compile(r'data-count="(\d+)"')
SOME = 2
"""Numbers of one chart under one condition that are followed; without a condition all are."""

Number = tuple[str, int, float | None]
"""An address, the rows that it has to show, what the chart shows there."""

TOTAL = re.compile(r'<td class="k-r k-num"><b>([\d,]+)</b>')


@dataclass
class Told:
    """Every number of every chart that each person is told without a condition."""

    site: Site
    numbers: dict[tuple[str, str, str], list[Number]]
    browsers: dict[str, Browser]

    def widest(self, portal: str) -> str:
        """Who has most rows behind the numbers of the portal."""
        most = Counter[str]()
        for (account, of, _), numbers in self.numbers.items():
            most[account] += rows_of(numbers) if of == portal else 0
        return most.most_common(1)[0][0]

    def portals(self) -> dict[str, Portal]:
        return dict(self.site.world.manifest.portals)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def told(build: Builder, request: pytest.FixtureRequest) -> Told:
    site = build(HOME, request.param, portal="insurance_service")
    browsers = {account: site.as_(account) for account in people(site) if account}
    numbers = {
        (account, portal.name, code): list(_numbers(browser, address(portal.name, code)))
        for portal in site.world.manifest.portals.values()
        for account, browser in browsers.items()
        for code, chart in portal.spec.charts.items()
        if not chart.parts
    }
    return Told(site, numbers, browsers)


def address(portal: str, code: str) -> str:
    return f"/api/v1/{portal}/charts/{code}"


def rows_of(numbers: list[Number]) -> int:
    return sum(rows for _, rows, _ in numbers)


def test_every_number_opens_as_many_rows(told: Told) -> None:
    wrong = [
        f"{account} {problem}"
        for (account, portal, code), numbers in told.numbers.items()
        for number in numbers
        for problem in _wrong(told.browsers[account], told.portals()[portal], code, number)
    ]
    assert wrong == []
    assert sum(map(len, told.numbers.values())) > 200


def test_every_number_opens_as_many_rows_under_each_condition(told: Told) -> None:
    """Who has most rows of a portal asks under every condition, everybody under one of each chart."""
    chance, wrong, asked = Random(20261128), list[str](), Counter[bool]()
    for (account, of, code), numbers in told.numbers.items():
        portal, browser, widest = told.portals()[of], told.browsers[account], account == told.widest(of)
        if not (numbers and filters_of(portal, code)):
            continue
        found = sorted(narrowings(told.site, account, portal, code).items())
        for name, narrowing in found if widest else chance.sample(found, min(1, len(found))):
            under = list(_numbers(browser, f"{address(of, code)}?{urlencode(narrowing.some)}"))
            none: list[Number] = []
            if narrowing.none:
                none = list(_numbers(browser, f"{address(of, code)}?{urlencode(narrowing.none)}"))
            asked[rows_of(under) > 0] += 1
            more = rows_of(under) > rows_of(numbers) and not _reaches_back(portal, code, name)
            if more or rows_of(none):
                wrong.append(f"{account} {code} {name}: {narrowing} of {rows_of(numbers)}")
            for number in chance.sample(under, min(SOME if widest else 1, len(under))):
                problems = _wrong(browser, portal, code, number)
                wrong += [f"{account} {narrowing.some} {problem}" for problem in problems]
    assert wrong == []
    assert asked[True] > 100, asked


def _reaches_back(portal: Portal, code: str, name: str) -> bool:
    """Whether the condition asks for other days than the last ones, which the chart shows by itself."""
    for one in (code, *portal.spec.charts[code].beside):
        by, asked = portal.spec.charts[one].by, filters_of(portal, one).get(name)
        if by is not None and asked is not None and by.periods and asked.field == by.path:
            return True
    return False


def _wrong(browser: Browser, portal: Portal, code: str, number: Number) -> list[str]:
    link, rows, shown = number
    found = _count(browser, link)
    charts = portal.spec.charts
    counts = all(_counts(charts[one]) for one in (code, *charts[code].beside))
    if found == rows and (not counts or shown in (rows, None)):
        return []
    return [f"{code}: {shown} of {rows} rows, {link} has {found}"]


def _counts(chart: Chart) -> bool:
    """Whether each number that the chart shows is a number of rows."""
    other = ("sum", "avg", "ratio", "distinct", "min", "max")
    return not any(getattr(figure, key) for figure in chart.figures.values() for key in other)


def _numbers(browser: Browser, url: str) -> Iterator[Number]:
    """Each address with the number of rows that it has to show, and the number that the chart shows there.

    None of a figure over wider rows than those that it opens.
    """
    found = _answer(browser, url)
    more = "&" if "?" in url else "?"
    own = _rows(_answer(browser, f"{url}{more}rows=own")) if found.get("wider") else None
    for key, (link, rows, shown) in _cells(found).items():
        if link:
            yield (link, rows, shown) if own is None else (link, own.get(key, 0), None)


def _answer(browser: Browser, url: str) -> dict[str, Any]:
    """Nothing of a chart that the person may not see."""
    answer = browser.client.get(url)
    assert answer.status_code in (200, 403), f"{url}: {answer.status_code} {answer.get_json()}"
    return dict(answer.get_json().get("result", {}))


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
