"""A record is submitted: a new round, with the words under which to-do lists show it."""

from __future__ import annotations

import sqlalchemy as sa

from fab_app.access.principal import system
from fab_app.runtime import cases
from fab_app.runtime.chains.rounds import Run, submitted
from fab_app.runtime.reading import Reader
from fab_app.runtime.selection import shown_field
from fab_app.runtime.storing import Storer
from fab_app.spec.chain import Approval
from fab_app.spec.manifest import Entity
from fab_app.spec.notice import filled, places
from fab_app.spec.workflow import Workflow

_WHO = system("approval")


def definition(writer: Storer, entity: Entity, id_: int, name: str, code: str) -> Workflow:
    """That with which the record began; what was never submitted is submitted to the chain as it stands now."""
    current, world, fetch = entity.spec.workflows[name], writer.world, writer.fetch
    begins = code in current.moves and current.moves[code].approval == "begin"
    if begins and not submitted(world, fetch, entity, id_, name):
        return current
    return cases.definition(world, fetch, entity, id_, name)


def submit(writer: Storer, entity: Entity, id_: int, workflow: str, approval: Approval, number: int) -> Run:
    """The new round; of two that would be the same the database refuses one."""
    title, told = words(writer, entity, id_, approval)
    row = {
        "portal": entity.portal,
        "entity": entity.key,
        "record_id": id_,
        "workflow": workflow,
        "round": number,
        "state": "running",
        "title": title[:200],
        "told": told[:300],
        "applicant_id": writer.principal.subject or None,
        "submitted_at": writer.world.clock.now(),
    }
    if number == 1:
        cases.begin_again(writer.world, writer.fetch, entity, id_, workflow)
    made = writer.fetch(sa.insert(writer.world.tables.platform("base_approval")).values(row))
    return int(made.inserted_primary_key[0]), number


def words(writer: Storer, entity: Entity, id_: int, approval: Approval) -> tuple[str, str]:
    """The record's title and the second line, as anybody may be told them: what is masked is masked."""
    world = writer.world
    show = world.show(entity.portal, "zh")
    paths = tuple(dict.fromkeys((*entity.title_paths, *places(approval.told))))
    reader = Reader(world, writer.session, _WHO, show)
    record = reader.one(entity, id_, tuple(tuple(path.split(".")) for path in paths))
    assert record is not None, "what is submitted is there"
    texts: dict[str, str] = {}
    for path in paths:
        walked = world.manifest.walk(entity, tuple(path.split(".")))
        assert walked is not None, path
        field, value = shown_field(walked[1]), record.values.get(path)
        texts[path] = (
            str(field.masked(value)) if field.mask and value is not None else field.text(value, show)
        )
    told = filled(approval.told.of("zh"), texts) if approval.told is not None else ""
    return entity.title({name: texts.get(name, "") for name in entity.title_paths}) or f"#{id_}", told
