"""Names of generated classes: unique over all portals, stable over starts."""

from __future__ import annotations

from fab_app.spec.manifest import Entity


def class_name(entity: Entity, suffix: str = "") -> str:
    """``shop.work_order`` -> ``Shop_WorkOrder`` + suffix."""
    return f"{_camel(entity.portal)}_{_camel(entity.name)}{suffix}"


def _camel(name: str) -> str:
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))
