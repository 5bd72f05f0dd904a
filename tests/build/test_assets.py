"""The build: the browser's files arrive as listed, and nothing of other people's is committed."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from fab_app import assets

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ["requirements.lock", "requirements-dev.lock", "requirements-build.lock"]
JS = "htmx.org/dist/htmx.min.js"

PO = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"

msgid "Save"
msgstr "保存"
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """The smallest thing to build: one package, one file."""
    folder = tmp_path / "assets"
    folder.mkdir()
    lock = {"packages": {"": {}, "node_modules/htmx.org": {"version": "2.0.0"}}}
    (folder / "package.json").write_text("{}")
    (folder / "package-lock.json").write_text(json.dumps(lock))
    (folder / ".npmrc").write_text("")
    (folder / "files.txt").write_text(f"# what is served\n\n{JS}\n")
    return folder


@pytest.fixture
def npm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stands in for the registry: lays down the one file; each call leaves a line in the file given."""
    calls = tmp_path / "calls"
    script = tmp_path / "npm"
    script.write_text(
        f'mkdir -p node_modules/{Path(JS).parent}\nprintf 1 > node_modules/{JS}\necho "$1" >> {calls}\n'
    )
    monkeypatch.setenv("NPM", f"sh {script}")
    return calls


def test_every_listed_file_is_served() -> None:
    assert [name for name in assets.files() if not (assets.VENDOR / name).is_file()] == []


def test_the_manifest_tells_what_is_served() -> None:
    manifest = json.loads((assets.VENDOR / "manifest.json").read_text())
    assert list(manifest["files"]) == assets.files()


def test_every_package_asked_for_is_served() -> None:
    asked = json.loads((assets.SOURCE / "package.json").read_text())["dependencies"]
    manifest = json.loads((assets.VENDOR / "manifest.json").read_text())
    assert manifest["packages"] == asked


def test_style_sheets_find_their_fonts() -> None:
    sheet = assets.VENDOR / "@tabler/icons-webfont/dist/tabler-icons.min.css"
    first = re.search(r'url\("?([^")?]+)', sheet.read_text())
    assert first is not None
    assert (sheet.parent / first[1]).is_file()


def test_nothing_that_is_made_is_tracked() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("not a checkout")
    made = [
        "fab_app/web/static/vendor",
        "node_modules",
        ":(glob)**/node_modules/**",
        ":(glob)**/*.mo",
        ".venv",
    ]
    listed = subprocess.run(
        ["git", "ls-files", "--", *made], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert listed.stdout == ""


def test_the_browser_lock_pins_content_and_names_no_host() -> None:
    text = (assets.SOURCE / "package-lock.json").read_text()
    packages = {name: each for name, each in json.loads(text)["packages"].items() if name}
    assert "://" not in text
    assert [name for name, each in packages.items() if not each["integrity"].startswith("sha512-")] == []


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_pins_content_and_names_no_host(name: str) -> None:
    text = (ROOT / name).read_text()
    entries = re.findall(r"^[a-z0-9].*(?:\n .*)+", text, re.MULTILINE)
    assert "://" not in text
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []


def test_the_larger_lock_holds_the_smaller() -> None:
    """So that `make test` and `make run` share one environment without undoing each other."""
    small, large = (
        set(re.findall(r"^\S+==\S+", (ROOT / name).read_text(), re.MULTILINE)) for name in LOCKS[:2]
    )
    assert small - large == set()


def test_every_package_folder_says_that_it_is_one() -> None:
    """Without __init__.py the layer rules do not see a folder at all."""
    folders = {path.parent for path in (ROOT / "fab_app").rglob("*.py") if "static" not in path.parts}
    assert [str(folder) for folder in folders if not (folder / "__init__.py").is_file()] == []


def test_a_build_copies_what_is_listed(source: Path, npm: Path, tmp_path: Path) -> None:
    vendor = tmp_path / "static" / "vendor"
    assert assets.build(vendor, source) is True
    assert sorted(str(path.relative_to(vendor)) for path in vendor.rglob("*") if path.is_file()) == [
        JS,
        JS + ".gz",
        "manifest.json",
    ]


def test_a_second_build_does_nothing(source: Path, npm: Path, tmp_path: Path) -> None:
    assets.build(tmp_path / "vendor", source)
    assert assets.build(tmp_path / "vendor", source) is False
    assert npm.read_text() == "ci\n"


@pytest.mark.parametrize("change", ["list", "lock", "file"])
def test_a_build_is_repeated_after_a_change(change: str, source: Path, npm: Path, tmp_path: Path) -> None:
    vendor = tmp_path / "vendor"
    assets.build(vendor, source)
    if change == "file":
        (vendor / JS).unlink()
    else:
        path = source / ("files.txt" if change == "list" else "package-lock.json")
        path.write_text(path.read_text() + "\n")
    assert assets.build(vendor, source) is True


def test_a_failed_build_leaves_the_old_files(source: Path, npm: Path, tmp_path: Path) -> None:
    vendor = tmp_path / "vendor"
    assets.build(vendor, source)
    (source / "files.txt").write_text(f"{JS}\nhtmx.org/dist/gone.js\n")
    with pytest.raises(FileNotFoundError):
        assets.build(vendor, source)
    assert (vendor / JS).read_text() == "1"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["assets", "calls", "npm", "vendor"]


def test_a_catalogue_is_compiled_once(tmp_path: Path) -> None:
    po = tmp_path / "zh" / "LC_MESSAGES" / "messages.po"
    po.parent.mkdir(parents=True)
    po.write_text(PO, "utf-8")
    assert assets.compile_catalogues(tmp_path) == [po.with_suffix(".mo")]
    assert assets.compile_catalogues(tmp_path) == []
    assert "保存".encode() in po.with_suffix(".mo").read_bytes()


def test_no_catalogue_is_no_trouble(tmp_path: Path) -> None:
    assert assets.compile_catalogues(tmp_path) == []
