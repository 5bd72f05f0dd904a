"""Tokens and keys of the API, at Flask-AppBuilder's addresses: login, refresh, one's own API keys."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import uuid4

import sqlalchemy as sa
from flask import Blueprint, Response, request
from flask_appbuilder.api import BaseApi

from fab_app.core.problems import Refused
from fab_app.core.words import say
from fab_app.runtime.judging import NotFound
from fab_app.runtime.query import Unreadable
from fab_app.web import context
from fab_app.web.identity import digest
from fab_app.web.rest import logins
from fab_app.web.rest.answers import answer, coded
from fab_app.web.rest.bodies import json_object
from fab_app.web.rest.door import served
from fab_app.web.rest.once import once
from fab_app.web.rest.openapi import openapi
from fab_app.web.tokens import KEY_PREFIX

MOST_KEYS = 20
LONGEST_LIFE = timedelta(days=3660)


class PlatformApi(BaseApi):
    """A ``BaseApi`` whose addresses are written down; none of the attributes is searched for any."""

    version = "v1"
    rules: tuple[tuple[str, str, tuple[str, ...]], ...] = ()

    def __init__(self) -> None:
        self.appbuilder = None
        self.blueprint = None
        self.base_permissions: list[str] = []
        self.limits: list[Any] = []
        self.class_permission_name = type(self).__name__

    def add_api_spec(self, api_spec: Any) -> None:
        """Nothing: the specification is written by ``openapi``."""

    def _register_urls(self) -> None:
        blueprint = cast(Blueprint, self.blueprint)
        for rule, name, methods in self.rules:
            blueprint.add_url_rule(rule, name, getattr(self, name), methods=list(methods))


class SecurityApi(PlatformApi):
    resource_name = "security"
    rules = (("/login", "login", ("POST",)), ("/refresh", "refresh", ("POST",)))

    def login(self) -> Response:
        return logins.login()

    def refresh(self) -> Response:
        return logins.refresh()


class KeysApi(PlatformApi):
    """One's own API keys: what is stored is a digest, the key itself is told once."""

    resource_name = "security/api_keys"
    rules = (("/", "many", ("GET", "POST")), ("/<uuid>", "single", ("GET", "DELETE")))

    def many(self) -> Response:
        if request.method == "POST":
            return served(lambda: once(_make, kept=_without_key))
        return served(_keys)

    def single(self, uuid: str) -> Response:
        work: Callable[[str], Response] = _revoke if request.method == "DELETE" else _key
        return served(lambda: work(uuid))


class SpecificationApi(PlatformApi):
    route_base = "/api/v1"
    rules = (("/_openapi", "specification", ("GET",)),)

    def specification(self) -> Response:
        return served(openapi)


def security_apis() -> list[type[BaseApi]]:
    """What is mounted beside the APIs of entities."""
    return [SecurityApi, KeysApi, SpecificationApi]


def _keys() -> Response:
    table = _table()
    statement = sa.select(table).where(*_standing()).order_by(table.c.created_at.desc(), table.c.uuid)
    rows = context.session().execute(statement).mappings().all()
    return answer(200, {"count": len(rows), "result": [_told(row) for row in rows]})


def _key(uuid: str) -> Response:
    return answer(200, {"result": _told(_row(uuid))})


def _make() -> Response:
    name, expires = _asked(json_object())
    if len(context.session().execute(sa.select(_table().c.uuid).where(*_standing())).all()) >= MOST_KEYS:
        raise Refused(say("You have {count} keys already, revoke one first", count=MOST_KEYS))
    key = KEY_PREFIX + secrets.token_urlsafe(32)
    row = {
        "uuid": str(uuid4()),
        "user_id": context.principal().subject,
        "name": name,
        "prefix": key[: len(KEY_PREFIX) + 6],
        "digest": digest(key),
        "created_at": context.world().clock.now(),
        "expires_at": expires,
    }
    context.session().execute(sa.insert(_table()).values(row))
    return answer(201, {"id": row["uuid"], "result": {**_told(row), "key": key}})


def _without_key(response: Response) -> str:
    """What is remembered of the answer: everything but the key, which is told once."""
    body = response.get_json()
    del body["result"]["key"]
    return coded(body)


def _asked(given: dict[str, Any]) -> tuple[str, datetime | None]:
    for unknown in given.keys() - {"name", "expires_at"}:
        raise Unreadable(say("there is no field '{name}'", name=unknown))
    name, expires = given.get("name"), given.get("expires_at")
    errors = {}
    if not isinstance(name, str) or not 0 < len(name.strip()) <= 100 or "\0" in name:
        errors["name"] = [say("A name has 1 to 100 characters")]
    moment = _moment(expires)
    now = context.world().clock.now()
    if expires is not None and (moment is None or not now < moment < now + LONGEST_LIFE):
        errors["expires_at"] = [say("This is no moment in the next ten years")]
    if errors:
        raise Refused(next(iter(errors.values()))[0], errors)
    return str(name).strip(), moment


def _moment(raw: Any) -> datetime | None:
    """A naive UTC instant; text without a zone is UTC."""
    try:
        read = datetime.fromisoformat(raw) if isinstance(raw, str) else None
        aware = read if read is None or read.tzinfo else read.replace(tzinfo=UTC)
        return None if aware is None else aware.astimezone(UTC).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return None


def _revoke(uuid: str) -> Response:
    row = _row(uuid)
    table = _table()
    update = (
        sa.update(table).where(table.c.uuid == row["uuid"]).values(revoked_at=context.world().clock.now())
    )
    context.session().execute(update)
    return answer(200, {"message": say("Deleted")})


def _row(uuid: str) -> sa.RowMapping:
    table = _table()
    found = sa.select(table).where(table.c.uuid == uuid, *_standing()) if len(uuid) == 36 else None
    row = None if found is None or "\0" in uuid else context.session().execute(found).mappings().first()
    if row is None:
        raise NotFound(say("There is no such key"))
    return row


def _standing() -> tuple[sa.ColumnElement[bool], ...]:
    """One's own keys that were not revoked."""
    table = _table()
    return table.c.user_id == context.principal().subject, table.c.revoked_at.is_(None)


def _told(row: Any) -> dict[str, Any]:
    moments = {name: row.get(name) for name in ("created_at", "expires_at")}
    told = {name: None if moment is None else f"{moment.isoformat()}Z" for name, moment in moments.items()}
    return {"uuid": row["uuid"], "name": row["name"], "prefix": row["prefix"], **told}


def _table() -> sa.Table:
    return context.world().tables.platform("base_api_key")
