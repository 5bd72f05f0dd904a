"""A shop with two doors and two identity providers, and how one goes through them."""

from __future__ import annotations

from urllib.parse import urlsplit

from tests.oidc.provider import login_at
from tests.projects import Browser, Page, Site

FILES = {
    "schema/shop/portal.yaml": """
title: 商店
kinds: {staff: {label: 员工}, guest: {label: 客人}}
doors: {staff: {label: 员工, kinds: [staff]}, guest: {label: 客人, kinds: [guest]}}
login:
  lockout: {failures: 3, minutes: 15}
  providers: {gov: {label: 统一身份认证, kinds: [staff]}, other: {label: 另一个}}
messages: {disabled: 账号已停用, wrong_door: 不属于本入口}
""",
    "schema/shop/account.yaml": "label: 账号\nview_of: base.user\n",
    "permissions/shop/clerk.yaml": "label: 店员\nrows: {account: all}\nmay: {account: [read, edit]}\n",
}
NOT_DONE = "登录未完成"


def asked(shop: Site, browser: Browser, next_: str = "") -> str:
    """Where the provider is asked."""
    page = browser.get("/shop/oidc/gov/" + (f"?next={next_}" if next_ else ""))
    assert page.status == 303, page.text
    return page.location


def answer(browser: Browser, url: str) -> Page:
    parts = urlsplit(url)
    return browser.get(f"{parts.path}?{parts.query}")


def enters(shop: Site, next_: str = "") -> tuple[Browser, Page]:
    browser = shop.as_()
    return browser, answer(browser, login_at(asked(shop, browser, next_)))


def refused(shop: Site, sentence: str = NOT_DONE) -> None:
    browser, page = enters(shop)
    assert (page.status, page.location) == (303, "/shop/entry/")
    assert browser.client.get_cookie("fab_session") is None and sentence in browser.follow(page).html


# --- the same accounts and sessions --------------------------------------------------------------
