"""Pages before the portals: health, choice of portals, login and logout, own password, language."""

from __future__ import annotations

from dataclasses import dataclass, field

import sqlalchemy as sa
from flask import jsonify, make_response, redirect, render_template, request
from flask import session as cookie
from flask.typing import ResponseReturnValue

from fab_app.access.principal import Principal
from fab_app.core.text import LOCALES, Text
from fab_app.core.words import locale, say
from fab_app.runtime.renewing import ask as ask_version
from fab_app.runtime.seeds import ADMIN_PASSWORD
from fab_app.spec.door import Door
from fab_app.spec.login import CLOSED, Login
from fab_app.spec.manifest import BASE, Portal
from fab_app.spec.portal import Messages
from fab_app.web import admission, captchas, context, messages
from fab_app.web.browsers import browser
from fab_app.web.entering import entered
from fab_app.web.identity import COOKIE
from fab_app.web.login import (
    Attempt,
    LoginRefused,
    Person,
    authenticate,
    failures,
    neutral,
    sentence,
)
from fab_app.web.notices import next_url
from fab_app.web.pages import (
    Action,
    ApiPage,
    LoginPage,
    PortalsPage,
    PortalTile,
    Tab,
)
from fab_app.web.screens.access import LoginNeeded
from fab_app.web.shell import locales
from fab_app.web.wording import filled, manual_of

_DEMO_ACCOUNTS = 12


def health() -> ResponseReturnValue:
    """200 when it can serve, 503 with the reason otherwise."""
    try:
        context.session().execute(sa.select(sa.literal(1)))
    except sa.exc.SQLAlchemyError:
        return jsonify(status="unavailable", reason="the database does not answer"), 503
    return jsonify(status="ok")


def portals() -> ResponseReturnValue:
    """The choice of portals; a person of one portal goes straight to it."""
    who, manifest = context.principal(), context.world().manifest
    if who.known and not who.everything:
        return redirect(f"/{who.portal}/")
    shown = [portal for portal in manifest.portals.values() if portal.name != BASE or who.everything]
    tiles = tuple(_tile(portal) for portal in shown)
    login = None if who.known else Action(say("Log in"), "/login/", "login", "primary")
    actions = (Action(say("Log out"), "/logout/", "logout", method="post"),) if who.known else ()
    return render_template(
        "portals.html",
        page=PortalsPage(
            title=say("Choose a portal"),
            platform=say("Supervision platform"),
            tiles=tiles,
            person=who.name if who.known else "",
            organisation=who.organisation,
            user_actions=actions,
            login=login,
            locales=locales(),
            demo=context.application().settings.demo,
        ),
    )


def _tile(portal: Portal) -> PortalTile:
    return PortalTile(portal.spec.title.of(locale.get()), f"/{portal.name}/", portal.spec.icon)


def login() -> ResponseReturnValue:
    """The neutral door: no rule about who; a captcha after some failures."""
    rules = neutral(context.world())
    return door_page(Entrance(say("Supervision platform"), say("Log in"), "/login/", rules))


@dataclass(frozen=True, slots=True)
class Entrance:
    """A login page: what stands on it, and whom it lets in (``portal`` and ``code``; none: anybody)."""

    title: str
    heading: str
    action: str
    rules: Login
    messages: Messages = field(default_factory=Messages)
    portal: Portal | None = None
    code: str = ""
    others: tuple[Tab, ...] = ()

    @property
    def door(self) -> Door | None:
        return self.portal.spec.doors[self.code] if self.portal is not None else None


def door_page(door: Entrance) -> ResponseReturnValue:
    ask_version(context.world(), context.session())
    username = request.form.get("username", "").strip()
    error, field, status, way = "", "", 200, None
    if request.method == "POST":
        try:
            return _log_in(username, door)
        except LoginRefused as refusal:
            error, status = refusal.sentence, 401
            field, way = refusal.field, refusal.way
            context.session().rollback()
    page = LoginPage(
        action=door.action,
        title=door.title,
        platform=say("Supervision platform"),
        heading=door.heading,
        intro=_said(door, door.door.text) if door.door is not None else "",
        doors=door.others,
        username=username,
        error=error,
        error_field=field,
        captcha_url="/captcha" if _asks_captcha(door, username) else "",
        next=request.values.get("next", ""),
        locales=locales(),
        locale=locale.get(),
        accounts=_demo_accounts(door),
        demo_password=ADMIN_PASSWORD if context.application().settings.demo else "",
        forgot_url=_forgotten(door),
        note=_said(door, door.door.note) if door.door is not None else "",
        username_label=_said(door, door.door.account) if door.door is not None else "",
        forgotten=_said(door, door.door.forgotten) if door.door is not None else "",
        error_way=way,
        browser=browser(door.portal),
        others=_providers(door),
        joins=_registrations(door),
        links=(manual_of(door.portal),) if door.portal is not None and door.portal.spec.manual else (),
    )
    return make_response(render_template("login.html", page=page), status)


def _forgotten(door: Entrance) -> str:
    asks = door.rules.code is not None and door.rules.code.forgotten
    return f"/{door.portal.name}/forgotten/" if asks and door.portal is not None else ""


def _providers(door: Entrance) -> tuple[Action, ...]:
    """Identity providers of the door's accounts; at the neutral one those of portals without a door of their own."""
    if not context.application().providers:
        return ()
    from fab_app.web.oidc import buttons

    if door.portal is not None and door.door is not None:
        return buttons([door.portal], door.door.kinds)
    return buttons([one for one in context.world().manifest.portals.values() if not one.spec.doors])


def _registrations(door: Entrance) -> tuple[Action, ...]:
    """The way to register, at the doors of the kind of account that is made; at the neutral one of portals without."""
    from fab_app.web.register import link

    if door.portal is not None and door.door is not None:
        return link(door.portal, door.door.kinds)
    served = context.application().settings.portals
    portals = [
        one
        for name, one in context.world().manifest.portals.items()
        if not one.spec.doors and (served is None or name in served)
    ]
    return tuple(action for one in portals for action in link(one))


def _said(door: Entrance, text: Text | None) -> str:
    """Words of the door, with the settings that they name."""
    if door.portal is None or text is None:
        return ""
    return filled(door.portal.name, text.of(locale.get()))


def _asks_captcha(door: Entrance, username: str) -> bool:
    here, captcha = context.application(), door.rules.captcha
    if captcha.always or not username:
        return captcha.always
    return failures(here.world, here.session, username, door.rules).count >= captcha.after


def _demo_accounts(door: Entrance) -> tuple[tuple[str, str], ...]:
    """In demo the seeds' accounts of this door, to be filled in by a click."""
    here = context.application()
    if not here.settings.demo:
        return ()
    user = here.world.tables.of(f"{BASE}.user").table
    where = [user.c.alive == 0, user.c.status != CLOSED, user.c.must_change.is_not(True)]
    if door.portal is not None and door.door is not None:
        where += [user.c.portal == door.portal.name, user.c.kind.in_(door.door.kinds)]
    statement = sa.select(user.c.account, user.c.name).where(*where).order_by(user.c.id).limit(_DEMO_ACCOUNTS)
    return tuple((account, name) for account, name in context.writer().fetch(statement))


def _log_in(username: str, door: Entrance) -> ResponseReturnValue:
    here = context.application()
    if _asks_captcha(door, username):
        _judge_captcha(door)
    password = request.form.get("password", "")
    of = door.portal.name if door.portal is not None else ""
    attempt = Attempt(username, "web", context.address(), of, door.code)
    person = authenticate(
        here.world, here.session, attempt, password, door.messages if of else None, door.rules
    )
    if door.portal is not None and door.door is not None:
        admission.admitted(door.portal, door.door, person)
    else:
        admission.common(person)
    return entered(person, attempt, _after_login(person, door))


def _judge_captcha(door: Entrance) -> None:
    verdict = captchas.judged(context.application().settings, door.rules.captcha.seconds)
    if verdict == "expired":
        told = sentence(door.messages.captcha_expired, "The captcha has expired")
        raise LoginRefused(told, field="captcha")
    if verdict == "wrong":
        told = sentence(door.messages.captcha, "The captcha is wrong")
        raise LoginRefused(told, field="captcha")


def _after_login(person: Person, door: Entrance) -> str:
    home = f"/{person.portal}/" if person.portal else "/"
    if door.door is not None and door.door.hall is not None:
        home += f"{door.door.hall}/"
    return f"/{person.portal or BASE}/password" if person.must_change else next_url(home)


def logout() -> ResponseReturnValue:
    here, who = context.application(), context.principal()
    if who.session:
        here.identities.end(here.session, who.session)
        here.session.commit()
    cookie.clear()
    response = make_response(redirect(door_of(who), 303))
    response.delete_cookie(COOKIE, path="/")
    return response


def door_of(who: Principal) -> str:
    """The login page of the person's own kind of account, where the portal has one."""
    portal = context.world().manifest.portals.get(who.portal)
    for code, door in (portal.spec.doors if portal else {}).items():
        if portal is not None and who.kind in door.kinds:
            return admission.address(portal, code)
    return "/login/"


def swagger() -> ResponseReturnValue:
    """The addresses of the API that the reader may call."""
    if not context.principal().known:
        raise LoginNeeded(say("Log in first"))
    return render_template("api.html", page=ApiPage(say("API"), "/api/v1/_openapi"))


def language(code: str) -> ResponseReturnValue:
    response = make_response(redirect(next_url("/")))
    if code in LOCALES:
        secure, year = not context.application().settings.demo, 365 * 86400
        response.set_cookie("fab_locale", code, year, secure=secure, httponly=True, samesite="Lax", path="/")
        messages.remember_language(code)
    return response
