"""Several processes as one: definitions are read once before the fork, connections are each process's own."""

from __future__ import annotations

import gc
import multiprocessing
import os
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8080')}"
workers = int(os.environ.get("WEB_CONCURRENCY", multiprocessing.cpu_count() + 1))
worker_class = "gthread"
threads = 4
keepalive = 75
timeout = 120
graceful_timeout = 30
preload_app = True
max_requests = 20_000
max_requests_jitter = 2_000


def when_ready(server: Any) -> None:
    """What the start made is shared by all workers and never looked at by the collector again."""
    gc.collect()
    gc.freeze()


def post_fork(server: Any, worker: Any) -> None:
    """A connection of the parent must not be spoken on by two processes."""
    from deploy.wsgi import app

    app.extensions["fab_app"].session.session_factory.kw["bind"].dispose(close=False)
