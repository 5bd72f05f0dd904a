"""Steps of many rows and of one, moves and downloads: what each must answer on a screen."""

from __future__ import annotations

import io
import zipfile

import sqlalchemy as sa

from tests.leaks.screens import NOWHERE, row_step, within_tab
from tests.leaks.walk import Asked, Check, downloaded, exported_rows, stored


def batch_delete(asked: Asked) -> None:
    visitor, path, hidden = asked.visitor, f"{asked.root}/batch/delete", asked.hidden()
    allowed = asked.may("delete")
    if hidden is None:
        visitor.ask("POST", path, [303 if allowed else 403], data={"ids": str(NOWHERE)})
        return
    before = stored(visitor.site, asked.entity, hidden)
    visitor.ask("POST", path, [303 if allowed else 403], data={"ids": str(hidden)})
    asked.unchanged(hidden, before, "POST batch/delete")
    readable = asked.only_read("delete")
    if allowed and readable is not None:
        before = stored(visitor.site, asked.entity, readable)
        visitor.ask("POST", path, [303], data={"ids": str(readable)})
        asked.unchanged(readable, before, "POST batch/delete (may be read)")


def batch_export(asked: Asked) -> None:
    path = f"{asked.root}/batch/export?ids={asked.hidden() or NOWHERE}"
    asked.visitor.ask(asked.method, path, [302 if asked.may("export") else 403])


def batch_one(asked: Asked, step: str, action: str) -> None:
    """Only the way to the page of the ticked row, which asks for itself."""
    path = f"{asked.root}/batch/{step}?ids={asked.hidden() or NOWHERE}"
    asked.visitor.ask(asked.method, path, [302 if asked.may(action) else 403])


def export(asked: Asked) -> None:
    tab = next(iter(asked.entity.spec.listing.tabs), "")
    rows = (within_tab(asked, tab) if tab else asked.visible()) & asked.visible("export")
    exported(asked, f"{asked.root}/export.xlsx", frozenset(rows))


def exported(asked: Asked, path: str, rows: frozenset[int]) -> None:
    """A workbook is a zip: its texts are read as those of any other answer."""
    visitor, answer = asked.visitor, downloaded(asked, path)
    if answer is not None:
        with zipfile.ZipFile(io.BytesIO(answer.get_data())) as archive:
            sheet = archive.read("xl/worksheets/sheet1.xml").decode()
        visitor.read(f"{visitor.account} GET {path}", sheet)
        found, wanted = sheet.count("<row>") - 1, exported_rows(asked, rows)
        visitor.report.expect(found == wanted, f"{visitor.account} {path} has {found} rows, not {wanted}")


def files(asked: Asked, root: str) -> None:
    """A file of one's own row opens there alone; one of a hidden row nowhere."""
    visitor, own, hidden = asked.visitor, asked.one(), asked.hidden()
    of_own, of_hidden = (_uuid(asked, id_) for id_ in (own, hidden))
    if not asked.may("read"):
        visitor.ask(asked.method, f"{root}/file/{hidden or NOWHERE}/{of_hidden}", [403])
        return
    if own is not None:
        opens = of_own is not None and not _hides_files(asked)
        visitor.ask(asked.method, f"{root}/file/{own}/{of_own}", [200] if opens else [200, 404])
        visitor.ask(asked.method, f"{root}/file/{own}/{of_hidden or 'x'}", [404], "(a hidden row's)")
    if hidden is not None:
        for uuid in filter(None, (of_hidden, of_own)):
            visitor.ask(asked.method, f"{root}/file/{hidden}/{uuid}", [asked.missing, 404])


def _hides_files(asked: Asked) -> bool:
    return any(asked.entity.fields[name].uploads for name in asked.opinion.hidden(asked.entity))


def _uuid(asked: Asked, id_: int | None) -> str | None:
    files_ = asked.visitor.site.world.tables.platform("base_file")
    here = (files_.c.portal == asked.entity.portal, files_.c.entity == asked.entity.name)
    with asked.visitor.site.engine.connect() as connection:
        return connection.scalar(sa.select(files_.c.uuid).where(*here, files_.c.record_id == id_).limit(1))


def draft(asked: Asked) -> None:
    """Nobody's draft is opened by its address; a record's file is no draft."""
    for uuid in ("0" * 36, _uuid(asked, asked.hidden()) or "x"):
        asked.visitor.ask(asked.method, f"{asked.root}/draft/{uuid}", [404, 403])


def upload(asked: Asked) -> None:
    allowed = asked.may_within("add", "edit")
    for name in next(((n,) for n, f in asked.entity.fields.items() if f.uploads), ("nosuch",)):
        taken = allowed or asked.may_move(name)
        asked.visitor.ask("POST", f"{asked.root}/upload/{name}", [400, 404] if taken else [403])


def do(asked: Asked) -> None:
    """Each move as any other step of a row; a stale version keeps the walk from moving anything."""
    allowed = [200, 409] if asked.method != "POST" else [409]
    for code in asked.entity.moves:
        row_step(asked, f"do/{code}/{{id}}", f"move:{code}", allowed)
    nowhere = [403, 404] if asked.entity.moves else [403]
    asked.visitor.ask(asked.method, f"{asked.root}/do/nosuch/{asked.hidden() or NOWHERE}", nowhere)


def do_many(asked: Asked) -> None:
    """A hidden row among the ticked ones is not moved, and nothing is told of it."""
    visitor, hidden = asked.visitor, asked.hidden()
    for code, moves in asked.entity.moves.items():
        path, may = f"{asked.root}/do/{code}", asked.may(f"move:{code}")
        batch = all(move.batch for move in moves)
        data = {"data": {"ids": str(hidden or NOWHERE), "asked": "1"}} if asked.method == "POST" else {}
        query = {} if data else {"query_string": {"ids": str(hidden or NOWHERE)}}
        before = stored(visitor.site, asked.entity, hidden) if hidden is not None else {}
        written = asked.entity.spec.listing.toolbar or ()
        ticked = any(getattr(button, "move", "") == code for button in written)
        one = [asked.missing, 403, 404] if ticked and asked.method != "POST" else [422]
        allowed = [200, 303, 422] if batch else one
        visitor.ask(asked.method, path, allowed if may else [403], "(hidden)", **data, **query)
        if hidden is not None:
            asked.unchanged(hidden, before, f"{asked.method} do/{code}")


def unmask(asked: Asked) -> None:
    """A masked value is told to nobody without a reason, and to who may, of his rows alone."""
    name = next((name for name, field in asked.entity.fields.items() if field.mask), "id")
    row_step(asked, f"unmask/{{id}}/{name}", "unmask", [200] if asked.method != "POST" else [422])
    own = asked.one("unmask")
    if own is not None:
        asked.visitor.ask(asked.method, f"{asked.root}/unmask/{own}/id", [404], "(not masked)")


def mine(asked: Asked) -> None:
    """One's own record, or none: what it tells is searched as any other answer."""
    own = [200, 404] if asked.may("read") else [403]
    asked.visitor.ask(asked.method, f"{asked.root}/mine", own)


STEPS: dict[str, Check] = {
    "/E/file/<int:pk>/<uuid>": lambda asked: files(asked, asked.root),
    "/E/mine": mine,
    "/E/do/<code>/<int:pk>": do,
    "/E/do/<code>": do_many,
    "/E/batch/delete": batch_delete,
    "/E/batch/edit": lambda asked: batch_one(asked, "edit", "edit"),
    "/E/batch/show": lambda asked: batch_one(asked, "show", "read"),
    "/E/batch/export": batch_export,
    "/E/export.xlsx": export,
    "/E/draft/<uuid>": draft,
    "/E/upload/<field>": upload,
    "/E/unmask/<int:pk>/<field>": unmask,
}
