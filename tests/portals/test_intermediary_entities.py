"""Fields, codes and numbers of intermediary are those of its document, read from the document itself."""

from __future__ import annotations

import pytest

from fab_app.checks import checked
from fab_app.spec.manifest import Entity, Manifest
from fab_app.spec.reading import read_home
from tests.portals.intermediary import HOME, PORTAL, codes, tables

ELSEWHERE = {
    # Failures, locks and doors of a login stand in tables of the framework, which shows them to nobody.
    "im_user": {"failed_count", "locked_until", "last_entry"},
}
OWN = ("im_account_import", "im_notification")
"""Entities without a field table of their own, or that the framework keeps itself."""
CODES = {
    "im_agency.kinds": "agency",
    "im_agency.eval_scope": "eval_scope",
    "im_agency.service_scope": "service_type",
    "im_staff.qualification": "qualification",
    "im_staff.education": "education",
    "im_staff.title": "title",
    "im_user.entry_permissions": "entry_permissions",
    "im_eval_contract.eval_type": "eval_type",
    "im_eval_contract.industry": "industry",
    "im_enterprise.industry": "industry",
    "im_service_contract.service_types": "service_type",
    "im_visit.contents": "service_type",
    "im_hazard.category": "hazard_category",
}
STATES = {
    "im_agency.status": "none declared cancelled",
    "im_staff.status": "active left",
    "im_user.user_type": "main sub authority enterprise admin",
    "im_user.status": "active disabled",
    "im_region.level": "city county town outside",
    "im_enterprise.scale": "large medium small micro",
    "im_eval_contract.status": "entered finished void",
    "im_service_contract.status": "active finished void",
    "im_eval_report.conclusion": "conform mostly not",
    "im_sampling.kind": "eval social",
    "im_sampling.status": "draft published withdrawn",
    "im_hazard.level": "general major",
    "im_hazard.rectify_status": "unrectified rectified",
    "im_hazard.confirm_status": "none pending confirmed",
    "im_hazard.confirm_result": "pass back",
}
NUMBERS = {
    "im_agency.agency_no": "ZJ{00000}",
    "im_eval_contract.system_no": "PJHT{yyyy}{00000}",
    "im_service_contract.system_no": "FWHT{yyyy}{00000}",
    "im_sampling.sampling_no": "CC{yyyy}{00000}",
    "im_visit.visit_no": "FQ{yyyyMMdd}{0000}",
    "im_hazard.hazard_no": "YH{yyyyMMdd}{00000}",
}


@pytest.fixture(scope="module")
def home() -> Manifest:
    manifest, problems = read_home(HOME, frozenset({PORTAL}))
    assert problems == []
    return manifest


def entity(home: Manifest, name: str) -> Entity:
    return home.entities[f"{PORTAL}.{name}"]


def options(home: Manifest, path: str) -> list[str]:
    name, _, code = path.partition(".")
    field = entity(home, name).fields[code]
    of = getattr(field, "of", None)
    return list(home.dictionaries[of].items if of else field.options)  # type: ignore[attr-defined]


def test_definitions_are_clean() -> None:
    found = [str(problem) for problem in checked(HOME, frozenset({PORTAL}))[1]]
    assert [text for text in found if PORTAL in text] == []


@pytest.mark.req(
    "I-040", "I-041", "I-042", "I-043", "I-044", "I-045", "I-046", "I-049", "I-050", "I-051", "I-052", "I-053"
)
@pytest.mark.parametrize("name", [name for name in tables() if name not in OWN])
def test_fields_are_those_of_the_document(home: Manifest, name: str) -> None:
    found = entity(home, name).fields
    wanted = {code: label for code, label in tables()[name].items() if code not in ELSEWHERE.get(name, ())}
    assert [code for code in wanted if code not in found] == []
    spoken = {code: found[code].label.zh for code, label in wanted.items() if label}
    assert spoken == {code: label for code, label in wanted.items() if label}


@pytest.mark.req("I-056")
@pytest.mark.parametrize("path", CODES)
def test_codes_of_dictionaries(home: Manifest, path: str) -> None:
    assert options(home, path) == codes()[CODES[path]]


@pytest.mark.req("I-040", "I-042", "I-043", "I-050", "I-052")
@pytest.mark.parametrize("path", STATES)
def test_codes_of_states(home: Manifest, path: str) -> None:
    assert options(home, path) == STATES[path].split()


@pytest.mark.parametrize("path", NUMBERS)
def test_numbers_are_written_as_in_the_document(home: Manifest, path: str) -> None:
    name, _, code = path.partition(".")
    assert entity(home, name).fields[code].pattern == NUMBERS[path]  # type: ignore[attr-defined]


@pytest.mark.req("I-006")
def test_deletion_is_soft(home: Manifest) -> None:
    """What a document's entity loses is kept; deductions and drawn rows go with what they belong to."""
    hard = {
        each.name
        for each in home.of_portal(PORTAL)
        if not home.entities[each.owner].spec.soft_delete and not each.spec.append_only
    }
    assert hard == {"im_region", "im_deduction", "im_draw_row", "im_setting"}
    assert not any("delete" in role.spec.may.get("im_setting", ()) for role in home.roles.values())


@pytest.mark.req("I-034", "I-146", "I-147", "I-148", "I-149", "I-150", "I-151", "I-152")
def test_six_presets_of_hazards(home: Manifest) -> None:
    tabs = entity(home, "im_hazard").spec.listing.tabs
    assert {code: tab.label.zh for code, tab in tabs.items()} == {
        "all": "全部隐患",
        "rectified": "已整改隐患",
        "unrectified": "未整改隐患",
        "overdue": "超期未整改隐患",
        "to_confirm": "待确认隐患",
        "confirmed": "已确认隐患",
    }
    assert [column.field for column in entity(home, "im_hazard").spec.listing.columns] == [
        *("hazard_no", "enterprise", "region", "position", "description", "category", "level"),
        *("found_date", "due_date", "rectify_status", "overdue_days", "confirm_status", "agency"),
    ]


@pytest.mark.req("I-105", "I-281", "I-282", "I-288")
def test_policy_of_passwords_and_sessions(home: Manifest) -> None:
    login = home.login(PORTAL)
    assert (login.password.min, login.password.max, login.password.classes) == (6, 64, 2)
    assert (login.initial, login.captcha.always, login.captcha.seconds) == ("zj202401", True, 300)
    assert (login.lockout.failures, login.lockout.minutes, login.sessions.idle) == (5, 15, 30)
    told = "密码须由大写字母、小写字母、数字、特殊符号中至少两种组成，且长度不小于6位"
    assert login.password.told is not None and login.password.told.zh == told
