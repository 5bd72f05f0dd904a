"""What a form posted, read by WTForms; the judging is the fields' own, at the one door."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import Field as WtfField
from wtforms import Form

from fab_app.fields.base import Field
from fab_app.spec.manifest import Entity, Manifest

_ROW = re.compile(r"(\d{1,4})-(.+)")


class Typed(WtfField):
    """The raw values of one of our fields: a list where it is many-valued, else the first: a switch posts 1, then 0."""

    def __init__(self, spec: Field, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.spec = spec

    def process_formdata(self, valuelist: list[str]) -> None:
        if self.spec.many and self.spec.type != "table":
            self.data = [value for value in valuelist if value != ""]
        elif valuelist:
            self.data = valuelist[0]


@lru_cache(maxsize=4096)
def form_class(entity: Entity, names: tuple[str, ...]) -> type[Form]:
    """A form of these fields, built at its first use."""
    fields = {f"f_{index}": _unbound(entity.fields[name], name) for index, name in enumerate(names)}
    return type(f"{entity.name}_form", (Form,), fields)


def _unbound(spec: Field, name: str) -> Any:
    return Typed(spec, name=name)


def posted(
    manifest: Manifest, entity: Entity, names: Iterable[str], data: MultiDict[str, str]
) -> dict[str, Any]:
    """The raw values of the fields that were posted, child rows as a list of raw rows.

    A table of which nothing was posted stays as it is: rows go by being taken away, not by being absent.
    """
    simple = tuple(name for name in names if entity.fields[name].type != "table")
    form = form_class(entity, simple)()
    form.process(data)
    sent = {field.name: field.data for field in form if _sent(field.name, data)}
    for name in names:
        if entity.fields[name].type == "table" and _has_rows(name, data):
            child = manifest.entity(entity.portal, str(getattr(entity.fields[name], "of", "")))
            assert child is not None
            sent[name] = rows(child, name, data)
    return sent


def _has_rows(table: str, data: MultiDict[str, str]) -> bool:
    """Whether rows of the table were posted, or a button that makes its first one."""
    stepped = data.get("_rows", "").split()[1:2] == [table]
    return stepped or any(key.startswith(f"{table}-") for key in data)


def _sent(name: str, data: MultiDict[str, str]) -> bool:
    return name in data


def rows(child: Entity, table: str, data: MultiDict[str, str]) -> list[dict[str, Any]]:
    """The child rows of a table in their order; those the person took away are left out.

    Without a script a button posts the form with ``_rows``: ``add <table>``, ``drop <table> <index>`` or ``copy
    <table> <index>``.
    """
    found: dict[int, dict[str, Any]] = {}
    step, of, index = (*data.get("_rows", "").split(), "", "", "")[:3]
    prefix = f"{table}-"
    for name in data:
        match = _ROW.fullmatch(name[len(prefix) :]) if name.startswith(prefix) else None
        if match is not None:
            values, column = data.getlist(name), child.fields.get(match[2])
            many = column is not None and column.many
            found.setdefault(int(match[1]), {})[match[2]] = [v for v in values if v] if many else values[0]
    if (step, of) == ("drop", table) and index.isdecimal():
        found.pop(int(index), None)
    added: list[dict[str, Any]] = [{}] if (step, of) == ("add", table) else []
    if (step, of) == ("copy", table) and index.isdecimal() and int(index) in found:
        added = [_copy(child, found[int(index)])]
    return [row for _, row in sorted(found.items()) if not row.pop("delete", "") and _filled(row)] + added


def _copy(child: Entity, row: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed in a row, for another one: a file belongs to one row alone."""
    known = child.spec.fields
    return {name: value for name, value in row.items() if name in known and known[name].storage != "file"}


def _filled(row: Mapping[str, Any]) -> bool:
    return any(value not in ("", None, []) for name, value in row.items() if name not in ("version",))
