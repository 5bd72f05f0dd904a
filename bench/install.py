"""The peers' environments, each from its pinned requirements; made once, outside the repository's own."""

from __future__ import annotations

import os
import subprocess
import sys
from filecmp import cmp
from shutil import copy

from bench.places import FLOOR, FOLDER, HERE, PEERS, python


def install() -> None:
    """Makes what is missing or was made from other pins."""
    for name in (*PEERS, FLOOR):
        wanted, stamp = HERE / "requirements" / f"{name}.txt", FOLDER / "venv" / f"{name}.stamp"
        if not (stamp.exists() and cmp(wanted, stamp, shallow=False)):
            print(f"installing {name} …", flush=True)
            _make(name)
            copy(wanted, stamp)


def _make(name: str) -> None:
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    folder = FOLDER / "venv" / name
    interpreter = str(python(name))
    pip = [interpreter, "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-compile"]
    commands = (
        [sys.executable, "-m", "venv", "--clear", str(folder)],
        [*pip, "--no-deps", "-r", str(HERE / "requirements" / f"{name}.txt")],
        [interpreter, "-m", "compileall", "-q", str(folder / "lib")],
    )
    for command in commands[:2]:
        subprocess.run(command, env=environment, check=True)
    subprocess.run(commands[2], env=environment, check=False, stdout=subprocess.DEVNULL)
