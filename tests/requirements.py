"""For every requirement id in ``docs/requirements/`` the tests that prove it; fails where one has none.

A test proves a requirement with ``@pytest.mark.req("A-178")``; the marks are read from the sources, so that
the answer needs no run.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
_ID = re.compile(r"\*\*([A-Z]-\d{3})\*\*|^\| ([A-Z]-\d{3}) ", re.MULTILINE)


def wanted(folder: Path) -> list[str]:
    """The ids of all requirement documents, in their order."""
    found: dict[str, None] = {}
    for path in sorted(folder.glob("*.md")):
        for match in _ID.finditer(path.read_text(encoding="utf-8")):
            found[match[1] or match[2]] = None
    return list(found)


def proofs(folder: Path) -> dict[str, list[str]]:
    """Requirement id -> the tests that are marked with it."""
    found: dict[str, list[str]] = {}
    for path in sorted(folder.rglob("test_*.py")):
        for name, id_ in _marks(ast.parse(path.read_text(encoding="utf-8"))):
            found.setdefault(id_, []).append(f"{path.relative_to(folder.parent)}::{name}")
    return found


def _marks(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            for decorator in node.decorator_list:
                if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "pytest.mark.req":
                    yield from ((node.name, ast.literal_eval(argument)) for argument in decorator.args)


def main() -> int:
    ids, proved = wanted(ROOT / "docs" / "requirements"), proofs(ROOT / "tests")
    for id_ in ids:
        print(f"{id_}  {', '.join(proved.get(id_, ['-- nothing --']))}")
    missing = [id_ for id_ in ids if id_ not in proved]
    print(f"{len(ids)} requirements, {len(missing)} without a test")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
