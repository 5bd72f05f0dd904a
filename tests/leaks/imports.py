"""Excel in: who may, what the template offers to choose, and nothing of an import that is not one's own."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator

from tests.leaks.planting import IMPORT
from tests.leaks.walk import Asked, Check, forgotten
from tests.leaks.work import Planted, kept, put_back

NO_IMPORT = "00000000-0000-4000-8000-000000000000"
BECOMES = {("judged", "drop"): "dropped", ("written", "undo"): "undone"}
"""What each step makes of an import; of any other nothing: it is no longer as it was."""


def _may(asked: Asked) -> bool:
    spec = asked.visitor.rows.manifest.imported(asked.entity)
    assert spec is not None
    return asked.may(spec.right)


def _template(asked: Asked, root: str) -> None:
    visitor, path = asked.visitor, f"{root}/import-template.xlsx"
    answer = visitor.ask(asked.method, path, [200] if _may(asked) else [403])
    if answer.status_code == 200 and asked.method == "GET":
        visitor.read(f"{visitor.account} GET {path}", _texts(answer.get_data()))


def _texts(workbook: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        return "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())


def _upload(asked: Asked, root: str) -> None:
    """Permission is judged before the file is looked for; the page lists one's own imports of the entity."""
    visitor, good = asked.visitor, 400 if asked.method == "POST" else 200
    answer = visitor.ask(asked.method, f"{root}/import", [good] if _may(asked) else [403])
    if answer.status_code == 200 and asked.method == "GET":
        text, standing = answer.get_data(as_text=True), [one for one in _of(asked) if _own(asked, one)]
        told = sum(f"/import/{one['uuid']}" in text for one in standing)
        of = f"{told} of {len(standing)} imports"
        visitor.report.expect(told == len(standing), f"{visitor.account} GET {root}/import lists {of}")


def _one(step: str) -> Callable[[Asked, str], None]:
    """An import that is not one's own is none, and so is one of another kind of record."""

    def check(asked: Asked, root: str) -> None:
        place, may = f"{root}/import/{{uuid}}{'/' if step else ''}{step}", _may(asked)
        asked.visitor.ask(asked.method, place.format(uuid=NO_IMPORT), [404] if may else [403])
        for found in _chosen(asked):
            _asked(asked, place.format(uuid=found["uuid"]), step, found, may)

    return check


def _of(asked: Asked) -> list[Planted]:
    return [one for one in asked.visitor.rows.imports if one["entity"] == asked.entity.key]


def _own(asked: Asked, found: Planted) -> bool:
    return bool(found["user_id"] == asked.opinion.who.id and found["entity"] == asked.entity.key)


def _chosen(asked: Asked) -> Iterator[Planted]:
    """In each state one's own, another's, and one's own of another kind of record; each where there is one."""
    me = asked.opinion.who.id
    for state in ("judged", "written"):
        here = [one for one in _of(asked) if one["state"] == state]
        elsewhere = [one for one in asked.visitor.rows.imports if one["entity"] != asked.entity.key]
        for found in (
            [one for one in here if one["user_id"] == me],
            [one for one in here if one["user_id"] != me],
            [one for one in elsewhere if (one["user_id"], one["state"]) == (me, state)],
        ):
            yield from found[-1:]


def _asked(asked: Asked, path: str, step: str, found: Planted, may: bool) -> None:
    """Asked for, compared, and put back: the next person finds it as it was planted."""
    own, visitor, state = _own(asked, found), asked.visitor, found["state"]
    if may and own and (state, step) == ("judged", "write"):
        return  # that would store rows
    told = f"({'his' if own else 'not his'}, {state})"
    allowed = _allowed(asked, step, state) if own else [404]
    before = kept(visitor.site, IMPORT, found["uuid"])
    answer = visitor.ask(asked.method, path, allowed if may else [403], told)
    if asked.method == "POST":
        after = kept(visitor.site, IMPORT, found["uuid"])
        becomes = BECOMES.get((state, step)) if own and may else None
        right = after == before if becomes is None else after["state"] == becomes
        name = f"{visitor.account} POST {path} {told}"
        visitor.report.expect(right, f"{name}: the import is {after['state']}")
        put_back(visitor.site, IMPORT, before)
        forgotten(visitor.site, "import_undone")
    elif step == "marked.xlsx" and own and may and asked.method == "GET":
        _marked(asked, path, answer.get_data())


def _allowed(asked: Asked, step: str, state: str) -> list[int]:
    if asked.method != "POST":
        return [200]
    screen = not asked.rule.rule.startswith("/api/")
    if (state, step) in BECOMES or (screen and step == "undo"):
        return [303] if screen else [200]
    return [409]


def _marked(asked: Asked, path: str, workbook: bytes) -> None:
    """The person's own file, with what was wrong in it."""
    visitor, texts = asked.visitor, _texts(workbook)
    visitor.read(f"{visitor.account} GET {path}", texts)
    for column in ("source", "problems"):
        mark = str(visitor.known.cell(IMPORT, column, asked.opinion.who.id))
        visitor.report.expect(mark in texts, f"{visitor.account} GET {path} lacks its {column}")


def _both(kinds: dict[str, Callable[[Asked, str], None]]) -> dict[str, Check]:
    """The same at the screen's address and at the API's."""
    found: dict[str, Check] = {}
    for path, check in kinds.items():
        found[f"/api/E/{path}"] = lambda asked, check=check: check(asked, asked.api)  # type: ignore[misc]
        found[f"/E/{path}"] = lambda asked, check=check: check(asked, asked.root)  # type: ignore[misc]
    return found


IMPORTS: dict[str, Check] = _both(
    {
        "import-template.xlsx": _template,
        "import": _upload,
        "import/<uuid>": _one(""),
        **{f"import/<uuid>/{step}": _one(step) for step in ("marked.xlsx", "write", "drop", "undo")},
    }
)
