"""The expressions of charts and boards, each over every entity that is counted."""

from __future__ import annotations

from collections.abc import Iterator

from fab_app.charts.base import Measure
from fab_app.checks.formulas import Written
from fab_app.core.source import Loc
from fab_app.expr import Expr, Kind
from fab_app.spec.board import ListBlock
from fab_app.spec.charted import entities
from fab_app.spec.manifest import Entity, Manifest, Portal


def charts_written(manifest: Manifest, portal: Portal) -> Iterator[Written]:
    for code, chart in portal.spec.charts.items():
        for entity in entities(manifest, portal.name, chart):
            if chart.where is not None:
                place: Loc = ("charts", code, "where")
                yield Written(chart.where, portal.document, place, entity.key, portal=portal.name)
            yield from _every(manifest, portal, code, entity)
            for name, measure in chart.figures.items():
                coded = _coded(portal, code, name)
                loc: Loc = ("charts", code, "measure", *([name] if coded else []))
                yield from _measure(portal, entity, measure, loc)
    for code, board in portal.spec.boards.items():
        if board.when is not None:
            yield Written(
                board.when, portal.document, ("boards", code, "when"), "a board", portal=portal.name
            )
        if board.files is not None:
            place = ("boards", code, "files")
            yield Written(board.files, portal.document, place, "a board", Kind.text, portal=portal.name)
        for within, block in board.placed:
            listed = manifest.entity(portal.name, block.list) if isinstance(block, ListBlock) else None
            if listed is not None and block.where is not None:
                place = ("boards", code, *within, "where")
                yield Written(block.where, portal.document, place, listed.key, portal=portal.name)


def _every(manifest: Manifest, portal: Portal, code: str, entity: Entity) -> Iterator[Written]:
    """``every`` runs over the records that are grouped by."""
    by = portal.spec.charts[code].by
    if by is None or by.every is None:
        return
    path = tuple(by.path.split("."))
    found = manifest.walk(entity, path)
    target = manifest.target(found[0], path[-1]) if found is not None else None
    over = target.key if target is not None and by.tree is None else "a group"
    loc = ("charts", code, "by", "every")
    yield Written(by.every, portal.document, loc, over, portal=portal.name)


def _coded(portal: Portal, code: str, name: str) -> bool:
    """Whether the figure was written under a code of its own."""
    written = portal.document.data["charts"][code].get("measure")
    return isinstance(written, dict) and isinstance(written.get(name), dict)


def _measure(portal: Portal, entity: Entity, measure: Measure, loc: Loc) -> Iterator[Written]:
    found: list[tuple[Expr | None, Loc, Kind | None]] = [
        (measure.count, (*loc, "count"), Kind.bool),
        (measure.sum, (*loc, "sum"), Kind.decimal),
        (measure.avg, (*loc, "avg"), Kind.decimal),
        (measure.running, (*loc, "running"), Kind.decimal),
        (measure.distinct, (*loc, "distinct"), None),
        (measure.min, (*loc, "min"), Kind.decimal),
        (measure.max, (*loc, "max"), Kind.decimal),
    ]
    if measure.ratio is not None:
        found += [
            (measure.ratio.part, (*loc, "ratio", "part"), Kind.bool),
            (measure.ratio.over, (*loc, "ratio", "over"), Kind.bool),
        ]
    for expr, place, kind in found:
        if expr is not None:
            yield Written(expr, portal.document, place, entity.key, kind, portal=portal.name)
