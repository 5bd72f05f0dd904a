"""A home folder to a manifest: every file read once, every mistake told together."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

from fab_app.core.extension import FILE, Extensions
from fab_app.core.extension import read as read_code
from fab_app.core.problems import Place, Problem, nearest
from fab_app.core.source import Document, read
from fab_app.core.text import Text
from fab_app.fields.book import DICTIONARIES, Books, Item, Shelf
from fab_app.spec.entity import EntitySpec
from fab_app.spec.including import FOLDER, Commons, CommonSpec
from fab_app.spec.judging import judged
from fab_app.spec.manifest import BASE, Entity, Manifest, Menu, Portal, Role
from fab_app.spec.portal import DictionarySpec, MenuSpec, PortalSpec, RoleSpec
from fab_app.spec.resolving import resolved, under_its_rule

G = TypeVar("G", bound=BaseModel)
_SHARED = "dictionaries"
"""Beside the portals under seeds/: codes that several fields share."""

_NAME = re.compile(r"[a-z][a-z0-9_]{0,49}")
_PAPER = frozenset((".typ", ".png", ".jpg", ".svg"))
_SHIPPED = Path(__file__).parent.parent / "base"


def read_home(home: Path, portals: frozenset[str] | None = None) -> tuple[Manifest, list[Problem]]:
    """The manifest of a home folder and of the shared base, with every problem of reading.

    ``portals`` limits what is read to those portals (and the base).
    """
    reader = _Reader()
    for root in (_SHIPPED, home):
        reader.folder(root, portals)
    return reader.manifest(), reader.problems


class _Reader:
    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.documents: dict[str, Document] = {}
        self.portals: dict[str, Portal] = {}
        self.code: dict[str, Extensions] = {}
        self.specs: dict[str, tuple[EntitySpec, Document]] = {}
        self.menus: dict[str, Menu] = {}
        self.roles: dict[str, Role] = {}
        self.dictionaries: dict[str, DictionarySpec] = {}
        self.books = Books()
        self.seeds: list[Document] = []

    def folder(self, root: Path, portals: frozenset[str] | None) -> None:
        self._strays(root)
        for folder in sorted({path.parent for path in root.glob("schema/*/*.yaml")}):
            if portals is None or folder.name in portals or folder.name == BASE:
                self._portal(root, folder)
        known = {path.name for path in root.glob("schema/*") if path.is_dir()} | {BASE}
        served = known if portals is None else known & (portals | {BASE})
        for path in self._of_portals(root, "menus/*.yaml", known, served):
            if found := self._judged(MenuSpec, root, path):
                self.menus[path.stem] = Menu(path.stem, *found)
        for path in self._of_portals(root, "permissions/*/*.yaml", known, served):
            if found_role := self._judged(RoleSpec, root, path):
                portal = path.parent.name
                self.roles[f"{portal}.{path.stem}"] = Role(portal, path.stem, *found_role)
        for path in self._of_portals(root, "seeds/*/*.yaml", known | {_SHARED}, served | {_SHARED}):
            self._seed(root, path)
        for path in self._of_portals(root, f"schema/*/{FILE}", known, served):
            self.code[path.parent.name] = read_code(path)

    def _strays(self, root: Path) -> None:
        """Files that look like definitions and stand where none is read."""
        for path in sorted(
            (*root.glob("schema/*.y*ml"), *root.glob("permissions/*.y*ml"), *root.glob("seeds/*.y*ml"))
        ):
            hint = f"move it to {path.parent.name}/<portal>/{path.stem}.yaml"
            self.problems.append(
                Problem("home.E001", "no definition is read from here", Place(_shown(root, path)), hint)
            )
        folders = ("schema", "menus", "permissions", "seeds")
        for path in sorted(found for folder in folders for found in (root / folder).rglob("*.yml")):
            hint = f"rename it to {path.stem}.yaml"
            self.problems.append(
                Problem("home.E002", "definitions end in .yaml", Place(_shown(root, path)), hint)
            )

    def _of_portals(self, root: Path, pattern: str, known: set[str], served: set[str]) -> Iterator[Path]:
        """The files whose portal is served; those whose portal does not exist are problems."""
        for path in sorted(root.glob(pattern)):
            portal = path.stem if pattern.startswith("menus/") else path.parent.name
            if portal not in known:
                hint = nearest(portal, known - {BASE, _SHARED}) or f"make the folder schema/{portal}"
                text = f"there is no portal '{portal}'"
                self.problems.append(Problem("home.E003", text, Place(_shown(root, path)), hint))
            elif portal in served:
                yield path

    def manifest(self) -> Manifest:
        named = (
            {key.partition(".")[0] for key in self.specs}
            | set(self.menus)
            | {r.portal for r in self.roles.values()}
        )
        for portal in sorted(named - set(self.portals)):
            document = Document(f"schema/{portal}/portal.yaml", {})
            self.portals[portal] = Portal(
                portal, PortalSpec.model_validate({"title": _words(portal)}), document
            )
        for portal, code in self.code.items():
            if portal in self.portals:
                self.portals[portal] = replace(self.portals[portal], extensions=code)
        entities: dict[str, Entity] = {}
        for key, (spec, document) in self.specs.items():
            portal, _, name = key.partition(".")
            shared = self._shared(portal, spec, document)
            if spec.view_of is None or shared is not None:
                entity, problems = resolved(portal, name, spec, document, shared, Shelf(self.books, portal))
                self.problems += problems
                entities[key] = under_its_rule(entity, self.portals[portal])
        self._fill()
        return Manifest(
            dict(sorted(self.portals.items(), key=lambda item: (item[1].spec.order, item[0]))),
            entities,
            self.menus,
            self.roles,
            self.dictionaries,
            tuple(self.seeds),
            self.documents,
            self.books,
        )

    def _fill(self) -> None:
        """The books as the definitions say; what rows say of them comes later."""
        for portal in self.portals:
            names = [name for name in self.books.names(portal) if name in self.dictionaries]
            known = {name: self.dictionaries[name] for name in names}
            items = [Item(n, s.label or Text(_words(n)), offered=not s.fixed) for n, s in known.items()]
            self.books.book(portal, DICTIONARIES).put(items)
        for _, name, book in self.books:
            if name in self.dictionaries:
                book.put(self.dictionaries[name].entries())

    def _shared(self, portal: str, spec: EntitySpec, document: Document) -> EntitySpec | None:
        if spec.view_of is None:
            return None
        key = spec.view_of if "." in spec.view_of else f"{BASE}.{spec.view_of}"
        found = self.specs.get(key) if key.startswith(f"{BASE}.") else None
        if found is None or found[0].view_of is not None:
            known = [key for key in self.specs if key.startswith(f"{BASE}.")]
            place = document.value_at("view_of")
            self.problems.append(
                Problem(
                    "ref.E001",
                    f"there is no shared entity '{spec.view_of}'",
                    place,
                    nearest(spec.view_of, known),
                )
            )
            return None
        return found[0]

    def _portal(self, root: Path, folder: Path) -> None:
        commons = self._commons(root, folder / FOLDER)
        for path in sorted(folder.glob("*.yaml")):
            self._schema(root, path, commons)
        self.problems += [*commons.problems, *commons.unused()]

    def _commons(self, root: Path, folder: Path) -> Commons:
        """The common files, each also judged by itself: a problem is told once, whoever includes it."""
        read = {path.stem: self._read(root, path) for path in sorted(folder.glob("*.yaml"))}
        commons = Commons({name: document for name, document in read.items() if document is not None})
        for name, document in commons.documents.items():
            self.problems += judged(CommonSpec, commons.under(document, (name,)))[1]
        commons.asked.clear()
        return commons

    def _schema(self, root: Path, path: Path, commons: Commons) -> None:
        portal, name = path.parent.name, path.stem
        for word in (portal, name):
            if not _NAME.fullmatch(word):
                hint = "lower-case letters, digits and _, at most 50, beginning with a letter"
                self.problems.append(
                    Problem("spec.E006", f"'{word}' cannot be a name", Place(_shown(root, path)), hint)
                )
                return
        if name == "portal":
            if found := self._judged(PortalSpec, root, path):
                self.portals[portal] = Portal(portal, *found, _papers(path.parent / "prints"))
        elif entity := self._judged(EntitySpec, root, path, commons.under):
            self.specs[f"{portal}.{name}"] = entity

    def _seed(self, root: Path, path: Path) -> None:
        if path.parent.name == _SHARED:
            if path.stem == DICTIONARIES:
                text = f"'{DICTIONARIES}' means the dictionaries themselves"
                problem = Problem("dictionary.E001", text, Place(_shown(root, path)), "give it another name")
                self.problems.append(problem)
            elif found := self._judged(DictionarySpec, root, path):
                self.dictionaries[path.stem] = found[0]
        else:
            document = self._read(root, path)
            if document is not None:
                self.seeds.append(document)

    def _read(self, root: Path, path: Path) -> Document | None:
        document, problems = read(path, _shown(root, path))
        self.problems += problems
        self.documents[document.path] = document
        return None if problems else document

    def _judged(
        self,
        grammar: type[G],
        root: Path,
        path: Path,
        completed: Callable[[Document], Document] | None = None,
    ) -> tuple[G, Document] | None:
        document = self._read(root, path)
        if document is None:
            return None
        document = completed(document) if completed is not None else document
        portal = path.stem if path.parent.name == "menus" else path.parent.name
        spec, problems = judged(grammar, document, Shelf(self.books, portal))
        self.problems += problems
        return (spec, document) if spec is not None else None


def _papers(folder: Path) -> dict[str, bytes]:
    """Templates and the pictures of their letterheads."""
    return {
        path.name: path.read_bytes()
        for path in sorted(folder.glob("*.*"))
        if path.suffix in _PAPER and not path.name.startswith(".")
    }


def _shown(root: Path, path: Path) -> str:
    prefix = "fab_app/base/" if root == _SHIPPED else ""
    return prefix + path.relative_to(root).as_posix()


def _words(name: str) -> Any:
    return name.replace("_", " ").capitalize()
