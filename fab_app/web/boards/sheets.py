"""A card of a board that gives the rows of a list as a workbook."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from fab_app.access.guards import PersonEnv
from fab_app.core.words import locale, say
from fab_app.expr import closure
from fab_app.runtime.judging import NotFound
from fab_app.runtime.query import Query
from fab_app.runtime.statistics.permission import opens
from fab_app.spec.board import Board
from fab_app.spec.board import ExportBlock as Written
from fab_app.spec.manifest import Entity, Portal
from fab_app.web import context
from fab_app.web.pages.boards import ExportBlock
from fab_app.web.screens.asked import first_tab
from fab_app.web.screens.plan import plan_of
from fab_app.web.screens.querying import query_field
from fab_app.web.screens.seen import seen


def card_of(entity: Entity, text: str) -> tuple[Written, str] | None:
    """The card that an address names (``<board>:<number>``), and what its file is called; None where it names none.

    Raises NotFound for what is no card of the entity that the person sees.
    """
    if not text:
        return None
    world, who = context.world(), context.principal()
    portal, (code, _, number) = world.manifest.portals[entity.portal], text.partition(":")
    board = portal.spec.boards.get(code)
    cards = dict(_cards(board)) if board is not None else {}
    card = cards.get(number)
    if board is None or card is None or card.export != entity.name or not opens(world, who, portal, board):
        raise NotFound(say("There is no such page"))
    if board.files is None:
        return card, ""
    person = PersonEnv(who, world.tables.settings.of(portal.name))
    about = closure(board.files)(person)
    label = (card.label or entity.spec.label).of(locale.get())
    return card, "_".join(part for part in (str(about or ""), label) if part)


def _cards(board: Board) -> Iterator[tuple[str, Written]]:
    blocks = (block for _, block in board.placed if isinstance(block, Written))
    return ((str(at), block) for at, block in enumerate(blocks))


def _address(portal: Portal, written: Written) -> str:
    """What the address of its file says of the card; "" where it is the list's own export."""
    for code, board in portal.spec.boards.items():
        for number, card in _cards(board):
            if card is written and (card.columns or card.sheets or board.files is not None):
                return f"{code}:{number}"
    return ""


def export_block(portal: Portal, written: Written) -> ExportBlock:
    """One statement: how many rows the file has without a condition."""
    world = context.world()
    entity = world.manifest.entity(portal.name, written.export)
    assert entity is not None
    reader, asking = context.reader(entity), context.asking(entity)
    plan = plan_of(world, entity)
    open_ = {".".join(one.path): one for one in seen(plan, asking).searches}
    fields = tuple(
        replace(query_field(reader, entity, open_[name], {}, False), at=f"{entity.name}-{written.tab or ''}-")
        for name in written.ask
        if name in open_
    )
    count = reader.count(entity, Query(columns=(), tab=written.tab or first_tab(plan)), "export")
    label = written.label or entity.spec.label
    return ExportBlock(
        label.of(locale.get()),
        f"/{entity.portal}/{entity.name}/export.xlsx",
        fields,
        f"{count.number:,}{'+' if count.more else ''}",
        entity.spec.icon or "file-text",
        written.tab or "",
        written.span or 4,
        _address(portal, written),
    )
