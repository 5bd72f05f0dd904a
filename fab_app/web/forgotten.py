"""A forgotten password: who asks names an account, a code goes to its telephone, the code opens the way to a new one.

Nothing on these pages tells whether there is such an account.
"""

from __future__ import annotations

import time

from flask import make_response, redirect, render_template, request
from flask import session as cookie
from flask.typing import ResponseReturnValue

from fab_app.access.principal import Principal
from fab_app.core.words import locale, say
from fab_app.fields.faces import Widget
from fab_app.runtime import passwords
from fab_app.runtime.codes import account_by_name, ask_for
from fab_app.runtime.renewal import unlock
from fab_app.spec.manifest import Portal
from fab_app.web import captchas, context
from fab_app.web.login import sentence
from fab_app.web.notices import leave_toast
from fab_app.web.pages import Action, FormField, LoginPage
from fab_app.web.passwords import WRONG_CODE
from fab_app.web.shell import locales

_KEY = "forgotten"
_GOOD_FOR = 1800
Errors = dict[str, list[str]]


def ask(portal: Portal) -> ResponseReturnValue:
    """The account and a captcha; whatever is typed, the next page says the same."""
    account, error = request.form.get("account", "").strip()[:64], ""
    if request.method == "POST":
        error = _captcha(portal) if account else say("Enter the account")
        if not error:
            here = context.application()
            ask_for(here.session.execute, portal.name, account)
            here.session.commit()
            cookie[_KEY] = [portal.name, account, int(time.time())]
            return redirect(f"/{portal.name}/forgotten/new", 303)
    page = _page(portal, "", (_field("account", say("Account"), "text", account),), say("Send code"), error)
    return _drawn(page, 422 if error else 200)


def renew(portal: Portal) -> ResponseReturnValue:
    """The code and the new password twice; all sessions of the account end."""
    account = _asked(portal)
    if not account:
        return redirect(f"/{portal.name}/forgotten/", 303)
    errors: Errors = {}
    if request.method == "POST":
        errors = _renewed(portal, account)
        if not errors:
            cookie.pop(_KEY, None)
            leave_toast("good", say("Password changed, log in with the new one"))
            return redirect(_door(portal), 303)
    rule = context.world().manifest.login(portal.name).password
    hint = passwords.rule_in_words(rule)
    fields = (
        _field("code", say("Code"), "text", "", errors, attrs={"autocomplete": "one-time-code"}),
        _field("password", say("New password"), "password", "", errors, hint),
        _field("repeat", say("New password again"), "password", "", errors),
    )
    page = _page(portal, "new", fields, say("Change password"), next(iter(errors.get("", ())), ""))
    return _drawn(page, 422 if errors else 200)


def _renewed(portal: Portal, account: str) -> Errors:
    """What is wrong; nothing where it is changed. What only this account could have wrong is told after the code."""
    here, rule = context.application(), portal.spec.login.password
    new, repeat = request.form.get("password", ""), request.form.get("repeat", "")
    wrong = {"password": passwords.plain_faults(context.world().login(portal.name), new)}
    wrong |= {"repeat": [passwords.sentence(rule, "repeat")]} if new != repeat else {}
    if any(wrong.values()):
        return {name: told for name, told in wrong.items() if told}
    user_id = account_by_name(here.world, here.session, portal.name, account)
    typed = request.form.get("code", "")
    code = here.codes.tried(here.session, portal.name, user_id, "forgotten", typed)
    here.session.commit()  # the try counts whatever comes of it
    who = here.identities.by_user(here.session, user_id, "web", context.address()) if code else Principal()
    if not who.known:
        return {"code": [say(WRONG_CODE)]}
    fetch = context.writer().fetch
    faults = passwords.faults(here.world, fetch, who, new)
    if faults:
        here.session.rollback()
        return {"password": faults}
    if not here.codes.use(here.session, code):
        here.session.rollback()
        return {"code": [say(WRONG_CODE)]}
    passwords.keep(here.world, fetch, who, new, act="password_forgotten")
    unlock(here.world, fetch, who.subject)
    here.identities.end_all(here.session, who.subject)
    here.session.commit()
    return {}


def _asked(portal: Portal) -> str:
    """The account that was named on the first page, in this browser and not long ago."""
    of, account, at = cookie.get(_KEY) or ("", "", 0)
    return account if of == portal.name and at + _GOOD_FOR > time.time() else ""


def _captcha(portal: Portal) -> str:
    settings, rules = context.application().settings, context.world().login(portal.name).captcha
    verdict, messages = captchas.judged(settings, rules.seconds), portal.spec.messages
    if verdict == "expired":
        return sentence(messages.captcha_expired, "The captcha has expired")
    return sentence(messages.captcha, "The captcha is wrong") if verdict == "wrong" else ""


def _door(portal: Portal) -> str:
    return f"/{portal.name}/entry/" if portal.spec.doors else "/login/"


def _field(
    name: str,
    label: str,
    kind: str,
    value: str,
    errors: Errors | None = None,
    hint: str = "",
    attrs: dict[str, str] | None = None,
) -> FormField:
    told = tuple((errors or {}).get(name, ()))
    widget = Widget(kind, {"maxlength": "128", **(attrs or {})})
    return FormField(
        name, label, widget, (value,) if value else (), required=True, errors=told, hint=hint, span=12
    )


def _page(portal: Portal, step: str, fields: tuple[FormField, ...], submit: str, error: str) -> LoginPage:
    text = ""
    if step:
        text = say("If there is such an account and a telephone belongs to it, a code was sent to it.")
    links = (Action(say("Send another code"), f"/{portal.name}/forgotten/"),) if step else ()
    return LoginPage(
        action=f"/{portal.name}/forgotten/{step}",
        title=portal.spec.title.of(locale.get()),
        platform=say("Supervision platform"),
        icon=portal.spec.icon,
        heading=say("Forgot password"),
        subheading=text,
        ask_account=False,
        fields=fields,
        submit=submit,
        error=error,
        error_field="captcha" if error and not step else "",
        captcha_url="" if step else "/captcha",
        links=(*links, Action(say("Back to the login"), _door(portal))),
        locales=locales(),
        locale=locale.get(),
    )


def _drawn(page: LoginPage, status: int) -> ResponseReturnValue:
    return make_response(render_template("login.html", page=page), status)
