"""The addresses of the specification that belong to no entity: tokens and keys."""

from __future__ import annotations

from fab_app.web.rest.shapes import DONE, IDEMPOTENCY, UUID, Schema, asked, body, responses

_TEXT: Schema = {"type": "string"}
_LOGIN: Schema = {
    "type": "object",
    "properties": {
        "username": _TEXT,
        "password": {"type": "string", "format": "password", "minLength": 1, "maxLength": 1000},
        "provider": {"type": "string", "enum": ["db"], "default": "db"},
        "refresh": {"type": "boolean", "default": False},
    },
    "required": ["username", "password"],
    "additionalProperties": False,
}
_TOKENS: Schema = {
    "type": "object",
    "properties": {"access_token": _TEXT, "refresh_token": _TEXT},
    "required": ["access_token"],
}
_MOMENT: Schema = {"type": "string", "format": "date-time", "nullable": True}
_KEY: Schema = {
    "type": "object",
    "properties": {
        "uuid": _TEXT,
        "name": _TEXT,
        "prefix": _TEXT,
        "created_at": _MOMENT,
        "expires_at": _MOMENT,
    },
    "required": ["uuid", "name", "prefix"],
}
_NEW_KEY: Schema = {
    "type": "object",
    "properties": {"name": {"type": "string", "minLength": 1, "maxLength": 100}, "expires_at": _MOMENT},
    "required": ["name"],
    "additionalProperties": False,
}
_MADE_KEY: Schema = {
    **_KEY,
    "properties": {**_KEY["properties"], "key": {"type": "string", "description": "told this once"}},
}


def _object(**properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _operation(identity: str, summary: str, answers: Schema) -> Schema:
    return {"operationId": identity, "summary": summary, "tags": ["Security"], "responses": answers}


PLATFORM: Schema = {
    "/api/v1/security/login": {
        "post": {
            **_operation(
                "login", "a token for an account", responses({"200": body(_TOKENS)}, 400, 403, 413, 415)
            ),
            "security": [],
            "requestBody": {"required": True, **asked(_LOGIN)},
        }
    },
    "/api/v1/security/refresh": {
        "post": _operation(
            "refresh", "a new access token for the refresh token", responses({"200": body(_TOKENS)}, 403)
        )
    },
    "/api/v1/security/api_keys/": {
        "get": _operation(
            "api_keys",
            "your own API keys",
            responses(
                {"200": body(_object(count={"type": "integer"}, result={"type": "array", "items": _KEY}))},
                403,
            ),
        ),
        "post": {
            **_operation(
                "new_api_key",
                "a new API key, told once",
                responses({"201": body(_object(id=_TEXT, result=_MADE_KEY))}, 400, 403, 409, 413, 415, 422),
            ),
            "parameters": [IDEMPOTENCY],
            "requestBody": {"required": True, **asked(_NEW_KEY)},
        },
    },
    "/api/v1/security/api_keys/{uuid}": {
        "parameters": [UUID],
        "get": _operation("api_key", "one of them", responses({"200": body(_object(result=_KEY))}, 403, 404)),
        "delete": _operation("revoke_api_key", "end it", responses({"200": body(DONE)}, 400, 403, 404)),
    },
    "/api/v1/_openapi": {
        "get": _operation("openapi", "this specification", responses({"200": body({"type": "object"})}, 403))
    },
}
