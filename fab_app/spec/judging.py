"""From what the grammar found wrong to sentences with place and hint."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from fab_app.core.problems import Place, Problem, nearest
from fab_app.core.source import Document, Loc
from fab_app.expr import ExprError
from fab_app.fields.book import Shelf

G = TypeVar("G", bound=BaseModel)


def judged(
    grammar: type[G], document: Document, shelf: Shelf | None = None
) -> tuple[G | None, list[Problem]]:
    """The definition in a document, or what is wrong with it. ``shelf``: where its fields find their choices."""
    if not isinstance(document.data, dict):
        text, hint = "a definition is a mapping of keys", "write 'label: …'"
        return None, [Problem("spec.E001", text, Place(document.path), hint)]
    try:
        spec = grammar.model_validate(document.data, context=shelf)
    except ValidationError as error:
        return None, [_problem(grammar, document, dict(item)) for item in error.errors(include_url=False)]
    words = list(_words_for_booleans(spec, document, document.data, ()))
    return (None, words) if words else (spec, [])


def _problem(grammar: type[BaseModel], document: Document, item: dict[str, Any]) -> Problem:
    kind, context = str(item["type"]), item.get("ctx", {})
    loc = _written(document.data, item["loc"], kind in ("missing", "extra_forbidden"))
    last = str(item["loc"][-1]) if item["loc"] else ""
    if kind == "extra_forbidden":
        hint = key_hint(last, _keys_at(grammar, document.data, item["loc"]))
        return Problem("spec.E002", f"'{last}' is not a key here", document.at(*loc), hint)
    if kind == "missing":
        return Problem("spec.E003", f"the key '{last}' is missing", document.at(*loc), f"add '{last}: …'")
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        return _unknown_type(document, loc, item, context)
    cause = getattr(context.get("error"), "__cause__", None)
    if isinstance(cause, ExprError):
        return expression_problem("expr.E001", cause, document, loc)
    text, _, hint = _sentence(kind, item, context).partition("|")
    hint = hint or HINTS.get(kind, "").format_map(_Blank(context)) or _where_to_look(item["input"], loc)
    return Problem("spec.E005", f"{_name(loc)}: {text}", document.value_at(*loc), hint)


def expression_problem(id_: str, error: ExprError, document: Document, loc: Loc, hint: str = "") -> Problem:
    """A mistake in an expression at its very column, or in words where the text is folded or escaped."""
    exact = loc in document.quotes
    text = error.message if exact else f"{error.message} (column {error.column} of the expression)"
    return Problem(id_, text, document.column_at(error.column, *loc), error.hint or hint or EXPRESSIONS)


def key_hint(wrong: str, known: list[str]) -> str:
    """The nearest key; of ``max_length`` it is ``max``."""
    first = [name for name in known if wrong.startswith(f"{name}_")]
    return f"did you mean '{max(first, key=len)}'?" if first else nearest(wrong, known)


def _words_for_booleans(spec: Any, document: Document, data: Any, loc: Loc) -> Iterator[Problem]:
    """``yes``, ``on`` and quoted words are texts in YAML 1.2; where a boolean is wanted they are refused."""
    if isinstance(spec, BaseModel) and isinstance(data, dict):
        for name, key in type(spec).model_fields.items():
            written = key.alias or name
            if written in data:
                yield from _words_for_booleans(getattr(spec, name), document, data[written], (*loc, written))
    elif isinstance(spec, Mapping) and isinstance(data, dict):
        for step in data.keys() & spec.keys():
            yield from _words_for_booleans(spec[step], document, data[step], (*loc, step))
    elif isinstance(spec, tuple) and isinstance(data, list) and len(spec) == len(data):
        for index, (one, raw) in enumerate(zip(spec, data, strict=True)):
            yield from _words_for_booleans(one, document, raw, (*loc, index))
    elif isinstance(spec, bool) and not isinstance(data, bool):
        text = f"{_name(loc)}: '{data}' is no boolean"
        yield Problem("spec.E007", text, document.value_at(*loc), f"write {str(spec).lower()}")


class _Blank(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"


EXPRESSIONS = "see docs/expressions.md"

SENTENCES = {
    "int_parsing": "'{input}' is no whole number",
    "int_type": "'{input}' is no whole number",
    "int_from_float": "{input} is no whole number",
    "bool_parsing": "'{input}' is no boolean",
    "bool_type": "'{input}' is no boolean",
    "decimal_parsing": "'{input}' is no number",
    "float_parsing": "'{input}' is no number",
    "string_type": "a text is wanted, and this is {shape}",
    "tuple_type": "a list is wanted, and this is {shape}",
    "dict_type": "a mapping is wanted, and this is {shape}",
    "model_type": "a mapping is wanted, and this is {shape}",
    "model_attributes_type": "a mapping is wanted, and this is {shape}",
    "greater_than_equal": "{input} is below {ge}",
    "less_than_equal": "{input} is above {le}",
    "too_short": "at least {min_length} are wanted",
    "too_long": "at most {max_length} are possible",
    "string_too_short": "at least {min_length} characters are wanted",
    "string_too_long": "at most {max_length} characters are possible",
}
HINTS = {
    "int_parsing": "write digits",
    "int_type": "write digits",
    "int_from_float": "write digits without a point",
    "bool_parsing": "write true or false",
    "bool_type": "write true or false",
    "decimal_parsing": "write digits",
    "float_parsing": "write digits",
    "string_type": "put quotes around it",
    "tuple_type": "write [ … ]",
    "dict_type": "write 'key: value' lines, or {{ … }}",
    "model_type": "write 'key: value' lines, or {{ … }}",
    "model_attributes_type": "write 'key: value' lines, or {{ … }}",
    "greater_than_equal": "write {ge} or more",
    "less_than_equal": "write {le} or less",
    "too_short": "add one",
    "too_long": "remove some",
    "string_too_short": "write more",
    "string_too_long": "shorten it",
}


def _unknown_type(document: Document, loc: Loc, item: dict[str, Any], context: dict[str, Any]) -> Problem:
    tags = [tag.strip(" '") for tag in str(context.get("expected_tags", "")).split(",")]
    data = item.get("input")
    wrong = data.get("type") if isinstance(data, dict) else None
    if wrong is None:
        return Problem("spec.E003", f"{_name(loc)} needs a 'type'", document.at(*loc), "add 'type: …'")
    return Problem(
        "spec.E004", f"there is no type '{wrong}'", document.value_at(*loc, "type"), nearest(str(wrong), tags)
    )


def _sentence(kind: str, item: dict[str, Any], context: dict[str, Any]) -> str:
    if "error" in context:
        return str(context["error"])
    if kind == "literal_error":
        wanted = [word.strip(" '") for word in str(context["expected"]).replace(" or ", ", ").split(",")]
        return f"'{item['input']}' is not possible here|{nearest(str(item['input']), wanted)}"
    if kind not in SENTENCES:
        return str(item["msg"])
    return SENTENCES[kind].format_map(
        _Blank({**context, "input": item["input"], "shape": _shape(item["input"])})
    )


def _shape(value: Any) -> str:
    return {dict: "a mapping", list: "a list", str: f"the text '{value}'", type(None): "empty"}.get(
        type(value), str(value)
    )


def _where_to_look(value: Any, loc: Loc) -> str:
    type_ = value.get("type") if isinstance(value, dict) else None
    key = next((step for step in reversed(loc) if isinstance(step, str)), "")
    return f"see {f'type {type_!r}' if type_ else repr(key)} in docs/language.md"


def _name(loc: Loc) -> str:
    return ".".join(str(step) for step in loc) or "the file"


def _written(data: Any, loc: Loc, unwritten: bool) -> Loc:
    """The steps of a pydantic location that exist in the data: tags of unions do not.

    ``unwritten``: the last step may be a key that is missing, or of no use, in the data.
    """
    steps: list[str | int] = []
    for index, step in enumerate(loc):
        if _has_index(data, step) or (isinstance(data, dict) and step in data):
            data = data[step]
        elif unwritten and index == len(loc) - 1 and isinstance(step, str) and isinstance(data, dict):
            pass
        else:
            continue
        steps.append(step)
    return tuple(steps)


def _keys_at(grammar: type[BaseModel], data: Any, loc: Loc) -> list[str]:
    """The keys that the grammar knows where an unknown one was found: found by walking its JSON Schema."""
    schema = grammar.model_json_schema()
    return sorted(_walk(schema, schema, data, loc[:-1]))


def _walk(schema: dict[str, Any], root: dict[str, Any], data: Any, loc: Loc) -> set[str]:
    schema = _resolved(schema, root)
    for branch in (*schema.get("oneOf", ()), *schema.get("anyOf", ())):
        branch = _resolved(branch, root)
        if loc and isinstance(loc[0], str) and _is_tag(branch, loc[0], data):
            return _walk(branch, root, data, loc[1:])
    if not loc:
        known = set(schema.get("properties", ()))
        for branch in (*schema.get("oneOf", ()), *schema.get("anyOf", ())):
            known |= set(_resolved(branch, root).get("properties", ()))
        return known
    step, rest = loc[0], loc[1:]
    below = data.get(step) if isinstance(data, dict) else data[step] if _has_index(data, step) else data
    for child in _children(schema, root, step):
        known = _walk(child, root, below, rest)
        if known:
            return known
    return _walk(schema, root, data, rest) if rest else set(schema.get("properties", ()))


def _has_index(data: Any, step: str | int) -> bool:
    return isinstance(data, list) and isinstance(step, int) and step < len(data)


def _children(schema: dict[str, Any], root: dict[str, Any], step: str | int) -> list[dict[str, Any]]:
    options = [schema, *(_resolved(b, root) for b in (*schema.get("anyOf", ()), *schema.get("oneOf", ())))]
    found = []
    for option in options:
        if isinstance(step, str) and step in option.get("properties", {}):
            found.append(option["properties"][step])
        elif isinstance(step, str) and isinstance(option.get("additionalProperties"), dict):
            found.append(option["additionalProperties"])
        elif isinstance(step, int) and "items" in option:
            found.append(option["items"])
    return found


def _is_tag(branch: dict[str, Any], tag: str, data: Any) -> bool:
    constant = branch.get("properties", {}).get("type", {}).get("const")
    return constant == tag or (
        constant is None and tag in ("link", "button", "table", "section", "through", "actions")
    )


def _resolved(schema: dict[str, Any], root: dict[str, Any]) -> dict[str, Any]:
    name = str(schema.get("$ref", "")).rpartition("/")[2]
    resolved: dict[str, Any] = root.get("$defs", {}).get(name, schema) if name else schema
    return resolved
