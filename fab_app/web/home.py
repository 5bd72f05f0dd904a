"""A portal's first page: a visitor's entrance, or the home of who is logged in."""

from __future__ import annotations

from flask import jsonify, redirect, render_template
from flask.typing import ResponseReturnValue

from fab_app.core.words import locale, say
from fab_app.spec.manifest import Entity, Portal
from fab_app.spec.portal import MenuItem
from fab_app.web import confined, context, entrances
from fab_app.web.pages import HomePage, Tile
from fab_app.web.screens.access import LoginNeeded, require_person
from fab_app.web.shell import address, enters, holds, shell_of, todo_url
from fab_app.web.shell import badges as menu_badges


def home(portal: Portal) -> ResponseReturnValue:
    who = context.principal()
    if not who.known:
        if portal.spec.entry is not None:
            return entrances.entry(portal)
        raise LoginNeeded(say("Log in first"))
    require_person()
    if not enters(who, portal):
        return redirect(f"/{who.portal}/")
    if led := confined.way(portal):
        return redirect(led)
    title = portal.spec.title.of(locale.get())
    if portal.spec.boards:
        from fab_app.web.boards.page import draw, home_board

        own = home_board(portal)
        if own is not None:
            return draw(portal, *own, f"/{portal.name}/", say("Good day, {name}", name=who.name), title)
    from fab_app.web.boards.waiting import waiting

    todos, count = waiting(portal)
    page = HomePage(
        shell=shell_of(portal.name, at=f"/{portal.name}/"),
        title=say("Good day, {name}", name=who.name),
        subtitle=title,
        ways=tuple(_ways(portal)),
        ways_title=say("Functions"),
        todos=todos,
        todos_count=f"{count:,}" if count else "",
        todos_url=todo_url(portal.name),
    )
    return render_template("home.html", page=page)


def badges(portal: Portal) -> ResponseReturnValue:
    """Counters beside the menu's leaves, by the leaf's id."""
    require_person()
    return jsonify(menu_badges(portal.name) if enters(context.principal(), portal) else {})


def _ways(portal: Portal) -> list[Tile]:
    """The leaves of the person's menu as ways in."""
    world, who = context.world(), context.principal()
    menu = world.manifest.menus.get(portal.name)
    items = (
        _leaves(portal.name, menu.spec)
        if menu
        else [MenuItem(entity=e.name) for e in world.manifest.of_portal(portal.name)]
    )
    found = []
    for item in items:
        entity = world.manifest.entity(portal.name, item.entity) if item.entity else None
        if entity is not None and world.grants.opens(who, entity.key):
            found.append(_way(entity, item))
    return found


def _leaves(portal: str, item: MenuItem) -> list[MenuItem]:
    if not holds(context.world(), context.principal(), portal, item):
        return []
    if item.entity:
        return [item]
    return [leaf for child in item.items for leaf in _leaves(portal, child)]


def _way(entity: Entity, item: MenuItem) -> Tile:
    label = (item.label or entity.spec.label).of(locale.get())
    return Tile(label, icon=item.icon or entity.spec.icon or "file-text", url=address(entity, item))
