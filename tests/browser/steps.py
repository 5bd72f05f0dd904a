"""What people do on the pages of the portal, said once."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from playwright.sync_api import Locator, Page, expect

from fab_app.config import ROOT

PORTAL = "/insurance_service"
FILES = ROOT / "seeds" / "insurance_service" / "files"


def today() -> str:
    """The day of the portals as it is now: a run of the tests may pass midnight."""
    return datetime.now(ZoneInfo("Asia/Shanghai")).date().isoformat()


def row(page: Page, text: str) -> Locator:
    """The row of the list in which this stands."""
    return page.locator("#list tbody tr", has_text=text)


def ask(page: Page, name: str, value: str) -> None:
    """Types a condition of the list and presses Enter."""
    page.locator(f"#q-{name.replace('.', chr(92) + '.')}").fill(value)
    with page.expect_response(lambda answer: "/list/" in answer.url):
        page.keyboard.press("Enter")
    expect(page.locator("#list.htmx-request")).to_have_count(0)


def open_records(page: Page, label: str, policy: str = "P-002") -> None:
    """From the row of the policy's order to its records of one kind."""
    page.goto(f"{PORTAL}/service_order/list/")
    order = row(page, policy)
    if not order.locator(".k-acts > a", has_text=label).count():
        order.locator("summary").click()
    order.get_by_role("link", name=label).first.click()
    expect(page.locator(".k-page-head p")).to_contain_text(policy)


def new_record(page: Page, label: str) -> None:
    open_records(page, label)
    page.locator(".k-toolbar .btn-primary").click()
    expect(page.locator("#k-form")).to_be_visible()


def field(page: Page, name: str) -> Locator:
    return page.locator(f"#k-form [data-field='{name}']")


def fill(page: Page, **values: str) -> None:
    """Types into the fields of the form; an open calendar is closed by Escape."""
    for name, value in values.items():
        control = field(page, name).locator("input:not([type=hidden]), textarea").first
        control.fill(value)
        if "date" in str(control.get_attribute("data-date")):
            page.keyboard.press("Escape")


def upload(page: Page, name: str, file: str) -> None:
    field(page, name).locator("input[type=file]").set_input_files(FILES / file)
    expect(field(page, name).locator("[data-file]")).to_have_count(1)


def submit(page: Page) -> None:
    page.locator(".k-savebar button[type=submit]").last.click()


def saved(page: Page) -> None:
    """The list came back with the green word."""
    expect(page.locator(".k-toast")).to_contain_text("操作成功")
    expect(page.locator("#list")).to_be_visible()


def fill_service(page: Page, content: str = "讲解高处作业安全要求") -> None:
    fill(page, service_date=today(), content=content)


def fill_training(page: Page, title: str, start: str = "09:00", end: str = "11:30") -> None:
    """A training of today, all but its last button."""
    fill_service(page)
    fill(
        page,
        title=title,
        start_at=f"{today()} {start}",
        end_at=f"{today()} {end}",
        lecturer="张讲师",
        trainee_count="35",
    )
    field(page, "train_type").locator("select").select_option(label="全员安全教育")
    upload(page, "sign_in_files", "sign_in_sheet.pdf")
    upload(page, "photos", "training_site.png")


def chosen(page: Page, name: str, label: str) -> None:
    """Chooses in a picker that searches on the server."""
    box = field(page, name)
    box.locator(".ts-control").click()
    box.locator(".ts-control input").fill(label)
    page.locator(".ts-dropdown .option", has_text=label).first.click()
    page.keyboard.press("Escape")


def asked(page: Page) -> Locator:
    """The question that waits for an answer."""
    return page.locator("dialog[open]").last
