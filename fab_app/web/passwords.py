"""One's own password: the old one, the new one twice; other sessions end."""

from __future__ import annotations

from flask import make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from fab_app.access.principal import Principal
from fab_app.core.words import say
from fab_app.runtime import passwords
from fab_app.web import context
from fab_app.web.notices import leave_toast
from fab_app.web.pages import PasswordPage
from fab_app.web.screens.access import LoginNeeded
from fab_app.web.shell import shell_of

Errors = tuple[tuple[str, str], ...]


def password(portal: str) -> ResponseReturnValue:
    """One's own password: the old one, the new one twice. Other sessions end."""
    here, who = context.application(), context.principal()
    if not who.known:
        raise LoginNeeded(say("Log in first"))
    errors: Errors = ()
    if request.method == "POST":
        errors = _wrong_change(who)
        if not errors:
            passwords.keep(here.world, context.writer().fetch, who, request.form["password"])
            here.identities.end_all(here.session, who.subject, but=who.session)
            here.session.commit()
            leave_toast("good", say("Password changed"))
            return redirect(f"/{who.portal}/" if who.portal else "/", 303)
        here.session.rollback()
    return make_response(
        render_template("password.html", page=_page(portal, who, errors)), 422 if errors else 200
    )


def _page(portal: str, who: Principal, errors: Errors) -> PasswordPage:
    rule = context.world().manifest.login(who.portal).password
    return PasswordPage(
        action=f"/{portal}/password",
        shell=None if who.must_change else shell_of(portal),
        rules=(passwords.rule_in_words(rule),),
        forced=who.must_change,
        person=who.name,
        errors=errors,
        title=say("Change password"),
    )


def _wrong_change(who: Principal) -> Errors:
    current, new, repeat = (request.form.get(name, "") for name in ("current", "password", "repeat"))
    world, fetch = context.world(), context.writer().fetch
    rule = world.manifest.login(who.portal).password
    if not passwords.is_current(world, fetch, who.subject, current):
        return (("f-current", passwords.sentence(rule, "current")),)
    wrong = [("f-password", fault) for fault in passwords.faults(world, fetch, who, new)]
    if new != repeat:
        wrong.append(("f-repeat", passwords.sentence(rule, "repeat")))
    return tuple(wrong)
