"""Workbooks: all that hangs on one record, a sheet for each kind of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field as Key
from pydantic import field_validator

from fab_app.core.grammar import Grammar, expanded
from fab_app.core.text import Text
from fab_app.expr import Kind

if TYPE_CHECKING:
    from fab_app.spec.manifest import Entity, Manifest

FARTHEST = 3
"""References between a record and what hangs on it."""


class Sheet(Grammar):
    """A list as a sheet. ``by``: the reference, or path, to the record; needed where there are several."""

    list: str
    by: str | None = None


class WorkbookSpec(Grammar):
    """All that hangs on one record of ``of``, offered on its page, at ``/<portal>/<of>/workbook/<code>/<id>``.

    A sheet of contents, and one for each list of ``sheets`` (a bare name is enough) that the person may export: in
    that list's columns, of his rows. A function that names it in ``workbooks:`` is needed besides.
    """

    of: str
    label: Text
    sheets: tuple[Sheet, ...] = Key(min_length=1)

    @field_validator("sheets", mode="before")
    @classmethod
    def _short(cls, raw: object) -> object:
        return expanded(raw, "list")


def way(manifest: Manifest, sheet: Sheet, child: Entity, record: Entity) -> str:
    """How rows of the list lead to the record; checked to be one."""
    return sheet.by or ways(manifest, child, record)[0]


def ways(manifest: Manifest, child: Entity, record: Entity) -> tuple[str, ...]:
    """The shortest paths of references from rows of ``child`` to the record; none leads through an account.

    A record leads to itself by its id.
    """
    if child is record:
        return ("id",)
    ends: list[tuple[str, Entity]] = [("", child)]
    for _ in range(FARTHEST):
        steps = [
            (f"{path}{name}", target)
            for path, entity in ends
            for name, field in entity.fields.items()
            if field.field_type().kind is Kind.ref and not field.many
            for target in (manifest.target(entity, name),)
            if target is not None
        ]
        if found := tuple(path for path, target in steps if target.owner == record.owner):
            return found
        ends = [(f"{path}.", target) for path, target in steps if target.owner != "base.user"]
    return ()
