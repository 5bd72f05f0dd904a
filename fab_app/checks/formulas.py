"""An expression where it stands, judged against the fields that exist there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from fab_app.checks.paths import unread
from fab_app.core.problems import Problem
from fab_app.core.source import Document, Loc
from fab_app.expr import Expr, FieldType, Kind
from fab_app.expr import check as misfits
from fab_app.expr.check import answers
from fab_app.expr.functions import ALONE, FUNCTIONS
from fab_app.spec.judging import expression_problem
from fab_app.spec.manifest import BASE, Manifest
from fab_app.spec.typing import ManifestTypes

_UNKNOWN = "?"
"""Stands for an entity that was complained of elsewhere: nothing more is said of what lies behind it."""


@dataclass(frozen=True, slots=True)
class Written:
    """``entity``: the key of the entity over whose rows it runs, or a word for people where there is none.

    ``portal``: whose accounts act, where it is not that of the entity.
    ``alone``: it runs in Python over one record; nobody puts it into a query.
    ``of``: the dictionary of whose codes the answer is one.
    """

    expr: Expr
    document: Document
    loc: Loc
    entity: str
    want: Kind | None = Kind.bool
    extra: Mapping[str, FieldType] = field(default_factory=dict)
    portal: str = ""
    alone: bool = False
    of: str = ""

    @property
    def people(self) -> str:
        """The portal whose accounts ``user`` may be: that of the entity where nothing else is said."""
        return self.portal or (self.entity.partition(".")[0] if "." in self.entity else BASE)


def settings_of(manifest: Manifest, portal: str) -> dict[str, FieldType]:
    """``setting.<key>`` of the portal, as expressions know it."""
    found = manifest.portals.get(portal)
    settings = found.spec.settings if found is not None else {}
    return {f"setting.{key}": field_.field_type() for key, field_ in settings.items()}


def judged(manifest: Manifest, written: Written) -> Iterator[Problem]:
    if not written.alone:
        yield from _queried(written)
    types, extra = (
        _Types(manifest, written.people),
        {**settings_of(manifest, written.people), **written.extra},
    )
    named = {(written.of, code) for code in answers(written.expr.tree)} if written.of else set()
    errors = misfits(written.expr, types, written.entity, written.want, extra, named)
    for dictionary, code in named:
        manifest.books.name(written.people, dictionary, code)
    for error in errors:
        if not error.message.endswith(f"is not a field of {_UNKNOWN}"):
            hint = _hint(error.message, written.entity)
            yield expression_problem("expr.E002", error, written.document, written.loc, hint)


def _queried(written: Written) -> Iterator[Problem]:
    for name in sorted(written.expr.calls):
        if name in FUNCTIONS and FUNCTIONS[name].alone:
            place = written.document.value_at(*written.loc)
            yield Problem("expr.E003", f"{name}() cannot be asked of many records at once", place, ALONE)


_PEOPLE = {"a job": "write today(), or each.… in 'generate': a job has no record"}
_EXAMPLES = {
    "text": "'…' with quotes inside",
    "int": "digits",
    "decimal": "digits",
    "date": "today() or date('2026-01-31')",
    "datetime": "now()",
    "ref": "user, or the path of a reference",
}


def _hint(message: str, entity: str) -> str:
    """The next keystroke where the language itself has none."""
    if entity not in message and " " in entity:
        return ""
    if " " in entity:
        return _PEOPLE.get(entity, "write user.… : only the user is known here")
    if wanted := re.search(r"where (\w+) is wanted", message):
        return f"write {_EXAMPLES[wanted[1]]}" if wanted[1] in _EXAMPLES else ""
    if "cannot compare date" in message or "with date" in message:
        return "write date('2026-01-31')"
    return "compare values of one kind" if "cannot compare" in message else ""


class _Types(ManifestTypes):
    def field(self, entity: str, name: str) -> FieldType | None:
        found = super().field(entity, name)
        if found is None:
            owner = self.manifest.entities.get(entity)
            hidden = owner is not None and unread(self.manifest, owner.portal, name)
            return FieldType(Kind.children, _UNKNOWN) if hidden else None
        if found.kind is Kind.ref and not found.target:
            return FieldType(Kind.ref, _UNKNOWN)
        return found
