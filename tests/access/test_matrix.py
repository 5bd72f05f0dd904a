"""The matrix holds every grant once, as it is written and where."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from fab_app.access.grants import compile_grants
from fab_app.access.matrix import HEADS, lines, workbook
from fab_app.cli import main
from fab_app.spec.manifest import Manifest
from fab_app.spec.reading import read_home
from tests.projects import write_home

FILES = {
    "schema/shop/order.yaml": """
label: {zh: 订单, en: Order}
fields: {name: {type: text, label: 名称}, cost: {type: money, label: 价}}
""",
    "permissions/shop/clerk.yaml": """
label: {zh: 店员, en: Clerk}
rows:
  order: {read: cost < 100, edit: own}
may: {order: [read, edit]}
fields: {order: {hidden: [cost], readonly: [name], masked: [name]}}
""",
    "permissions/shop/boss.yaml": "label: 店长\nrows: {order: all}\nmay: {order: [read]}\n",
}


@pytest.fixture
def manifest(tmp_path: Path) -> Manifest:
    return read_home(write_home(tmp_path, FILES))[0]


def test_line_tells_a_grant_whole(manifest: Manifest) -> None:
    found = {(line.role, line.action): line for line in lines(manifest, compile_grants(manifest), "shop")}
    edit = found["clerk", "edit"]
    assert set(found) == {("clerk", "read"), ("clerk", "edit"), ("boss", "read")}
    assert (edit.entity, edit.rows, edit.hidden, edit.readonly, edit.masked, edit.source) == (
        "order",
        "(own) within (cost < 100)",
        "cost",
        "name",
        "name",
        "permissions/shop/clerk.yaml:4:29",
    )


def test_what_needs_no_role_stands_after_the_roles(tmp_path: Path) -> None:
    """What every account may, and what a chain gives to whom it asks."""
    more = {
        "schema/shop/portal.yaml": "title: 店\n",
        "schema/shop/claim.yaml": """
label: 理赔
fields: {name: {type: text, label: 名称}}
everyone: {rows: created_by == user}
workflows: {claim: {approval: {by: [clerk], chain: [{step: one, label: 一, by: boss}]}}}
""",
    }
    manifest = read_home(write_home(tmp_path / "more", FILES | more))[0]
    found = [line for line in lines(manifest, compile_grants(manifest), "shop") if not line.role]
    told = {(line.name, line.action): (line.rows, line.source) for line in found}
    assert told["所有账号", "read"] == ("created_by == user", "schema/shop/claim.yaml:4:1")
    assert told["审批经办人", "read"] == ("asked", "schema/shop/claim.yaml:5:21")
    assert told["审批经办人", "move:agree"][0] == "waiting:decide"


def test_workbook_has_a_sheet_per_portal_and_a_line_per_grant(manifest: Manifest) -> None:
    book = workbook(manifest, compile_grants(manifest))
    told = [(sheet.title, sheet.max_row, tuple(cell.value for cell in sheet[1])) for sheet in book]
    assert ("shop", 4, HEADS) in told and ("base", 2, HEADS) in told and len(told) == 2


def test_command_writes_the_workbook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAB_APP_HOME", str(write_home(tmp_path / "home", FILES)))
    out = tmp_path / "m.xlsx"
    assert main(["matrix", "--out", str(out)]) == 0
    assert openpyxl.load_workbook(out)["shop"]["A2"].value in ("boss", "clerk")


def test_command_explains(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FAB_APP_HOME", str(write_home(tmp_path / "home", FILES)))
    monkeypatch.delenv("FAB_APP_DATABASE_URL", raising=False)
    assert main(["seed"]) == 0
    assert main(["explain", "admin", "read", "shop/order", "--as", "shop.boss"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "admin may read shop.order (any record)"
    assert told[-2:] == [
        "  yes  shop.boss may read order where all",
        "       at permissions/shop/boss.yaml:2:8",
    ]


@pytest.mark.parametrize("arguments", [["nobody", "read", "shop/order"], ["admin", "read", "shop/ordr"]])
def test_command_refuses_what_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    monkeypatch.setenv("FAB_APP_HOME", str(write_home(tmp_path / "home", FILES)))
    monkeypatch.delenv("FAB_APP_DATABASE_URL", raising=False)
    assert main(["seed"]) == 0
    assert main(["explain", *arguments]) == 1
    assert "there is no" in capsys.readouterr().err
