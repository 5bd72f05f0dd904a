"""Where the benchmark keeps its things and at which ports its servers listen."""

from __future__ import annotations

import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
FOLDER = Path(os.environ.get("BENCH_FOLDER") or ROOT / "instance" / "bench").resolve()
RESULTS = HERE / "results.json"

OURS = "ours"
FLOOR = "floor"
PEERS = ("fab", "django", "flaskadmin")
SERVERS = (OURS, *PEERS, FLOOR)
PORTS = {OURS: 18200, "fab": 18201, "django": 18202, "flaskadmin": 18203, FLOOR: 18205}
SECOND_PORT = 18206
TARGETS = {
    OURS: "bench.counted:app()",
    "fab": "app:app",
    "django": "wsgi:application",
    "flaskadmin": "app:app",
    FLOOR: "app:app",
}


def python(server: str) -> Path:
    """The interpreter of a peer's own environment; ours is the one that runs this."""
    return Path(sys.executable) if server == OURS else FOLDER / "venv" / server / "bin" / "python"


def program(server: str) -> Path:
    """The folder that the server's program is started in."""
    return ROOT if server == OURS else HERE / "peers" / server


def database(server: str, rows: int, entities: int = 4) -> Path:
    """One file per server, number of persons and number of entities."""
    return FOLDER / "data" / f"{server}-{rows}-{entities}.sqlite"


def home(entities: int) -> Path:
    return FOLDER / f"home-{entities}"


def log(name: str) -> Path:
    folder = FOLDER / "logs"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{name}.log"
