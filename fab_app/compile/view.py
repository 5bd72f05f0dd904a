"""A ModelView subclass per entity: one permission name with its API, the routes of its base and nothing more."""

from __future__ import annotations

from typing import Any

from flask_appbuilder.models.sqla.interface import SQLAInterface

from fab_app.compile.names import class_name
from fab_app.spec.manifest import Entity
from fab_app.web.screens.view import EntityView


def view_class(entity: Entity, model: type[Any]) -> type[EntityView]:
    name = class_name(entity, "View")
    return type(
        name,
        (EntityView,),
        {
            "__module__": __name__,
            "entity": entity,
            "datamodel": SQLAInterface(model),
            "route_base": f"/{entity.portal}/{entity.name}",
            "class_permission_name": entity.key,
        },
    )
