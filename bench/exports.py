"""csv of all persons, as each of them gives it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bench.clients import Client, token
from bench.measure import Milliseconds
from bench.places import FLOOR, OURS

COLUMNS = "name,id_no,phone,gender,status,hired_on,certified,score,company,company.org"
PATHS = {
    OURS: f"@/api/v1/bench/guard/export.csv?q=(columns:!({COLUMNS}))",
    "fab": "/guardview/export/csv",
    "django": "/admin/bench/guard/export/",
    "flaskadmin": "/admin/guard/export/csv/",
    FLOOR: "/csv",
}


def csv_seconds(clients: Mapping[str, Client], rows: int, rounds: int) -> Milliseconds:
    """The shortest of the rounds for each: an export fills the machine by itself."""
    found: dict[str, list[float]] = {server: [] for server in clients}
    for _ in range(rounds):
        for server, client in clients.items():
            answer = _django(client) if server == "django" else _get(client, PATHS[server])
            seconds, lines = answer
            assert lines >= rows, f"{server} exports {lines} lines"
            found[server].append(seconds)
    return {server: min(taken) for server, taken in found.items()}


def _get(client: Client, path: str) -> tuple[float, int]:
    headers = client.api if path.startswith("@") else client.page
    answer = client.ask("GET", path.lstrip("@"), headers)
    assert answer.status == 200, f"{path}: {answer.status}"
    return answer.seconds, answer.body.count(b"\n")


def _django(client: Client) -> tuple[float, int]:
    """Its form of export, filled in as it comes."""
    page = client.get(PATHS["django"])
    kinds = {
        text.strip(): value
        for value, text in re.findall(r'<option value="(\d+)"[^>]*>([^<]+)</option>', page.text)
    }
    values = {"csrfmiddlewaretoken": token(page), "format": kinds["csv"], "resource": "0"}
    values |= dict.fromkeys(re.findall(r'name="(guardrows_\w+)"', page.text), "on")
    answer = client.post(PATHS["django"], values)
    assert answer.status == 200, answer.status
    return answer.seconds, answer.body.count(b"\n")
