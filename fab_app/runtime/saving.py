"""Moves that saving makes: which wait for this record, and making them in the same transaction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from fab_app.runtime import cases
from fab_app.runtime.env import RecordEnv
from fab_app.spec.manifest import Entity
from fab_app.spec.workflow import Workflow

if TYPE_CHECKING:
    from fab_app.runtime.writing import Writer


class Saving(NamedTuple):
    """What made a move that nobody pressed: ``stood`` is the record before, ``fields`` what was changed of it."""

    stood: RecordEnv | None = None
    fields: tuple[str, ...] = ()


def due(writer: Writer, entity: Entity, env: RecordEnv, act: Literal["add", "edit"]) -> tuple[str, ...]:
    """The moves that the person makes by saving the record as it stands; seeds and effects make none."""
    if writer.trusted:
        return ()
    found: dict[str, None] = {}
    for name, workflow in entity.spec.workflows.items():
        for code, move in _flow(writer, entity, env, name).moves.items():
            if act not in move.on or not env.holds(workflow.when, True):
                continue
            stands = move.from_ is None or env.value((workflow.field,)) in move.from_
            may = writer.world.grants.may(writer.principal, entity.key, f"move:{code}")
            if stands and may and env.holds(move.when, True):
                found[code] = None
    return tuple(found)


def _flow(writer: Writer, entity: Entity, env: RecordEnv, name: str) -> Workflow:
    """As it was when the record began, where others than that of now may count."""
    if not entity.kept.get(name) or env.id is None:
        return entity.spec.workflows[name]
    return cases.definition(writer.world, writer.fetch, entity, env.id, name)


def added(writer: Writer, entity: Entity, id_: int, values: Mapping[str, Any]) -> None:
    """The moves that making a record makes: its rows stand already, with all that they begin with."""
    own = {name: value for name, value in values.items() if entity.fields[name].type != "table"}
    made(writer, entity, id_, due(writer, entity, writer.env(entity, own, id_), "add"))


def made(
    writer: Writer,
    entity: Entity,
    id_: int,
    codes: tuple[str, ...],
    stood: RecordEnv | None = None,
    saved: tuple[str, ...] = (),
) -> None:
    """``stood``: the record before it was saved, ``saved``: what was changed of it."""
    if codes:
        from fab_app.runtime.moves import fire

        for code in codes:
            fire(writer, entity, id_, code, {}, saving=Saving(stood, saved))
