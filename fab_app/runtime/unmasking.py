"""A masked value told whole, for a reason: permitted by the action ``unmask``, over its rows, and logged."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fab_app.core.problems import Refused
from fab_app.core.words import say
from fab_app.runtime import audit
from fab_app.runtime.judging import NotFound
from fab_app.runtime.query import Asking
from fab_app.runtime.reading import Reader
from fab_app.runtime.refusals import forbidden, missing
from fab_app.runtime.writing import Writer
from fab_app.spec.manifest import Entity, Manifest

ACTION = "unmask"
REASON = "reason"
LONGEST = 200


def unmaskable(manifest: Manifest) -> Iterator[Entity]:
    """The entities of which some role may see values whole that are masked to it."""
    for entity in manifest.entities.values():
        for role in manifest.roles.values():
            if any(
                ACTION in actions and manifest.entity(role.portal, name) is entity
                for name, actions in role.spec.may.items()
            ):
                yield entity
                break


def offered(reader: Reader, entity: Entity, name: str) -> bool:
    """Whether the person may ask for the value of a field that is masked to him."""
    asking = Asking(reader.world, entity, reader.principal)
    permitted = reader.world.grants.may(reader.principal, entity.key, ACTION)
    known = name in entity.fields and entity.fields[name].readable
    return permitted and known and asking.shows((name,)) and asking.masks((name,))


def unmasked(reader: Reader, writer: Writer, entity: Entity, id_: int, name: str, reason: str) -> Any:
    """The value, and an entry in the log that says who looked at what and why; the caller commits.

    Raises what a row outside one's rows raises, and Refused where no reason is given.
    """
    seek(reader, writer, entity, id_, name)
    why = " ".join(reason.split())
    if not 2 <= len(why) <= LONGEST:
        sentence = say("Give a reason of 2 to {most} characters", most=LONGEST)
        raise Refused(sentence, {REASON: [sentence]})
    record = reader.one(entity, id_, ((name,),), action=ACTION)
    assert record is not None
    changes = {name: (None, None), "": (None, why)}
    audit.record(writer.world, writer.fetch, writer.principal, entity, id_, ACTION, changes)
    return record.values.get(name)


def seek(reader: Reader, writer: Writer, entity: Entity, id_: int, name: str) -> None:
    """Raises 403, or what a row outside those of the action answers, or 404 for a field that is not masked."""
    world = reader.world
    belongs = reader.principal.everything or entity.portal in (reader.principal.portal, "base")
    if not belongs or not world.grants.may(reader.principal, entity.key, ACTION):
        raise forbidden(world, entity)
    if reader.one(entity, id_, (), action=ACTION) is None:
        if reader.exists(entity, id_):
            raise forbidden(world, entity)
        raise missing(world, entity, writer.fetch, id_)
    if not offered(reader, entity, name):
        raise NotFound(say("There is no such address"))
