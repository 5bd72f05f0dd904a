"""How people without an account come in: by the word of their channel, to a session of their own."""

from __future__ import annotations

import hmac
import logging
import re
import secrets
import time

from flask import make_response, redirect, request
from flask import session as cookie
from flask.typing import ResponseReturnValue

from fab_app.channels.base import Channel, Undelivered
from fab_app.core.problems import Refused
from fab_app.core.words import say
from fab_app.runtime.world import World
from fab_app.spec.manifest import Portal
from fab_app.web import context
from fab_app.web.seats import Place

log = logging.getLogger(__name__)

_KEPT = "seat"
_GOOD_FOR = 600
_KEY = re.compile(r"[\x21-\x7e]{1,64}")


def recognised(world: World, portal: Portal) -> list[str]:
    """The kinds of seats whose channel says who its people are."""
    found = portal.spec.seats.items()
    return [code for code, seat in found if (way := world.channels.get(seat.channel)) and way.vouches]


def begin(portal: Portal, place: Place, code: str) -> ResponseReturnValue:
    """To the channel; the state that must come back stays in this browser's signed cookie."""
    state = secrets.token_urlsafe(24)
    cookie[_KEPT] = [portal.name, place.side, code, state, int(time.time())]
    return redirect(_channel(portal, code).way(_back(place, code), state), 303)


def back(portal: Portal, place: Place, code: str) -> ResponseReturnValue:
    """The channel's word is taken once, for a question that this browser asked; no transaction waits for it."""
    here, kept = context.application(), cookie.pop(_KEPT, None)
    here.session.rollback()
    try:
        key = _named(portal, place, code, kept)
    except Undelivered as error:
        log.warning("%s of %s: %s", code, portal.name, error.reason)
        raise Refused(say("Your channel did not say who you are. Open the page again."), status=403) from None
    context.writing()
    id_ = here.seats.named(here.session, portal.name, code, key)
    if id_ is None and here.seats.join(here.session, portal.name, code, key) is not None:
        id_ = here.seats.named(here.session, portal.name, code, key)
    if id_ is None:
        raise Refused(say("These pages are not open for you"), status=403)
    return entered(portal, place, code, id_)


def _named(portal: Portal, place: Place, code: str, kept: list[object] | None) -> str:
    if not kept or kept[:3] != [portal.name, place.side, code] or int(str(kept[4])) + _GOOD_FOR < time.time():
        raise Undelivered("nothing was asked by this browser", again=False)
    if not hmac.compare_digest(str(kept[3]).encode(), request.args.get("state", "").encode()):
        raise Undelivered("the state is another", again=False)
    given = request.args.get("code", "")
    if not 0 < len(given) <= 512:
        raise Undelivered("there is no code", again=False)
    key = _channel(portal, code).who(given)
    if not _KEY.fullmatch(key):
        raise Undelivered("the key is none", again=False)
    return key


def _channel(portal: Portal, code: str) -> Channel:
    return context.world().channels[portal.spec.seats[code].channel]


def _back(place: Place, code: str) -> str:
    """The full address at which the channel knows us."""
    root = _channel(context.world().manifest.portals[place.portal], code).home or request.host_url
    return f"{root.rstrip('/')}{place.root}/back/{code}"


def entered(portal: Portal, place: Place, code: str, id_: int) -> ResponseReturnValue:
    """Who has proved who he is gets a session of his own in this place."""
    here, who = context.application(), context.principal()
    if who.session:
        here.seats.end(here.session, who.session)
    cookie = here.seats.begin(here.session, portal.name, code, id_, context.address())
    here.session.commit()
    response = make_response(redirect(f"{place.root}/", 303))
    secure = not here.settings.demo
    response.set_cookie(
        place.cookie, cookie, httponly=True, samesite="Lax", secure=secure, path=f"{place.root}/"
    )
    return response
