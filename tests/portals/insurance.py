"""The portal insurance_service on its own seeds."""

from __future__ import annotations

from pathlib import Path

from tests.projects import Site

HOME = Path(__file__).parents[2]
PORTAL = "insurance_service"
RECORDS = ("training", "risk", "inspection", "standardization", "drill", "tech", "other")
ACCOUNTS = (
    "a_manager",
    "a_admin",
    "a_staff1",
    "a_staff2",
    "b_admin",
    "insa_clerk",
    "insb_clerk",
    "reg_city",
    "reg_east",
    "platform",
    "admin",
)


def at(entity: str, rest: str = "list/") -> str:
    return f"/{PORTAL}/{entity}/{rest}"


def key(site: Site, entity: str, **values: object) -> int:
    """The record that the seeds made with these values."""
    return next(
        int(row["id"])
        for row in site.rows(entity)
        if all(row[name] == value for name, value in values.items())
    )


def order_of(site: Site, policy_no: str) -> int:
    return key(site, "service_order", policy_id=key(site, "policy", policy_no=policy_no))
