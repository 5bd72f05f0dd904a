"""Texts of a portal that name its settings."""

from __future__ import annotations

from fab_app.web import context


def filled(portal: str, text: str) -> str:
    """The text with the settings that it names (``{key}``) as they stand now."""
    if "{" not in text:
        return text
    settings = context.world().tables.settings.of(portal)
    return text.format_map({key: "" if value is None else str(value) for key, value in settings.items()})
