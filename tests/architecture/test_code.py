"""What the code promises about itself: it names no portal, files stay short, statements stand under guard."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

HOME = Path(__file__).parents[2]
PACKAGE = HOME / "fab_app"
SOURCES = sorted(PACKAGE.rglob("*.py"))
PORTALS = ("insurance_service", "intermediary", "hazard_report", "enterprise_safety", "security_guard")
COMMON = frozenset(("account", "message", "role", "region", "user", "org", "policy", "line", "order"))
"""Words of the framework's own language, though a portal may call an entity so."""


def named(path: Path) -> str:
    return path.relative_to(HOME).as_posix()


def words(path: Path) -> Iterator[tuple[int, str]]:
    """Names and texts of a file, without its docstrings: those may give an example."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    told = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield node.lineno, node.value
        elif isinstance(node, ast.Name | ast.Attribute):
            yield node.lineno, node.id if isinstance(node, ast.Name) else node.attr


def test_package_names_no_portal_and_no_table_of_theirs() -> None:
    entities = {path.stem for portal in PORTALS for path in (HOME / "schema" / portal).glob("*.yaml")}
    foreign = set(PORTALS) | {name for name in entities - COMMON if name != "portal"}
    pattern = re.compile(rf"\b({'|'.join(sorted(foreign))})\b")
    found = [
        f"{named(path)}:{line} {text[:60]}"
        for path in SOURCES
        for line, text in words(path)
        if pattern.search(text)
    ]
    templates = [
        path
        for folder in ("web/templates", "web/static/js", "base")
        for path in (PACKAGE / folder).rglob("*.*")
    ]
    found += [
        named(path)
        for path in templates
        if path.suffix in (".html", ".js", ".yaml") and pattern.search(path.read_text())
    ]
    assert found == []


def test_files_stay_short_or_say_why() -> None:
    long = []
    for path in SOURCES:
        text = path.read_text(encoding="utf-8")
        lines, told = text.count("\n") + 1, ast.get_docstring(ast.parse(text)) or ""
        if lines > 300 and "lines" not in told.lower():
            long.append(f"{named(path)}: {lines}")
    assert long == []


def test_every_file_says_what_it_is() -> None:
    assert [
        named(path) for path in SOURCES if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ] == []


def test_every_folder_of_code_is_a_package() -> None:
    folders = {path.parent for path in SOURCES}
    assert [named(folder) for folder in sorted(folders) if not (folder / "__init__.py").exists()] == []


ALLOWED_TEXT = {"fab_app/store/numbers.py"}
"""The upsert of a serial number, which SQLAlchemy says differently for each database."""


def calls(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            yield node.lineno, name


def test_no_sql_is_put_together_of_words() -> None:
    raw = {"sa.text", "sqlalchemy.text", "text", "sa.literal_column", "literal_column"}
    found = {named(path) for path in SOURCES for _, name in calls(path) if name in raw}
    assert found <= ALLOWED_TEXT


PAST = (
    "exec_driver_sql",
    "raw_connection",
    "driver_connection",
    "sa.table",
    "prefix_with",
    "suffix_with",
    "with_hint",
)
ALLOWED_PAST = {
    "fab_app/store/apply.py",
    "fab_app/store/misfits.py",
    "fab_app/store/engine.py",
    "fab_app/store/inserting.py",
    "fab_app/runtime/searching.py",
    "fab_app/jobs/outbox.py",
}
"""Plan and apply; the beginning of a transaction; the insert of many rows; inserts that pass over what is there."""


def test_nothing_goes_past_the_guard_of_statements() -> None:
    """What the net under the session cannot see: statements for the driver itself, text in prefixes and hints."""
    found = {named(path) for path in SOURCES for _, name in calls(path) if name.endswith(PAST)}
    assert found <= ALLOWED_PAST


def test_engines_are_made_in_one_place() -> None:
    """Which keeps values out of their errors and their log."""
    made = {
        named(path)
        for path in SOURCES
        for _, name in calls(path)
        if name.endswith(("create_engine", "create_pool"))
    }
    assert made == {"fab_app/store/engine.py"}


STATEMENTS = {"sa.select", "sa.insert", "sa.update", "sa.delete", "select", "insert", "update", "delete"}
GUARDED = ("fab_app/runtime/", "fab_app/access/", "fab_app/store/", "fab_app/expr/", "fab_app/jobs/")
"""Where statements are written; the doors below read single tables of the framework or of accounts."""
DOORS = {
    "fab_app/web/identity.py",
    "fab_app/web/seats.py",
    "fab_app/web/login.py",
    "fab_app/web/captchas.py",
    "fab_app/web/doors.py",
    "fab_app/web/passwords.py",
    "fab_app/web/screens/pickers.py",
    "fab_app/web/rest/once.py",
    "fab_app/web/screens/once.py",
    "fab_app/web/rest/security.py",
    "fab_app/web/rest/logins.py",
    "fab_app/database.py",
}


def test_statements_are_written_where_rows_are_guarded() -> None:
    found = {named(path) for path in SOURCES for _, name in calls(path) if name in STATEMENTS}
    assert sorted(path for path in found if not path.startswith(GUARDED) and path not in DOORS) == []


def test_only_the_web_knows_a_request() -> None:
    below = [
        path
        for path in SOURCES
        if not named(path).startswith(("fab_app/web/", "fab_app/compile/")) and path.parent != PACKAGE
    ]
    found = [
        f"{named(path)}: {name}"
        for path in below
        for _, name in words(path)
        if name in ("current_app", "request")
    ]
    imports = [named(path) for path in below if re.search(r"^(from|import) flask\b", path.read_text(), re.M)]
    assert (found, imports) == ([], [])


COMMITS = (
    "fab_app/web/",
    "fab_app/jobs/",
    "fab_app/runtime/seeds.py",
    "fab_app/runtime/roles.py",
    "fab_app/runtime/sweeping.py",
    "fab_app/runtime/timers.py",
    "fab_app/runtime/portal_jobs.py",
    "fab_app/store/",
)
"""Seeds and roles are loaded once, at the start, by commands that end there; timers and jobs are steps of a run."""


def test_nothing_below_the_doors_commits() -> None:
    found = {named(path) for path in SOURCES for _, name in calls(path) if name.endswith(".commit")}
    assert (
        sorted(
            path for path in found if not path.startswith(COMMITS) and "/" in path.removeprefix("fab_app/")
        )
        == []
    )


def test_nothing_is_caught_and_swallowed() -> None:
    found = []
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            bare = isinstance(node, ast.ExceptHandler) and (
                node.type is None or ast.unparse(node.type) in ("Exception", "BaseException")
            )
            if bare and all(isinstance(step, ast.Pass | ast.Continue) for step in node.body):
                found.append(f"{named(path)}:{node.lineno}")
    assert found == []


@pytest.mark.parametrize("folder", ["fab_app", "tests"])
def test_no_path_of_a_machine_stands_in_the_code(folder: str) -> None:
    machine = re.compile(r"/(home|root|Users)/\w|/work/")
    paths = [path for path in (HOME / folder).rglob("*.py") if path != Path(__file__)]
    assert [named(path) for path in paths if machine.search(path.read_text(encoding="utf-8"))] == []


def test_templates_hold_no_script_and_no_style() -> None:
    found = []
    for path in (PACKAGE / "web/templates").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        inline = re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", text)
        if inline or re.search(r"\son[a-z]+\s*=\s*[\"']", text) or re.search(r"\sstyle\s*=\s*[\"']", text):
            found.append(named(path))
    assert found == []


def test_templates_make_nothing_safe_that_people_typed() -> None:
    allowed = re.compile(r"\(f, .*\|safe|'[^']*'\|safe|\|replace\('<', '\\\\u003c'\)\|safe")
    found = []
    for path in (PACKAGE / "web/templates").rglob("*.html"):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if re.search(r"\|\s*safe\b|autoescape false", line) and not allowed.search(line):
                found.append(f"{named(path)}:{number}")
    assert found == []
