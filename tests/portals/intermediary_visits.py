"""Visits with their hazards as an agency enters them, and what is then done to a hazard."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from tests.portals.asking import send
from tests.portals.intermediary import agency, api, key, upload
from tests.projects import Browser, Site


def do(who: Browser, id_: int, code: str, **said: Any) -> tuple[int, Any]:
    path = api("im_hazard", f"{id_}/do/{code}")
    return send(who, "POST", path, **said)


def hazard(who: Browser, due: date | None, **more: Any) -> dict[str, Any]:
    return {
        "category": "elec",
        "level": "general",
        "position": "配电间",
        "description": "配电箱无门，接线外露。",
        "measure": "加装箱门。",
        "photos": [upload(who, "im_hazard", "photos")],
        "due_date": due.isoformat() if due else None,
        "on_site": False,
        **more,
    }


def body(site: Site, who: Browser, hazards: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    today = site.world.clock.today("Asia/Shanghai")
    contract = key(site, "im_service_contract", contract_no="FW-04-002")
    staff = key(site, "im_staff", agency=agency(site, "zj_soc1"), status="active")
    return {
        "service_contract": contract,
        "enterprise": site.row("im_service_contract", contract)["enterprise"],
        "visit_date": today.isoformat(),
        "visitors": [staff],
        "contents": ["inspect"],
        "summary": "现场检查车间和仓库的安全情况。",
        "photos": [upload(who, "im_visit", "photos")],
        "has_hazard": bool(hazards),
        "hazards": hazards,
        **more,
    }


def on_site(who: Browser, today: date) -> dict[str, Any]:
    return {
        "on_site": True,
        "rectify_date": today.isoformat(),
        "rectify_note": "当场整理接线。",
        "rectify_photos": [upload(who, "im_hazard", "rectify_photos")],
    }


def entered(site: Site) -> tuple[Browser, list[int]]:
    """A visit with h1 (due in ten days), h2 (fixed on the spot) and h3 (due today)."""
    today = site.world.clock.today("Asia/Shanghai")
    who = site.as_("zj_soc1")
    hazards = [
        hazard(who, today + timedelta(10)),
        hazard(who, today + timedelta(5), **on_site(who, today)),
        hazard(who, today),
    ]
    status, answer = send(who, "POST", api("im_visit"), **body(site, who, hazards))
    assert status == 201, answer
    return who, [row["id"] for row in site.rows("im_hazard") if row["visit"] == answer["id"]]
