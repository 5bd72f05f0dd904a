"""Workbooks of what hangs on one record: who may have one, and that each sheet holds exactly his rows."""

from __future__ import annotations

import io
import zipfile

from fab_app.spec.manifest import Entity
from fab_app.spec.workbook import WorkbookSpec, way
from tests.leaks.rows import Row
from tests.leaks.walk import Asked, Check, untold

NOWHERE = 987654


def one(asked: Asked) -> None:
    for name, spec in asked.visitor.rows.manifest.bound(asked.entity).items():
        _book(asked, f"{asked.root}/workbook/{name}/{{id}}", name, spec)
        untold(asked)


def _book(asked: Asked, place: str, name: str, spec: WorkbookSpec) -> None:
    visitor, own, hidden = asked.visitor, asked.one(), asked.hidden()
    if not asked.may("read") or not _held(asked, name) or not _lists(asked, spec):
        visitor.ask(asked.method, place.format(id=own or hidden or NOWHERE), [403])
        return
    visitor.ask(asked.method, place.format(id=NOWHERE), [404])
    if hidden is not None:
        visitor.ask(asked.method, place.format(id=hidden), [asked.missing], "(hidden)")
    if own is None:
        return
    answer = visitor.ask(asked.method, place.format(id=own), [200])
    if asked.method != "GET":
        return
    with zipfile.ZipFile(io.BytesIO(answer.get_data())) as archive:
        for at, (kind, path) in enumerate(_lists(asked, spec), 2):
            sheet = archive.read(f"xl/worksheets/sheet{at}.xml").decode()
            visitor.read(f"{visitor.account} {place} {kind.key}", sheet)
            found, wanted = sheet.count("<row>") - 1, len(_hanging(asked, kind, path, own))
            visitor.report.expect(
                found == wanted, f"{visitor.account} {place}: {kind.key} {found}, not {wanted}"
            )


def _held(asked: Asked, name: str) -> bool:
    functions = asked.visitor.rows.manifest.portals[asked.entity.portal].spec.functions
    codes = [code for code, function in functions.items() if name in function.workbooks]
    return not codes or any(
        "export" in role.spec.actions(code) for role in asked.opinion.held for code in codes
    )


def _lists(asked: Asked, spec: WorkbookSpec) -> list[tuple[Entity, str]]:
    manifest = asked.visitor.rows.manifest
    kinds = ((manifest.entity(asked.entity.portal, sheet.list), sheet) for sheet in spec.sheets)
    return [
        (kind, way(manifest, sheet, kind, asked.entity))
        for kind, sheet in kinds
        if kind is not None and asked.opinion.may(kind, "export")
    ]


def _hanging(asked: Asked, kind: Entity, path: str, id_: int) -> list[int]:
    found = []
    for row in asked.opinion.visible(kind, "export"):
        value = Row(asked.visitor.rows, kind, row, asked.opinion.who).value(tuple(path.split(".")))
        found += [row] if value == id_ else []
    return found


WORKBOOKS: dict[str, Check] = {"/E/workbook/<name>/<int:pk>": one}
