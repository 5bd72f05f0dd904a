"""A record's page as one person sees it: sections and fields, found once for all who hold the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fab_app.core.words import locale
from fab_app.expr import Expr
from fab_app.fields.base import Field
from fab_app.fields.faces import Cell
from fab_app.fields.show import Show
from fab_app.runtime import unmasking
from fab_app.runtime.plans import scope_of
from fab_app.runtime.query import Asking
from fab_app.runtime.reading import Reader, Record
from fab_app.runtime.selection import shown_field
from fab_app.spec import defaults
from fab_app.spec.kept import Flag
from fab_app.spec.layout import DetailSection as Written
from fab_app.spec.manifest import Entity
from fab_app.web.pages import DetailItem, DetailSection
from fab_app.web.screens import buttons
from fab_app.web.screens.plan import plan_of

Instead = Mapping[str, Cell]
KEPT: Instead = {}
_LONG = frozenset(("longtext", "richtext", "json", "images", "files", "refs", "choices"))


@dataclass(frozen=True, slots=True)
class SeenItem:
    """A field on the page. ``wide``: takes the whole line where it holds anything. ``asks``: may be told whole."""

    name: str
    label: str
    field: Field
    wide: bool
    masked: bool = False
    asks: bool = False

    def item(self, entity: Entity, record: Record, show: Show, instead: Instead = KEPT) -> DetailItem:
        if self.name in instead:
            return DetailItem(self.label, instead[self.name], 3 if self.wide else 1)
        value = record.values.get(self.name)
        if self.masked and value is not None:
            url = f"{buttons.root(entity)}/unmask/{record.id}/{self.name}" if self.asks else ""
            return DetailItem(self.label, Cell("masked", self.field.masked(value)), reveal_url=url)
        return DetailItem(self.label, self.field.cell(value, show), self._span(value))

    def _span(self, value: object) -> int:
        if self.field.type in ("images", "files") and isinstance(value, tuple) and len(value) <= 2:
            return 1
        long = isinstance(value, str) and len(value) > 60
        return 3 if long or (self.wide and value not in (None, "", ())) else 1


@dataclass(frozen=True, slots=True)
class SeenSection:
    title: str
    when: Expr | None
    items: tuple[SeenItem, ...]

    def drawn(self, entity: Entity, record: Record, show: Show, instead: Instead) -> DetailSection:
        return DetailSection(
            self.title, tuple(item.item(entity, record, show, instead) for item in self.items)
        )


@dataclass(frozen=True, slots=True)
class SeenDetail:
    """``columns`` and ``flags`` are what the record is asked for; ``states`` are shown beside its title."""

    sections: tuple[SeenSection, ...]
    columns: tuple[tuple[str, ...], ...]
    flags: tuple[Flag, ...]
    titles: tuple[tuple[str, Callable[[Any], str]], ...]
    states: tuple[tuple[str, Field], ...]

    def title(self, entity: Entity, record: Record) -> str:
        return entity.title({name: tell(record.values.get(name)) for name, tell in self.titles}) or (
            f"#{record.id}"
        )

    def shown(self, entity: Entity, record: Record, show: Show, instead: Instead) -> Iterator[DetailSection]:
        """``instead``: cells that take the place of a field's own."""
        for section in self.sections:
            if section.items and (section.when is None or record.flags.get(section.when.text)):
                yield section.drawn(entity, record, show, instead)

    def cells_of_states(self, record: Record, show: Show) -> list[Cell]:
        cells = (field.cell(record.values[name], show) for name, field in self.states)
        return [cell for cell in cells if cell.kind == "state"]


def detailed(reader: Reader, entity: Entity) -> SeenDetail:
    """Kept by all that the answer depends on: the person's scope and the language."""
    key = ("detailed", entity.key, scope_of(reader.principal), reader.show.locale)
    return reader.world.plans.get(key, lambda: (_detailed(reader, entity), True))


def _detailed(reader: Reader, entity: Entity) -> SeenDetail:
    world, plan = reader.world, plan_of(reader.world, entity)
    asking = Asking(world, entity, reader.principal)
    written = [part for part in defaults.details(entity) if isinstance(part, Written)]
    sections = tuple(_section(reader, entity, part, asking) for part in written)
    names = dict.fromkeys(item.name for section in sections for item in section.items)
    paths = [tuple(name.split(".")) for name in names]
    more = [(name,) for name in (*buttons.counted(plan), *entity.title_paths)]
    choices = [name for name in entity.listed if entity.fields[name].type == "choice"]
    columns = tuple(dict.fromkeys([*paths, *more]))

    def told(path: tuple[str, ...]) -> bool:
        return asking.shows(path) and not asking.masks(path)

    return SeenDetail(
        sections,
        columns,
        (*plan.flags, *(section.when for section in sections if section.when is not None)),
        tuple((name, asking.teller(name, reader.show)) for name in entity.title_paths),
        tuple((name, entity.fields[name]) for name in choices if (name,) in columns and told((name,))),
    )


def _section(reader: Reader, entity: Entity, section: Written, asking: Asking) -> SeenSection:
    items = tuple(seen_item(reader, entity, name) for name in _fields(entity, section, asking))
    return SeenSection(section.section.of(locale.get()), section.when, items)


def seen_item(reader: Reader, entity: Entity, name: str) -> SeenItem:
    """A field, also through references, as this person may see it."""
    path, asking = tuple(name.split(".")), Asking(reader.world, entity, reader.principal)
    found = reader.world.manifest.walk(entity, path)
    assert found is not None, f"{entity.key}: {name}"
    label, field, masked = found[1].label.of(locale.get()), shown_field(found[1]), asking.masks(path)
    asks = masked and len(path) == 1 and unmasking.offered(reader, entity, name)
    wide = field.type in _LONG or (field.type == "text" and getattr(field, "lines", 1) > 1)
    return SeenItem(name, label, field, wide, masked, asks)


def _fields(entity: Entity, section: Written, asking: Asking) -> tuple[str, ...]:
    names = _left(entity) if section.fields == "*" else section.fields
    return tuple(name for name in names if asking.shows(tuple(name.split("."))) and _readable(entity, name))


def _left(entity: Entity) -> tuple[str, ...]:
    """The fields that no other section names, and who made the record and when."""
    parts = (part for part in defaults.details(entity) if isinstance(part, Written) and part.fields != "*")
    taken = {name for part in parts for name in part.fields}
    names = (name for name in entity.listed if name not in taken and entity.fields[name].type != "table")
    return (*names, "created_by", "created_at")


def _readable(entity: Entity, name: str) -> bool:
    field = entity.fields.get(name)
    return field is None or (field.readable and field.type != "password")
