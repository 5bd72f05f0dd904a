"""The work that is measured, at each server's own addresses, with the bar that decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from bench.people import NAME
from bench.places import FLOOR, OURS

LOW, HIGH, BEFORE, AFTER = "2026-03-01", "2026-03-31", "2026-02-28", "2026-04-01"
KEY = 7777


@dataclass(frozen=True, slots=True)
class Item:
    """``paths``: "server" or "server:variant" -> address; one with ``@`` is asked with the API's headers.

    ``bar`` is the greatest ratio to the best peer, ``limit`` the ratio to the floor that a good design
    reaches, ``statements`` the most SQL statements of ours. ``directus``: how long Directus took, as a part
    of what Django took, where it was the better of the two (it is not installed here).
    """

    name: str
    bar: float
    limit: float
    statements: int
    paths: Mapping[str, str]
    directus: float = 0.0
    server: str = ""


def _search() -> dict[str, str]:
    word = quote(NAME)
    return {
        OURS: f"/bench/guard/list/?name={word}",
        "fab": f"/guardview/list/?_flt_2_name={word}",
        "django": f"/admin/bench/guard/?q={word}",
        "django:fast": f"/admin/bench/guardfast/?q={word}",
        "flaskadmin": f"/admin/guard/?search={word}",
        FLOOR: f"/guard/?q={word}",
    }


def _filter() -> dict[str, str]:
    month = f"status__exact=on_duty&hired_on__gte={LOW}&hired_on__lt={AFTER}"
    return {
        OURS: f"/bench/guard/list/?status=on_duty&hired_on_from={LOW}&hired_on_to={HIGH}",
        "fab": f"/guardview/list/?_flt_0_status=on_duty&_flt_1_hired_on={BEFORE}&_flt_2_hired_on={AFTER}",
        "django": f"/admin/bench/guard/?{month}",
        "django:fast": f"/admin/bench/guardfast/?{month}",
        "flaskadmin": f"/admin/guard/?flt0_2=on_duty&flt1_11={LOW}+to+{HIGH}",
        FLOOR: f"/guard/?status=on_duty&from={LOW}&to={HIGH}",
    }


def _rest(size: int) -> dict[str, str]:
    return {
        OURS: f"@/api/v1/bench/guard/?q=(page:0,page_size:{size})",
        "fab": f"@/api/v1/guard/?q=(page:0,page_size:{size})",
        "django": f"@/api/guard/?page_size={size}",
        FLOOR: f"@/api/guard/?size={size}",
    }


FIRST_PAGE = {
    OURS: "/bench/guard/list/",
    "fab": "/guardview/list/",
    "django": "/admin/bench/guard/",
    "django:fast": "/admin/bench/guardfast/",
    "flaskadmin": "/admin/guard/",
    FLOOR: "/guard/",
}
SORTED = {
    OURS: "/bench/guard/list/?order=-hired_on",
    "fab": "/guardview/list/?_oc_GuardView=hired_on&_od_GuardView=desc",
    "django": "/admin/bench/guard/?o=-4",
    "django:fast": "/admin/bench/guardfast/?o=-4",
    "flaskadmin": "/admin/guard/?sort=4&desc=1",
    FLOOR: "/guard/?sort=1",
}
DEEP = {
    OURS: "/bench/guard/list/?page=1000",
    "fab": "/guardview/list/?page_GuardView=999",
    "django": "/admin/bench/guard/?p=1000",
    "django:fast": "/admin/bench/guardfast/?p=1000",
    "flaskadmin": "/admin/guard/?page=999",
    FLOOR: "/guard/?page=999",
}
DETAIL = {
    OURS: f"/bench/guard/show/{KEY}",
    "fab": f"/guardview/show/{KEY}",
    "flaskadmin": f"/admin/guard/details/?id={KEY}",
    FLOOR: f"/guard/{KEY}",
}
FORM = {
    OURS: f"/bench/guard/edit/{KEY}",
    "fab": f"/guardview/edit/{KEY}",
    "django": f"/admin/bench/guard/{KEY}/change/",
    "flaskadmin": f"/admin/guard/edit/?id={KEY}",
    FLOOR: f"/guard/{KEY}/edit",
}
PICKER = {
    OURS: "/bench/guard/options/company?for=form&q=00777",
    "fab": "@/api/v1/company/?q=(columns:!(id,name),filters:!((col:name,opr:ct,value:'00777')),page_size:10)",
    "django": "/admin/autocomplete/?term=00777&app_label=bench&model_name=guard&field_name=company",
    "flaskadmin": "/admin/guard/ajax/lookup/?name=company&query=00777&offset=0&limit=10",
}
ONE = {
    OURS: f"@/api/v1/bench/guard/{KEY}",
    "fab": f"@/api/v1/guard/{KEY}",
    "django": f"@/api/guard/{KEY}/",
    FLOOR: f"@/api/guard/{KEY}",
}

READS: tuple[Item, ...] = (
    Item("list, first page", 0.45, 1.8, 5, FIRST_PAGE),
    Item("list, sorted", 0.45, 1.8, 5, SORTED),
    Item("list, page 1,000", 0.25, 2.0, 5, DEEP),
    Item("list, filter + month", 0.30, 0.5, 5, _filter()),
    Item("list, part of a name", 0.80, 1.1, 5, _search()),
    Item("detail", 0.80, 3.0, 4, DETAIL),
    Item("edit form with picker", 0.70, 3.0, 4, FORM),
    Item("picker look-up", 0.70, 0.0, 4, PICKER),
    Item("API list 25", 0.70, 1.4, 3, _rest(25)),
    Item("API list 100", 0.70, 1.4, 3, _rest(100), directus=0.935),
    Item("API one", 0.60, 2.0, 3, ONE),
)
SAVE = Item("save, with audit", 0.90, 2.2, 0, {})
CREATE = Item("API create", 0.90, 2.0, 0, {})
LOADS: tuple[Item, ...] = (
    Item("list pages per second", 2.2, 0.5, 0, FIRST_PAGE),
    Item("API lists per second", 1.2, 0.6, 0, _rest(25), directus=1.37),
)
