"""An entity's API: a subclass of Flask-AppBuilder's ``ModelRestApi`` that knows its entity, no more."""

from __future__ import annotations

from fab_app.compile.model import Interface, Models
from fab_app.compile.names import class_name
from fab_app.spec.manifest import Entity
from fab_app.web.rest.api import EntityApi


def api_class(entity: Entity, models: Models) -> type[EntityApi]:
    """The class to be mounted with ``appbuilder.add_api``; its name carries the portal."""
    attributes = {
        "__module__": __name__,
        "__doc__": f"The API of {entity.key}.",
        "resource_name": f"{entity.portal}/{entity.name}",
        "class_permission_name": entity.key,
        "datamodel": Interface(models, entity.key),
        "entity": entity,
    }
    return type(class_name(entity, "Api"), (EntityApi,), attributes)
