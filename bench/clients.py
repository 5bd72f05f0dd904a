"""Those who ask: one keep-alive connection, cookies, and a login at each server's own door."""

from __future__ import annotations

import http.client
import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from bench.places import FLOOR, OURS

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Content-Type": "application/json"}
PASSWORD = "Demo@2024x"
_TOKEN = re.compile(r'name="(?:csrf_token|csrfmiddlewaretoken)"[^>]*value="([^"]+)"')


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes
    seconds: float
    headers: Mapping[str, str]

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")


@dataclass
class Client:
    """One browser. ``page`` and ``api`` are the headers that a login gave for pages and for the API."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    page: dict[str, str] = field(default_factory=dict)
    api: dict[str, str] = field(default_factory=dict)
    _kept: http.client.HTTPConnection | None = None

    def ask(self, method: str, path: str, headers: Mapping[str, str], body: bytes | None = None) -> Answer:
        """The answer, and how long it took; once more where the server closed an idle connection."""
        for last in (False, True):
            connection = self._kept or http.client.HTTPConnection("127.0.0.1", self.port, timeout=300)
            self._kept = connection
            try:
                begin = time.perf_counter()
                connection.request(method, path, body=body, headers=dict(headers))
                answer = connection.getresponse()
                read = answer.read()
                took = time.perf_counter() - begin
            except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
                self._kept = None
                if last:
                    raise
                continue
            if answer.will_close:
                connection.close()
                self._kept = None
            self._remember(answer)
            return Answer(answer.status, read, took, {k.lower(): v for k, v in answer.getheaders()})
        raise AssertionError

    def get(self, path: str) -> Answer:
        return self.ask("GET", path, self.page or self._cookie())

    def post(self, path: str, values: Mapping[str, str]) -> Answer:
        return self.ask("POST", path, {**self._cookie(), **FORM}, urlencode(values).encode())

    def login(self, server: str) -> Client:
        """Through the server's own door; raises where it does not open."""
        LOGINS.get(server, _plain)(self)
        return self

    def keep(self, more: Mapping[str, str] | None = None) -> None:
        """From now on these cookies are sent; ``more`` also or instead with calls of the API."""
        self.page = self._cookie()
        self.api = dict(more) if more and "Authorization" in more else {**self.page, **(more or {})}

    def refresh(self) -> None:
        """Takes up the cookies that pages have set since the login."""
        self.page = self._cookie()

    def _cookie(self) -> dict[str, str]:
        return {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())} if self.cookies else {}

    def _remember(self, answer: http.client.HTTPResponse) -> None:
        for line in answer.headers.get_all("Set-Cookie", []):
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value


def token(page: Answer) -> str:
    found = _TOKEN.search(page.text)
    assert found, f"no token in a page of {len(page.body)} bytes, status {page.status}"
    return found[1]


def _plain(client: Client) -> None:
    assert client.post("/login", {"username": "staff", "password": "staffpw"}).text == "ok"
    client.keep()


def _bearer(client: Client, name: str, password: str) -> None:
    body = json.dumps({"username": name, "password": password, "provider": "db"}).encode()
    answer = client.ask("POST", "/api/v1/security/login", JSON, body)
    client.keep({"Authorization": f"Bearer {json.loads(answer.body)['access_token']}"})


def _ours(client: Client) -> None:
    values = {"username": "staff", "password": PASSWORD, "csrf_token": token(client.get("/login/"))}
    answer = client.post("/login/", values)
    assert answer.status == 303, f"login: {answer.status}"
    _bearer(client, "staff", PASSWORD)


def _fab(client: Client) -> None:
    values = {"username": "staff", "password": "staffpw", "csrf_token": token(client.get("/login/"))}
    answer = client.post("/login/", values)
    assert answer.status == 302, f"login: {answer.status}"
    _bearer(client, "staff", "staffpw")


def _django(client: Client) -> None:
    page = client.get("/admin/login/")
    values = {
        "username": "staff",
        "password": "staffpw",
        "csrfmiddlewaretoken": token(page),
        "next": "/admin/",
    }
    assert client.post("/admin/login/?next=/admin/", values).status == 302
    origin = f"http://127.0.0.1:{client.port}"
    client.keep({"X-CSRFToken": client.cookies["csrftoken"], "Referer": origin})


LOGINS = {OURS: _ours, "fab": _fab, "django": _django, FLOOR: _plain}
