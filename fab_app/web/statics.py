"""Static files with far-future caching: the address carries a digest of the content."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from flask import Flask, Response, abort, request, send_from_directory

FOLDER = Path(__file__).parent / "static"
_FOREVER = "public, max-age=31536000, immutable"


def install(app: Flask) -> None:
    app.add_url_rule("/static/<path:filename>", "static", _file)


def _file(filename: str) -> Response:
    if filename.endswith((".py", ".map")) or ".." in filename:
        abort(404)
    response = send_from_directory(FOLDER, filename, conditional=True)
    response.headers["Cache-Control"] = _FOREVER if "v" in request.args else "public, max-age=300"
    return response


@cache
def versioned(path: str) -> str:
    """The address of a static file, new whenever its content is."""
    file = FOLDER / path
    digest = hashlib.sha256(file.read_bytes()).hexdigest()[:10] if file.is_file() else "0"
    return f"/static/{path}?v={digest}"
