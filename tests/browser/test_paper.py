"""The browser's own print: every column on the sheet, told when it was, without buttons, in the light theme."""

from __future__ import annotations

import pytest

from tests.browser.live import Desk
from tests.browser.paper import UPRIGHT, WIDE, beyond, inks, on_paper, printed, sheets

INSURANCE, INTERMEDIARY = "/insurance_service", "/intermediary"
LISTS = [
    ("a_manager", INSURANCE, "hazard"),
    ("a_manager", INSURANCE, "service_order"),
    ("a_manager", INSURANCE, "training_record"),
    ("a_manager", INSURANCE, "inspection_record"),
    ("a_manager", INSURANCE, "risk_record"),
    ("a_manager", INSURANCE, "drill_record"),
    ("insa_clerk", INSURANCE, "policy"),
    ("im_city", INTERMEDIARY, "im_agency"),
    ("im_city", INTERMEDIARY, "im_enterprise"),
    ("im_city", INTERMEDIARY, "im_hazard"),
    ("im_city", INTERMEDIARY, "im_service_contract"),
    ("im_city", INTERMEDIARY, "im_eval_contract"),
    ("im_city", INTERMEDIARY, "im_visit"),
    ("im_city", INTERMEDIARY, "im_staff"),
]
PAGES = ["hazard/list/", "hazard/show/1", "charts/service_stats"]


@pytest.mark.parametrize(("account", "portal", "entity"), LISTS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_column_of_the_screen_is_on_the_sheet(
    desk: Desk, account: str, portal: str, entity: str, lang: str
) -> None:
    page = desk.window(account, lang=lang)
    page.goto(f"{portal}/{entity}/list/")
    shown = page.locator("#list th[data-col]:visible").count()
    assert page.locator("#list tbody tr").count() > 0
    on_paper(page)
    assert page.locator("#list th[data-col]:visible").count() == shown
    assert beyond(page) == []


def test_a_wide_list_lies_and_a_record_stands(desk: Desk) -> None:
    page = desk.window("a_manager")
    page.goto(f"{INSURANCE}/hazard/list/")
    assert sheets(printed(page)) == [WIDE]
    page.goto(f"{INSURANCE}/hazard/show/1")
    page.wait_for_load_state("networkidle")
    assert set(sheets(printed(page))) == {UPRIGHT}


def test_paper_tells_what_it_is_when_it_was_and_how_much(desk: Desk) -> None:
    page = desk.window("a_manager")
    page.goto(f"{INSURANCE}/hazard/list/")
    on_paper(page)
    assert page.locator("h1").inner_text() == "隐患台账"
    assert page.locator("h1").bounding_box()["height"] > 10  # type: ignore[index]
    total = page.locator("#k-total").text_content()
    note = page.locator(".k-on-paper").inner_text()
    assert note.endswith(f" · {total} · 本页 {page.locator('#list tbody tr').count()} 条")
    assert page.evaluate("new Date().getFullYear()") == int(note[:4])


def test_nothing_to_press_is_printed(desk: Desk) -> None:
    page = desk.window("a_manager")
    page.goto(f"{INSURANCE}/hazard/list/")
    on_paper(page)
    assert (
        page.locator("button:visible, input:visible, select:visible, summary:visible, .btn:visible").count()
        == 0
    )
    assert page.locator(".k-pages:visible, .k-act:visible, .k-sel:visible, .k-side:visible").count() == 0


def test_rows_stay_whole_under_a_head_on_each_sheet(desk: Desk) -> None:
    page = desk.window("a_manager")
    page.goto(f"{INSURANCE}/hazard/list/")
    on_paper(page)
    assert (
        page.evaluate("getComputedStyle(document.querySelector('#list thead')).display")
        == "table-header-group"
    )
    assert page.evaluate("getComputedStyle(document.querySelector('#list tbody tr')).breakInside") == "avoid"


def test_nothing_of_a_record_is_cut_off(desk: Desk) -> None:
    page = desk.window("a_manager")
    page.goto(f"{INSURANCE}/hazard/show/1")
    page.wait_for_load_state("networkidle")
    on_paper(page)
    assert beyond(page) == []


@pytest.mark.parametrize("path", PAGES)
def test_dark_screen_is_printed_as_the_light_one(desk: Desk, path: str) -> None:
    made = []
    for dark in (False, True):
        page = desk.window("reg_city", dark=dark)
        page.goto(f"{INSURANCE}/{path}")
        page.wait_for_load_state("networkidle")
        theme = page.evaluate("document.documentElement.dataset.bsTheme")
        made.append(inks(printed(page)))
        assert page.evaluate("document.documentElement.dataset.bsTheme") == theme == ("light", "dark")[dark]
    assert made[0] == made[1] != set()


def test_words_are_dark_on_light_in_the_dark_theme(desk: Desk) -> None:
    page = desk.window("reg_city", dark=True)
    page.goto(f"{INSURANCE}/hazard/list/")
    on_paper(page)
    lightest = page.evaluate(
        """() => Math.max(...[...document.querySelectorAll('#main :is(h1, p, th, td, td *)')]
          .filter(e => e.offsetParent && e.innerText)
          .map(e => Math.max(...getComputedStyle(e).color.match(/[\\d.]+/g).slice(0, 3).map(Number))))"""
    )
    assert lightest < 110
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
