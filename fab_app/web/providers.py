"""Identity providers that speak OpenID Connect: the protocol, without a request of ours.

Authorisation code with PKCE, state and nonce; the ID token is judged by the provider's keys, its issuer by the
one that the settings name. Symmetric and unsigned tokens are none.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from fab_app.channels.base import Undelivered
from fab_app.channels.http import ask
from fab_app.config import Settings, WrongSetting
from fab_app.spec.login import Provider as Written
from fab_app.spec.manifest import Manifest

_ALGORITHMS: Final = (
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "EdDSA",
)
_KEPT: Final = 3600
_ANEW: Final = 60
_LEEWAY: Final = 60
_LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")


class Unvouched(Exception):
    """The provider does not say, in a way that can be trusted, who this is. For the log, not for the person."""


@dataclass(eq=False)
class Provider:
    """One provider with its settings; what it publishes is kept for an hour."""

    written: Written
    issuer: str
    client_id: str
    secret: str = field(repr=False)
    _published: dict[str, tuple[float, Mapping[str, Any]]] = field(default_factory=dict, repr=False)

    def way(self, back: str, state: str, nonce: str, verifier: str) -> str:
        """Where the person is sent; ``back`` is where he comes back to."""
        from authlib.oauth2.rfc7636 import create_s256_code_challenge

        asked = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": back,
            "scope": self.written.scope,
            "state": state,
            "nonce": nonce,
            "code_challenge": create_s256_code_challenge(verifier),
            "code_challenge_method": "S256",
        }
        there = str(self._metadata()["authorization_endpoint"])
        return f"{there}{'&' if '?' in there else '?'}{urlencode(asked)}"

    def subject(self, code: str, back: str, nonce: str, verifier: str) -> str:
        """Who the provider says this is: the claim that the definition names. Raises Unvouched."""
        claims = self._claims(self._token(code, back, verifier), nonce)
        name = self.written.claim
        if name == "email" and claims.get("email_verified") is not True:
            raise Unvouched("the provider does not vouch for the mail address")
        value = claims.get(name)
        if not isinstance(value, str) or not value.strip():
            raise Unvouched(f"there is no claim {name}")
        return value

    def _token(self, code: str, back: str, verifier: str) -> Mapping[str, Any]:
        from authlib.oauth2.rfc6749.parameters import prepare_token_request

        asked = {"redirect_uri": back, "code": code, "code_verifier": verifier}
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        ways = self._metadata().get("token_endpoint_auth_methods_supported", ("client_secret_basic",))
        if self.secret and "client_secret_basic" in ways:
            headers["Authorization"] = _basic(self.client_id, self.secret)
        else:
            asked |= {"client_id": self.client_id, **({"client_secret": self.secret} if self.secret else {})}
        body = prepare_token_request("authorization_code", **asked)
        return _asked(str(self._metadata()["token_endpoint"]), body.encode(), headers)

    def _claims(self, token: Mapping[str, Any], nonce: str) -> Mapping[str, Any]:
        from authlib.oidc.core import CodeIDToken
        from joserfc.errors import InvalidKeyIdError, JoseError

        try:
            found = self._decoded(token, self._keys(_KEPT))
        except InvalidKeyIdError:  # keys are changed now and then
            found = self._decoded(token, self._keys(_ANEW))
        wanted = {
            "iss": {"essential": True, "value": self.issuer},
            "aud": {"essential": True, "value": self.client_id},
        }
        known = {"nonce": nonce, "client_id": self.client_id, "access_token": token.get("access_token")}
        try:
            claims = CodeIDToken(found.claims, found.header, wanted, known)
            claims.validate(leeway=_LEEWAY)
        except (JoseError, TypeError) as error:
            raise Unvouched(str(error)) from error
        return dict(claims)

    def _decoded(self, token: Mapping[str, Any], keys: Mapping[str, Any]) -> Any:
        from joserfc import jwt
        from joserfc.errors import InvalidKeyIdError, JoseError
        from joserfc.jwk import KeySet
        from joserfc.jws import JWSRegistry

        registry = JWSRegistry(algorithms=list(_ALGORITHMS), strict_check_header=False)
        try:
            return jwt.decode(
                str(token["id_token"]),
                key=KeySet.import_key_set({"keys": list(keys.get("keys", ()))}),
                registry=registry,
            )
        except InvalidKeyIdError:
            raise
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise Unvouched(f"the ID token is not valid: {type(error).__name__}") from error

    def _metadata(self) -> Mapping[str, Any]:
        found = self._kept("metadata", f"{self.issuer.rstrip('/')}/.well-known/openid-configuration", _KEPT)
        lacking = {"authorization_endpoint", "token_endpoint", "jwks_uri"} - set(found)
        if found.get("issuer") != self.issuer or lacking:
            self._published.clear()
            raise Unvouched("what the provider publishes is not that of the issuer in the settings")
        return found

    def _keys(self, seconds: float) -> Mapping[str, Any]:
        return self._kept("keys", str(self._metadata()["jwks_uri"]), seconds)

    def _kept(self, name: str, url: str, seconds: float) -> Mapping[str, Any]:
        """The time is the real one, as for all that expires in the protocol."""
        known = self._published.get(name)
        if known is None or known[0] + seconds < time.time():
            known = self._published[name] = (time.time(), _asked(url))
        return known[1]


def _asked(
    url: str, content: bytes | None = None, headers: Mapping[str, str] | None = None
) -> Mapping[str, Any]:
    try:
        return ask(url, content, headers)
    except Undelivered as error:
        raise Unvouched(error.reason) from error


def _basic(client_id: str, secret: str) -> str:
    """Both are encoded as a form's before they are joined (RFC 6749, 2.3.1)."""
    from base64 import b64encode
    from urllib.parse import quote_plus

    return "Basic " + b64encode(f"{quote_plus(client_id)}:{quote_plus(secret)}".encode()).decode()


def providers_of(settings: Settings, manifest: Manifest) -> Mapping[tuple[str, str], Provider]:
    """Those of the portals that the settings name an issuer of, by portal and code. Raises WrongSetting."""
    found: dict[tuple[str, str], Provider] = {}
    for portal in manifest.portals.values():
        for code, written in portal.spec.login.providers.items():
            name = f"FAB_APP_OIDC_{portal.name}_{code}".upper()
            issuer, client, secret = (
                settings.environ.get(f"{name}_{part}", "").strip()
                for part in ("ISSUER", "CLIENT_ID", "CLIENT_SECRET")
            )
            if issuer:
                _judge(settings, name, issuer, client)
                found[portal.name, code] = Provider(written, issuer, client, secret)
    return found


def _judge(settings: Settings, name: str, issuer: str, client: str) -> None:
    parts = urlsplit(issuer)
    here = settings.demo and parts.scheme == "http" and parts.hostname in _LOOPBACK
    if not (parts.scheme == "https" and parts.hostname) and not here:
        raise WrongSetting(f"{name}_ISSUER is '{issuer}': an issuer is an https address")
    if not client:
        raise WrongSetting(f"{name}_CLIENT_ID is missing: the provider knows this site by it")
