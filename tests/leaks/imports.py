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
    good = 400 if asked.method == "POST" else 200
    asked.visitor.ask(asked.method, f"{root}/import", [good] if _may(asked) else [403])


def _one(path: str) -> Callable[[Asked, str], None]:
    """An import that is not one's own is none."""

    def check(asked: Asked, root: str) -> None:
        place = f"{root}/import/{NO_IMPORT}{path}"
        asked.visitor.ask(asked.method, place, [404] if _may(asked) else [403])

    return check


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
        "import/<uuid>/marked.xlsx": _one("/marked.xlsx"),
        **{f"import/<uuid>/{step}": _one(f"/{step}") for step in ("write", "drop", "undo")},
    }
)
