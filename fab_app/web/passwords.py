"""One's own password: the old one, the new one twice; other sessions end."""

from __future__ import annotations

import sqlalchemy as sa
from flask import make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.security import check_password_hash

from fab_app.access.principal import Principal
from fab_app.core.words import say
from fab_app.spec.manifest import BASE
from fab_app.web import context
from fab_app.web.notices import leave_toast
from fab_app.web.pages import PasswordPage
from fab_app.web.screens.access import LoginNeeded
from fab_app.web.shell import shell_of


def password(portal: str) -> ResponseReturnValue:
    """One's own password: the old one, the new one twice. Other sessions end."""
    here, who = context.application(), context.principal()
    if not who.known:
        raise LoginNeeded(say("Log in first"))
    errors: tuple[tuple[str, str], ...] = ()
    if request.method == "POST":
        errors = tuple(_wrong_change(who))
        if not errors:
            _store(who, request.form["password"])
            here.identities.end_all(here.session, who.subject, but=who.session)
            here.session.commit()
            leave_toast("good", say("Password changed"))
            return redirect(f"/{who.portal}/" if who.portal else "/", 303)
        here.session.rollback()
    shell = None if who.must_change else shell_of(portal)
    page = PasswordPage(
        action=f"/{portal}/password",
        shell=shell,
        rules=(say("8 to 20 characters, letters and digits, not the old one"),),
        forced=who.must_change,
        person=who.name,
        errors=errors,
        title=say("Change password"),
    )
    return make_response(render_template("password.html", page=page), 422 if errors else 200)


def _wrong_change(who: Principal) -> list[tuple[str, str]]:
    current, new, repeat = (request.form.get(name, "") for name in ("current", "password", "repeat"))
    user = context.world().tables.of(f"{BASE}.user").table
    stored = context.writer().fetch(sa.select(user.c.password).where(user.c.id == who.subject)).scalar() or ""
    if not check_password_hash(stored, current):
        return [("f-current", say("The current password is wrong"))]
    good = (
        8 <= len(new) <= 20
        and any(c.isalpha() for c in new)
        and any(c.isdigit() for c in new)
        and new.isprintable()
    )
    if not good:
        return [("f-password", say("8 to 20 characters, with letters and digits"))]
    if new == current:
        return [("f-password", say("The new password must differ from the old one"))]
    return [] if new == repeat else [("f-repeat", say("The two passwords differ"))]


def _store(who: Principal, plain: str) -> None:
    world = context.world()
    entity = world.manifest.entities[f"{BASE}.user"]
    hashed = entity.fields["password"].keep(plain)
    user = world.tables.of(entity.key).table
    changed = {"password": hashed, "must_change": False, "updated_at": world.clock.now()}
    context.writer().fetch(sa.update(user).where(user.c.id == who.subject).values(changed))
