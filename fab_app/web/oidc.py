"""The door of an identity provider: to it, and back with its word, to the same accounts and the same sessions.

Whom the provider names is found by the account's column ``subject`` alone, ``<provider>:<claim>``, which somebody
wrote there; no account is found by a mail address or a name.
"""

from __future__ import annotations

import hmac
import logging
import time
from dataclasses import replace

from authlib.common.security import generate_token
from flask import redirect, request
from flask import session as cookie
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from fab_app.core.words import locale, say
from fab_app.runtime.renewing import ask as ask_version
from fab_app.spec.manifest import Portal
from fab_app.web import admission, context
from fab_app.web.entering import entered
from fab_app.web.login import Attempt, LoginRefused, Person, sentence, vouched
from fab_app.web.notices import is_ours, leave_toast, next_url
from fab_app.web.pages import Action
from fab_app.web.providers import Provider, Unvouched

log = logging.getLogger(__name__)

_KEY = "oidc"
_GOOD_FOR = 600


def begin(portal: Portal, code: str) -> ResponseReturnValue:
    """To the provider; what must come back with the person stays in his signed cookie."""
    provider = _provider(portal, code)
    state, nonce, verifier = generate_token(32), generate_token(32), generate_token(64)
    try:
        there = provider.way(_back(portal, code), state, nonce, verifier)
    except Unvouched as error:
        return _refused(portal, code, error)
    cookie[_KEY] = [portal.name, code, state, nonce, verifier, next_url(""), int(time.time())]
    return redirect(there, 303)


def back(portal: Portal, code: str) -> ResponseReturnValue:
    """The provider's word is judged once; a person who is known enters as by his password."""
    provider, kept = _provider(portal, code), cookie.pop(_KEY, None)
    try:
        subject = _subject(portal, code, provider, kept)
    except Unvouched as error:
        return _refused(portal, code, error)
    here, spec = context.application(), portal.spec
    context.writing()
    ask_version(here.world, here.session)
    rules = here.world.login(portal.name)
    attempt = Attempt(f"{code}:{subject}", "oidc", context.address(), portal.name)
    try:
        person = vouched(here.world, here.session, attempt, spec.messages, rules)
        way = _admitted(portal, provider, person)
    except LoginRefused as refusal:
        here.session.rollback()
        leave_toast("bad", refusal.sentence)
        return redirect(_door(portal), 303)
    wanted = str(kept[5]) if kept else ""
    if person.must_change:
        way = f"/{portal.name}/password"
    elif is_ours(wanted):
        way = wanted
    return entered(person, replace(attempt, login=person.account), way)


def _admitted(portal: Portal, provider: Provider, person: Person) -> str:
    """The first page of the door that is the person's; refused as that door refuses him."""
    kinds = provider.written.kinds
    if kinds and person.kind not in kinds:
        told = sentence(portal.spec.messages.wrong_door, "This account does not belong to this entrance")
        raise LoginRefused(told)
    doors = [one for one in portal.spec.doors.values() if person.kind in one.kinds]
    for door in doors[:1]:
        admission.admitted(portal, door, person)
        return f"/{portal.name}/{door.hall}/" if door.hall is not None else f"/{portal.name}/"
    admission.common(person)
    return f"/{portal.name}/"


def buttons(portals: list[Portal], kinds: tuple[str, ...] = ()) -> tuple[Action, ...]:
    """Ways to the providers that the settings know, for the accounts of a door."""
    found, wanted = [], request.values.get("next", "")
    for portal in portals:
        for code, written in portal.spec.login.providers.items():
            fits = not kinds or not written.kinds or set(kinds) & set(written.kinds)
            if fits and (portal.name, code) in context.application().providers:
                at = f"/{portal.name}/oidc/{code}/"
                url = f"{at}?{_query(wanted)}" if wanted else at
                found.append(Action(written.label.of(locale.get()), url, written.icon))
    return tuple(found)


def _query(wanted: str) -> str:
    from urllib.parse import urlencode

    return urlencode({"next": wanted})


def _provider(portal: Portal, code: str) -> Provider:
    found = context.application().providers.get((portal.name, code))
    if found is None:
        raise NotFound
    return found


def _subject(portal: Portal, code: str, provider: Provider, kept: list[object] | None) -> str:
    """The claim, where this is the answer to the question of this browser. Raises Unvouched."""
    if not kept or kept[:2] != [portal.name, code] or int(str(kept[6])) + _GOOD_FOR < time.time():
        raise Unvouched("nothing was asked by this browser")
    _, _, state, nonce, verifier, _, _ = map(str, kept)
    given = request.args.get("state", "")
    if not hmac.compare_digest(state.encode(), given.encode()):
        raise Unvouched("the state is another")
    if request.args.get("iss", provider.issuer) != provider.issuer:
        raise Unvouched("another issuer answers")
    if "error" in request.args or not request.args.get("code"):
        raise Unvouched("the provider gives no code")
    return provider.subject(request.args["code"], _back(portal, code), nonce, verifier)


def _back(portal: Portal, code: str) -> str:
    """The full address at which the provider knows us."""
    root = context.application().settings.environ.get("FAB_APP_OIDC_ROOT", "") or request.host_url
    return f"{root.rstrip('/')}/{portal.name}/oidc/{code}/back"


def _refused(portal: Portal, code: str, error: Unvouched) -> ResponseReturnValue:
    log.warning("login by %s of %s: %s", code, portal.name, error)
    leave_toast("bad", say("The login was not completed. Try again, or log in with your password"))
    return redirect(_door(portal), 303)


def _door(portal: Portal) -> str:
    return f"/{portal.name}/entry/" if portal.spec.doors else "/login/"
