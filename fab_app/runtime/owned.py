"""What the framework itself asks of a write, whatever the definitions say: of accounts, roles, settings,
dictionaries, and of choices that were withdrawn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from fab_app.runtime import dictionaries, granting, people, settings
from fab_app.runtime.judging import Errors, no_longer
from fab_app.spec.manifest import Entity

if TYPE_CHECKING:
    from fab_app.runtime.writing import Writer

Values = Mapping[str, Any]

typed, judged = settings.typed, settings.judged


def set_of(writer: Writer, entity: Entity, values: Values) -> dict[str, Any]:
    """What nobody types of a new record: what its view fixes, and the place of a new item of a dictionary."""
    fixed = {name: value for name, value in entity.spec.fixed.items() if name in entity.fields}
    return fixed | dictionaries.placed(writer, entity, values)


def unmade(writer: Writer, entity: Entity, values: Values, sent: Values) -> Errors:
    """What is wrong with a new record. ``sent``: those of the values that a person chose."""
    wrong = people.refused(writer, entity, None, values) | dictionaries.refused(writer, entity, None, values)
    return wrong if writer.trusted else no_longer(entity, sent, {}) | wrong


def unchanged(writer: Writer, entity: Entity, row: Values, before: Values, values: Values) -> Errors:
    """What is wrong with a change to ``values``; a record that holds a withdrawn choice may keep it."""
    wrong = people.refused(writer, entity, row["id"], values) | granting.unchangeable(writer, entity, row)
    wrong |= dictionaries.refused(writer, entity, row, values)
    return wrong if writer.trusted else no_longer(entity, values, before) | wrong


def undeletable(writer: Writer, entity: Entity, row: Values) -> Errors:
    wrong = people.undeletable(writer, entity, row["id"]) | granting.unchangeable(writer, entity, row)
    return wrong | dictionaries.undeletable(writer, entity, row)
