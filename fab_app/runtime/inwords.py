"""What a record holds, in words that are kept: of the portal's first language, whoever has them written."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from fab_app.runtime.reading import Reader
from fab_app.runtime.selection import shown_field
from fab_app.spec.manifest import Entity

if TYPE_CHECKING:
    from fab_app.runtime.writing import Writer

LANGUAGE = "zh"


def in_words(writer: Writer, entity: Entity, id_: int, names: tuple[str, ...]) -> dict[str, str]:
    """Label -> what the field reads now, as the system sees it."""
    show = writer.world.show(entity.portal, LANGUAGE)
    reader = Reader(writer.world, writer.session, writer.principal, show)
    record = reader.one(entity, id_, tuple((name,) for name in names))
    assert record is not None
    fields = {name: shown_field(entity.fields[name]) for name in names}
    return {
        entity.fields[name].label.of(LANGUAGE): field.text(record.values.get(name), show)
        for name, field in fields.items()
    }


def labels(entity: Entity, names: Iterable[str]) -> str:
    return "、".join(entity.fields[name].label.of(LANGUAGE) for name in entity.fields if name in set(names))
