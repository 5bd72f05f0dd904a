"""Pages of people without an account: their own page, the choice of a seat in the demo, the frame around all."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from flask import Flask, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from fab_app.core.problems import Refused
from fab_app.core.words import locale, say
from fab_app.spec.manifest import Entity, Portal
from fab_app.spec.seat import MobilePage, carried
from fab_app.web import context
from fab_app.web.notices import take_toasts
from fab_app.web.pages import Action, Crumb, PhoneHome, SeatChoice, Shell
from fab_app.web.seat_doors import back, begin, entered, recognised
from fab_app.web.seats import COOKIES, Place
from fab_app.web.shell import holds, locales

SCREENS = ("list", "show", "add", "edit", "options", "file", "do", "draft", "upload")
"""The desk's screens that also stand on the phone, of the entities of its pages."""
_SHOWN = 60
_LARGEST = 2**63 - 1


def install(app: Flask, portal: Portal) -> None:
    """The addresses below ``/<portal>/m/``; choosing a seat, and a second place beside it, in the demo alone."""
    demo = app.extensions["fab_app"].settings.demo
    for side in COOKIES if demo else ("",):
        place = Place(portal.name, side)
        _pages(app, portal, place, demo)
        _screens(app, portal, place)


def _pages(app: Flask, portal: Portal, place: Place, demo: bool) -> None:
    name = f"{portal.name}.m{place.side.rstrip('/')}"

    def rule(at: str, page: Callable[[Portal, Place], ResponseReturnValue], *methods: str) -> None:
        def view() -> ResponseReturnValue:
            return page(portal, place)

        app.add_url_rule(f"{place.root}/{at}", f"{name}.{page.__name__}", view, methods=methods)

    rule("", home, "GET")
    rule("out", leave, "POST")
    if demo:
        rule("seats", choice, "GET")
        rule("sit", sit, "POST")
    for code in recognised(app.extensions["fab_app"].world, portal):
        for at, page in (("in", begin), ("back", back)):
            view = _of(page, portal, place, code)
            app.add_url_rule(f"{place.root}/{at}/{code}", f"{name}.{at}.{code}", view)


def _of(
    page: Callable[[Portal, Place, str], ResponseReturnValue], portal: Portal, place: Place, code: str
) -> Callable[[], ResponseReturnValue]:
    return lambda: page(portal, place, code)


def _screens(app: Flask, portal: Portal, place: Place) -> None:
    from fab_app.web.screens.view import ROUTES, bound

    manifest = app.extensions["fab_app"].world.manifest
    for entity in (one for one in manifest.of_portal(portal.name) if carried(manifest, one)):
        for at, name, handler, methods in ROUTES:
            if name in SCREENS and (name != "do" or entity.moves):
                endpoint = f"{portal.name}.m{place.side.rstrip('/')}.{entity.name}.{name}"
                view = bound(handler, entity)
                app.add_url_rule(f"{place.root}/{entity.name}{at}", endpoint, view, methods=methods)


def home(portal: Portal, place: Place) -> ResponseReturnValue:
    """One's own page: who one is, all pages, the way out. Nobody chooses a seat first, or is told the way in."""
    who, demo = context.principal(), context.application().settings.demo
    if not who.seat:
        known = recognised(context.world(), portal)
        if known and not demo:
            return redirect(f"{place.root}/in/{known[0]}", 303)
        return choice(portal, place) if demo else _outside(portal)
    seat = portal.spec.seats[who.kind]
    switch = Action(say("Choose another person"), f"{place.root}/seats", "users") if demo else None
    page = PhoneHome(
        shell=phone_shell(portal.name, (), f"{place.root}/"),
        title=who.name,
        kind=seat.label.of(locale.get()),
        pages=tuple(_ways(portal)),
        switch=switch,
        leave=Action(say("Log out"), f"{place.root}/out", "logout", method="post"),
    )
    return render_template("m_home.html", page=page)


def _outside(portal: Portal) -> ResponseReturnValue:
    kinds = "、".join(seat.label.of(locale.get()) for seat in portal.spec.seats.values())
    raise Refused(
        say("These pages open for {kinds} alone, from within their channel", kinds=kinds), status=403
    )


def choice(portal: Portal, place: Place) -> ResponseReturnValue:
    """The demo's people, each to sit down here or in the second place beside it."""
    here, who = context.application(), context.principal()
    choices = tuple(
        SeatChoice(f"{code}:{id_}", name, seat.label.of(locale.get()), (who.kind, who.seat) == (code, id_))
        for code, seat in portal.spec.seats.items()
        for id_, name in here.seats.open(here.session, portal.name, code, _SHOWN)
    )
    other = Place(portal.name, "" if place.side else "2/")
    page = PhoneHome(
        shell=phone_shell(portal.name, (), f"{place.root}/seats"),
        title=say("Choose a person"),
        kind=say("Second place") if place.side else say("First place"),
        choices=choices,
        action=f"{place.root}/sit",
        switch=Action(say("Open the other place"), f"{other.root}/", "external-link", new_tab=True),
    )
    return render_template("m_seats.html", page=page)


def sit(portal: Portal, place: Place) -> ResponseReturnValue:
    """A session of the chosen person; the one that ran in this place ends."""
    here = context.application()
    code, _, text = request.form.get("seat", "").partition(":")
    id_ = int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0
    if (
        code not in portal.spec.seats
        or not 0 < id_ <= _LARGEST
        or not here.seats.sits(here.session, portal.name, code, id_)
    ):
        raise Refused(say("There is no such person"), status=404)
    return entered(portal, place, code, id_)


def leave(portal: Portal, place: Place) -> ResponseReturnValue:
    here, who = context.application(), context.principal()
    if who.session:
        here.seats.end(here.session, who.session)
        here.session.commit()
    response = make_response(redirect(f"{place.root}/", 303))
    response.delete_cookie(place.cookie, path=f"{place.root}/")
    return response


def phone_shell(portal: str, crumbs: tuple[Crumb, ...], at: str) -> Shell:
    """The frame of a page on the phone: the places at its foot, the way back."""
    here, who = context.application(), context.principal()
    found = here.world.manifest.portals[portal]
    own = f"{who.root}/"
    pages = tuple(_ways(found, bar=True)) if who.seat else ()
    bar = (*pages, Action(say("Mine"), own, "user")) if who.seat else ()
    current = at if any(place.url == at for place in bar) else at.partition("?")[0]
    return Shell(
        portal_code=portal,
        title=(found.spec.short or found.spec.title).of(locale.get()),
        icon=found.spec.icon,
        menu=Markup(),
        person=who.name,
        crumbs=crumbs,
        home_url=own,
        locale=locale.get(),
        demo=here.settings.demo,
        person_key=f"{portal}-{who.maker}",
        locales=locales(),
        toasts=take_toasts(),
        frame="m_shell.html",
        bar=tuple(_marked(place, current) for place in bar),
        back_url=at if crumbs else "",
    )


def _marked(place: Action, current: str) -> Action:
    here = "1" if place.url == current else ""
    return Action(place.label, place.url, place.icon, disabled=here)


def _ways(portal: Portal, bar: bool = False) -> list[Action]:
    """The pages of the portal that this person may open."""
    world, who, found = context.world(), context.principal(), list[Action]()
    pages = portal.spec.mobile.pages.values() if portal.spec.mobile is not None else ()
    for page in pages:
        entity = world.manifest.entity(portal.name, page.entity)
        if entity is None or (bar and not page.bar) or not holds(world, who, portal.name, page):
            continue
        if world.grants.may(who, entity.key, "add" if page.page == "add" else "read"):
            found.append(_way(entity, page))
    return found


def _way(entity: Entity, page: MobilePage) -> Action:
    root = context.principal().pages(entity.portal, entity.name)
    more = f"?{urlencode({'tab': page.tab})}" if page.tab else ""
    url = f"{root}/add" if page.page == "add" else f"{root}/list/{more}"
    icon = page.icon or entity.spec.icon or ("plus" if page.page == "add" else "list-details")
    return Action((page.label or entity.spec.label).of(locale.get()), url, icon)
