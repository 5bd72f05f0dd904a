"""Menus: each entry opens a list or holds entries, at most three levels deep."""

from __future__ import annotations

from collections.abc import Iterator

from fab_app.checks.paths import Astray, named, walked
from fab_app.core.problems import Problem, nearest
from fab_app.core.source import Loc
from fab_app.spec.manifest import Entity, Manifest, Menu
from fab_app.spec.portal import MenuItem

LEVELS = 3


def check(manifest: Manifest) -> Iterator[Problem]:
    for menu in manifest.menus.values():
        yield from _top(menu)
        for index, item in enumerate(menu.spec.items):
            yield from _item(manifest, menu, item, ("items", index), 1)


def _top(menu: Menu) -> Iterator[Problem]:
    for key in menu.spec.model_fields_set - {"items"}:
        yield Problem(
            "menu.E001",
            f"'{key}' belongs to an entry of the menu",
            menu.document.at(key),
            "move it under 'items:'",
        )
    if not menu.spec.items:
        yield Problem(
            "menu.W001", "this menu has no entries", menu.document.at(), "write 'items: [an_entity]'"
        )


def _item(manifest: Manifest, menu: Menu, item: MenuItem, loc: Loc, level: int) -> Iterator[Problem]:
    document = menu.document
    if level > LEVELS:
        yield Problem(
            "menu.E002", f"the menu is more than {LEVELS} levels deep", document.at(*loc), "move the entry up"
        )
    elif item.items:
        yield from _group(menu, item, loc)
        for index, inner in enumerate(item.items):
            yield from _item(manifest, menu, inner, (*loc, "items", index), level + 1)
    elif item.board is not None:
        yield from _board(manifest, menu, item, loc)
    elif item.entity is None:
        yield Problem(
            "menu.E003",
            "this entry opens nothing and holds nothing",
            document.at(*loc),
            "add 'entity: …', 'board: …' or 'items: […]'",
        )
    else:
        yield from _leaf(manifest, menu, item, loc)


def _group(menu: Menu, item: MenuItem, loc: Loc) -> Iterator[Problem]:
    for key in ("entity", "board", "page", "tab", "preset", "badge"):
        if key in item.model_fields_set:
            text = f"an entry with 'items' opens nothing itself, so '{key}' has no meaning"
            yield Problem("menu.E004", text, menu.document.at(*loc, key), "move it into an entry of its own")
    if item.label is None:
        yield Problem(
            "menu.E005", "a group of entries needs a label", menu.document.at(*loc), "add 'label: …'"
        )


def _board(manifest: Manifest, menu: Menu, item: MenuItem, loc: Loc) -> Iterator[Problem]:
    boards = manifest.portals[menu.portal].spec.boards
    if item.board not in boards:
        hint = nearest(str(item.board), boards) or "define it under 'boards:' of portal.yaml"
        place = menu.document.value_at(*loc, "board")
        yield Problem("menu.E010", f"there is no board '{item.board}'", place, hint)
    for key in ("entity", "page", "tab", "preset", "badge"):
        if key in item.model_fields_set:
            text = f"an entry that opens a board opens no list, so '{key}' has no meaning"
            yield Problem("menu.E011", text, menu.document.at(*loc, key), "remove it, or 'board'")


def _leaf(manifest: Manifest, menu: Menu, item: MenuItem, loc: Loc) -> Iterator[Problem]:
    document = menu.document
    entity = named(manifest, menu.portal, item.entity or "")
    if isinstance(entity, Astray):
        yield Problem("menu.E006", entity.text, document.value_at(*loc, "entity"), entity.hint)
    elif entity is not None:
        if item.page == "mine" and entity.spec.single is None:
            text = f"{entity.name} has no single record of one's own"
            yield Problem("menu.E012", text, document.value_at(*loc, "page"), "give the entity 'single:'")
        tabs = entity.spec.listing.tabs
        if item.tab is not None and item.tab not in tabs:
            text = f"the list of {entity.name} has no tab '{item.tab}'"
            yield Problem("menu.E007", text, document.value_at(*loc, "tab"), nearest(item.tab, tabs))
        for name in item.preset:
            yield from _preset(manifest, menu, entity, name, (*loc, "preset", name))


def _preset(manifest: Manifest, menu: Menu, entity: Entity, name: str, loc: Loc) -> Iterator[Problem]:
    found = walked(manifest, entity, name)
    if isinstance(found, Astray):
        yield Problem("menu.E008", found.text, menu.document.at(*loc), found.hint)
    elif found is not None and not found[1].operators:
        yield Problem("menu.E009", f"'{name}' cannot be searched by", menu.document.at(*loc), "remove it")
