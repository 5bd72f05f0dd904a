"""What kinds of records, and what is done with them, are called in a portal: for its log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from fab_app.core.words import catalogue
from fab_app.fields.faces import Option
from fab_app.spec.manifest import BASE, Entity, Manifest

DONE: Final = {
    "add": "Created",
    "edit": "Changed",
    "delete": "Deleted",
    "export": "Exported",
    "print": "Printed",
    "import": "Rows imported",
    "import_undone": "Import undone",
    "unmask": "Looked at whole",
    "refused": "Access refused",
    "login": "Logged in",
    "login_failed": "Login failed",
    "password": "Changed the password",
    "password_reset": "Password reset",
}
"""What the framework does, by the code in the log."""

_LABELS: Final = 3


def kinds(manifest: Manifest, portal: str, locale: str) -> Mapping[str, Option]:
    """By key, in the order of their labels: those of the portal, and the shared ones as the portal calls them."""
    found = {entity.key: entity for entity in _entities(manifest, portal)}
    calls = {key: _called(manifest, portal, entity).spec.label.of(locale) for key, entity in found.items()}
    return {key: Option(key, label) for key, label in sorted(calls.items(), key=lambda item: item[1])}


def acts(manifest: Manifest, portal: str, locale: str) -> Mapping[str, Option]:
    """By code; a move that several kinds of record call differently has all its names."""
    words = catalogue(locale)
    found = {code: Option(code, words.get(text, text)) for code, text in DONE.items()}
    labels: dict[str, list[str]] = {}
    for entity in _entities(manifest, portal):
        for code, moves in entity.moves.items():
            labels.setdefault(code, []).extend(move.label.of(locale) for move in moves)
    for code, names in labels.items():
        told = list(dict.fromkeys(names))
        text = " / ".join(told[:_LABELS]) + (" …" if len(told) > _LABELS else "")
        found[f"move:{code}"] = Option(f"move:{code}", text)
    return found


def _entities(manifest: Manifest, portal: str) -> list[Entity]:
    wanted = (portal, BASE)
    return [e for e in manifest.entities.values() if portal == BASE or e.portal in wanted]


def _called(manifest: Manifest, portal: str, entity: Entity) -> Entity:
    """The portal's one view of a shared entity stands for it."""
    views = [view for view in manifest.of_portal(portal) if view.owner == entity.key]
    return views[0] if entity.portal == BASE and len(views) == 1 else entity
