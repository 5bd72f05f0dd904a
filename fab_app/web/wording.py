"""Texts of a portal that name its settings."""

from __future__ import annotations

import re

from fab_app.core.words import locale
from fab_app.spec.manifest import Portal
from fab_app.web import context
from fab_app.web.pages import Action

_OURS, _WEB = re.compile(r"/[\w./-]*", re.A), re.compile(r"https?://[^\s\"'<>]+")


def filled(portal: str, text: str) -> str:
    """The text with the settings that it names (``{key}``) as they stand now."""
    if "{" not in text:
        return text
    settings = context.world().tables.settings.of(portal)
    return text.format_map({key: "" if value is None else str(value) for key, value in settings.items()})


def manual_of(portal: Portal) -> Action:
    """The manual with its version; to the page of help where its address is none that may be followed."""
    manual = portal.spec.manual
    assert manual is not None
    said = str(context.world().tables.settings.of(portal.name).get(manual.address) or "")
    own = f"/{portal.name}{said}" if _OURS.fullmatch(said) and not said.startswith("//") else ""
    url = own or (said if _WEB.fullmatch(said) else f"/{portal.name}/help")
    return Action(f"{manual.label.of(locale.get())} {manual.version}", url, "book")
