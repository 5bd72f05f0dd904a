"""Excel in: who may, what the template offers to choose, and nothing of an import that is not one's own."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

from tests.leaks.walk import Asked, Check

NO_IMPORT = "00000000-0000-4000-8000-000000000000"


def _may(asked: Asked) -> bool:
    spec = asked.visitor.rows.manifest.imported(asked.entity)
    assert spec is not None
    return asked.may(spec.right)


def _template(asked: Asked, root: str) -> None:
    visitor, path = asked.visitor, f"{root}/import-template.xlsx"
    answer = visitor.ask(asked.method, path, [200] if _may(asked) else [403])
    if answer.status_code == 200 and asked.method == "GET":
        with zipfile.ZipFile(io.BytesIO(answer.get_data())) as archive:
            texts = "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
        visitor.read(f"{visitor.account} GET {path}", texts)


def _upload(asked: Asked, root: str) -> None:
    """Permission is judged before the file is looked for."""
    asked.visitor.ask(asked.method, f"{root}/import", [400] if _may(asked) else [403])


def _one(path: str) -> Callable[[Asked, str], None]:
    """An import that is not one's own is none."""

    def check(asked: Asked, root: str) -> None:
        place = f"{root}/import/{NO_IMPORT}{path}"
        asked.visitor.ask(asked.method, place, [404] if _may(asked) else [403])

    return check


def _api(check: Callable[[Asked, str], None]) -> Check:
    return lambda asked: check(asked, asked.api)


IMPORTS: dict[str, Check] = {
    "/api/E/import-template.xlsx": _api(_template),
    "/api/E/import": _api(_upload),
    "/api/E/import/<uuid>": _api(_one("")),
    "/api/E/import/<uuid>/marked.xlsx": _api(_one("/marked.xlsx")),
    **{f"/api/E/import/<uuid>/{step}": _api(_one(f"/{step}")) for step in ("write", "drop", "undo")},
}
