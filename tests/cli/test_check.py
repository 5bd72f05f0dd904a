"""``check``: what it prints and answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from fab_app.cli import main

ORDER = "label: Order\nfields:\n  no: {type: text, label: No}\n"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FAB_APP_HOME", str(tmp_path))
    for name in ("FAB_APP_ENV", "FAB_APP_PORTALS", "FAB_APP_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def write(home: Path, name: str, text: str) -> None:
    path = home / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_a_fine_home_is_said_to_be_fine(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(home, "schema/shop/order.yaml", ORDER)
    assert main(["check"]) == 0
    assert capsys.readouterr().out.startswith("2 portals, 10 entities, no roles: no errors, no warnings in ")


def test_an_error_is_printed_and_the_status_is_1(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(home, "schema/shop/order.yaml", ORDER + "lable: x\n")
    assert main(["check"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == [
        "schema/shop/order.yaml:4:1: spec.E002 'lable' is not a key here",
        "    hint: did you mean 'label'?",
    ]
    assert ": 1 error, no warnings in " in lines[-1]


def test_a_warning_is_printed_and_the_status_is_0(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(home, "schema/shop/order.yaml", ORDER)
    write(home, "menus/shop.yaml", "items: []\n")
    assert main(["check"]) == 0
    assert "menu.W001" in capsys.readouterr().out


def test_problems_of_all_files_are_told_at_once(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(home, "schema/shop/order.yaml", ORDER + "lable: x\n")
    write(home, "schema/shop/line.yaml", ORDER + "listing: {columns: [nmae]}\n")
    write(home, "menus/shop.yaml", "items: [order, linn]\n")
    assert main(["check"]) == 1
    out = capsys.readouterr().out
    assert [word for word in ("spec.E002", "list.E001", "menu.E006") if word not in out] == []


def test_only_the_portals_that_are_served_are_read(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(home, "schema/shop/order.yaml", ORDER)
    write(home, "schema/other/order.yaml", "lable: x\n")
    write(home, "menus/other.yaml", "itms: []\n")
    monkeypatch.setenv("FAB_APP_PORTALS", "shop")
    assert main(["check"]) == 0


@pytest.mark.parametrize("wrong", [["frobnicate"], ["new"], ["new", "portal"], ["apply", "--allow", "all"]])
def test_wrong_usage_is_2(home: Path, wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(wrong) == 2
    assert capsys.readouterr().err.startswith("usage: ")


def test_a_wrong_setting_is_wrong_usage(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAB_APP_HOME", str(home / "nowhere"))
    assert main(["check"]) == 2


COMMANDS = ["serve", "check", "plan", "apply", "seed", "schema", "new portal", "new entity", "create-admin"]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_by_an_example(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*command.split(), "--help"]) == 0
    assert f"python run.py {command}" in " ".join(capsys.readouterr().out.split())
