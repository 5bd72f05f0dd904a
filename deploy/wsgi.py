"""What a WSGI server behind one proxy serves: the client's address, scheme and host are those the proxy tells."""

from __future__ import annotations

from werkzeug.middleware.proxy_fix import ProxyFix

from fab_app import create_app

app = create_app()
application = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)
