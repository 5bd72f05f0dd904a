"""Where somebody is led for whom a guard leaves a single page of the portal."""

from __future__ import annotations

from flask import request

from fab_app.access.principal import Principal
from fab_app.spec.guard import Guard
from fab_app.spec.manifest import Portal
from fab_app.web import context
from fab_app.web.shell import home_of


def page_of(portal: Portal, guard: Guard, who: Principal) -> str:
    """The page that mends what the guard asks for, where the person may go there; else ""."""
    world = context.world()
    target = world.manifest.entity(portal.name, guard.send_to) if guard.send_to else None
    open_ = target is not None and world.grants.may(who, target.key, "read")
    return home_of(target) if open_ and target is not None else ""


def way(portal: Portal) -> str:
    """The one page that is left to the person here; "" where he is not confined."""
    who = context.principal()
    guard = context.world().grants.guards.confining(who, portal.name)
    return page_of(portal, guard, who) if guard is not None else ""


def instead() -> str:
    """Where a page that is refused leads, for who is confined; "" for everybody and everything else."""
    portal = context.world().manifest.portals.get(request.path.strip("/").split("/")[0])
    if portal is None or request.method != "GET" or "HX-Request" in request.headers:
        return ""
    found = way(portal)
    return "" if found == request.path else found
