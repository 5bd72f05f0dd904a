"""One's own password: the present one, or a code sent to the telephone, and the new one twice."""

from __future__ import annotations

import sqlalchemy as sa
from flask import make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from fab_app.access.principal import Principal
from fab_app.core.problems import Refused
from fab_app.core.words import say
from fab_app.runtime import passwords
from fab_app.runtime.codes import EVENT
from fab_app.spec.manifest import BASE
from fab_app.web import context
from fab_app.web.notices import leave_toast
from fab_app.web.pages import PasswordPage, Tab
from fab_app.web.screens.access import LoginNeeded
from fab_app.web.shell import shell_of

Errors = tuple[tuple[str, str], ...]
WRONG_CODE = "The code is wrong or has expired"


def password(portal: str) -> ResponseReturnValue:
    """Other sessions end, and this one where the portal wants everybody to log in anew."""
    who, errors = _person(), Errors()
    address = _address(who)
    by_code = bool(address) and _by_code(who)
    if request.method == "POST":
        errors = _wrong(who, by_code)
        if not errors:
            return _changed(who)
        context.session().rollback()
    page = _page(portal, who, errors, address, by_code)
    return make_response(render_template("password.html", page=page), 422 if errors else 200)


def send_code(portal: str) -> ResponseReturnValue:
    """Sends a code to the person who is logged in; another one only after a while."""
    here, who = context.application(), _person()
    address = _address(who)
    if not address:
        raise Refused(say("Your account has no telephone to which a code could be sent"))
    try:
        here.codes.send(here.session, who.portal, who.subject, "change")
        here.session.commit()
        leave_toast("good", say("A code was sent to {address}", address=address))
    except Refused as refusal:
        here.session.rollback()
        leave_toast("bad", refusal.sentence)
    return redirect(f"/{portal}/password?by=code", 303)


def _person() -> Principal:
    who = context.principal()
    if not who.known:
        raise LoginNeeded(say("Log in first"))
    return who


def _changed(who: Principal) -> ResponseReturnValue:
    from fab_app.web.doors import door_of

    here, again = context.application(), context.world().manifest.login(who.portal).relogin
    passwords.keep(here.world, context.writer().fetch, who, request.form["password"])
    here.identities.end_all(here.session, who.subject, but="" if again else who.session)
    here.session.commit()
    leave_toast(
        "good", say("Password changed, log in with the new one") if again else say("Password changed")
    )
    home = f"/{who.portal}/" if who.portal else "/"
    return redirect(door_of(who) if again else home, 303)


def _by_code(who: Principal) -> bool:
    """Whether the code is what is asked now: always, or because the person chose so."""
    rules = context.world().manifest.login(who.portal).code
    change = rules.change if rules is not None else "no"
    return change == "instead" or (change == "besides" and request.values.get("by") == "code")


def _address(who: Principal) -> str:
    """Where a code would go, as much of it as may stand on a screen; "" where codes change no password."""
    world = context.world()
    rules = world.manifest.login(who.portal).code
    if rules is None or rules.change == "no":
        return ""
    user, table = world.manifest.entities[f"{BASE}.user"], world.tables.of(f"{BASE}.user").table
    columns = (table.c.phone, table.c.email, table.c.openid)
    fetch = context.writer().fetch
    row = fetch(sa.select(*columns).where(table.c.id == who.subject)).mappings().one()
    for notice in world.manifest.portals[who.portal].spec.notices.values():
        for name in notice.channels if notice.on == EVENT else ():
            needs = world.channels[name].needs
            if row.get(needs):
                return user.fields[needs].masked(row[needs])
    return ""


def _page(portal: str, who: Principal, errors: Errors, address: str, by_code: bool) -> PasswordPage:
    login = context.world().manifest.login(who.portal)
    ways: tuple[Tab, ...] = ()
    if address and login.code is not None and login.code.change == "besides":
        at = f"/{portal}/password"
        ways = (
            Tab("password", say("With the current password"), at, current=not by_code),
            Tab("code", say("With a code"), f"{at}?by=code", current=by_code),
        )
    return PasswordPage(
        action=f"/{portal}/password" + ("?by=code" if by_code else ""),
        shell=None if who.must_change else shell_of(portal),
        rules=(passwords.rule_in_words(login.password),),
        forced=who.must_change,
        person=who.name,
        errors=errors,
        title=say("Change password"),
        ask_current=not by_code,
        ways=ways,
        code_to=address if by_code else "",
        code_url=f"/{portal}/password/code" if by_code else "",
    )


def _wrong(who: Principal, by_code: bool) -> Errors:
    """What is wrong with what was typed. A code is tried last, so that a slip in the new password costs none."""
    current, new, repeat = (request.form.get(name, "") for name in ("current", "password", "repeat"))
    world, fetch = context.world(), context.writer().fetch
    rule = world.login(who.portal).password
    wrong = []
    if not by_code and not passwords.is_current(world, fetch, who.subject, current):
        wrong.append(("f-current", passwords.sentence(rule, "current")))
    wrong += [("f-password", fault) for fault in passwords.faults(world, fetch, who, new)]
    if new != repeat:
        wrong.append(("f-repeat", passwords.sentence(rule, "repeat")))
    if by_code and not wrong and not _code_is_right(who):
        wrong.append(("f-code", say(WRONG_CODE)))
    return tuple(wrong)


def _code_is_right(who: Principal) -> bool:
    here, typed = context.application(), request.form.get("code", "")
    id_ = here.codes.tried(here.session, who.portal, who.subject, "change", typed)
    here.session.commit()  # the try counts whatever comes of it
    return bool(id_) and here.codes.use(here.session, id_)
