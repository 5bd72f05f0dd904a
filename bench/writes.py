"""Saving the edit form and making a record by the API: what each server is sent, a new text each time."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode

from bench.clients import FORM, JSON, Answer, Client, token
from bench.places import FLOOR, OURS

KEYS = range(5000, 5020)
ROW = {
    "company": "55",
    "name": "王建国",
    "id_no": "110101199001011234",
    "phone": "13800000000",
    "gender": "M",
    "status": "on_duty",
    "hired_on": "2024-05-06",
    "score": "88.50",
}
NEW = {
    **ROW,
    "status": "training",
    "hired_on": "2026-10-01",
    "score": "77.25",
    "certified": True,
    "notes": "新增",
}
EDIT = {
    OURS: "/bench/guard/edit/{}",
    "fab": "/guardview/edit/{}",
    "django": "/admin/bench/guard/{}/change/",
    "flaskadmin": "/admin/guard/edit/?id={}",
    FLOOR: "/guard/{}/edit",
}
CREATE = {
    OURS: "/api/v1/bench/guard/",
    "fab": "/api/v1/guard/",
    "django": "/api/guard/",
    FLOOR: "/api/guard/",
}
_VERSION = re.compile(r'name="version"[^>]*value="(\d+)"')


@dataclass
class Typist:
    """Fills in the forms of one server. ``versions``: what our forms say they saw, by record."""

    server: str
    client: Client
    written: int = 0
    csrf: str = ""
    versions: dict[int, int] = field(default_factory=dict)

    def ready(self) -> Typist:
        """The token of the form and, of ours, the version of each record, before the clock runs."""
        path = EDIT[self.server]
        if self.server in (OURS, "fab", "django"):
            self.csrf = token(self.client.get(path.format(KEYS[0])))
            self.client.refresh()
        if self.server == OURS:
            for key in KEYS:
                found = _VERSION.search(self.client.get(path.format(key)).text)
                assert found, "no version in the form"
                self.versions[key] = int(found[1])
        return self

    def save(self) -> Answer:
        key = KEYS[self.written % len(KEYS)]
        self.written += 1
        values = {**ROW, "notes": f"更新 {self.written}", **self._more(key)}
        headers = {**self.client.page, **FORM, "Referer": f"http://127.0.0.1:{self.client.port}"}
        answer = self.client.ask("POST", EDIT[self.server].format(key), headers, urlencode(values).encode())
        self.versions[key] = self.versions.get(key, 1) + 1
        assert answer.status in (302, 303), f"{self.server} does not save: {answer.status}"
        return answer

    def create(self) -> Answer:
        self.written += 1
        company = "company_id" if self.server == FLOOR else "company"
        body = {**NEW, company: 55, "id_no": f"11010119{self.written:010d}"}
        if self.server == FLOOR:
            del body["company"]
        headers = {**self.client.api, **JSON}
        answer = self.client.ask("POST", CREATE[self.server], headers, json.dumps(body).encode())
        assert answer.status == 201, f"{self.server} does not create: {answer.status} {answer.text[:200]}"
        return answer

    def _more(self, key: int) -> dict[str, str]:
        if self.server == OURS:
            return {"csrf_token": self.csrf, "version": str(self.versions[key]), "certified": "true"}
        if self.server == "django":
            return {"csrfmiddlewaretoken": self.csrf, "_save": "Save", "certified": "on"}
        return {"csrf_token": self.csrf, "certified": "y"} if self.server == "fab" else {"certified": "y"}


def work(kind: str) -> Callable[[Typist], Answer]:
    return Typist.save if kind == "save" else Typist.create
