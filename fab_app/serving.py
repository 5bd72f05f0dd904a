"""Serving in one process: waitress with threads; several processes: gunicorn over ``fab_app:create_app()``."""

from __future__ import annotations

import gc
import logging
import signal
import socket
import sys
from errno import EADDRINUSE

from waitress import serve as waitress

from fab_app import create_app
from fab_app.config import Settings
from fab_app.core.problems import Refused


def serve(settings: Settings) -> None:
    """Blocks until the process is ended. Raises Refused where the address cannot be had, before anything is built."""
    taken = _taken(settings.host, settings.port)
    logging.getLogger("waitress").setLevel(logging.WARNING)
    app = create_app(settings)
    gc.freeze()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # so that runs are given back before the end
    app.extensions["fab_app"].jobs.driver.start()
    print(f"serving {settings.home} at http://{settings.host}:{settings.port}")
    if settings.demo:
        print("demo accounts: docs/accounts.md (administrator: admin)")
    sys.stdout.flush()
    waitress(app, sockets=[taken], threads=8, ident=None, clear_untrusted_proxy_headers=True)


def _taken(host: str, port: int) -> socket.socket:
    """The address, ours from now on: a start takes seconds, and who comes later is told at once."""
    try:
        kind, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        taken = socket.socket(kind, socket.SOCK_STREAM)
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(address)
        taken.listen()
    except OSError as error:
        why = "another program serves there" if error.errno == EADDRINUSE else str(error.strerror or error)
        raise Refused(f"cannot serve at {host}:{port}: {why}. Set PORT (or HOST) to another") from error
    return taken
