"""Our application as gunicorn starts it; with ``BENCH_COUNT`` each answer tells its statements."""

from __future__ import annotations

import os
from threading import local

from flask import Flask, Response


def app() -> Flask:
    from fab_app import create_app

    made = create_app()
    if os.environ.get("BENCH_COUNT"):
        count_statements(made)
    return made


def count_statements(made: Flask) -> None:
    from sqlalchemy import event
    from sqlalchemy.engine import Engine

    kept = local()

    @event.listens_for(Engine, "before_cursor_execute")
    def _one_more(connection: object, cursor: object, statement: str, *more: object) -> None:
        if not statement.startswith("BEGIN"):
            kept.statements = [*getattr(kept, "statements", ()), statement]

    def from_nought() -> None:
        kept.statements = []

    made.before_request_funcs.setdefault(None, []).insert(0, from_nought)

    @made.after_request
    def _told(response: Response) -> Response:
        response.headers["X-Statements"] = str(len(kept.statements))
        return response
