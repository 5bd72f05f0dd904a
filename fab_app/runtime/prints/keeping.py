"""A print that stays: the PDF as a file of its record."""

from __future__ import annotations

from fab_app.core.text import LOCALES
from fab_app.core.words import locale
from fab_app.runtime.many import Many
from fab_app.runtime.prints.printing import Printing
from fab_app.runtime.reading import Reader
from fab_app.runtime.uploads import take_upload
from fab_app.runtime.writing import Writer
from fab_app.spec.manifest import Entity


def keep(writer: Writer, entity: Entity, id_: int, name: str, field: str) -> None:
    """In the caller's transaction: what is rolled back leaves a content that no row names."""
    world, session, who = writer.world, writer.session, writer.principal
    spec = world.manifest.portals[entity.portal].spec.prints[name]
    reading = locale.set(LOCALES[0])
    try:
        reader = Reader(world, session, who, world.show(entity.portal, LOCALES[0]))
        printed = Printing(reader, writer, entity, name, spec).print([id_])
    finally:
        locale.reset(reading)
    file = take_upload(world, session, who, entity, field, printed.name, printed.content)
    held = Many(world, writer.fetch, session, who, entity).values(id_, [field])[field]
    most: int = entity.fields[field].most  # type: ignore[attr-defined]
    writer.change(entity, id_, {field: [*held, file.id][-most:]})
