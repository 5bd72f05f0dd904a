"""The manual of a portal: its version and the way to it, and the page of help that everybody may read."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from fab_app.core.words import locale, say
from fab_app.runtime.renewing import ask as ask_version
from fab_app.spec.manifest import Portal
from fab_app.web import context
from fab_app.web.pages import Action, Crumb, HelpPage
from fab_app.web.shell import enters, shell_of
from fab_app.web.wording import manual_of


def help_page(portal: Portal) -> ResponseReturnValue:
    manual, who = portal.spec.manual, context.principal()
    assert manual is not None
    ask_version(context.world(), context.session())
    inside = enters(who, portal)
    title = say("Help")
    page = HelpPage(
        title=title,
        portal=portal.spec.title.of(locale.get()),
        manual=manual_of(portal),
        parts=tuple((part.title.of(locale.get()), part.text.of(locale.get())) for part in manual.parts),
        back=Action(say("Home"), f"/{portal.name}/"),
        shell=shell_of(portal.name, (Crumb(title),)) if inside else None,
    )
    return render_template("help.html", page=page)
