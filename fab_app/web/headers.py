"""Headers of every answer: a strict policy for scripts and styles, no framing, no sniffing."""

from __future__ import annotations

import secrets

from flask import Flask, Response, g, request

_ALWAYS = tuple(
    (name.lower(), name, value)
    for name, value in (
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Referrer-Policy", "same-origin"),
        ("Permissions-Policy", "geolocation=(self), camera=(self), microphone=()"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
    )
)
_POLICY = (
    "default-src 'self'; script-src 'self' 'nonce-{0}'; style-src 'self' 'nonce-{0}'; "
    "img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


def nonce() -> str:
    """The word that scripts of this answer carry."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def install(app: Flask) -> None:
    app.after_request(_headers)


def _headers(response: Response) -> Response:
    headers = response.headers
    there = {name.lower() for name, _ in headers}
    for key, name, value in _ALWAYS:
        if key not in there:
            headers.add(name, value)
    if "content-security-policy" not in there:
        headers.add("Content-Security-Policy", _POLICY.format(nonce()))
    if "cache-control" not in there and response.mimetype in ("text/html", "application/json"):
        headers.add("Cache-Control", "no-store")
    if request.is_secure and "strict-transport-security" not in there:
        headers.add("Strict-Transport-Security", "max-age=31536000")
    return response
