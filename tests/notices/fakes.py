"""The other sides, on the loopback: an HTTP server that answers as it is told, and a small SMTP server."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Asked:
    path: str
    headers: dict[str, str]
    body: str

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Gateway:
    """``answers`` are given in turn, the last of them for ever: (status, body)."""

    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    answers: list[tuple[int, Any]] = field(default_factory=lambda: [(200, {"id": "r1"})])

    def answer(self, asked: Asked) -> tuple[int, Any]:
        self.asked.append(asked)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@contextmanager
def gateway() -> Iterator[Gateway]:
    told = Gateway()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            asked = Asked(self.path, dict(self.headers), self.rfile.read(length).decode())
            status, body = told.answer(asked)
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST  # noqa: N815 - the name that the server calls

        def log_message(self, *arguments: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()


@dataclass
class Post:
    """``refuses``: what RCPT is answered, in the place of 250."""

    port: int = 0
    letters: list[str] = field(default_factory=list)
    refuses: str = ""


@contextmanager
def post() -> Iterator[Post]:
    told = Post()
    server = socket.create_server(("127.0.0.1", 0))
    told.port = server.getsockname()[1]
    threading.Thread(target=_serve, args=(server, told), daemon=True).start()
    try:
        yield told
    finally:
        server.close()


def _serve(server: socket.socket, told: Post) -> None:
    while True:
        try:
            connection, _ = server.accept()
        except OSError:
            return
        with connection, connection.makefile("rwb") as stream:
            _talk(stream, told)


def _talk(stream: Any, told: Post) -> None:
    def say(line: str) -> None:
        stream.write(f"{line}\r\n".encode())
        stream.flush()

    say("220 here")
    for raw in stream:
        word = raw.decode().strip().upper()
        if word.startswith("DATA"):
            say("354 go on")
            lines = []
            for line in stream:
                if line == b".\r\n":
                    break
                lines.append(line.decode())
            told.letters.append("".join(lines))
            say("250 taken")
        elif word.startswith("RCPT") and told.refuses:
            say(told.refuses)
        elif word.startswith("QUIT"):
            say("221 bye")
            return
        else:
            say("250 fine")
