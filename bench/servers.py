"""Starting and stopping the servers: gunicorn with the same workers for all, each in its own environment."""

from __future__ import annotations

import http.client
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench import homes
from bench.clients import Client
from bench.data import peer_environment
from bench.places import OURS, PORTS, TARGETS, log, program, python

FIRST = {
    OURS: "/login/",
    "fab": "/login/",
    "django": "/admin/login/",
    "flaskadmin": "/admin/",
    "floor": "/guard/",
}
LONGEST = 400
PAGE = 20
"""Rows of a page: our lists offer 10, 20, 50 or 100; the peers are set to the same."""


@dataclass(frozen=True, slots=True)
class Server:
    name: str
    process: subprocess.Popen[bytes]
    seconds: float
    """From the start of the process to the first answer."""
    port: int

    def client(self) -> Client:
        return Client(self.port).login(self.name)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(30)

    def worker_megabytes(self) -> float:
        """Resident memory of the largest process of the server."""
        return max(_resident(pid) for pid in (self.process.pid, *_children(self.process.pid)))


def start(
    name: str,
    path: Path,
    entities: int = 4,
    *,
    workers: int = 2,
    more: dict[str, str] | None = None,
    port: int = 0,
) -> Server:
    """Returns with the first answer."""
    begun, port = time.perf_counter(), port or PORTS[name]
    base = homes.environment(path, entities) if name == OURS else peer_environment(path, entities)
    command = [str(python(name)), "-m", "gunicorn", "-b", f"127.0.0.1:{port}", "-w", str(workers)]
    command += ["-k", "gthread", "--threads", "4", "--keep-alive", "75", "--timeout", str(LONGEST)]
    with log(name).open("wb") as told:
        process = subprocess.Popen(
            [*command, "--log-level", "warning", TARGETS[name]],
            cwd=program(name),
            env={**base, "BENCH_PAGE": str(PAGE), **(more or {})},
            stdin=subprocess.DEVNULL,
            stdout=told,
            stderr=told,
        )
    _wait(name, port, process, begun)
    return Server(name, process, time.perf_counter() - begun, port)


@contextmanager
def running(
    names: Iterator[str] | tuple[str, ...], paths: dict[str, Path], entities: int = 4, **more: object
) -> Iterator[dict[str, Server]]:
    """All of them at once, stopped at the end whatever happens."""
    with ExitStack() as stack:
        found = {}
        for name in names:
            found[name] = start(name, paths[name], entities, **more)  # type: ignore[arg-type]
            stack.callback(found[name].stop)
        yield found


def _wait(name: str, port: int, process: subprocess.Popen[bytes], begun: float) -> None:
    while True:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=LONGEST)
            connection.request("GET", FIRST[name])
            status = connection.getresponse().status
            connection.close()
            if status in (200, 302, 401, 403):
                return
            raise RuntimeError(f"{name} answers {status}: see {log(name)}")
        except OSError:
            time.sleep(0.01)
        if process.poll() is not None or time.perf_counter() - begun > LONGEST:
            process.kill()
            raise RuntimeError(f"{name} does not start: see {log(name)}")


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _resident(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
