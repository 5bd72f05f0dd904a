"""The query form of a list: its conditions with what was typed, and in words for the empty list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from fab_app.core.words import locale, say
from fab_app.fields.faces import Option, Widget
from fab_app.runtime.reading import Reader
from fab_app.runtime.selection import plain_path
from fab_app.spec.manifest import Entity
from fab_app.web import context
from fab_app.web.pages import Query, QueryField
from fab_app.web.screens import buttons
from fab_app.web.screens.asked import Asked
from fab_app.web.screens.plan import Plan, PlannedSearch
from fab_app.web.screens.seen import seen
from fab_app.web.shell import list_url


def query_form(world: object, reader: Reader, plan: Plan, wanted: Asked) -> Query | None:
    open_ = seen(plan, context.asking(plan.entity)).searches
    searches = [s for s in open_ if not (wanted.within and _fixed(plan.entity, s.path, wanted.within[0]))]
    if not searches:
        return None
    fields = tuple(
        query_field(reader, plan.entity, search, wanted.values, index == 0)
        for index, search in enumerate(searches)
    )
    conditions = tuple(condition_words(field) for field in fields if any(field.values))
    return Query(fields, list_url(plan.entity), wanted.reset(), wanted.hidden(), conditions)


def _fixed(entity: Entity, path: tuple[str, ...], within: str) -> bool:
    """Whether a condition says nothing new inside this context: it reads the very record the list was opened from."""
    followed = plain_path(entity.fields.get(path[0])) or path
    return followed[0] == within


def query_field(
    reader: Reader, entity: Entity, search: PlannedSearch, typed: Mapping[str, tuple[str, ...]], key: bool
) -> QueryField:
    """A condition as the form asks for it, with what was typed."""
    label = search.label.of(locale.get())
    if search.op == "null":
        none = Widget("select", options=(Option("1", say("Not filled in")),))
        return QueryField(search.name, label, none, typed.get(search.name, ()), key)
    widget = search.field.filter_widget(search.op, reader.show)
    if search.field.offers_kinds:
        widget = replace(widget, options=tuple(one for one in widget.options if _opens(one.value)))
    if search.op == "range":
        kind = widget.kind if widget.kind.startswith("range_") else _range_kind(search.field.type)
        low, high = f"{search.name}_from", f"{search.name}_to"
        values = tuple(next(iter(typed.get(name, ())), "") for name in (low, high))
        return QueryField(search.name, label, replace(widget, kind=kind), values, key, names=(low, high))
    values = tuple(value for value in typed.get(search.name, ()) if value)
    if search.target is not None and search.op != "contains":
        return QueryField(
            search.name,
            label,
            replace(widget, kind="cascade" if search.op in ("below", "covers") else "picker"),
            values,
            key,
            _chosen(reader, search.target, values),
            f"{buttons.root(entity)}/options/{'.'.join(search.path)}",
        )
    if search.target is not None:
        widget = replace(widget, kind="text")
    return QueryField(search.name, label, widget, values, key)


def _opens(key: str) -> bool:
    """Whether the person may open records of this kind, or of a view of it."""
    world, who = context.world(), context.principal()
    views = (entity.key for entity in world.manifest.of_portal(who.portal) if entity.owner == key)
    return who.everything or any(world.grants.opens(who, one) for one in (key, *views))


def _range_kind(type_: str) -> str:
    return "range_date" if type_ in ("date", "datetime", "month") else "range_number"


def _chosen(reader: Reader, target: Entity, values: tuple[str, ...]) -> tuple[Option, ...]:
    keys = [int(value) for value in values if value.isdecimal()]
    if not keys:
        return ()
    found, _ = reader.options(target, "", 0, keys=keys, size=len(keys))
    return tuple(Option(str(ref.id), ref.title) for ref in found)


def condition_words(field: QueryField) -> str:
    known = {option.value: option.label for option in (*field.widget.options, *field.labels)}
    words = [known.get(value, value) for value in field.values if value]
    return f"{field.label}“{' – '.join(words)}”"
