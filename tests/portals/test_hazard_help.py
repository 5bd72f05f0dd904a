"""The manual of the portal (H-010): its version and the way to it at the foot of pages and on the page of help."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.portals.asking import send
from tests.portals.hazard import FORM, PORTAL, api, key, seeded
from tests.projects import Browser, Site

HELP = f"/{PORTAL}/help"
NAME = "操作手册 v1.0"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with seeded(tmp_path_factory.mktemp("help")) as made:
        yield made


def ways(browser: Browser, path: str) -> list[str]:
    page = browser.get(path)
    while page.status in (302, 303):
        page = browser.follow(page)
    return [a.attrs["href"] for a in page.root.all("a") if a.text.strip() == NAME]


@pytest.mark.req("H-010")
@pytest.mark.parametrize("account", ["ag_d1", "ag_draft", "hr_admin"])
def test_foot_of_a_page_names_the_manual_and_leads_to_it(site: Site, account: str) -> None:
    at = f"/{PORTAL}/hr_agency/mine" if account == "ag_draft" else f"/{PORTAL}/"
    assert HELP in ways(site.as_(account), at)
    assert ways(site.as_(account), HELP).count(HELP) == 2  # at the foot and on the page


@pytest.mark.req("H-010")
def test_who_is_not_logged_in_reads_it_too(site: Site) -> None:
    visitor = site.as_()
    assert ways(visitor, f"/{PORTAL}/login/") == [HELP]
    page = visitor.get(HELP)
    assert page.status == 200 and "注册与审核" in page.text and "安监机构管理平台" in page.text
    assert visitor.get(FORM).status == 200


@pytest.mark.req("H-010")
@pytest.mark.parametrize(
    ("said", "leads"),
    [
        ("https://manual.example.com/v1.pdf", "https://manual.example.com/v1.pdf"),
        ("javascript:alert(1)", HELP),
        ("//evil.example/x", HELP),
        ("/help", HELP),
    ],
)
def test_its_address_is_a_setting_that_leads_nowhere_strange(site: Site, said: str, leads: str) -> None:
    admin = site.as_("hr_admin")
    setting = key(site, "hr_setting", key="help_url")
    status, answer = send(admin, "PUT", api("hr_setting", str(setting)), value=said)
    assert status == 200, answer
    assert ways(site.as_(), HELP) == [leads]
