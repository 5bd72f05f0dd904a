"""Money and content of hazard_report as its seeds made it: agencies and administrators, reporters on the phone."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from fab_app.fields.id_card import check_digit
from tests.pages import Page
from tests.portals.hazard import PHONE, agency, do, phone, seat
from tests.projects import Browser, Site

NODES = {"hazard_region": "hr_region", "category": "hr_category"}


def titles(browser: Browser, path: str) -> list[str]:
    """What the cards of a list on the phone are called."""
    page = browser.get(path)
    assert page.status == 200, page.text
    return [node.one("h2").text for node in page.root.all("a", class_="k-m-item")]


def messages(site: Site, account: str) -> list[str]:
    """What an account is told inside, in the order in which it was told."""
    receiver = site.id_of(account)
    message = site.world.tables.of("base.message").table
    with site.engine.connect() as connection:
        rows = connection.execute(
            message.select().where(message.c.receiver == receiver).order_by(message.c.id)
        )
        return [row.text for row in rows]


def balance(site: Site, account: str) -> Decimal:
    """What the account of this agency holds."""
    row = next(row for row in site.rows("hr_account") if row["agency"] == agency(site, account))
    return Decimal(row["balance"])


def ledger(site: Site, account: str) -> list[dict[str, Any]]:
    """The entries of this agency in their order."""
    return [row for row in site.rows("hr_ledger") if row["agency"] == agency(site, account)]


def mended(site: Site, account: str, amount: str) -> None:
    """The administrator makes the balance of an agency this amount, by an entry."""
    apart = Decimal(amount) - balance(site, account)
    if apart:
        row = next(row for row in site.rows("hr_account") if row["agency"] == agency(site, account))
        status, answer = do(
            site.as_("hr_admin"), "hr_account", row["id"], "adjust", amount=str(apart), reason="测试准备"
        )
        assert status == 200, answer


def of(site: Site, id_: int) -> dict[str, Any]:
    return site.row("hr_claim", id_)


def claimed(site: Site, account: str, amount: str, nickname: str, filled_in: bool = False) -> int:
    """A claim of this amount that the agency opens by verifying a report of this WeChat user."""
    reporter = seat(site, nickname)
    number = f"JB-TEST-{len(site.rows('hr_report'))}"
    nodes = {name: site.rows(entity)[-1]["id"] for name, entity in NODES.items()}
    row = {
        "report_no": number,
        "reporter": reporter,
        "title": "隐患一处",
        "description": "消防通道被杂物堵塞，无人清理。",
    }
    row |= {
        "hazard_address": "示例路8号",
        "assigned_agency": agency(site, account),
        "status": "processing",
        **nodes,
    }
    site.fill("hr_report", [{**row, "submitted_at": site.world.clock.now(), "is_anonymous": False}])
    report = next(int(one["id"]) for one in site.rows("hr_report") if one["report_no"] == number)
    found = {
        "verify_result": "valid",
        "reward_amount": amount,
        "rectify_days": 7,
        "verify_note": "现场核查属实。",
    }
    status, answer = do(site.as_(account), "hr_report", report, "verify", **found)
    assert status == 200, answer
    id_ = next(int(one["id"]) for one in site.rows("hr_claim") if one["report"] == report)
    if filled_in:
        sent = filled(phone(site, nickname), id_)
        assert sent.status == 303, sent.text
    return id_


def filled(browser: Browser, id_: int, **more: str) -> Page:
    """The answer to the form of a claim, filled in and sent on the phone."""
    first = "99000019900101" + f"{id_ % 1000:03}"
    values = {
        "claimant_name": "领奖人甲",
        "claimant_id_card": first + check_digit(first),
        "claimant_phone": "13000000601",
        "payout_method": "alipay",
        "account_no": "13000000601",
    }
    return browser.submit(f"{PHONE}/hr_claim/do/submit/{id_}", **{**values, **more})


def said(site: Site, event: str, nickname: str) -> list[str]:
    """What a WeChat user was told of an event."""
    openid = next(row["openid"] for row in site.rows("hr_wechat_user") if row["nickname"] == nickname)
    delivery = site.world.tables.of("base.delivery").table
    with site.engine.connect() as connection:
        rows = connection.execute(delivery.select().where(delivery.c.event == event).order_by(delivery.c.id))
        return [row.text for row in rows if row.address == openid]
