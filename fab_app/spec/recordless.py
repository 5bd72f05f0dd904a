"""What stands for the record where there is none: a job of a portal."""

from __future__ import annotations

from fab_app.core.text import Text
from fab_app.spec.entity import EntitySpec
from fab_app.spec.manifest import Entity, Portal


def nothing(portal: Portal) -> Entity:
    """No field, no row; a name in it is told from another by the portal alone."""
    return Entity(portal.name, "", EntitySpec(label=Text("")), portal.document, {}, {}, "")
