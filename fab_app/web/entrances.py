"""What a portal shows before a login: its page for visitors, the page of its doors, the doors."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from fab_app.core.text import Text
from fab_app.core.words import locale, say
from fab_app.runtime.renewing import ask as ask_version
from fab_app.spec.manifest import Portal
from fab_app.web import admission, context
from fab_app.web.browsers import browser
from fab_app.web.doors import Entrance, door_page
from fab_app.web.pages import EntryPage, Tab, Tile
from fab_app.web.shell import locales
from fab_app.web.wording import filled


def entry(portal: Portal) -> ResponseReturnValue:
    """The portal for a visitor: the block with the tile that leads to the page of the doors."""
    spec, written = portal.spec, portal.spec.entry
    assert written is not None
    ask_version(context.world(), context.session())
    title = _told(portal, written.title)
    way = Tile(_told(portal, written.tile), icon=spec.icon, url=doors_url(portal), foot=say("Enter"))
    page = EntryPage(
        title=title,
        icon=spec.icon,
        text=_told(portal, written.text),
        ways=(way,),
        platform=title if written.block else spec.title.of(locale.get()),
        locales=locales(),
        block=_told(portal, written.block),
        browser=browser(portal),
    )
    return render_template("entry.html", page=page)


def _told(portal: Portal, text: Text | None) -> str:
    return filled(portal.name, text.of(locale.get())) if text is not None else ""


def doors_url(portal: Portal) -> str:
    return f"/{portal.name}/{portal.spec.entry.path if portal.spec.entry else 'entry'}/"


def doors(portal: Portal) -> ResponseReturnValue:
    """The page of the doors: a tile for each that is listed."""
    spec = portal.spec
    ask_version(context.world(), context.session())
    title = _told(portal, spec.entry.platform if spec.entry else spec.title)
    ways = tuple(
        Tile(
            _told(portal, door.label),
            icon=door.icon,
            url=admission.address(portal, code),
            foot=_told(portal, door.text),
        )
        for code, door in spec.doors.items()
        if door.listed
    )
    at_home = _told(portal, spec.entry.title if spec.entry and spec.entry.block else spec.title)
    page = EntryPage(title, spec.icon, "", ways, at_home, locales=locales(), browser=browser(portal))
    return render_template("entry.html", page=page)


def door(portal: Portal, code: str) -> ResponseReturnValue:
    spec = portal.spec.doors[code]
    listed = {name: one for name, one in portal.spec.doors.items() if one.listed}
    others = tuple(
        Tab(name, _told(portal, one.label), admission.address(portal, name), current=name == code)
        for name, one in listed.items()
        if spec.listed and len(listed) > 1
    )
    title, heading = _told(portal, spec.title or portal.spec.title), _told(portal, spec.label)
    rules = context.world().login(portal.name)
    if spec.captcha:
        rules = rules.model_copy(update={"captcha": rules.captcha.model_copy(update={"always": True})})
    at = admission.address(portal, code)
    return door_page(Entrance(title, heading, at, rules, portal.spec.messages, portal, code, others))
