"""An application on its way through a chain, as the people of each level see it: returned, submitted again, agreed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.live import seats
from tests.chains.town import apply, town
from tests.projects import Builder, Site

BLACK, RED = "rgb(23, 32, 44)", "rgb(196, 35, 43)"
Open = Callable[[str], Page]


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    builder = Builder(tmp_path)
    yield town(builder)
    builder.close()


@pytest.fixture
def seat(browser: Browser, site: Site) -> Iterator[Open]:
    """``seat("firm")``: a window of this person."""
    with seats(browser, site) as window:
        yield window


def steps(page: Page) -> list[tuple[str, str]]:
    """Each step of the progress with what its colour says."""
    colours = {BLACK: "done", RED: "awaited"}
    found = page.locator(".k-steps li")
    return [
        (
            one.locator("b").inner_text(),
            colours.get(one.evaluate("li => getComputedStyle(li).color"), "later"),
        )
        for one in found.all()
    ]


def reds(page: Page) -> list[str]:
    """What stands in red in the course."""
    titles = page.locator(".k-line .k-line-head b")
    red = [one for one in titles.all() if one.evaluate("b => getComputedStyle(b).color") == RED]
    return [one.inner_text() for one in red]


def decide(page: Page, permit: int, label: str, **said: str) -> None:
    """Opens the record, presses the button of the move and answers its dialog."""
    page.goto(f"/shop/permit/show/{permit}")
    page.locator(".k-hero-acts, .k-page-head").get_by_text(label, exact=True).first.click()
    dialog = page.locator("dialog[open]")
    for name, value in said.items():
        dialog.locator(
            f"[data-field={name}] textarea, [data-field={name}] input:not([type=hidden])"
        ).first.fill(value)
    dialog.locator("[type=submit]").click()
    expect(page.locator(".k-toast").first).to_be_visible()
    page.goto(f"/shop/permit/show/{permit}")


def test_refused_application_is_submitted_again_and_agreed_at_each_level(site: Site, seat: Open) -> None:
    permit = apply(site)
    handler, leader, chief, firm = (seat(who) for who in ("jia_handler", "jia_leader", "prov_chief", "firm"))
    decide(handler, permit, "同意", opinion="材料齐全")
    assert steps(handler) == [
        ("提交", "done"),
        ("市经办人", "done"),
        ("市保安处领导", "awaited"),
        ("省厅科长", "later"),
    ]

    decide(leader, permit, "不同意", opinion="内部意见", applicant_note="缺营业执照")
    firm.goto(f"/shop/permit/show/{permit}")
    assert steps(firm)[0] == ("提交", "awaited") and {state for _, state in steps(firm)[1:]} == {"later"}
    expect(firm.locator("main")).to_contain_text("缺营业执照")
    expect(firm.locator("main")).not_to_contain_text("内部意见")

    decide(firm, permit, "提交")
    handler.goto("/shop/todo/")
    expect(handler.locator("main")).to_contain_text("丙盾")
    decide(handler, permit, "同意", opinion="已补正")
    assert steps(handler) == [
        ("提交", "done"),
        ("市经办人", "done"),
        ("市保安处领导", "awaited"),
        ("省厅科长", "later"),
    ]
    assert [title for title in reds(handler) if "市保安处领导" not in title] == []

    decide(leader, permit, "同意", opinion="同意二")
    decide(chief, permit, "同意", opinion="同意三")
    assert {state for _, state in steps(chief)} == {"done"} and reds(chief) == []
    expect(chief.locator("main")).to_contain_text("内部意见")
    assert site.row("permit", permit)["state"] == "approved"
