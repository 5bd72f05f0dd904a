"""Sentences above the pages of a record, and locked fields: what they name is there."""

from __future__ import annotations

from collections.abc import Iterator

from fab_app.checks.paths import Astray, walked
from fab_app.core.problems import Problem
from fab_app.spec.manifest import Entity, Manifest
from fab_app.spec.notice import places


def check(manifest: Manifest) -> Iterator[Problem]:
    for entity in manifest.entities.values():
        settings = manifest.portals[entity.portal].spec.settings
        for index, remark in enumerate(entity.spec.remarks):
            for path in places(remark.text):
                if path not in settings:
                    yield from _place(manifest, entity, path, index)
        yield from _locked(entity)


def _place(manifest: Manifest, entity: Entity, path: str, index: int) -> Iterator[Problem]:
    place, found = entity.document.at("remarks", index, "text"), walked(manifest, entity, path)
    if isinstance(found, Astray):
        hint = found.hint or "name a field, or a setting of portal.yaml"
        yield Problem("remark.E001", f"{{{path}}}: {found.text}", place, hint)
    elif found is not None and (not found[1].readable or found[1].many):
        text = f"{{{path}}}: {found[1].type} is not put into words"
        yield Problem("remark.E001", text, place, "name another field")


def _locked(entity: Entity) -> Iterator[Problem]:
    for name, field in entity.spec.fields.items():
        if field.locked is not None and (field.readonly is None or field.readonly.constant):
            place = entity.document.at("fields", name, "locked")
            text = "what is said of a change is never said"
            yield Problem("remark.E002", text, place, "say in 'readonly' when it is locked")
