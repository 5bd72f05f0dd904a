"""The frame of a page: menu, crumbs, person.

The menu is drawn once per role set, language and answers of its conditions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import quote_plus, urlencode

from flask import render_template, request
from markupsafe import Markup

from fab_app.access.principal import Principal
from fab_app.core.words import locale, say
from fab_app.expr import Expr
from fab_app.runtime.chains.todo import Todo, offered
from fab_app.runtime.env import RecordEnv
from fab_app.runtime.statistics.permission import opens
from fab_app.runtime.world import World
from fab_app.spec.manifest import Entity, Manifest, Portal
from fab_app.spec.portal import MenuItem, PortalSpec
from fab_app.spec.seat import MobilePage
from fab_app.web import context, messages, wording
from fab_app.web.notices import take_toasts
from fab_app.web.pages import Action, Crumb, MenuNode, Shell

Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Drawn:
    html: Markup
    paths: dict[str, tuple[tuple[str, str], ...]]
    """Address of a leaf -> (node id, label) from the root of the menu."""
    badges: tuple[tuple[str, Entity, Expr], ...]
    """Node id, the entity and which of its rows are counted."""


_drawn: dict[Key, Drawn] = {}
_MOST = 2000
_TODO = "todo"


def shell_of(portal: str, crumbs: tuple[Crumb, ...] = (), at: str = "") -> Shell:
    """The shell of a portal's page; ``at`` is the address of the menu leaf it belongs to."""
    here, who = context.application(), context.principal()
    if who.seat:
        from fab_app.web.phone import phone_shell

        return phone_shell(portal, crumbs, at)
    spec = here.world.manifest.portals[portal].spec
    drawn = _menu(here.world, who, portal)
    place = drawn.paths.get(at, ()) or messages.place(here.world, portal, at)
    way = tuple(Crumb(label) for _, label in place[:-1])
    home = Crumb(say("Home"), f"/{portal}/")
    last = (Crumb(place[-1][1], at),) if place and at != home.url else ()
    return Shell(
        portal_code=portal,
        title=(spec.short or spec.title).of(locale.get()),
        icon=spec.icon,
        menu=drawn.html,
        portals=_kept(
            here.world,
            ("portals", who.everything, who.known, who.portal),
            lambda: _portals(here.world.manifest, who),
        ),
        person=who.name,
        organisation=who.organisation or _kind(spec, who),
        crumbs=(home, *way, *last, *crumbs),
        home_url=f"/{portal}/",
        locale=locale.get(),
        demo=here.settings.demo,
        badges_url=f"/{portal}/badges" if who.known else "",
        bell=messages.bell(portal) if who.known else None,
        user_actions=_kept(here.world, ("person", portal), lambda: _person_actions(here.world, portal)),
        path=tuple(node for node, _ in place),
        manual=wording.manual_of(here.world.manifest.portals[portal]) if spec.manual else None,
        person_key=f"{portal}-{who.subject}",
        locales=locales(),
        toasts=take_toasts(),
    )


def _kept(world: World, about: Key, make: Callable[[], tuple[Action, ...]]) -> tuple[Action, ...]:
    """What is the same on all pages of a language."""
    return world.plans.get(("shell", about, locale.get()), lambda: (make(), True))


def _kind(spec: PortalSpec, who: Principal) -> str:
    """The kind of account in words: under the name of a person without an organisation."""
    kind = spec.kinds.get(who.kind)
    return kind.label.of(locale.get()) if kind is not None else ""


def _person_actions(world: World, portal: str) -> tuple[Action, ...]:
    return (
        Action(say("Background work"), f"/{portal}/jobs/", "clock-play"),
        Action(say("Change password"), f"/{portal}/password", "key"),
        Action(say("Messages"), messages.list_address(world, portal), "bell"),
        Action(say("Log out"), "/logout/", "logout", method="post"),
    )


def locales() -> tuple[Action, ...]:
    here = quote_plus(request.full_path.rstrip("?"))
    current = locale.get()
    return tuple(
        Action(name, f"/lang/{code}?next={here}", disabled="1" if current == code else "")
        for code, name in (("zh", "中文"), ("en", "English"))
    )


def _portals(manifest: Manifest, who: Principal) -> tuple[Action, ...]:
    return tuple(
        Action(portal.spec.title.of(locale.get()), f"/{portal.name}/", portal.spec.icon, name=portal.name)
        for portal in manifest.portals.values()
        if enters(who, portal)
    )


def enters(who: Principal, portal: Portal) -> bool:
    """Whether this person has business in the portal at all."""
    return who.everything or (who.known and who.portal == portal.name)


def _menu(world: World, who: Principal, portal: str) -> Drawn:
    conditions = (*_answers(world, who, portal), *world.grants.guards.shut(who, portal))
    person = (who.roles, who.kind, who.everything, who.must_change)
    key: Key = (id(world), portal, *person, locale.get(), conditions)
    drawn = _drawn.get(key)
    if drawn is None:
        if len(_drawn) > _MOST:
            _drawn.clear()
        drawn = _drawn[key] = _draw(world, who, portal)
    return drawn


def _answers(world: World, who: Principal, portal: str) -> tuple[bool, ...]:
    """The answers of the menu's conditions for this person; they read nothing but the person."""
    menu = world.manifest.menus.get(portal)
    return tuple(holds(world, who, portal, item) for item in _walk(menu.spec)) if menu else ()


def _walk(item: MenuItem) -> list[MenuItem]:
    found = [item] if item.when is not None else []
    for child in item.items:
        found += _walk(child)
    return found


def holds(world: World, who: Principal, portal: str, item: MenuItem | MobilePage) -> bool:
    """Whether the person's menu has this part at all."""
    if item.when is None or who.everything:
        return True
    entity = next(iter(world.manifest.of_portal(portal)))
    env = RecordEnv(world, entity, {}, who, _no_rows)
    return env.holds(item.when, True)


def _no_rows(statement: Any) -> Any:
    raise LookupError("a menu's condition reads rows")


def _draw(world: World, who: Principal, portal: str) -> Drawn:
    menu = world.manifest.menus.get(portal)
    items = menu.spec.items if menu else _all_entities(world.manifest, portal)
    paths: dict[str, tuple[tuple[str, str], ...]] = {}
    nodes = _nodes(world, who, portal, items, "m", (), paths)
    home = MenuNode("home", say("Home"), "home-2", f"/{portal}/")
    paths[f"/{portal}/"] = (("home", say("Home")),)
    counted = tuple(_badges(world, who, portal, items, "m"))
    todo: tuple[MenuNode, ...] = ()
    if offered(world, who, portal):
        paths[todo_url(portal)] = ((_TODO, say("To-do list")),)
        todo = (MenuNode(_TODO, say("To-do list"), "checkbox", todo_url(portal), badge=True, alarm=True),)
    confined = world.grants.guards.confining(who, portal) is not None
    nodes = () if confined else (home, *todo, *nodes)
    html = Markup(render_template("menu.html", nodes=nodes))  # noqa: S704 - escaped by the template
    return Drawn(html, paths, counted)


def _badges(
    world: World, who: Principal, portal: str, items: tuple[MenuItem, ...], prefix: str
) -> Iterator[tuple[str, Entity, Expr]]:
    """The counters of a person's menu."""
    for index, item in enumerate(items):
        id_ = f"{prefix}-{index}"
        if not holds(world, who, portal, item):
            continue
        entity = world.manifest.entity(portal, item.entity) if item.entity else None
        if item.badge is not None and entity is not None and world.grants.opens(who, entity.key):
            yield id_, entity, item.badge
        yield from _badges(world, who, portal, item.items, id_)


def todo_url(portal: str) -> str:
    return f"/{portal}/todo/"


def badges(portal: str) -> dict[str, int]:
    """The numbers at the bell and beside the menu's leaves, one statement each, in a request of their own."""
    here, who = context.application(), context.principal()
    found = {"bell": messages.unread()}
    if offered(here.world, who, portal):
        found[_TODO] = Todo(here.world, context.writer().fetch, portal, who.subject).number()
    for id_, entity, where in _menu(here.world, who, portal).badges:
        found[id_] = context.reader(entity).count_where(entity, where).number
    return found


@lru_cache(maxsize=64)
def _all_entities(manifest: Manifest, portal: str) -> tuple[MenuItem, ...]:
    return tuple(MenuItem(entity=entity.name) for entity in manifest.of_portal(portal))


def _nodes(
    world: World,
    who: Principal,
    portal: str,
    items: tuple[MenuItem, ...],
    prefix: str,
    above: tuple[tuple[str, str], ...],
    paths: dict[str, tuple[tuple[str, str], ...]],
) -> tuple[MenuNode, ...]:
    found = []
    for index, item in enumerate(items):
        node = _node(world, who, portal, item, f"{prefix}-{index}", above, paths)
        if node is not None:
            found.append(node)
    return tuple(found)


def _node(
    world: World,
    who: Principal,
    portal: str,
    item: MenuItem,
    id_: str,
    above: tuple[tuple[str, str], ...],
    paths: dict[str, tuple[tuple[str, str], ...]],
) -> MenuNode | None:
    if not holds(world, who, portal, item):
        return None
    entity = world.manifest.entity(portal, item.entity) if item.entity else None
    board = world.manifest.portals[portal].spec.boards.get(item.board) if item.board else None
    label = item.label or (entity.spec.label if entity else board.label if board else None)
    words = label.of(locale.get()) if label else id_
    place = (*above, (id_, words))
    if board is not None:
        if not opens(world, who, world.manifest.portals[portal], board):
            return None
        url = f"/{portal}/charts/{item.board}"
        paths.setdefault(url, place)
        return MenuNode(id_, words, item.icon or board.icon or "chart-bar", url)
    if entity is None:
        below = _nodes(world, who, portal, item.items, id_, place, paths)
        return MenuNode(id_, words, item.icon or "", items=below) if below else None
    if not world.grants.opens(who, entity.key):
        return None
    url = address(entity, item)
    paths.setdefault(url, place)
    return MenuNode(id_, words, item.icon or entity.spec.icon or "", url, badge=item.badge is not None)


def address(entity: Entity, item: MenuItem) -> str:
    """The list that a leaf opens, with its tab and preset conditions, or one's own record."""
    if item.page == "mine":
        return mine_url(entity)
    given = {
        **{name: str(value) for name, value in item.preset.items()},
        **({"tab": item.tab} if item.tab else {}),
    }
    return list_url(entity) + (f"?{urlencode(given)}" if given else "")


def list_url(entity: Entity) -> str:
    return f"{context.principal().pages(entity.portal, entity.name)}/list/"


def leaf(entity: Entity, tab: str) -> str:
    """The address of the menu's leaf that opens this list, or this tab of it."""
    url = f"{list_url(entity)}?{urlencode({'tab': tab})}"
    if context.principal().seat:
        return url
    drawn = _menu(context.world(), context.principal(), entity.portal)
    return url if url in drawn.paths else list_url(entity)


def home_of(entity: Entity) -> str:
    """The page on which an entity is first seen."""
    return mine_url(entity) if entity.spec.single is not None else list_url(entity)


def mine_url(entity: Entity) -> str:
    return f"{context.principal().pages(entity.portal, entity.name)}/mine"
