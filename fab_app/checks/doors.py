"""Doors and halls: what they lead to exists, and no address is taken twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from string import Formatter

from fab_app.checks.formulas import Written, judged
from fab_app.checks.names import ENTITIES
from fab_app.core.grammar import Grammar
from fab_app.core.problems import Problem, nearest
from fab_app.core.source import Loc
from fab_app.core.text import Text
from fab_app.spec.door import Door
from fab_app.spec.manifest import Manifest, Portal

TAKEN = frozenset((*ENTITIES, "password", "badges", "messages", "forgotten", "imports", "help"))


def check(manifest: Manifest) -> Iterator[Problem]:
    for portal in manifest.portals.values():
        for code, door in portal.spec.doors.items():
            yield from _door(manifest, portal, code, door)
        yield from _told(portal)
        yield from _halls(manifest, portal)
        yield from _addresses(manifest, portal)
        common = [code for code, door in portal.spec.doors.items() if door.common]
        for code in common[1:]:
            text = f"'{common[0]}' is the common door already"
            yield Problem("door.E005", text, portal.document.at("doors", code, "common"), "leave it at one")


def _door(manifest: Manifest, portal: Portal, code: str, door: Door) -> Iterator[Problem]:
    spec, loc = portal.spec, ("doors", code)
    if door.needs is not None:
        at = (*loc, "needs")
        yield from judged(manifest, Written(door.needs, portal.document, at, "a door", portal=portal.name))
        if called := sorted(door.needs.calls & {"today", "now", "below", "covers", "depth_of"}):
            text = f"'{called[0]}()' is not known of a person, and a door reads nothing else"
            yield Problem("door.E006", text, portal.document.value_at(*at), "write user.… or setting.…")
    yield from _known(portal, (*loc, "hall"), door.hall, spec.halls, "hall")
    yield from _known(portal, (*loc, "send_to"), door.send_to, spec.doors, "door")
    for kind in door.refusals:
        if kind not in spec.kinds:
            hint = nearest(kind, spec.kinds) or "add it to 'kinds:'"
            place = portal.document.at(*loc, "refusals", kind)
            yield Problem("door.E003", f"the portal has no kind of account '{kind}'", place, hint)


def _told(portal: Portal) -> Iterator[Problem]:
    """Texts before a login may name settings, which the portal then has."""
    spec = portal.spec
    parts: list[tuple[Loc, Grammar]] = [(("doors", code), door) for code, door in spec.doors.items()]
    parts += [(("halls", code), hall) for code, hall in spec.halls.items()]
    parts += [(("entry",), spec.entry)] if spec.entry is not None else []
    for loc, part in parts:
        for name in type(part).model_fields:
            text = getattr(part, name)
            for key in unknown_settings(spec.settings, text) if isinstance(text, Text) else ():
                hint = nearest(key, spec.settings) or "add it to 'settings:'"
                place = portal.document.at(*loc, name)
                yield Problem("door.E004", f"there is no setting '{key}'", place, hint)


def unknown_settings(settings: Iterable[str], text: Text) -> list[str]:
    """What a text names in braces that is no setting."""
    keys = (key for words in (text.zh, text.en) for _, key, _, _ in Formatter().parse(words))
    return [key for key in dict.fromkeys(keys) if key and key not in settings]


def _halls(manifest: Manifest, portal: Portal) -> Iterator[Problem]:
    for code, hall in portal.spec.halls.items():
        for index, kind in enumerate(hall.kinds):
            if kind not in portal.spec.kinds:
                hint = nearest(kind, portal.spec.kinds) or "add it to 'kinds:'"
                place = portal.document.value_at("halls", code, "kinds", index)
                yield Problem("door.E003", f"the portal has no kind of account '{kind}'", place, hint)
        for index, tile in enumerate(hall.tiles):
            at = ("halls", code, "tiles", index, "portal")
            yield from _known(portal, at, tile.portal, manifest.portals, "portal")


def _known(portal: Portal, loc: Loc, name: str | None, known: Iterable[str], what: str) -> Iterator[Problem]:
    if name is not None and name not in set(known):
        hint = nearest(name, known) or f"define the {what}"
        yield Problem("door.E001", f"there is no {what} '{name}'", portal.document.value_at(*loc), hint)


def _addresses(manifest: Manifest, portal: Portal) -> Iterator[Problem]:
    """An address of ours must not hide another one."""
    names = {entity.name for entity in manifest.of_portal(portal.name)}
    seen: set[str] = set()
    for loc, address in _paths(portal):
        first = address.partition("/")[0]
        taken = first in names | TAKEN and address != "entry"
        if taken or address in seen:
            text = f"the address '{address}' is taken"
            yield Problem("door.E002", text, portal.document.at(*loc), "choose another path")
        seen.add(address)


def _paths(portal: Portal) -> Iterator[tuple[Loc, str]]:
    if portal.spec.entry is not None:
        yield ("entry",), portal.spec.entry.path
    for code, door in portal.spec.doors.items():
        if door.path:
            yield ("doors", code), door.path
    for code in portal.spec.halls:
        yield ("halls", code), code
