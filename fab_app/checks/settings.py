"""Settings: single values with a default of their kind; what they rule of the login exists and takes the default."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from pydantic import BaseModel

from fab_app.core.problems import Problem, nearest
from fab_app.spec.login import Login
from fab_app.spec.manifest import Manifest, Portal
from fab_app.spec.setting import default_of, ruled

_REFUSED = ("password", "serial", "computed", "rollup", "snapshot", "qr")
RULED = ("captcha", "lockout", "sessions")


def check(manifest: Manifest) -> Iterator[Problem]:
    for portal in manifest.portals.values():
        sound = True
        for problem in (*_kinds(portal), *_paths(portal)):
            sound = False
            yield problem
        if sound:
            yield from _ruled(portal)


def _kinds(portal: Portal) -> Iterator[Problem]:
    for key, field in portal.spec.settings.items():
        place = portal.document.at("settings", key)
        if field.storage != "column" or field.field_type().target or field.type in _REFUSED:
            text = f"a setting is one value, and {field.type} is none that a row can hold as text"
            yield Problem("setting.E001", text, place, "choose bool, int, decimal, choice, text or longtext")
            continue
        try:
            default_of(field)
        except ValueError as error:
            text = f"the default of '{key}' is refused: {error}"
            yield Problem("setting.E002", text, place, "write a constant of its kind")


def _paths(portal: Portal) -> Iterator[Problem]:
    known = ["initial", *(f"{part}.{name}" for part in RULED for name in _names(part))]
    for path, key in portal.spec.login.settings.items():
        at = ("login", "settings", path)
        if path not in known:
            close = get_close_matches(path, known, 1)
            hint = f"did you mean '{close[0]}'?" if close else f"one of {', '.join(known)}"
            yield Problem(
                "setting.E003", f"'{path}' of the login is ruled by no setting", portal.document.at(*at), hint
            )
        elif key not in portal.spec.settings:
            hint = nearest(key, portal.spec.settings) or "add it to 'settings:'"
            yield Problem("setting.E004", f"there is no setting '{key}'", portal.document.value_at(*at), hint)


def _names(part: str) -> tuple[str, ...]:
    kind = Login.model_fields[part].annotation
    assert isinstance(kind, type)
    assert issubclass(kind, BaseModel)
    return tuple(kind.model_fields)


def _ruled(portal: Portal) -> Iterator[Problem]:
    values = {key: default_of(field) for key, field in portal.spec.settings.items()}
    try:
        ruled(portal.spec.login, values)
    except ValueError:
        text = "the defaults of settings are outside what the login takes"
        yield Problem(
            "setting.E005", text, portal.document.at("login", "settings"), "change a default, or its kind"
        )
