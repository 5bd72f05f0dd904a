"""Fields, codes and limits of insurance_service are those of its document, word for word."""

from __future__ import annotations

import pytest

from fab_app.spec.layout import DetailHistory, DetailTable
from fab_app.spec.listing import Link
from fab_app.spec.manifest import SYSTEM, Manifest
from tests.portals.definitions import PORTAL, RECORDS, entity, field, texts
from tests.portals.document import CODES, TABLES, table


@pytest.mark.parametrize("name", TABLES)
def test_fields_are_those_of_the_document(home: Manifest, name: str) -> None:
    """A-040 … A-059: every field code, with its label in both languages where the document gives both."""
    found = entity(home, name).fields
    for code, (zh, en) in table(name).items():
        assert code in found, f"{name}.{code}"
        assert found[code].label.zh == zh
        assert not en or found[code].label.en == en


@pytest.mark.parametrize(
    "name", [n for n in TABLES if n not in ("account", "role", "service_agency", "insurer")]
)
def test_no_other_fields_stand_beside_them(home: Manifest, name: str) -> None:
    """A-060: the field codes of section 3 are the names in the API."""
    assert set(entity(home, name).fields) - set(SYSTEM) == set(table(name))


def test_shared_entities_stand_once(home: Manifest) -> None:
    """A-053, A-054, A-057, A-058, A-061: over the shared tables, under the document's names."""
    shared = {
        each.name: (each.owner, dict(each.spec.fixed)) for each in home.of_portal(PORTAL) if each.shared
    }
    assert shared == {
        "account": ("base.user", {}),
        "role": ("base.role", {}),
        "region": ("base.region", {}),
        "dict_item": ("base.dictionary_item", {}),
        "service_agency": ("base.org", {"kind": "agency"}),
        "insurer": ("base.org", {"kind": "insurer"}),
        "operation_log": ("base.audit", {}),
        "message": ("base.message", {}),
        "sms_log": ("base.delivery", {"channel": "sms"}),
    }


@pytest.mark.parametrize("path", CODES)
def test_codes_in_the_order_of_the_labels(home: Manifest, path: str) -> None:
    """A-060."""
    assert list(field(home, path).book.items) == CODES[path].split()


def test_states_and_levels_have_a_tone_each(home: Manifest) -> None:
    for path in ("service_order.status", "policy.status", "hazard.status", "hazard.level"):
        assert all(item.tone for item in field(home, path).options.values()), path
    levels = field(home, "risk_record.risk_level").options
    assert [item.tone for item in levels.values()] == ["bad", "warn", "warn", "info"]


def test_numbers_begin_as_the_document_says(home: Manifest) -> None:
    """A-040, A-042, A-048."""
    patterns = {
        f"{each.name}.{code}": getattr(one, "pattern", "")
        for each in home.of_portal(PORTAL)
        for code, one in each.spec.fields.items()
        if one.type == "serial"
    }
    prefixes = dict(zip(RECORDS, ("PX", "FX", "PC", "BZ", "YJ", "KJ", "QT"), strict=True))
    assert patterns == {
        "service_order.order_no": "FW{yyyyMMdd}{0000}",
        "hazard.hazard_no": "YH{yyyyMMdd}{0000}",
        **{f"{name}.record_no": f"{prefix}{{yyyyMMdd}}{{0000}}" for name, prefix in prefixes.items()},
    }


def test_uploads_have_the_limits_of_the_document(home: Manifest) -> None:
    """Section 0: files up to 50 MB, pictures up to 10 MB, each refused with its sentence."""
    for each in home.of_portal(PORTAL):
        for code, one in each.spec.fields.items():
            if one.type in ("file", "files", "images"):
                picture = one.type == "images"
                assert field(home, f"{each.name}.{code}").max_size == (10 if picture else 50) * 1024**2, (
                    f"{each.name}.{code}"
                )
                assert one.message is not None
                assert one.message.zh == f"{'图片' if picture else '文件'}格式或大小不符合要求"


def test_what_only_moves_fill_cannot_be_typed(home: Manifest) -> None:
    """A-040, A-048, A-056."""
    moved = {
        "service_order": "policy_id agency_id status assigned_at assigned_by accept_result accept_at"
        " accept_by leader_id member_ids accept_opinion plan_file finish_at finish_summary finish_files",
        "hazard": "status after_photos rectify_desc rectify_date rectified_by rectified_at return_reason",
        "policy": "insurer_id status letter_no letter_date letter_file",
    }
    for name, codes in moved.items():
        for code in codes.split():
            readonly = entity(home, name).fields[code].readonly
            assert readonly is not None, f"{name}.{code}"
            assert readonly.text == "true", f"{name}.{code}"


def test_every_word_is_in_both_languages(home: Manifest) -> None:
    specs = [(each.name, each.spec) for each in home.of_portal(PORTAL)]
    specs += [(role.name, role.spec) for role in home.roles.values() if role.portal == PORTAL]
    specs += [("menu", home.menus[PORTAL].spec), ("portal", home.portals[PORTAL].spec)]
    lacking = [
        f"{name}{where}" for name, spec in specs for where, text in texts(spec) if not (text.zh and text.en)
    ]
    assert lacking == []


def test_every_path_leads_somewhere(home: Manifest) -> None:
    """Columns, conditions, forms, details, related tables and links name what exists."""
    for each in home.of_portal(PORTAL):
        listing = each.spec.listing
        named = [column.field for column in listing.columns] + [search.field for search in listing.search]
        for part in (*each.spec.form, *each.spec.detail):
            if isinstance(part, DetailTable):
                child = entity(home, part.table)
                assert part.by is not None
                assert home.target(child, part.by) is each
            elif not isinstance(part, DetailHistory) and part.fields != "*":
                named += [
                    code for item in part.fields for code in ([item] if isinstance(item, str) else item)
                ]
        for path in named:
            assert home.walk(each, tuple(path.split("."))) is not None, f"{each.name}: {path}"
        for reference, within in listing.within.items():
            target = home.target(each, reference)
            assert target is not None
            assert set(within.header) <= set(target.fields), f"{each.name}: {reference}"
        for button in listing.row or ():
            if isinstance(button, Link):
                assert button.by is not None
                assert home.target(entity(home, button.link), button.by) is each
                assert button.count is None or button.count in each.fields
