"""Every key of the language as Markdown, made from the grammar itself."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from typing import Any, Literal, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from fab_app.core.grammar import Grammar
from fab_app.core.text import Text
from fab_app.expr import Expr
from fab_app.fields.base import Field
from fab_app.fields.family import FIELDS
from fab_app.spec.json_schema import GRAMMARS, SHORT

BEGIN, END = "<!-- begin of the generated part -->", "<!-- end of the generated part -->"


def reference() -> str:
    """The generated part of the document of the language."""
    lines: list[str] = []
    told: set[type] = set()
    for grammar, pattern in GRAMMARS.values():
        lines += [f"## `{pattern}`", ""]
        for part in pieces(grammar):
            if part not in told and not issubclass(part, Field):
                told.add(part)
                lines += [*_piece(part, top=part is grammar)]
    lines += ["## Fields", "", "### Keys of every field", "", *_table(Field, ()), "### Types", ""]
    for name, kind in sorted(FIELDS.items()):
        lines += _type(name, kind)
    return "\n".join(lines).rstrip() + "\n"


def with_reference(document: str) -> str:
    """The document with its generated part made anew."""
    before, _, rest = document.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{reference()}\n{END}{after}"


def pieces(grammar: type[BaseModel]) -> list[type[BaseModel]]:
    """The grammar and those of its keys, each once, in the order of reading."""
    found: list[type[BaseModel]] = []
    waiting: list[Any] = [grammar]
    while waiting:
        one = waiting.pop(0)
        if isinstance(one, type) and issubclass(one, Grammar) and one not in found:
            found.append(one)
            waiting += [key.annotation for key in one.model_fields.values()]
        else:
            waiting = [*_inside(one), *waiting]
    return found


def _inside(annotation: Any) -> Iterator[Any]:
    for argument in get_args(annotation):
        if isinstance(argument, type) or get_args(argument):
            yield argument


def _piece(part: type[BaseModel], top: bool) -> list[str]:
    title = [] if top else [f"### {part.__name__}", ""]
    return [*title, *_words(part), *_table(part, ())]


def _type(name: str, kind: type[Field]) -> list[str]:
    module = inspect.getdoc(sys.modules[kind.__module__]) or ""
    common = tuple(key for key in Field.model_fields if _same(kind, key))
    return [
        f"#### `{name}`",
        "",
        *([] if _words(kind) else [module, ""]),
        *_words(kind),
        *_table(kind, common),
    ]


def _same(kind: type[Field], key: str) -> bool:
    """Whether the key means for this type what it means for every field."""
    if key == "type":
        return True
    mine, every = kind.model_fields[key], Field.model_fields[key]
    return str(mine.annotation) == str(every.annotation) and _default(mine) == _default(every)


def _words(part: type[BaseModel]) -> list[str]:
    own = part.__dict__.get("__doc__")
    return [inspect.cleandoc(own), ""] if own else []


def _table(part: type[BaseModel], without: tuple[str, ...]) -> list[str]:
    keys = [(key.alias or name, key) for name, key in part.model_fields.items() if name not in without]
    if not keys:
        return []
    rows = [f"| `{name}` | {_kind(part, name, key)} | {_default(key)} |" for name, key in keys]
    return ["| key | value | default |", "|---|---|---|", *rows, ""]


def _kind(part: type[BaseModel], name: str, key: FieldInfo) -> str:
    short = SHORT.get((part.__name__, name))
    words = _annotated(key.annotation)
    words = f"{words}; a bare word stands for `{{{short}: …}}`" if short else words
    return f"{words}: {key.description}" if key.description else words


def _annotated(annotation: Any) -> str:
    """The annotation in an author's words."""
    arguments = [one for one in get_args(annotation) if one is not type(None)]
    origin = getattr(annotation, "__origin__", None)
    if annotation in (Any, None) or annotation is Any:
        return "any value"
    if "Annotated" in type(annotation).__name__:
        return _annotated(arguments[0])
    if origin is Literal:
        return " · ".join(f"`{one}`" for one in arguments)
    if origin is tuple:
        return f"list of {_annotated(arguments[0])}"
    if origin is dict:
        return f"mapping of {_annotated(arguments[1])}"
    if arguments and all(isinstance(one, type) and issubclass(one, Field) for one in arguments):
        return "[field](#fields)"
    if arguments:
        return " or ".join(dict.fromkeys(_annotated(one) for one in arguments))
    return _WORDS.get(annotation, f"[{annotation.__name__}](#{annotation.__name__.lower()})")


_WORDS: dict[Any, str] = {
    str: "text",
    int: "whole number",
    bool: "`true` · `false`",
    Expr: "expression",
    Text: "words",
}
"""``words``: a text, or texts by language."""


def _default(key: FieldInfo) -> str:
    if key.is_required():
        return "**required**"
    value = key.get_default(call_default_factory=True, validated_data={})
    if value is None or value is PydanticUndefined or value in ((), {}) or isinstance(value, BaseModel):
        return ""
    words = {True: "true", False: "false"}.get(value, str(value)) if isinstance(value, bool) else str(value)
    if isinstance(value, tuple):
        words = ", ".join(map(str, value))
    return f"`{value.text if isinstance(value, Expr) else words}`"
