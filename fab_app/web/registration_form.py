"""The page of a registration: the account first, then the organisation's fields, the captcha last."""

from __future__ import annotations

from dataclasses import replace

from flask import render_template

from fab_app.core.text import Text
from fab_app.core.words import locale, say
from fab_app.fields.faces import Widget
from fab_app.fields.ref import key_of
from fab_app.runtime import passwords
from fab_app.runtime.judging import Errors
from fab_app.runtime.published import published
from fab_app.runtime.registering import ACCOUNT, PASSWORD, REPEAT, Registering, Typed
from fab_app.store.files import File, Slot, by_ids
from fab_app.web import admission, context
from fab_app.web.pages import Action, FileItem, FormField, LoginPage
from fab_app.web.screens.questions import form_field, written
from fab_app.web.shell import locales


def drawn(one: Registering, typed: Typed, errors: Errors) -> str:
    said, portal = one.said, one.portal
    fields = (*_account(one, typed, errors), *(_field(one, name, typed, errors) for name in said.fields))
    shown = {field.name for field in fields} | {"captcha"}
    rest = next((told[0] for name, told in errors.items() if name not in shown), "")
    captcha = next(iter(errors.get("captcha", ())), "")
    title = _words(said.title) or _words(said.label)
    page = LoginPage(
        action=f"/{portal.name}/register/",
        title=_words(portal.spec.title),
        platform=say("Supervision platform"),
        icon=portal.spec.icon,
        intro=_words(said.text),
        heading=title,
        ask_account=False,
        fields=fields,
        submit=_words(said.submit) or _words(said.label),
        error=rest or captcha,
        error_field="captcha" if captcha and not rest else "",
        captcha_url="/captcha",
        links=(Action(say("Back to the login"), _door(one)),),
        locales=locales(),
        locale=locale.get(),
    )
    return render_template("login.html", page=page)


def file_url(portal: str, file: File) -> str:
    return f"/{portal}/register/file/{file.uuid}"


def _words(text: Text | None) -> str:
    return text.of(locale.get()) if text is not None else ""


def _door(one: Registering) -> str:
    """The login page of the kind of account that is made."""
    for code, door in one.portal.spec.doors.items():
        if one.kind in door.kinds:
            return admission.address(one.portal, code)
    return "/login/"


def _account(one: Registering, typed: Typed, errors: Errors) -> tuple[FormField, ...]:
    question = one.said.account.username
    rule = one.world.login(one.portal.name).password
    free = f"/{one.portal.name}/register/free"
    shape = {"autocapitalize": "none", "spellcheck": "false"}
    attrs = {"autocomplete": "username", "data-free": free, **shape, "maxlength": str(question.max)}
    secret = Widget("password", {"maxlength": str(rule.max), "autocomplete": "new-password"})
    name = _asked(ACCOUNT, question.label.of(locale.get()), Widget("text", attrs), errors)
    hint, value = _words(question.help), (typed.account[: question.max],)
    again = say("Password again")
    return (
        replace(name, hint=hint, values=value, missing=question.missing()),
        replace(_asked(PASSWORD, say("Password"), secret, errors), hint=passwords.rule_in_words(rule)),
        _asked(REPEAT, again, secret, errors),
    )


def _asked(name: str, label: str, widget: Widget, errors: Errors) -> FormField:
    return FormField(name, label, widget, required=True, errors=tuple(errors.get(name, ())), span=12)


def _field(one: Registering, name: str, typed: Typed, errors: Errors) -> FormField:
    spec = one.entity.fields[name]
    value = typed.values.get(name) if spec.storage != "file" else None
    field = form_field(one.entity, name, name, value, errors.get(name, []), 12, None)
    if spec.storage != "file":
        return field
    return replace(
        field,
        files=_files(one, name, typed),
        upload_url=f"/{one.portal.name}/register/upload/{name}",
        links=_downloads(one, name),
    )


def _files(one: Registering, name: str, typed: Typed) -> tuple[FileItem, ...]:
    """What this browser has uploaded for the field, kept over a refusal."""
    ids = [key for raw in typed.values.get(name) or () if (key := key_of(raw)) is not None]
    if not ids:
        return ()
    slot = Slot(one.entity.portal, one.entity.name, name)
    found = by_ids(context.session().connection(), slot, ids, one.who.maker)
    return tuple(_item(one.portal.name, file) for file in found)


def _item(portal: str, file: File) -> FileItem:
    url = file_url(portal, file)
    thumb = f"{url}?thumb=1" if file.thumb_key else ""
    return FileItem(str(file.id), file.name, url, thumb, written(file.size))


def _downloads(one: Registering, name: str) -> tuple[Action, ...]:
    """The links at a field, where there is a file behind them."""
    return tuple(
        Action(_words(said.label), f"/{one.portal.name}/register/download/{code}", "download")
        for code, said in one.said.downloads.items()
        if said.at == name and published(one.world, context.session(), one.portal.name, said) is not None
    )
