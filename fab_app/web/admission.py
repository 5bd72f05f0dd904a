"""Which kind of account may come in by which door: asked when the password is right, before there is a session."""

from __future__ import annotations

from fab_app.access.guards import PersonEnv
from fab_app.core.words import locale, say
from fab_app.expr import closure
from fab_app.spec.door import Door
from fab_app.spec.manifest import Portal
from fab_app.web import context
from fab_app.web.login import LoginRefused, Person, sentence
from fab_app.web.pages import Action


def address(portal: Portal, code: str) -> str:
    door = portal.spec.doors[code]
    return f"/{portal.name}/{door.path or f'entry/{code}'}/"


def common(person: Person) -> None:
    """At the neutral door and over the API: as the portal's common door does, where it has one."""
    portal = context.world().manifest.portals.get(person.portal)
    for door in portal.spec.doors.values() if portal is not None else ():
        if door.common:
            assert portal is not None
            admitted(portal, door, person)


def admitted(portal: Portal, door: Door, person: Person) -> None:
    """Raises LoginRefused with the sentence of the door, and the way to the one that is right."""
    words = portal.spec.messages.wrong_door
    if person.kind not in door.kinds or person.portal not in (portal.name, ""):
        own = door.refusals.get(person.kind) if person.portal == portal.name else None
        told = sentence(own or words, "This account does not belong to this entrance")
        raise LoginRefused(told, way=_way(portal, door, person))
    if door.needs is not None and not _meets(portal, door, person):
        told = sentence(door.refusal or words, "This account does not belong to this entrance")
        raise LoginRefused(told, way=_way(portal, door, person))


def _meets(portal: Portal, door: Door, person: Person) -> bool:
    here = context.application()
    who = here.identities.by_user(here.session, person.id, "door", context.address())
    settings = here.world.tables.settings.of(portal.name)
    assert door.needs is not None
    return closure(door.needs)(PersonEnv(who, settings)) is True


def _way(portal: Portal, door: Door, person: Person) -> Action | None:
    """The door that is offered, to whom it is open."""
    other = portal.spec.doors.get(door.send_to or "")
    if other is None or person.portal != portal.name or person.kind not in other.kinds:
        return None
    return Action(say("Go to {door}", door=other.label.of(locale.get())), address(portal, door.send_to or ""))
