"""Numbers below a list: over all rows of its conditions, under the person's own rows."""

from __future__ import annotations

import pytest

from tests.pages import Page
from tests.projects import Builder, Site

FILES = {
    "schema/shop/portal.yaml": "title: Shop\n",
    "schema/shop/purse.yaml": "label: Purse\nfields: {name: {type: text, label: Name}}\n",
    "schema/shop/booking.yaml": """
label: Booking
fields:
  purse: {type: ref, to: purse, label: Purse, required: true}
  day: {type: date, label: Day}
  kind: {type: choice, label: Kind, index: true, options: {a: A, b: B}}
  amount: {type: money, label: Amount}
  income: {type: computed, label: In, as: {type: money}, value: "iif(amount > 0, amount, none)"}
  after: {type: money, label: After}
belongs: {owner: created_by}
listing:
  columns: [purse, day, amount, after]
  search: [purse, {field: day, by: range}, kind, {field: purse.name, by: contains}]
  tabs: {all: {label: All}, a: {label: A, where: kind == 'a'}}
  size: 10
  footer:
    each: purse
    numbers:
      opening: {label: Opening, first: after - amount}
      income: {label: In, sum: income}
      change: {label: Change, sum: amount}
      closing: {label: Closing, last: after}
""",
    "permissions/shop/clerk.yaml": """
label: Clerk
rows: {booking: all, purse: all}
may: {booking: [read], purse: [read]}
""",
    "permissions/shop/blind.yaml": """
label: Blind
rows: {booking: all, purse: all}
may: {booking: [read], purse: [read]}
fields: {booking: {hidden: [after], masked: [amount]}}
""",
    "permissions/shop/half.yaml": """
label: Half
rows: {booking: kind == 'a', purse: all}
may: {booking: [read], purse: [read]}
""",
}
LIST = "/shop/booking/list/"


@pytest.fixture(scope="module", params=["sqlite", "postgresql", "mariadb"])
def shop(build: Builder, request: pytest.FixtureRequest) -> Site:
    site = build(FILES, request.param)
    one, two = site.make("purse", name="One"), site.make("purse", name="Two")
    for purse, day, kind, amount, after in (
        (one, "2026-01-05", "a", "100.10", "100.10"),
        (two, "2026-01-06", "b", "7.00", "7.00"),
        (one, "2026-02-01", "b", "-30.05", "70.05"),
        (two, "2026-02-03", "a", "3.00", "10.00"),
        (one, "2026-03-01", "a", "0.20", "70.25"),
    ):
        site.make("booking", purse=purse, day=day, kind=kind, amount=amount, after=after)
    return site


def footer(page: Page) -> dict[str, str]:
    assert page.status == 200, page.text
    found = page.root.all("dl", class_="k-totals")
    return {row.one("dt").text: row.one("dd").text for row in found[0].all("div")} if found else {}


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("", ("0.00", "110.30", "80.25", "80.25")),
        ("?day_from=2026-02-01", ("107.10", "3.20", "-26.85", "80.25")),
        ("?day_from=2026-02-01&day_to=2026-02-28", ("107.10", "3.00", "-27.05", "80.05")),
        ("?purse=1&day_from=2026-02-01", ("100.10", "0.20", "-29.85", "70.25")),
        ("?tab=a", ("7.00", "103.30", "103.30", "80.25")),
        ("?purse.name=Two", ("0.00", "10.00", "10.00", "10.00")),
        ("?day_from=2027-01-01", ("—", "0.00", "0.00", "—")),
    ],
)
def test_numbers_are_those_of_the_rows_that_the_list_asks_for(
    shop: Site, query: str, wanted: tuple[str, ...]
) -> None:
    names = ("Opening", "In", "Change", "Closing")
    assert footer(shop.as_("clerk").get(f"{LIST}{query}")) == dict(zip(names, wanted, strict=True))


def test_a_person_is_told_the_numbers_of_his_own_rows(shop: Site) -> None:
    assert footer(shop.as_("half").get(LIST)) == {
        "Opening": "7.00",
        "In": "103.30",
        "Change": "103.30",
        "Closing": "80.25",
    }


def test_a_number_of_what_is_hidden_or_masked_is_not_told(shop: Site) -> None:
    assert footer(shop.as_("blind").get(LIST)) == {"In": "110.30"}
