"""For every requirement id in ``docs/requirements/`` the tests that prove it; fails where one has none.

A test, or a case of one, proves a requirement with ``pytest.mark.req("A-178")``; the marks are read from the
sources, so that the answer needs no run.
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
    """Of each test its own marks and those of its cases, also where the cases stand in a list before it."""
    lists = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            for decorator in node.decorator_list:
                named = [
                    lists[one.id]
                    for one in ast.walk(decorator)
                    if isinstance(one, ast.Name) and one.id in lists
                ]
                for id_ in dict.fromkeys(id_ for part in (decorator, *named) for id_ in _ids(part)):
                    yield node.name, id_


def _ids(part: ast.AST) -> Iterator[str]:
    for one in ast.walk(part):
        if isinstance(one, ast.Call) and ast.unparse(one.func) == "pytest.mark.req":
            yield from (ast.literal_eval(argument) for argument in one.args)


def main() -> int:
    ids, proved = wanted(ROOT / "docs" / "requirements"), proofs(ROOT / "tests")
    for id_ in ids:
        print(f"{id_}  {', '.join(proved.get(id_, ['-- nothing --']))}")
    missing = [id_ for id_ in ids if id_ not in proved]
    print(f"{len(ids)} requirements, {len(missing)} without a test")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
