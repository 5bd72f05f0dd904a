"""All that hangs on one record, in one workbook."""

from __future__ import annotations

from collections.abc import Iterator

from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from fab_app.access.principal import Principal
from fab_app.core.words import locale, say
from fab_app.runtime.exports.binding import Binding
from fab_app.runtime.exports.exporting import Export
from fab_app.runtime.judging import NotFound
from fab_app.runtime.query import Condition, Query
from fab_app.runtime.reading import Reader
from fab_app.runtime.refusals import forbidden, missing
from fab_app.runtime.world import World
from fab_app.spec.manifest import Entity
from fab_app.spec.workbook import WorkbookSpec, way
from fab_app.web import context
from fab_app.web.exports import XLSX, streamed
from fab_app.web.pages import Action
from fab_app.web.screens.access import require
from fab_app.web.screens.buttons import root
from fab_app.web.screens.detailed import detailed
from fab_app.web.screens.plan import plan_of
from fab_app.web.screens.seen import seen

Kept = tuple[Entity, str]


def offered(entity: Entity, id_: int) -> Iterator[Action]:
    """The workbooks of a record that the person reads. No statement."""
    world, who = context.world(), context.principal()
    for name, spec in world.manifest.bound(entity).items():
        if _lists(world, who, entity, name, spec):
            yield Action(spec.label.of(locale.get()), f"{root(entity)}/workbook/{name}/{id_}", "download")


def workbook(entity: Entity, name: str, pk: int) -> ResponseReturnValue:
    require(entity, "read")
    world, who, reader = context.world(), context.principal(), context.reader(entity)
    spec = world.manifest.bound(entity).get(name)
    if spec is None:
        raise NotFound(say("There is no such page"))
    lists = _lists(world, who, entity, name, spec)
    if not lists:
        raise forbidden(world, entity)
    page = detailed(reader, entity)
    record = reader.one(entity, pk, tuple((path,) for path, _ in page.titles))
    if record is None:
        raise missing(world, entity, context.writer().fetch, pk)
    about, label = page.title(entity, record), spec.label.of(locale.get())

    def made(own: Reader, beside: Session) -> Binding:
        parts = (Export(own, beside, kind, _rows(kind, path, pk)) for kind, path in lists)
        return Binding(f"{about}_{label}", about, tuple(parts))

    return streamed(entity.portal, entity.name, XLSX, made, Binding.xlsx)


def _lists(world: World, who: Principal, entity: Entity, name: str, spec: WorkbookSpec) -> tuple[Kept, ...]:
    """Those of the lists that the person may export, each with its way to the record; none without the function."""
    functions = world.manifest.portals[entity.portal].spec.functions
    before = [code for code, function in functions.items() if name in function.workbooks]
    held = any(world.grants.may(who, f"{entity.portal}.{code}", "export") for code in before)
    if before and not held and not who.everything:
        return ()
    kinds = ((world.manifest.entity(entity.portal, sheet.list), sheet) for sheet in spec.sheets)
    return tuple(
        (kind, way(world.manifest, sheet, kind, entity))
        for kind, sheet in kinds
        if kind is not None and world.grants.may(who, kind.key, "export")
    )


def _rows(kind: Entity, path: str, pk: int) -> Query:
    """In the columns of its list that are shown to the person.

    What hangs on the record through another one tells first on which, which its list, read there, need not do.
    """
    asking, steps = context.asking(kind), tuple(path.split("."))
    columns = [one.column.path for one in seen(plan_of(context.world(), kind), asking).columns]
    between = steps[:1] if len(steps) > 1 and asking.shows(steps[:1]) else ()
    if between and between not in columns:
        columns.insert(0, between)
    return Query(columns=tuple(columns), where=(Condition(steps, "eq", pk),))
