"""Bodies of requests: a JSON object, the version beside it, the rows of children inside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import request

from fab_app.core.problems import Refused
from fab_app.core.words import say
from fab_app.fields.ref import key_of
from fab_app.fields.table import TableField
from fab_app.runtime.query import Unreadable
from fab_app.spec.manifest import Entity
from fab_app.web.rest.rison import json_value

MOST_BYTES = 10 * 1024 * 1024
GREATEST = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Sent:
    """``version``: the one that the person saw, None where he did not say."""

    values: dict[str, Any]
    version: int | None


def sent(entity: Entity) -> Sent:
    """The record in the body. Raises Unreadable where it is none."""
    values = json_object()
    version = _agreed(_number(values.pop(entity.version, None), entity.version), matched())
    for name, field in entity.fields.items():
        if isinstance(field, TableField) and name in values:
            _rows(values[name], name, {"id", "version", *field.columns})
    return Sent(values, version)


def version_only(entity: Entity) -> int | None:
    """The version of a request that may have no body: DELETE."""
    values = json_object() if request.get_data() else {}
    version = _number(values.pop(entity.version, None), entity.version)
    if values:
        raise Unreadable(say("there is no field '{name}'", name=next(iter(values))))
    return _agreed(version, matched())


def json_object() -> dict[str, Any]:
    request.max_content_length = MOST_BYTES
    raw = request.get_data()
    if raw and not request.is_json:
        raise Refused(say("This kind of content is not read here"), status=415)
    try:
        values = json_value(raw)
    except ValueError as error:
        raise Unreadable(say("The body is not valid JSON")) from error
    if not isinstance(values, dict):
        raise Unreadable(say("The body is not a JSON object"))
    return values


def matched() -> int | None:
    """The version that ``If-Match`` names; None where it names none."""
    header = request.headers.get("If-Match", "").strip()
    if header in ("", "*"):
        return None
    text = header.removeprefix("W/").strip('"')
    if not (text.isascii() and text.isdecimal()) or len(text) > 10:
        raise Unreadable(say("If-Match holds no version"))
    return _number(int(text), "If-Match")


def _number(raw: Any, name: str) -> int | None:
    if raw is None:
        return None
    if isinstance(raw, bool) or not isinstance(raw, int) or not 0 < raw <= GREATEST:
        raise Unreadable(say("'{name}' is not a version", name=name))
    return raw


def _agreed(one: int | None, other: int | None) -> int | None:
    if one is not None and other is not None and one != other:
        raise Unreadable(say("If-Match and the body name two versions"))
    return one if one is not None else other


def _rows(rows: Any, name: str, known: set[str]) -> None:
    """Rows of children have the key of a standing row, or none, and the columns of the table."""
    for row in rows if isinstance(rows, list) else ():
        if not isinstance(row, dict):
            continue
        for unknown in row.keys() - known:
            raise Unreadable(say("there is no field '{name}'", name=f"{name}.{unknown}"))
        key = row.get("id")
        if key is not None and (isinstance(key, dict | bool) or key_of(key) is None):
            raise Unreadable(say("a row of '{name}' has an id that is none", name=name))
