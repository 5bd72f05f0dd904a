"""Whatever is sent to whatever address, logged in or not: never a fault of ours, never a value of a hidden row."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from fab_app.config import RATES
from tests.leaks.generator import told
from tests.leaks.homes import small
from tests.leaks.planting import Marks
from tests.leaks.platform import OPEN, _demo, shape_of
from tests.leaks.rows import Rows
from tests.leaks.walk import Report, Visitor, rules
from tests.projects import Builder, Site
from tests.screens.test_hostile import FIELDS, NAMES, PIECES

PEOPLE = ("", "org", "tree", "own", "all", "admin")
NAMED = [
    "charts",
    "rows",
    "x",
    "own",
    "series",
    "kind",
    "due",
    "from",
    "to",
    "tab",
    "sort",
    "page_size",
    "ids",
    "asked",
    "reason",
    "q",
    "cols",
    "version",
    "captcha",
    "username",
    "password",
    "account",
    "code",
    "state",
    "next",
    "action",
    "entity",
    "roles",
    "col",
    "move",
    "dry_run",
    "mode",
    "order",
    "file",
    "lang",
    "step",
    "opinion",
    "assignee",
    "beside",
    "key",
    "period",
    "year",
    "board",
]
WORDS = [
    "customers:value",
    "shop.order",
    "read",
    "2026-Q1",
    "own",
    "waiting",
    "decided",
    "overdue",
    "1,2",
    "!(1)",
    "(page:1)",
    "open",
    "-0",
    "1.5",
    "0x10",
    "[1]",
    "(filters:!((col:name,opr:eq,value:x)))",
    "(filters:!((col:customer,opr:ct,value:'\\\\'))",
]
PLACES = {
    "pk": ("1", "2", "3", "4", "987654", "0", "9" * 12, "x"),
    "uuid": ("0" * 36, "x", "%00", ".."),
    "code": (
        "shut",
        "reopen",
        "drop",
        "all",
        "customers",
        "secrets",
        "places",
        "kinds",
        "whole",
        "agree",
        "en",
    ),
    "name": ("slip", "all", "nosuch"),
    "field": ("customer", "partner", "helpers", "photo", "region", "org", "name", "phone", "secret"),
    "index": ("0", "1", "9"),
}
BODIES = (b"", b"[]", b"{", b"null", b'{"a":NaN}', b"\xff")
KINDS = ("application/json", "text/plain", "multipart/form-data", "application/x-www-form-urlencoded")
FILES = ((b"PK\3\4x", "a.xlsx"), (b"\x89PNG\r\n\x1a\nx", "a.png"), (b"%PDF-1.4", "\u202ex.pdf"), (b"", "x"))
_PLACE = re.compile(r"<(?:[a-z]+(?:\([^)]*\))?:)?([a-z_]+)>")
_LEAVING = ("/logout/",)
_NEAR = re.compile(r"(/api/v1)?/shop/(order|customer|claim|charts|todo|all)/")

names = st.sampled_from((*NAMES, *FIELDS, *NAMED))
values = st.one_of(st.sampled_from((*PIECES, *WORDS)), st.text(max_size=12))
pairs = st.lists(st.tuples(names, values), max_size=4)


@pytest.fixture(scope="module")
def visitors(build: Builder) -> dict[str, Visitor]:
    site = small(build, "sqlite", rates=dict.fromkeys(RATES, "100000/second"))
    site.app.config["PROPAGATE_EXCEPTIONS"] = False
    rows, known, report = Rows(site).read(), Marks(site), Report()
    return {account: Visitor(site, rows, known, report, account) for account in PEOPLE}


def clean(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def body(data: st.DataObject, path: str, token: str) -> dict[str, Any]:
    given_ = {name: clean(value) for name, value in data.draw(pairs)}
    file = data.draw(st.sampled_from(FILES))
    if not path.startswith("/api/"):
        attached = {"file": (BytesIO(file[0]), file[1])} if "import" in path or "upload" in path else {}
        return {"data": {**given_, "csrf_token": token, **attached}}
    if "upload" in path or "import" in path:
        return {"data": {"file": (BytesIO(file[0]), file[1])}}
    if data.draw(st.integers(0, 3)):
        odd = st.sampled_from((1, None, [1], {"a": 1}, True, -1, 1e300))
        return {"json": {name: data.draw(st.one_of(st.just(value), odd)) for name, value in given_.items()}}
    return {"data": data.draw(st.sampled_from(BODIES)), "content_type": data.draw(st.sampled_from(KINDS))}


def sent(visitor: Visitor, data: st.DataObject, method: str, rule: str) -> tuple[str, TestResponse]:
    place = lambda found: data.draw(st.sampled_from(PLACES.get(found[1], ("x",))))  # noqa: E731
    path = _PLACE.sub(lambda found: quote(place(found), safe="%"), rule)
    query = urlencode(data.draw(pairs), errors="surrogatepass")
    more = body(data, path, visitor.token) if method not in ("GET", "HEAD") else {}
    headers = {"Accept-Language": "zh", "X-CSRFToken": visitor.token}
    return path, visitor.client.open(f"{path}?{query}", method=method, headers=headers, **more)


def anew(site: Site, visitors: dict[str, Visitor]) -> None:
    """Something was changed: who may see what is asked again."""
    rows = Rows(site).read()
    for visitor in visitors.values():
        visitor.rows = rows
        for kept in ("opinion", "tellable"):
            visitor.__dict__.pop(kept, None)


def test_no_request_is_a_fault_and_none_tells_a_hidden_row(
    visitors: dict[str, Visitor], record_property: Callable[[str, object], None]
) -> None:
    site = visitors["org"].site
    near = [rule for rule in rules(site) if _NEAR.match(rule.rule)]  # where they have rows: most go there
    known = [rule for rule in rules(site) if "static" not in rule.rule and rule.rule not in _LEAVING]

    drawn = st.one_of(st.sampled_from(near), st.sampled_from(near), st.sampled_from(known))

    @settings(
        max_examples=600,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(data=st.data())
    def ask(data: st.DataObject) -> None:
        visitor, rule = visitors[data.draw(st.sampled_from(PEOPLE))], data.draw(drawn)
        methods = sorted(set(rule.methods or ()) - {"OPTIONS"})
        # What the administrator changes may be anything; he is asked to read.
        safe = [one for one in methods if one in ("GET", "HEAD")]
        chosen = safe if visitor.account == "admin" else methods
        if not chosen:
            return
        method = data.draw(st.sampled_from(chosen))
        path, answer = sent(visitor, data, method, rule.rule)
        name = f"{visitor.account or 'nobody'} {method} {path}"
        visitor.report.expect(answer.status_code < 500, f"{name}: {answer.status_code}")
        if method not in ("GET", "HEAD") and answer.status_code < 400:
            anew(site, visitors)
        if visitor.account != "admin":
            open_ = shape_of(rule.rule, site.world.manifest.portals) in OPEN
            visitor.scan(name, answer, _demo(visitor) if open_ else ())
        assert visitor.report.leaks == []

    ask()
    report = visitors["org"].report
    assert told(report, record_property, "requests of all kinds") == [] and report.checks > 900
