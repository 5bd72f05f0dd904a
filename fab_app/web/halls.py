"""A hall: the tiles behind a door, each a way into a portal without a second login."""

from __future__ import annotations

from flask import redirect, render_template
from flask.typing import ResponseReturnValue

from fab_app.core.words import locale, say
from fab_app.runtime.judging import Forbidden
from fab_app.spec.door import HallTile
from fab_app.spec.manifest import Portal
from fab_app.web import admission, context
from fab_app.web.pages import Action, PortalsPage, PortalTile
from fab_app.web.screens.access import require_person
from fab_app.web.shell import enters, locales
from fab_app.web.wording import filled


def hall(portal: Portal, code: str) -> ResponseReturnValue:
    who, spec = context.principal(), portal.spec.halls[code]
    if not who.known:
        return redirect(_door(portal, code))
    require_person()
    if not who.everything and (who.portal != portal.name or who.kind not in spec.kinds):
        raise Forbidden(say("You may not do this"))
    title = filled(portal.name, spec.title.of(locale.get()))
    return render_template(
        "portals.html",
        page=PortalsPage(
            title=title,
            platform=title,
            icon=spec.icon,
            subtitle=filled(portal.name, spec.text.of(locale.get())) if spec.text else "",
            tiles=tuple(drawn for tile in spec.tiles if (drawn := _tile(portal, tile)) is not None),
            person=who.name,
            organisation=who.organisation,
            user_actions=(
                Action(say("Change password"), f"/{portal.name}/password", "key"),
                Action(say("Log out"), "/logout/", "logout", method="post"),
            ),
            locales=locales(),
            demo=context.application().settings.demo,
        ),
    )


def _tile(portal: Portal, tile: HallTile) -> PortalTile | None:
    """None where the person has no role in the portal: he need not know of it."""
    world, who = context.world(), context.principal()
    label, text = tile.label.of(locale.get()), tile.text.of(locale.get()) if tile.text else ""
    target = world.manifest.portals[tile.portal] if tile.portal else portal
    icon = tile.icon or target.spec.icon
    if tile.off is not None:
        return PortalTile(label, "", icon, text=text, off=tile.off.of(locale.get()))
    if not enters(who, target) or not (who.roles or who.everything):
        return None
    return PortalTile(label, f"/{target.name}/", icon, text=text)


def _door(portal: Portal, code: str) -> str:
    """The door that leads into the hall."""
    doors = (name for name, door in portal.spec.doors.items() if door.hall == code)
    first = next(doors, None)
    return admission.address(portal, first) if first is not None else "/login/"
