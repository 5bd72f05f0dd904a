"""All definitions together: read, judged and resolved against each other by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from fab_app.core.extension import Extensions
from fab_app.core.source import Document
from fab_app.expr import Kind
from fab_app.fields.base import Field
from fab_app.fields.book import Books
from fab_app.spec.charted import charted
from fab_app.spec.entity import EntitySpec, Lock
from fab_app.spec.imports import ImportSpec
from fab_app.spec.login import Login
from fab_app.spec.moving import asked_fields, locked_states, moves_of
from fab_app.spec.portal import DictionarySpec, MenuSpec, PortalSpec, RoleSpec
from fab_app.spec.print import PrintSpec
from fab_app.spec.workbook import WorkbookSpec
from fab_app.spec.workflow import Move, Workflow

BASE = "base"
PERSONAL = ("user", "org")
"""The shared entities of which rules read the acting person's own row: ``user.…`` and ``user.org.…``."""


def dialog_of(entity: Entity, code: str, move: Move) -> Entity:
    """The record with what a move asks: the dialog's fields beside and over its own."""
    kept = entity.dialogs.get(id(move))
    if kept is None:
        fields = asked_fields(move, entity.fields)
        columns = {**entity.columns, **{name: name for name in fields if name not in entity.fields}}
        asks = replace(entity, fields={**entity.fields, **fields}, columns=columns, move=code)
        kept = entity.dialogs[id(move)] = (move, asks)
    return kept[1]


@dataclass(frozen=True, slots=True)
class Portal:
    """``papers``: the files of its folder ``prints/`` by name: templates, what they import, pictures.

    ``extensions``: what its own code declares.
    """

    name: str
    spec: PortalSpec
    document: Document
    papers: Mapping[str, bytes] = field(default_factory=dict)
    extensions: Extensions = field(default_factory=Extensions)


@dataclass(frozen=True, eq=False)
class Entity:
    """One kind of record with everything resolved.

    ``fields``: own, shared (of ``view_of``) and system fields by the code that people use;
    ``columns``: for each of them the name in the table, which is that of ``owner`` (itself, or the shared
    entity whose rows it shows). ``move``: what is asked in a dialog, over the record it is asked of. ``kept``: its
    workflows as they were, of cases that began before they were changed (``kept.py``).
    """

    portal: str
    name: str
    spec: EntitySpec
    document: Document
    fields: Mapping[str, Field]
    columns: Mapping[str, str]
    owner: str
    version: str = "version"
    move: str = ""
    kept: dict[str, dict[str, Workflow]] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return f"{self.portal}.{self.name}"

    @property
    def shared(self) -> bool:
        """Whether the rows stand in a table of the base portal, tagged with this portal."""
        return self.owner != self.key

    @property
    def table(self) -> str:
        return self.owner.replace(".", "_", 1)

    @cached_property
    def stored(self) -> tuple[str, ...]:
        """The fields that are columns of the table."""
        return tuple(name for name, field_ in self.fields.items() if field_.storage == "column")

    @cached_property
    def in_row(self) -> frozenset[str]:
        return frozenset(self.stored)

    @cached_property
    def moves(self) -> dict[str, tuple[Move, ...]]:
        """The moves of all its workflows by code; a code that several have stands for one right."""
        return moves_of(self.spec.workflows, self.kept)

    @cached_property
    def dialogs(self) -> dict[int, tuple[Move, Entity]]:
        """Dialogs of moves by the identity of the move, which is kept with it; each made at its first use."""
        return {}

    @cached_property
    def listed(self) -> tuple[str, ...]:
        """The fields that the author wrote (not id, version, who and when)."""
        return tuple(name for name in self.fields if name not in SYSTEM)

    @cached_property
    def locks(self) -> tuple[Lock, ...]:
        """What the author wrote, and the locked states of its workflows."""
        return (*self.spec.locks, *locked_states(self.spec))

    @cached_property
    def title_paths(self) -> tuple[str, ...]:
        """The fields of which the title consists."""
        from string import Formatter

        if self.spec.title is not None:
            return tuple(name for _, name, _, _ in Formatter().parse(self.spec.title) if name)
        for name in ("name", "title"):
            if name in self.fields:
                return (name,)
        texts = [n for n in self.listed if self.fields[n].type in ("text", "serial") and n in self.stored]
        return (texts[0],) if texts else ("id",)

    def title(self, values: Mapping[str, str]) -> str:
        """The title from the texts of ``title_paths``."""
        if self.spec.title is None:
            return values[self.title_paths[0]]
        return self.spec.title.format_map(values).strip()


SYSTEM = (
    "id",
    "uuid",
    "version",
    "row_version",
    "created_at",
    "created_by",
    "updated_at",
    "updated_by",
    "portal",
)


@dataclass(frozen=True, slots=True)
class Role:
    portal: str
    name: str
    spec: RoleSpec
    document: Document

    @property
    def key(self) -> str:
        return f"{self.portal}.{self.name}"


@dataclass(frozen=True, slots=True)
class Menu:
    portal: str
    spec: MenuSpec
    document: Document


@dataclass(frozen=True, eq=False)
class Manifest:
    portals: Mapping[str, Portal]
    entities: Mapping[str, Entity]
    menus: Mapping[str, Menu]
    roles: Mapping[str, Role]
    dictionaries: Mapping[str, DictionarySpec]
    seeds: tuple[Document, ...] = ()
    documents: Mapping[str, Document] = field(default_factory=dict)
    books: Books = field(default_factory=Books)  # the choices as they stand now: what alone changes here

    def entity(self, portal: str, name: str) -> Entity | None:
        """The entity that ``name`` means in a definition of ``portal``: its own, else a shared one."""
        if "." in name:
            return self.entities.get(name)
        return self.entities.get(f"{portal}.{name}") or self.entities.get(f"{BASE}.{name}")

    def login(self, portal: str) -> Login:
        """How the accounts of a portal log in; those of none as the platform's own."""
        return (self.portals.get(portal) or self.portals[BASE]).spec.login

    def known(self, key: str) -> Entity | None:
        """The entity of a key; ``<key>!<workflow>!<move>``: the dialog of a move.

        ``@<portal>.<shared>``: a shared entity as the portal sees the acting person by it.
        """
        if key.startswith("@"):
            return self._seen.get(key)
        owner, _, asked = key.partition("!")
        found = self.entities.get(owner)
        if found is None or not asked:
            return found
        workflow, _, code = asked.partition("!")
        return dialog_of(found, code, found.spec.workflows[workflow].moves[code])

    def target(self, entity: Entity, field_name: str) -> Entity | None:
        """The entity that a reference field refers to."""
        to = entity.fields[field_name].field_type().target if field_name in entity.fields else ""
        found = self.entity(entity.portal, to) if to else None
        return self._views.get((entity.portal, found.key), found) if found is not None else None

    @cached_property
    def _views(self) -> dict[tuple[str, str], Entity]:
        """The one entity of a portal that shows a shared table: what a reference to the table means there."""
        found: dict[tuple[str, str], list[Entity]] = {}
        for entity in self.entities.values():
            if entity.shared:
                found.setdefault((entity.portal, entity.owner), []).append(entity)
        return {place: views[0] for place, views in found.items() if len(views) == 1}

    def views(self, portal: str, owner: str, name: str) -> tuple[Entity, ...]:
        """The portal's entities over a shared table that have a field of this name; the shared one where none has."""
        found = [e for e in self.of_portal(portal) if e.owner == owner and name in e.fields]
        shared = self.entities[owner]
        return tuple(found) or ((shared,) if name in shared.fields else ())

    @cached_property
    def _seen(self) -> dict[str, Entity]:
        """Accounts and organisations with all that each portal's own views of them add, by ``@<portal>.<shared>``."""
        found = {}
        for portal in self.portals:
            for shared in PERSONAL:
                owner = self.entities[f"{BASE}.{shared}"]
                fields = dict(owner.fields)
                for view in self.of_portal(portal):
                    fields |= view.fields if view.owner == owner.key else {}
                found[f"@{portal}.{shared}"] = replace(owner, portal=portal, name=shared, fields=fields)
        return found

    def walk(self, entity: Entity, path: tuple[str, ...]) -> tuple[Entity, Field] | None:
        """The field at the end of a dotted path, and the entity it is a field of."""
        for step in path[:-1]:
            following = self.target(entity, step)
            if following is None:
                return None
            entity = following
        found = entity.fields.get(path[-1]) if path else None
        return (entity, found) if found is not None else None

    def of_portal(self, portal: str) -> Iterator[Entity]:
        return (entity for entity in self.entities.values() if entity.portal == portal)

    def printed(self, entity: Entity) -> Mapping[str, PrintSpec]:
        """The prints of an entity by their names."""
        owner = self.portals.get(entity.portal)
        prints = owner.spec.prints if owner is not None else {}
        return {name: p for name, p in prints.items() if self.entity(entity.portal, p.of) is entity}

    def bound(self, entity: Entity) -> Mapping[str, WorkbookSpec]:
        """The workbooks of what hangs on a record of the entity, by their names."""
        owner = self.portals.get(entity.portal)
        books = owner.spec.workbooks if owner is not None else {}
        return {name: b for name, b in books.items() if self.entity(entity.portal, b.of) is entity}

    def imported(self, entity: Entity) -> ImportSpec | None:
        """How rows of the entity come in from a workbook; None where they do not."""
        owner = self.portals.get(entity.portal)
        return owner.spec.imports.get(entity.name) if owner is not None else None

    def referring(self, target: Entity) -> Iterator[tuple[Entity, str]]:
        """Every (entity, field) whose single reference points at rows of the target's table."""
        return iter(self._references.get(target.owner, ()))

    @cached_property
    def _references(self) -> Mapping[str, list[tuple[Entity, str]]]:
        """What refers to the rows of a table, by the table's owner."""
        found: dict[str, list[tuple[Entity, str]]] = {}
        for entity in self.entities.values():
            for name, field_ in entity.fields.items():
                target = self.target(entity, name) if field_.field_type().kind is Kind.ref else None
                if target is not None:
                    found.setdefault(target.owner, []).append((entity, name))
        return found

    def charted(self, entity: Entity) -> frozenset[str]:
        """The dotted paths of the entity that charts group, filter and measure by: their author shows them."""
        return self._charted.get(entity.key, frozenset())

    @cached_property
    def _charted(self) -> Mapping[str, frozenset[str]]:
        return charted(self)

    def holding(self, target: Entity) -> Iterator[tuple[Entity, str]]:
        """Every (entity, field) that holds several references to rows of the target's table."""
        for entity in self.entities.values():
            for name, field_ in entity.fields.items():
                found = self.target(entity, name) if field_.storage == "side" else None
                if found is not None and found.owner == target.owner:
                    yield entity, name
