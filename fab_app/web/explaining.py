"""May this person do this to this record, and why: ``run.py explain`` as a page, for the platform's administrator.

It reads rows whole and tells values that rules read, so it is for him alone whom nothing is hidden from.
"""

from __future__ import annotations

from collections.abc import Iterable

from flask import make_response, render_template, request
from flask.typing import ResponseReturnValue

from fab_app.access.explain import as_roles, explain
from fab_app.access.explanation import Explanation
from fab_app.core.problems import Refused
from fab_app.core.words import locale, say
from fab_app.fields.faces import Option, Widget
from fab_app.runtime.explaining import Rows
from fab_app.spec.manifest import BASE, Entity, Manifest
from fab_app.spec.portal import ACTIONS, right
from fab_app.web import context
from fab_app.web.identity import person_named
from fab_app.web.pages import Crumb, ExplainPage, FormField
from fab_app.web.screens.access import require_person
from fab_app.web.shell import shell_of

Errors = dict[str, str]


def page() -> ResponseReturnValue:
    """Asked by the address, so that an explanation can be sent to who asked for it."""
    require_person()
    if not context.principal().everything:
        raise Refused(say("There is nothing here"), status=404)
    errors: Errors = {}
    found = _explained(errors) if "account" in request.args else None
    drawn = ExplainPage(
        shell=shell_of(BASE, (Crumb(say("Why")),)),
        title=say("Why may somebody do this, or not"),
        fields=tuple(_fields(errors)),
        found=found,
        verdict=_verdict(found) if found is not None else "",
    )
    return make_response(render_template("explain.html", page=drawn), 422 if errors else 200)


def _explained(errors: Errors) -> Explanation | None:
    """None where something that was typed names nothing."""
    here, asked = context.application(), {name: request.args.get(name, "").strip() for name in _ASKED}
    manifest = here.world.manifest
    entity = manifest.entities.get(asked["entity"])
    who = person_named(here.identities, here.session, asked["account"])
    if who is None:
        errors["account"] = say("There is no such account")
    if entity is None:
        errors["entity"] = say("There is no such kind of record")
    if not asked["action"]:
        errors["action"] = say("Say what is to be done")
    if asked["id"] and not (asked["id"].isascii() and asked["id"].isdecimal() and len(asked["id"]) < 19):
        errors["id"] = say("A record is named by its number")
    roles = [role for role in request.args.getlist("roles") if role]
    if any(role not in manifest.roles for role in roles):
        errors["roles"] = say("There is no such role")
    if errors or who is None or entity is None:
        return None
    supposed = as_roles(who, *roles) if roles else who
    key = int(asked["id"]) if asked["id"] else None
    return explain(Rows(here.world, here.session), supposed, entity, right(asked["action"]), key)


_ASKED = ("account", "action", "entity", "id")


def _verdict(found: Explanation) -> str:
    entity = context.world().manifest.entities[found.entity]
    record = say("no. {id}", id=found.record) if found.record is not None else say("any record")
    sentence = (
        "{account} may {action}: {entity}, {record}"
        if found.allowed
        else "{account} may NOT {action}: {entity}, {record}"
    )
    label = entity.spec.label.of(locale.get())
    return say(
        sentence, account=found.account, action=_action(entity, found.action), entity=label, record=record
    )


def _action(entity: Entity, action: str) -> str:
    code = action.removeprefix("move:")
    if code in entity.moves:
        return entity.moves[code][0].label.of(locale.get())
    return say(action.capitalize())


def _fields(errors: Errors) -> Iterable[FormField]:
    manifest = context.world().manifest
    yield _field("account", say("Account"), Widget("text", {"maxlength": "64"}), errors, True)
    yield _field(
        "action", say("What is to be done"), Widget("select", options=_actions(manifest)), errors, True
    )
    yield _field("entity", say("Kind of record"), Widget("select", options=_entities(manifest)), errors, True)
    yield _field(
        "id", say("Record"), Widget("text", {"inputmode": "numeric"}), errors, hint=say("Empty: any record")
    )
    roles = Widget("select", options=tuple(Option(role, role) for role in manifest.roles))
    yield _field(
        "roles", say("As if with the role"), roles, errors, hint=say("Empty: with the person's own roles")
    )


def _field(
    name: str, label: str, widget: Widget, errors: Errors, required: bool = False, hint: str = ""
) -> FormField:
    value = request.args.get(name, "")
    told = (errors[name],) if name in errors else ()
    return FormField(
        name, label, widget, (value,) if value else (), required=required, errors=told, hint=hint
    )


def _actions(manifest: Manifest) -> tuple[Option, ...]:
    plain = [Option(action, say(action.capitalize())) for action in ACTIONS]
    moves = {
        code: moves[0].label.of(locale.get())
        for entity in manifest.entities.values()
        for code, moves in entity.moves.items()
    }
    return (*plain, *(Option(code, f"{label} ({code})") for code, label in sorted(moves.items())))


def _entities(manifest: Manifest) -> tuple[Option, ...]:
    return tuple(
        Option(key, f"{entity.spec.label.of(locale.get())} ({entity.portal}/{entity.name})")
        for key, entity in manifest.entities.items()
    )
