"""Serving in one process: waitress with threads; several processes: gunicorn over ``fab_app:create_app()``."""

from __future__ import annotations

import gc
import logging
import signal
import sys

from waitress import serve as waitress

from fab_app import create_app
from fab_app.config import Settings


def serve(settings: Settings) -> None:
    """Blocks until the process is ended."""
    logging.getLogger("waitress").setLevel(logging.WARNING)
    app = create_app(settings)
    gc.freeze()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # so that runs are given back before the end
    app.extensions["fab_app"].jobs.driver.start()
    print(f"serving {settings.home} at http://{settings.host}:{settings.port}")
    if settings.demo:
        print("demo accounts: docs/accounts.md (administrator: admin)")
    sys.stdout.flush()
    waitress(
        app, host=settings.host, port=settings.port, threads=8, ident=None, clear_untrusted_proxy_headers=True
    )
