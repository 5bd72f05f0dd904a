"""A ModelView subclass per entity: one permission name with its API, the routes of its base and nothing more."""

from __future__ import annotations

from fab_app.compile.model import Interface, Models
from fab_app.compile.names import class_name
from fab_app.spec.manifest import Entity
from fab_app.web.screens.view import EntityView


def view_class(entity: Entity, models: Models) -> type[EntityView]:
    name = class_name(entity, "View")
    return type(
        name,
        (EntityView,),
        {
            "__module__": __name__,
            "entity": entity,
            "datamodel": Interface(models, entity.key),
            "route_base": f"/{entity.portal}/{entity.name}",
            "class_permission_name": entity.key,
        },
    )
