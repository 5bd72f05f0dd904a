"""An SMS gateway in a process of its own, for tests that fork and kill: no thread of it stands in who is forked.

What it takes it writes down before it answers. Now and then it refuses, and now and then it takes and says nothing.
"""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from typing import Any

REFUSES, FORGETS, TAKES = 13, 17, 0.005
"""Each which of those asked is refused, and is taken without an answer; how long an answer takes."""


@contextmanager
def apart(book: Path) -> Iterator[str]:
    """The address of a gateway that writes into ``book``, a line for each text that it took."""
    book.touch()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(book))
    url, number = f"http://127.0.0.1:{server.server_port}", os.fork()
    if not number:
        try:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            server.serve_forever()
        finally:
            os._exit(0)
    server.socket.close()
    try:
        yield url
    finally:
        os.kill(number, signal.SIGKILL)
        os.waitpid(number, 0)


def taken(book: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in book.read_text(encoding="utf-8").splitlines()]


def _handler(book: Path) -> type[BaseHTTPRequestHandler]:
    asked = count(1)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            body = self.rfile.read(length)
            at = next(asked)
            if len(body) < length:
                return  # who sent it was killed meanwhile
            if at % REFUSES == 0:
                self.send_error(500)
                return
            answered = bool(at % FORGETS)
            line = json.dumps({**json.loads(body), "answered": answered}, ensure_ascii=False) + "\n"
            with book.open("a", encoding="utf-8") as written:
                written.write(line)
            time.sleep(TAKES)
            if answered:
                self.send_response(200)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

        def log_message(self, *arguments: object) -> None:
            return

    return Handler
