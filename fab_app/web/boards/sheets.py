"""A card of a board that gives the rows of a list as a workbook."""

from __future__ import annotations

from dataclasses import replace

from fab_app.core.words import locale
from fab_app.runtime.query import Query
from fab_app.spec.board import ExportBlock as Written
from fab_app.spec.manifest import Portal
from fab_app.web import context
from fab_app.web.pages.boards import ExportBlock
from fab_app.web.screens.plan import plan_of
from fab_app.web.screens.querying import query_field
from fab_app.web.screens.seen import seen


def export_block(portal: Portal, written: Written) -> ExportBlock:
    """One statement: how many rows there are without a condition."""
    world = context.world()
    entity = world.manifest.entity(portal.name, written.export)
    assert entity is not None
    reader, asking = context.reader(entity), context.asking(entity)
    open_ = {".".join(one.path): one for one in seen(plan_of(world, entity), asking).searches}
    fields = tuple(
        replace(query_field(reader, entity, open_[name], {}, False), at=f"{entity.name}-{written.tab or ''}-")
        for name in written.ask
        if name in open_
    )
    count = reader.count(entity, Query(columns=(), tab=written.tab or ""))
    label = written.label or entity.spec.label
    return ExportBlock(
        label.of(locale.get()),
        f"/{entity.portal}/{entity.name}/export.xlsx",
        fields,
        f"{count.number:,}{'+' if count.more else ''}",
        entity.spec.icon or "file-text",
        written.tab or "",
        written.span or 4,
    )
