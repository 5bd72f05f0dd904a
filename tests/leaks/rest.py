"""What each address of an entity's API must answer, by the shape of its rule."""

from __future__ import annotations

import csv
import io
from typing import Any

from tests.leaks import words
from tests.leaks.screens import NOWHERE, STALE
from tests.leaks.steps import exported, files
from tests.leaks.walk import Asked, Check, downloaded, exported_rows, stored


def many(asked: Asked) -> None:
    if asked.method == "POST":
        _create(asked)
        return
    visitor, path = asked.visitor, f"{asked.api}/"
    if not asked.may("read"):
        visitor.ask(asked.method, path, [403])
        return
    answer = visitor.ask(asked.method, f"{path}?q=(page_size:100)", [200])
    if asked.method == "HEAD":
        return
    body = answer.get_json()
    visitor.equal(body["ids"], asked.visible(), f"GET {path}")
    visitor.report.expect(
        body["count"] == len(asked.visible()), f"{visitor.account} {path} counts {body['count']}"
    )
    hidden = asked.hidden()
    if hidden is not None:
        _asked_for(asked, path, f"(filters:!((col:id,opr:eq,value:{hidden})))")
        for column in visitor.known.marked(asked.entity.owner)[:1]:
            _asked_for(asked, path, f"(keyword:{visitor.known.cell(asked.entity.owner, column, hidden)})")
    for word in words.own(asked):
        _asked_for(asked, path, f"(keyword:{word})")
    for name in asked.entity.stored:
        for word in words.titles(asked, name):
            _asked_for(asked, path, f"(filters:!((col:{name},opr:ct,value:{word})))")


def _asked_for(asked: Asked, path: str, q: str) -> None:
    answer = asked.visitor.ask("GET", path, [200, 400], q, query_string={"q": q})
    body = answer.get_json()
    found = body.get("ids"), body.get("count")
    asked.visitor.report.expect(
        found in (([], 0), (None, None)), f"{asked.visitor.account} {path} {q} finds {found}"
    )


def _create(asked: Asked) -> None:
    """Permission is judged before the body; a reference to a hidden row is one that does not exist."""
    visitor, path = asked.visitor, f"{asked.api}/"
    allowed = asked.may("add")
    visitor.ask("POST", path, [400 if allowed else 403], json={"nosuch": 1})
    if not allowed:
        return
    for name in asked.entity.stored:
        target = visitor.rows.manifest.target(asked.entity, name)
        outside = (
            visitor.rows.of(target).keys() - asked.opinion.choosable(target) if target is not None else ()
        )
        if outside and name not in ("created_by", "updated_by"):
            answer = visitor.ask("POST", path, [400, 409, 422], f"(hidden {name})", json={name: max(outside)})
            errors = (answer.get_json() or {}).get("errors", {})
            told = answer.status_code != 422 or name in errors
            visitor.report.expect(
                told, f"{visitor.account} POST {path} takes the hidden {name} {max(outside)}"
            )


def single(asked: Asked) -> None:
    action = {"GET": "read", "HEAD": "read", "PUT": "edit", "DELETE": "delete"}[asked.method]
    allowed = [200] if action == "read" else [409, 422]
    visitor, options = asked.visitor, _changing(asked)
    if not asked.may(action):
        visitor.ask(asked.method, f"{asked.api}/{asked.hidden() or asked.one() or NOWHERE}", [403], **options)
        return
    own, readable, hidden = asked.one(action), asked.only_read(action), asked.hidden()
    if own is not None:
        visitor.ask(asked.method, f"{asked.api}/{own}", allowed, **_changing(asked))
    if readable is not None:
        visitor.ask(asked.method, f"{asked.api}/{readable}", [403], "(may be read)", **_changing(asked))
    misspelt = ("x", "0", "9" * 30) if visitor.report.once(f"{asked.method} {asked.api}") else ()
    for key in (NOWHERE, *misspelt):
        visitor.ask(asked.method, f"{asked.api}/{key}", [404], **_changing(asked))
    if hidden is not None:
        before = stored(visitor.site, asked.entity, hidden)
        visitor.ask(asked.method, f"{asked.api}/{hidden}", [asked.missing], "(hidden)", **_changing(asked))
        asked.unchanged(hidden, before, f"{asked.method} API")


def _changing(asked: Asked) -> dict[str, Any]:
    """A stale version: who may change the row is told so by 409, and nothing is changed by the walk."""
    if asked.method not in ("PUT", "DELETE"):
        return {}
    return {"headers": {"If-Match": f'"{STALE}"'}, **({"json": {}} if asked.method == "PUT" else {})}


def export_xlsx(asked: Asked) -> None:
    exported(asked, f"{asked.api}/export.xlsx", asked.visible("export"))


def export_csv(asked: Asked) -> None:
    visitor, path = asked.visitor, f"{asked.api}/export.csv"
    answer = downloaded(asked, path)
    if answer is not None:
        rows = list(csv.reader(io.StringIO(answer.get_data(as_text=True))))[1:]
        wanted = exported_rows(asked, asked.visible("export"))
        visitor.report.expect(
            len(rows) == wanted, f"{visitor.account} {path} has {len(rows)} rows, not {wanted}"
        )


def file(asked: Asked) -> None:
    files(asked, asked.api)


def upload(asked: Asked) -> None:
    allowed = asked.may_within("add", "edit")
    names = [name for name, spec in asked.entity.fields.items() if spec.uploads]
    for name in names[:1]:
        taken = allowed or asked.may_move(name)
        asked.visitor.ask("POST", f"{asked.api}/upload/{name}", [400, 404] if taken else [403])
    asked.visitor.ask("POST", f"{asked.api}/upload/nosuch", [404] if allowed else [403])


def do(asked: Asked) -> None:
    """Each move of a row of one's own, of one that may be read, of a hidden one, of none."""
    visitor, stale = asked.visitor, {"headers": {"If-Match": f'"{STALE}"'}, "json": {}}
    for code in asked.entity.moves:
        action, path = f"move:{code}", f"{asked.api}/{{key}}/do/{code}"
        if not asked.may(action):
            visitor.ask("POST", path.format(key=asked.hidden() or NOWHERE), [403], **dict(stale))
            continue
        own, readable, hidden = asked.one(action), asked.only_read(action), asked.hidden()
        late = asked.too_late(action, readable or NOWHERE)
        for key, allowed in ((own, [409]), (readable, [late]), (NOWHERE, [404])):
            if key is not None:
                visitor.ask("POST", path.format(key=key), allowed, **dict(stale))
        if hidden is not None:
            before = stored(visitor.site, asked.entity, hidden)
            visitor.ask("POST", path.format(key=hidden), [asked.missing], "(hidden)", **dict(stale))
            asked.unchanged(hidden, before, f"POST do/{code}")


def do_many(asked: Asked) -> None:
    """The fate of a hidden row is that of one that is not there."""
    visitor, hidden = asked.visitor, asked.hidden()
    for code, moves in asked.entity.moves.items():
        path, key = f"{asked.api}/do/{code}", hidden or NOWHERE
        before = stored(visitor.site, asked.entity, key)
        batch, may = all(move.batch for move in moves), asked.may(f"move:{code}")
        answer = visitor.ask(
            "POST", path, [403] if not may else [200] if batch else [422], json={"ids": [key]}
        )
        if may and batch:
            fates = [(fate["done"], fate["status"]) for fate in answer.get_json()["result"]]
            wanted = [(False, asked.missing if hidden is not None else 404)]
            visitor.report.expect(fates == wanted, f"{visitor.account} POST {path} {key}: {fates}")
        if hidden is not None:
            asked.unchanged(hidden, before, f"POST do/{code}")


def unmask(asked: Asked) -> None:
    """Without a reason nothing is told; of a row outside one's own not even that it is there."""
    visitor, may = asked.visitor, asked.may("unmask")
    name = next((name for name, field in asked.entity.fields.items() if field.mask), "id")
    for id_, status in (
        (asked.one("unmask") if may else asked.one(), 422),
        (asked.only_read("unmask") if may else None, 403),
        (asked.hidden(), asked.missing),
    ):
        if id_ is not None:
            path = f"{asked.api}/{id_}/unmask/{name}"
            visitor.ask(asked.method, path, [status if may else 403], json={})


REST: dict[str, Check] = {
    "/api/E/": many,
    "/api/E/<pk>": single,
    "/api/E/export.csv": export_csv,
    "/api/E/<pk>/do/<code>": do,
    "/api/E/do/<code>": do_many,
    "/api/E/export.xlsx": export_xlsx,
    "/api/E/file/<pk>/<uuid>": file,
    "/api/E/upload/<field>": upload,
    "/api/E/<pk>/unmask/<field>": unmask,
}
