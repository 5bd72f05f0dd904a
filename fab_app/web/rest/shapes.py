"""Pieces that every part of the specification uses."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

ERROR: Schema = {
    "type": "object",
    "properties": {
        "message": {"type": "string"},
        "errors": {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}},
    },
    "required": ["message"],
}
DONE: Schema = {"type": "object", "properties": {"message": {"type": "string"}}, "required": ["message"]}
PK: Schema = {
    "name": "pk",
    "in": "path",
    "required": True,
    "schema": {"type": "integer", "format": "int64", "minimum": 1},
}
UUID: Schema = {
    "name": "uuid",
    "in": "path",
    "required": True,
    "schema": {"type": "string", "format": "uuid"},
}
IDEMPOTENCY: Schema = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "the same request sent again with the same key gets the same answer and does nothing",
    "schema": {"type": "string", "minLength": 1, "maxLength": 128, "pattern": "^[A-Za-z0-9._~-]+$"},
}
MATCH: Schema = {
    "name": "If-Match",
    "in": "header",
    "description": "the version that was read",
    "schema": {"type": "string", "pattern": '^"?[1-9][0-9]{0,8}"?$'},
}
MEANINGS = {
    400: "the request cannot be read",
    401: "nobody is logged in, or the token is bad or expired",
    403: "this person may never do this with this kind of thing",
    404: "no such record, or it lies outside the person's rows",
    409: "somebody was faster, or the Idempotency-Key was used for another request",
    413: "too large",
    415: "of a kind that is not allowed",
    422: "the values are refused; nothing was stored",
    429: "too many requests",
}
ALWAYS = (401, 429)


def body(schema: Schema, description: str = "ok") -> Schema:
    """An answer of JSON."""
    return {"description": description, **asked(schema)}


def asked(schema: Schema) -> Schema:
    """The content of a request."""
    return {"content": {"application/json": {"schema": schema}}}


def file_body() -> Schema:
    file = {
        "type": "object",
        "properties": {"file": {"type": "string", "format": "binary"}},
        "required": ["file"],
    }
    return {"content": {"multipart/form-data": {"schema": file}}}


def responses(good: Schema, *codes: int, always: tuple[int, ...] = ALWAYS) -> Schema:
    found = dict(good)
    for code in sorted({*codes, *always} & MEANINGS.keys()):
        found[str(code)] = {"$ref": f"#/components/responses/{code}"}
    return found


def components(schemas: Schema) -> Schema:
    error = {"$ref": "#/components/schemas/Error"}
    return {
        "schemas": {"Error": ERROR, **schemas},
        "responses": {str(code): body(error, meaning) for code, meaning in MEANINGS.items()},
        "securitySchemes": {
            "bearer": {
                "type": "http",
                "scheme": "bearer",
                "description": "a JSON Web Token from /api/v1/security/login, or an API key (sst_…)",
            },
            "session": {
                "type": "apiKey",
                "in": "cookie",
                "name": "fab_session",
                "description": "the cookie of the pages; changes need the header X-CSRFToken too",
            },
        },
    }
