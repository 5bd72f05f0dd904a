"""The demo rows of insurance_service are exactly those of its document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fab_app.spec.manifest import Manifest
from tests.portals.definitions import FILES, HOME, KINDS, PORTAL, RECORDS, entity, field


def seeds(home: Manifest) -> Iterator[tuple[str, dict[str, Any]]]:
    for document in home.seeds:
        for name, rows in document.data.items():
            yield from ((name, row) for row in rows)


def test_seeds_are_exactly_those_of_the_document(home: Manifest) -> None:
    """A-174, A-175, A-176."""
    rows: dict[str, list[dict[str, Any]]] = {}
    for name, row in seeds(home):
        rows.setdefault(name, []).append(row)
    assert {name: len(found) for name, found in rows.items()} == {
        "region": 4, "insurer": 2, "service_agency": 3, "enterprise": 3, "account": 10, "policy": 5,
        "service_order": 3, "order_log": 5, "hazard": 3, **dict.fromkeys(RECORDS, 1),
    }  # fmt: skip
    assert {row["policy_no"]: row["status"] for row in rows["policy"]} == {
        "P-001": "lettered", "P-002": "serving", "P-003": "designated", "P-004": "serving", "P-005": "draft",
    }  # fmt: skip
    for row in rows["policy"]:
        assert (row["start_date"], row["end_date"]) == ("= today() - days(100)", "= today() + days(265)")
    assert [row["account"] for row in rows["account"]] == [
        "platform", "reg_city", "reg_east", "insa_clerk", "insb_clerk",
        "a_admin", "a_manager", "a_staff1", "a_staff2", "b_admin",
    ]  # fmt: skip
    assert {row["password"] for row in rows["account"]} == {"Demo@2024x"}
    assert [row["uscc"][-4:] for row in (*rows["insurer"], *rows["service_agency"], *rows["enterprise"])] == [
        "001L", "002P", "003T", "004X", "0051", "0064", "0077", "008A",
    ]  # fmt: skip
    served = next(row for row in rows["service_order"] if row["policy_id"] == "@p2")
    assert (served["leader_id"], served["status"], "member_ids" in served) == ("@a_staff1", "serving", False)
    assert served["required_services"] == list(KINDS)
    assert {rows[name][0]["order_id"] for name in RECORDS} == {"@order2"}
    assert sorted((row["level"], row["status"]) for row in rows["hazard"]) == [
        ("general", "open"), ("general", "rectified"), ("major", "open"),
    ]  # fmt: skip


def test_seeds_name_only_what_exists(home: Manifest) -> None:
    """Fields, choices, handles before their use, files; and every file is used, and small."""
    known = {f"role.{role.name}" for role in home.roles.values() if role.portal == PORTAL}
    used: set[str] = set()
    for name, row in seeds(home):
        fields = entity(home, name).fields
        for code, value in row.items():
            assert code in fields or code in ("_key", "_by", "_at"), f"{name}.{code}"
            for item in value if isinstance(value, list) else [value]:
                if isinstance(item, str) and item.startswith("@"):
                    assert item[1:] in known, item
                elif isinstance(item, dict):
                    used.add(item["file"])
                elif code in fields and not (isinstance(item, str) and item.startswith("= ")):
                    fields[code].parse([item] if fields[code].many else item)
        known.add(str(row.get("_key", "")))
    assert used == {path.name for path in FILES.iterdir()}
    assert max(path.stat().st_size for path in FILES.iterdir()) < 15 * 1024


def test_seed_files_are_taken_by_their_fields(home: Manifest) -> None:
    for name, row in seeds(home):
        for code, value in row.items():
            for item in value if isinstance(value, list) else []:
                if isinstance(item, dict):
                    accept = field(home, f"{name}.{code}").accept
                    assert accept(item["file"], (FILES / item["file"]).read_bytes())


def test_lines_are_short() -> None:
    folders = [HOME / part / PORTAL for part in ("schema", "permissions", "seeds")]
    paths = [path for folder in folders for path in folder.glob("*.yaml")] + [
        HOME / "menus" / f"{PORTAL}.yaml"
    ]
    long = [
        f"{path.name}:{n}"
        for path in paths
        for n, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if len(line) > 160
    ]
    assert long == []
