"""Serving takes its address before anything else."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from fab_app.cli import main


def test_an_address_that_is_taken_is_told_before_anything_is_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        monkeypatch.setenv("PORT", str(port))
        monkeypatch.setenv("FAB_APP_DATABASE_URL", f"sqlite:///{tmp_path / 'none.sqlite'}")
        assert main(["serve"]) == 1
    told = capsys.readouterr().err.strip()
    assert (
        told
        == f"cannot serve at 127.0.0.1:{port}: another program serves there. Set PORT (or HOST) to another"
    )
    assert not (tmp_path / "none.sqlite").exists()
