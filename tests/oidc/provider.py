"""A real OpenID Connect provider on the loopback, written with a library: it knows one client and who is there now."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread
from typing import Any

import pytest
from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import AuthorizationCodeMixin, ClientMixin
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import UserInfo
from authlib.oidc.core.grants import OpenIDCode
from flask import Flask, jsonify
from joserfc.jwk import KeySet, RSAKey
from waitress.server import create_server

CLIENT, SECRET = "shop-client", "secret-of-the-shop"


class Client(ClientMixin):
    def get_client_id(self) -> str:
        return CLIENT

    def get_default_redirect_uri(self) -> str:
        return ""

    def get_allowed_scope(self, scope: str) -> str:
        return scope

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri.endswith("/shop/oidc/gov/back")

    def check_client_secret(self, client_secret: str) -> bool:
        return client_secret == SECRET

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == "client_secret_basic"

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


@dataclass
class Given(AuthorizationCodeMixin):
    """A code that was given, and for what."""

    code: str
    redirect_uri: str
    scope: str
    nonce: str
    code_challenge: str
    code_challenge_method: str
    claims: dict[str, Any]

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope

    def get_nonce(self) -> str:
        return self.nonce

    def get_auth_time(self) -> None:
        return None

    def get_acr(self) -> None:
        return None

    def get_amr(self) -> None:
        return None


@dataclass
class Provider:
    """``claims``: who is there now. ``forge``: what it says falsely in an ID token. ``key`` signs."""

    issuer: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    forge: dict[str, Any] = field(default_factory=dict)
    published: dict[str, Any] = field(default_factory=dict)
    codes: dict[str, Given] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    shown: RSAKey | None = None
    algorithm: str = "RS256"

    def application(self) -> Flask:
        app = Flask("provider")
        app.secret_key = "p" * 40
        server = AuthorizationServer(app, query_client=lambda id_: Client() if id_ == CLIENT else None)
        server.save_token = lambda token, request: None
        server.register_grant(_grant(self), [_ids(self)(require_nonce=True), CodeChallenge(required=True)])
        app.add_url_rule("/.well-known/openid-configuration", "metadata", lambda: jsonify(self.metadata()))
        app.add_url_rule(
            "/keys", "keys", lambda: jsonify(KeySet([self.shown or self.key]).as_dict(private=False))
        )
        app.add_url_rule("/token", "token", server.create_token_response, methods=["POST"])
        app.add_url_rule("/authorize", "authorize", lambda: _authorised(server))
        return app

    def metadata(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
            **self.published,
        }


def _authorised(server: AuthorizationServer) -> Any:
    grant = server.get_consent_grant(end_user="somebody")
    return server.create_authorization_response(grant=grant, grant_user="somebody")


def _grant(provider: Provider) -> type[AuthorizationCodeGrant]:
    class Grant(AuthorizationCodeGrant):
        TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic"]  # noqa: RUF012 - as the library has it

        def save_authorization_code(self, code: str, request: Any) -> None:
            asked = request.payload.data
            provider.codes[code] = Given(
                code,
                asked["redirect_uri"],
                asked["scope"],
                asked["nonce"],
                asked["code_challenge"],
                asked["code_challenge_method"],
                dict(provider.claims),
            )

        def query_authorization_code(self, code: str, client: Client) -> Given | None:
            return provider.codes.get(code)

        def delete_authorization_code(self, authorization_code: Given) -> None:
            provider.codes.pop(authorization_code.code)

        def authenticate_user(self, authorization_code: Given) -> Any:
            return authorization_code.claims

    return Grant


def _ids(provider: Provider) -> type[OpenIDCode]:
    class Ids(OpenIDCode):
        def exists_nonce(self, nonce: str, request: Any) -> bool:
            return any(given.nonce == nonce for given in provider.codes.values())

        def get_jwt_config(self, grant: Any, client: Any = None) -> dict[str, Any]:
            key: Any = SECRET.encode() if provider.algorithm == "HS256" else provider.key
            return {"key": key, "alg": provider.algorithm, "iss": provider.issuer, "exp": 600, "kid": "one"}

        def generate_user_info(self, user: dict[str, Any], scope: str) -> UserInfo:
            return UserInfo(**user, **provider.forge)

    return Ids


@contextmanager
def providing() -> Iterator[Provider]:
    """A provider that answers as long as the block lasts."""
    provider = Provider()
    server = create_server(provider.application(), host="127.0.0.1", port=0, threads=2, ident=None)
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    provider.issuer = f"http://127.0.0.1:{server.effective_port}"
    yield provider
    server.close()


def login_at(url: str) -> str:
    """The person logs in at the provider's page; where his browser is sent then."""
    from urllib.error import HTTPError
    from urllib.request import HTTPRedirectHandler, build_opener

    class Stay(HTTPRedirectHandler):
        def redirect_request(self, *args: Any, **named: Any) -> None:
            return None

    with pytest.raises(HTTPError) as redirected:
        build_opener(Stay).open(url, timeout=10)
    assert redirected.value.code == 302, redirected.value.read().decode()
    return str(redirected.value.headers["Location"])
