"""Requests per second: eight keep-alive connections, each asking again as soon as it was answered."""

from __future__ import annotations

import re
import selectors
import socket
import time
from collections.abc import Mapping
from statistics import median

from bench.clients import Client
from bench.items import Item
from bench.measure import Milliseconds

CONNECTIONS = 8
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.I)


def loads(item: Item, clients: Mapping[str, Client], rounds: int, seconds: float) -> Milliseconds:
    """Requests per second of each variant: the median of interleaved rounds, after one to warm up."""
    found: dict[str, list[float]] = {}
    for turn in range(rounds + 1):
        for variant, path in item.paths.items():
            client = clients.get(variant.partition(":")[0])
            if client is not None:
                rate = per_second(client, path, seconds if turn else min(1.0, seconds))
                found.setdefault(variant, []).extend([rate] if turn else [])
    return {variant: median(rates) for variant, rates in found.items()}


def per_second(client: Client, path: str, seconds: float) -> float:
    headers = client.api if path.startswith("@") else client.page
    lines = [
        f"GET {path.lstrip('@')} HTTP/1.1",
        "Host: 127.0.0.1",
        *(f"{k}: {v}" for k, v in headers.items()),
    ]
    question = ("\r\n".join(lines) + "\r\n\r\n").encode()
    selector = selectors.DefaultSelector()
    for _ in range(CONNECTIONS):
        connection = socket.create_connection(("127.0.0.1", client.port))
        connection.sendall(question)
        selector.register(connection, selectors.EVENT_READ, bytearray())
    begin, answered = time.perf_counter(), 0
    while (now := time.perf_counter()) - begin < seconds:
        for key, _ in selector.select(timeout=seconds - (now - begin)):
            answered += _read(key.fileobj, key.data, question)  # type: ignore[arg-type]
    took = time.perf_counter() - begin
    for key in list(selector.get_map().values()):
        key.fileobj.close()  # type: ignore[union-attr]
    return answered / took


def _read(connection: socket.socket, kept: bytearray, question: bytes) -> int:
    """1 where an answer was complete, and the next question has been asked."""
    piece = connection.recv(1 << 18)
    assert piece, "the server closed a connection under load"
    kept += piece
    if not _complete(kept):
        return 0
    assert kept.startswith(b"HTTP/1.1 200"), bytes(kept[:60])
    kept.clear()
    connection.sendall(question)
    return 1


def _complete(kept: bytearray) -> bool:
    head = kept.find(b"\r\n\r\n")
    if head < 0:
        return False
    length = _LENGTH.search(kept, 0, head + 2)
    if length is None:
        return kept.endswith(b"\r\n0\r\n\r\n")
    return len(kept) >= head + 4 + int(length[1])
