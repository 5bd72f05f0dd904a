"""What the author says above a list, to whom it concerns."""

from __future__ import annotations

from fab_app.access.guards import PersonEnv
from fab_app.core.words import locale
from fab_app.expr import closure
from fab_app.spec.listing import Remark
from fab_app.spec.manifest import Entity
from fab_app.web import context
from fab_app.web.pages import Alert
from fab_app.web.wording import filled


def remarks(entity: Entity) -> tuple[Alert, ...]:
    found = (one for one in entity.spec.listing.remarks if _concerns(entity, one))
    return tuple(Alert(filled(entity.portal, one.text.of(locale.get()))) for one in found)


def _concerns(entity: Entity, remark: Remark) -> bool:
    if remark.when is None:
        return True
    world = context.world()
    person = PersonEnv(context.principal(), world.tables.settings.of(entity.portal))
    return closure(remark.when)(person) is True
