"""Registration: a form for nobody that makes an organisation and its first account, and lets him in.

A visitor is known by a secret in his browser's signed cookie: his uploads are his alone, nobody else attaches or
sees them. Nothing here tells whether there is an account, but the question whether a name is free, and that as
rarely as ``FAB_APP_RATES`` allows (kind ``register``).
"""

from __future__ import annotations

import secrets
from collections.abc import Collection

from flask import abort, g, jsonify, make_response, redirect, request
from flask import session as cookie
from flask.typing import ResponseReturnValue

from fab_app.access.principal import Principal
from fab_app.core.problems import Refused
from fab_app.core.words import locale, say
from fab_app.fields.file import Uploads
from fab_app.runtime import accounts
from fab_app.runtime.judging import Errors, Forbidden, NotFound
from fab_app.runtime.published import published
from fab_app.runtime.registering import (
    ACCOUNT,
    PASSWORD,
    REPEAT,
    Registering,
    Typed,
    free_sentence,
    taken_sentence,
    visitor,
)
from fab_app.runtime.renewing import ask as ask_version
from fab_app.runtime.uploads import take_upload
from fab_app.spec.manifest import Portal
from fab_app.spec.register import Register
from fab_app.store.files import by_uuid
from fab_app.web import admission, captchas, context
from fab_app.web.confined import page_of
from fab_app.web.entering import entered
from fab_app.web.login import Attempt, LoginRefused, Person, sentence
from fab_app.web.notices import leave_toast
from fab_app.web.pages import Action
from fab_app.web.registration_form import drawn, file_url
from fab_app.web.screens.files import sent
from fab_app.web.screens.typed import posted

_KEY = "register"


def page(portal: Portal) -> ResponseReturnValue:
    """The form; posted, the organisation and its account, or the form again with all that was typed but secrets."""
    who = context.principal()
    if who.known:
        return redirect(f"/{who.portal}/" if who.portal else "/")
    one = _begun(portal)
    typed, errors = Typed({}, ""), Errors()
    if request.method == "POST":
        typed = _typed(one)
        errors = _wrong(one, typed)
        if not errors:
            try:
                return _registered(one, typed)
            except Refused as refusal:
                context.session().rollback()
                errors = refusal.errors or {"": [refusal.sentence]}
    return make_response(drawn(one, typed, errors), 422 if errors else 200)


def free(portal: Portal) -> ResponseReturnValue:
    """Whether a name is free: ``{"free": …, "text": …}``."""
    one = _begun(portal)
    try:
        account = one.named(request.args.get("account", ""))
    except ValueError as error:
        return _told(False, str(error))
    if one.taken(account):
        return _told(False, taken_sentence(one.said.account))
    return _told(True, free_sentence(one.said.account))


def upload(portal: Portal, field: str) -> ResponseReturnValue:
    """One file for a field of the form, kept for this browser until it registers or a day is over."""
    one = _begun(portal)
    question = one.entity.fields.get(field) if field in one.said.fields else None
    if not isinstance(question, Uploads):
        raise NotFound(say("There is no such address"))
    given = request.files.get("file")
    if given is None:
        raise Refused(say("There is no file in this request"), status=400)
    content = given.stream.read(question.max_size + 1)
    file = take_upload(
        one.world, context.session(), one.who, one.entity, field, given.filename or "", content
    )
    context.session().commit()
    url = file_url(portal.name, file)
    thumb = f"{url}?thumb=1" if file.thumb_key else ""
    return jsonify(id=file.id, name=file.name, url=url, thumb=thumb, size=file.size), 201


def uploaded(portal: Portal, uuid: str) -> ResponseReturnValue:
    """A visitor's own upload, as long as nothing holds it."""
    one = _begun(portal)
    file = by_uuid(context.session().connection(), uuid) if len(uuid) == 36 else None
    slot = (portal.name, one.entity.name)
    if (
        file is None
        or file.record_id is not None
        or file.created_by != one.who.maker
        or (file.portal, file.entity) != slot
    ):
        abort(404)
    answer = sent(file, request.args.get("thumb") == "1")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def download(portal: Portal, code: str) -> ResponseReturnValue:
    """A file for everybody that the definition names."""
    one = _begun(portal)
    said = one.said.downloads.get(code)
    file = published(one.world, context.session(), portal.name, said) if said is not None else None
    if file is None:
        abort(404)
    answer = sent(file)
    answer.headers["Content-Disposition"] = answer.headers["Content-Disposition"].replace(
        "inline;", "attachment;", 1
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def link(portal: Portal, kinds: Collection[str] | None = None) -> tuple[Action, ...]:
    """The way in from a login page of these kinds of account, where registration is open."""
    if portal.spec.registration is None:
        return ()
    one = Registering(context.world(), context.session(), portal, context.principal())
    if not one.open() or (kinds is not None and one.kind not in kinds):
        return ()
    return (Action(one.said.label.of(locale.get()), f"/{portal.name}/register/"),)


def _begun(portal: Portal) -> Registering:
    """What this browser registers, the request acting as its visitor. Raises Forbidden where it may not."""
    ask_version(context.world(), context.session())
    who = context.principal()
    if who.known:
        raise Forbidden(say("You are logged in already"))
    known = cookie.get(_KEY)
    browser = known if isinstance(known, str) and len(known) == 32 else secrets.token_hex(16)
    if known != browser:
        cookie[_KEY] = browser
    name = request.form.get(ACCOUNT, "").strip()
    g.principal = visitor(portal.name, name, context.address(), browser)
    one = Registering(context.world(), context.session(), portal, g.principal)
    if not one.open():
        raise Forbidden(_closed(one.said))
    return one


def _closed(said: Register) -> str:
    return sentence(said.closed, "Registration is closed at present")


def _told(is_free: bool, text: str) -> ResponseReturnValue:
    answer = jsonify(free=is_free, text=text)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _typed(one: Registering) -> Typed:
    """The named fields and no other: whatever else was posted is not looked at."""
    form = request.form
    values = posted(one.world.manifest, one.entity, one.said.fields, form)
    return Typed(values, form.get(ACCOUNT, ""), form.get(PASSWORD, ""), form.get(REPEAT, ""))


def _wrong(one: Registering, typed: Typed) -> Errors:
    """The captcha is tried whatever else is wrong; only who has it right is told what others have registered."""
    seconds = one.world.login(one.portal.name).captcha.seconds
    verdict, words = captchas.judged(context.application().settings, seconds), one.portal.spec.messages
    if verdict == "right":
        return one.faults(typed)
    expired = sentence(words.captcha_expired, "The captcha has expired")
    told = expired if verdict == "expired" else sentence(words.captcha, "The captcha is wrong")
    return {**one.plain_faults(typed), "captcha": [told]}


def _registered(one: Registering, typed: Typed) -> ResponseReturnValue:
    """The hash takes long: it is made before the one transaction in which both are, and the first session."""
    context.session().rollback()
    hashed = accounts.keep(one.world, typed.password)
    context.writing()
    user = one.register(typed, hashed)
    account = one.named(typed.account)
    person = Person(user, one.portal.name, one.kind or "", False, account)
    return _let_in(one, person)


def _let_in(one: Registering, person: Person) -> ResponseReturnValue:
    """Logged in as at the door of his kind; where that is shut to him he is led to it. Either commits."""
    portal, here = one.portal, context.application()
    code = next((code for code, door in portal.spec.doors.items() if person.kind in door.kinds), "")
    attempt = Attempt(person.account, "web", context.address(), portal.name, code)
    who = here.identities.by_user(here.session, person.id, "web", context.address())
    try:
        if code:
            admission.admitted(portal, portal.spec.doors[code], person)
        if not who.known:
            raise LoginRefused("")
    except LoginRefused:
        here.session.commit()
        leave_toast("good", say("Registered. You can log in as soon as your organisation is admitted"))
        return redirect(admission.address(portal, code) if code else "/login/", 303)
    return entered(person, attempt, _way(portal, who))


def _way(portal: Portal, who: Principal) -> str:
    """Where a guard sends him that is shut for him; else the portal's first page."""
    shut = context.world().grants.guards.shut(who, portal.name)
    pages = (page_of(portal, guard, who) for guard in shut.values())
    return next((page for page in pages if page), f"/{portal.name}/")
