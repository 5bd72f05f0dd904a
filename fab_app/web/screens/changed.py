"""What an edit changed of a record, in words: old and new as its reader may know them.

A hidden field is not named. What the log keeps masked stays so, what the reader sees masked is masked here; of
secrets, files and whatever only a part of his grants shows there is the name alone, as of references whose labels
follow his rows.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from fab_app.core.words import locale, say
from fab_app.expr.types import Kind
from fab_app.fields.base import Field
from fab_app.fields.ref import Ref
from fab_app.runtime.query import Asking
from fab_app.runtime.reading import Reader
from fab_app.spec.manifest import Entity

Changes = Mapping[str, Sequence[Any]]
Titles = Mapping[str, Mapping[int, Ref]]

_LONGEST = 60
_NOTHING: tuple[Any, ...] = (None, "", [])
_REASON = ""
"""Under no name an entry tells why somebody looked."""


def told(reader: Reader, entity: Entity, edits: Sequence[Changes]) -> list[str]:
    """A line a field, for each edit; the titles of referenced records by one statement for each kind of them."""
    asking = Asking(reader.world, entity, reader.principal)
    names = dict.fromkeys(name for changes in edits for name in changes if name in entity.fields)
    seen = {name: entity.fields[name] for name in names if asking.shows((name,))}
    titles = _titles(reader, entity, seen, edits)
    partly = reader.world.grants.fields(reader.principal, entity.key).partly
    open_ = {name for name, field in seen.items() if name not in partly and _speaks(field, name, titles)}

    def sentence(name: str, pair: Sequence[Any]) -> str:
        field = seen[name]
        label = field.label.of(locale.get())
        if name not in open_:
            return label
        old, new = (_value(reader, asking, field, name, value, titles) for value in pair)
        return say("{label}: {old} → {new}", label=label, old=old, new=new)

    return ["\n".join(sentence(name, pair) for name, pair in one.items() if name in seen) for one in edits]


def entry(reader: Reader, entity: Entity, changes: Mapping[str, Any]) -> str:
    """What an entry of the log tells of a record, veiled for its reader already: a line a field.

    Referenced records have their titles where he may read the kind that refers to them, by one statement for each kind.
    """
    known = {name: entity.fields[name] for name in changes if name in entity.fields}
    pairs = {name: pair if isinstance(pair, list) else [None, pair] for name, pair in changes.items()}
    may = reader.world.grants.may(reader.principal, entity.key, "read")
    titles = _titles(reader, entity, known, [pairs]) if may else {}
    lines = []
    for name, pair in pairs.items():
        field = known.get(name)
        label = field.label.of(locale.get()) if field is not None else _beside(name)
        words = [_plain(reader, field, value, titles.get(name, {})) for value in pair]
        if len(words) == 2 and pair[0] not in _NOTHING:
            lines.append(say("{label}: {old} → {new}", label=label, old=words[0], new=words[1]))
        elif pair[-1] not in _NOTHING:
            lines.append(say("{label}: {value}", label=label, value=words[-1]))
        elif _REASON in changes:  # it was looked at, and for this reason
            lines.append(label)
    return "\n".join(lines)


def _beside(name: str) -> str:
    """What an entry tells besides fields: of files, of lists that were printed, why something was looked at."""
    words = {
        _REASON: say("Reason"),
        "filters": say("Conditions"),
        "rows": say("Number of rows"),
        "page": say("Number of the page"),
        "added": say("New rows"),
        "changed": say("Changed rows"),
        "bad": say("Wrong rows"),
        "name": say("File"),
        "state": say("State"),
    }
    return words.get(name, name)


def _plain(reader: Reader, field: Field | None, value: Any, titles: Mapping[int, Ref]) -> str:
    if value in _NOTHING:
        return "—"
    keys = _keys(value) if field is not None and _refers(field) else []
    if keys:
        return "、".join(titles[key].title if key in titles else f"#{key}" for key in keys)
    if field is None or isinstance(value, dict | list):
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    try:
        return field.text(field.parse(value), reader.show)
    except ValueError:  # masked, a code that is no choice any more, a rule that was another
        return str(value)


def _refers(field: Field) -> bool:
    return field.field_type().kind is Kind.ref or bool(field.field_type().target)


def _speaks(field: Field, name: str, titles: Titles) -> bool:
    if _refers(field):
        return name in titles
    return field.readable and field.storage != "file" and field.field_type().kind is not Kind.json


def _value(reader: Reader, asking: Asking, field: Field, name: str, value: Any, titles: Titles) -> str:
    if value in _NOTHING:
        return "—"
    if name in titles:
        text = "、".join(
            titles[name][key].title if key in titles[name] else f"#{key}" for key in _keys(value)
        )
        return field.masked(text) if asking.masks((name,)) else text
    if field.mask:
        return str(value)
    try:
        parsed = field.parse(value)
        text = field.masked(parsed) if asking.masks((name,)) else field.text(parsed, reader.show)
    except ValueError:  # a code that is no choice any more, a rule that was another
        text = field.masked(value) if asking.masks((name,)) else str(value)
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


def _titles(reader: Reader, entity: Entity, seen: Mapping[str, Field], edits: Sequence[Changes]) -> Titles:
    """By field, of those whose labels do not ask for the reader's rows."""
    targets = {name: reader.world.manifest.target(entity, name) for name in seen}
    named = {
        name: target
        for name, target in targets.items()
        if target is not None and getattr(seen[name], "label_rows", "") == "always"
    }
    keys: dict[str, set[int]] = {}
    for name, target in named.items():
        keys.setdefault(target.key, set()).update(_keys_of(name, edits))
    found = {target.key: reader.titles(target, keys[target.key]) for target in named.values()}
    return {name: found[target.key] for name, target in named.items()}


def _keys_of(name: str, edits: Sequence[Changes]) -> Iterator[int]:
    for changes in edits:
        for value in changes.get(name, ()):
            yield from _keys(value)


def _keys(value: Any) -> list[int]:
    every = value if isinstance(value, list) else [value]
    plain = (one.get("id") if isinstance(one, dict) else one for one in every)
    return [key for key in plain if isinstance(key, int)]
