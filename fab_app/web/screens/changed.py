"""What an edit changed of a record, in words: old and new as its reader may know them.

A hidden field is not named. What the log keeps masked stays so, what the reader sees masked is masked here; of
secrets, files and whatever only a part of his grants shows there is the name alone, as of references whose labels
follow his rows.
"""

from __future__ import annotations

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


def _speaks(field: Field, name: str, titles: Titles) -> bool:
    kind = field.field_type().kind
    if kind is Kind.ref or field.field_type().target:
        return name in titles
    return field.readable and field.storage != "file" and kind is not Kind.json


def _value(reader: Reader, asking: Asking, field: Field, name: str, value: Any, titles: Titles) -> str:
    if value in (None, "", []):
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
