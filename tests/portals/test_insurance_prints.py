"""The documents of insurance_service on its own seeds: who gets them, and what stands in them."""

from __future__ import annotations

from typing import Any

import pytest

from fab_app.runtime.prints.gathering import Gathering
from tests.portals.insurance import PORTAL, RECORDS, at, key, order_of
from tests.projects import Site


def data_of(site: Site, account: str, entity: str, name: str, *keys: int) -> dict[str, Any]:
    with site.acting(account) as person:
        spec = site.world.manifest.portals[PORTAL].spec.prints[name]
        gathering = Gathering(person.reader, site.entity(entity), spec)
        return gathering.gathered(gathering.records(keys)).data


def hazards_of(site: Site, policy_no: str) -> list[int]:
    """The hazards found under a policy's order."""
    order = order_of(site, policy_no)
    inspections = {row["id"] for row in site.rows("inspection_record") if row["order_id"] == order}
    return [row["id"] for row in site.rows("hazard") if row["inspection_id"] in inspections]


@pytest.mark.req("A-136")
def test_service_file_has_order_acceptance_every_kind_and_hazards_with_photos(site: Site) -> None:
    order = order_of(site, "P-002")
    data = data_of(site, "a_admin", "service_order", "service_file", order)
    record = data["records"][0]
    values, tables = record["values"], record["tables"]
    assert (values["policy_no"], values["enterprise_id"]) == ("P-002", "西城建筑公司(示范)")
    assert values["accept_result"] == "同意" and values["leader_id"]
    assert {kind: len(tables[kind]) for kind in RECORDS} == dict.fromkeys(RECORDS, 1)
    assert all(row["photos"][0]["picture"] for row in tables["hazards"])
    assert any(row["after_photos"] for row in tables["hazards"])
    answer = site.as_("a_admin").post(at("service_order", f"print/service_file/{order}")).response
    assert (answer.status_code, answer.data[:5]) == (200, b"%PDF-")
    assert site.audit("service_order", order)[-1]["action"] == "print"


@pytest.mark.req("A-055")
def test_service_file_is_offered_to_accounts_with_the_action_alone(site: Site) -> None:
    order = order_of(site, "P-002")
    address = at("service_order", f"print/service_file/{order}")
    offered = {
        account: address
        in site.as_(account).get(at("service_order", f"show/{order}")).response.get_data(as_text=True)
        for account in ("a_admin", "a_staff1", "insa_clerk", "reg_city")
    }
    assert offered == {"a_admin": True, "a_staff1": True, "insa_clerk": False, "reg_city": False}
    assert site.as_("insa_clerk").get(address).status == 403


@pytest.mark.req("A-137")
def test_notice_is_for_the_ticked_hazards_of_one_enterprise(site: Site) -> None:
    keys = hazards_of(site, "P-002")
    data = data_of(site, "a_admin", "hazard", "rectify_notice", *keys)
    assert len(data["records"]) == len(keys) > 1
    assert all(one["values"]["deadline"] and one["values"]["photos"] for one in data["records"])
    answer = site.as_("a_admin").post(at("hazard", "print/rectify_notice"), {"ids": [str(k) for k in keys]})
    assert answer.response.mimetype == "application/pdf"
    page = site.as_("a_admin").get(at("hazard")).response.get_data(as_text=True)
    assert f'formaction="/{PORTAL}/hazard/print/rectify_notice"' in page


@pytest.mark.req("A-137")
def test_hazards_of_several_enterprises_are_refused_with_a_sentence(site: Site) -> None:
    own = hazards_of(site, "P-002")[0]
    order = site.row("service_order", order_of(site, "P-002"))
    policy = site.row("policy", order["policy_id"])
    enterprise = next(row["id"] for row in site.rows("enterprise") if row["id"] != policy["enterprise_id"])
    more = site.make(
        "policy",
        policy_no="P-PRINT",
        insurer_id=policy["insurer_id"],
        enterprise_id=enterprise,
        amount="1",
        premium="1",
        start_date=str(policy["start_date"]),
        end_date=str(policy["end_date"]),
    )
    site.set("service_order", (second := _order(site, more, order["agency_id"])), status="serving")
    inspection = site.row("inspection_record", key(site, "inspection_record", order_id=order["id"]))
    site.fill("inspection_record", [_copied(site, "inspection_record", inspection["id"], order_id=second)])
    copy = site.rows("inspection_record")[-1]["id"]
    site.fill("hazard", [_copied(site, "hazard", own, inspection_id=copy, hazard_no="YH-PRINT")])
    strange = site.rows("hazard")[-1]["id"]
    answer = site.as_("a_admin").get(at("hazard", f"print/rectify_notice?ids={own}&ids={strange}"))
    assert answer.status == 422 and "只能针对同一家投保单位" in answer.text


def _order(site: Site, policy: int, agency: int) -> int:
    return site.make(
        "service_order", policy_id=policy, agency_id=agency, assigned_by=site.id_of("insa_clerk")
    )


def _copied(site: Site, entity: str, key_: int, **changes: Any) -> dict[str, Any]:
    """The row again, under another parent."""
    row = {name: value for name, value in site.row(entity, key_).items() if name not in ("id", "uuid")}
    return {**row, **({"record_no": "COPY"} if "record_no" in row else {}), **changes}


@pytest.mark.req("A-190")
def test_print_of_another_agencys_record_is_403(site: Site) -> None:
    order, hazard = order_of(site, "P-002"), hazards_of(site, "P-002")[0]
    other = site.as_("b_admin")
    for path in (
        at("service_order", f"print/service_file/{order}"),
        at("service_order", f"print/service_file/{order}?pdf=1"),
        at("hazard", f"print/rectify_notice/{hazard}"),
        f"/api/v1/{PORTAL}/service_order/{order}/print/service_file",
    ):
        assert other.get(path).status == 403, path
    assert other.post(at("service_order", f"print/service_file/{order}")).status == 403
