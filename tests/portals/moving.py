"""How people of insurance_service move its records over the API."""

from __future__ import annotations

from typing import Any

from tests.portals.asking import send, uploaded
from tests.portals.insurance import PORTAL, key
from tests.projects import PNG, Browser, Site


def do(who: Browser, entity: str, id_: int, code: str, **said: Any) -> tuple[int, Any]:
    return send(who, "POST", f"/api/v1/{PORTAL}/{entity}/{id_}/do/{code}", **said)


def upload(who: Browser, entity: str, field: str, content: bytes = PNG, name: str = "a.png") -> int:
    return uploaded(who, f"/api/v1/{PORTAL}/{entity}/upload/{field}", content, name)


def policy(site: Site, no: str) -> int:
    return key(site, "policy", policy_no=no)


def state(site: Site, entity: str, id_: int) -> str:
    return str(site.row(entity, id_)["status"])


def log(site: Site, order: int) -> list[tuple[str, str | None, str | None]]:
    rows = [row for row in site.rows("order_log") if row["order_id"] == order]
    return [(row["action"], row["from"], row["to"]) for row in rows]


def designate(site: Site, agency: str = "安服甲(示范)", **said: Any) -> tuple[int, Any]:
    agency_id = key(site, "service_agency", name=agency)
    given = {"agency_id": agency_id, "required_services": ["training", "risk"], **said}
    return do(site.as_("insa_clerk"), "policy", policy(site, "P-001"), "designate", **given)
