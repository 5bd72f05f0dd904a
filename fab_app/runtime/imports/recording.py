"""The record that each run of an import leaves, where the definition wants one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from fab_app.fields.base import Field
from fab_app.runtime.imports.batch import Batch, Batches
from fab_app.runtime.imports.columns import Plan
from fab_app.runtime.uploads import take_upload
from fab_app.runtime.writing import Writer
from fab_app.spec.imports import ImportRecord

_FIGURES: Mapping[str, Callable[[Batch], Any]] = {
    "name": lambda batch: batch.name,
    "rows": lambda batch: batch.rows,
    "added": lambda batch: batch.added,
    "changed": lambda batch: batch.changed,
    "good": lambda batch: batch.added + batch.changed,
    "bad": lambda batch: batch.rows - batch.added - batch.changed,
    "at": lambda batch: batch.ended_at,
    "by": lambda batch: batch.user_id,
}


def leave_record(writer: Writer, plan: Plan, spec: ImportRecord, batch: Batch, batches: Batches) -> None:
    """Made by the system in the person's name: nobody else writes such records."""
    entity = writer.world.manifest.entity(plan.entity.portal, spec.of)
    assert entity is not None
    values: dict[str, Any] = {}
    for name, what in spec.fields.items():
        if what in _FIGURES:
            values[name] = _FIGURES[what](batch)
            continue
        content = batches.content(batch) if what == "source" else None
        if what == "marked" and batch.bad:
            from fab_app.runtime.imports.marking import marked  # late: openpyxl

            content = marked(writer, plan, batch, batches)
        if content is not None:
            file = batch.name if what == "source" else marked_name(batch)
            session, who = writer.session, writer.principal
            kept = take_upload(writer.world, session, who, entity, name, file, content).id
            values[name] = kept if _single(entity.fields[name]) else [kept]
    replace(writer, principal=replace(writer.principal, everything=True), trusted=True).create(entity, values)


def _single(field: Field) -> bool:
    return field.type in ("file", "image")


def marked_name(batch: Batch) -> str:
    stem = batch.name.rpartition(".")[0] or batch.name
    return f"{stem}-{batch.uuid[:8]}.xlsx"
