"""A new record made in a dialog beside the form that refers to it, which then chooses it."""

from __future__ import annotations

import json

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from fab_app.core.problems import Refused
from fab_app.core.words import locale, say
from fab_app.runtime.reusing import standing
from fab_app.spec import defaults
from fab_app.spec.manifest import Entity
from fab_app.web import context
from fab_app.web.pages import Dialog
from fab_app.web.screens import buttons
from fab_app.web.screens.asking import Asking
from fab_app.web.screens.laid import entries, flat
from fab_app.web.screens.typed import posted


def wanted() -> bool:
    """Whether the form is asked for as a dialog over another one."""
    return request.headers.get("HX-Target") == "k-dialog"


def add(entity: Entity, names: list[str]) -> ResponseReturnValue:
    """``names``: what the person may write. What is saved is told to the form that asked: its key and its title."""
    writer = context.writer()
    values = writer.blank(entity, {})
    if request.method != "POST":
        return _drawn(Asking(entity, values, {}, names, None, None))
    raw = posted(context.world().manifest, entity, names, request.form)
    key = standing(writer, entity, raw)
    if key is not None:
        return _made(entity, key, say("It stands already and was chosen as it is"))
    try:
        key = writer.create(entity, raw)
    except Refused as refusal:
        context.session().rollback()
        if refusal.status in (403, 404):
            raise
        errors = refusal.errors or {"": [refusal.sentence]}
        return _drawn(Asking(entity, {**values, **raw}, errors, names, None, None)), refusal.status
    context.session().commit()
    return _made(entity, key, say("{label} saved", label=entity.spec.label.of(locale.get())))


def _made(entity: Entity, key: int, told: str) -> ResponseReturnValue:
    title = context.reader(entity).titles(entity, [key])[key].title
    events = {"made": {"value": str(key), "label": title}, "toast": {"kind": "good", "text": told}}
    return Response("", 204, {"HX-Trigger": json.dumps(events)})


def _drawn(asking: Asking) -> str:
    entity, words = asking.entity, asking.entity.spec.words
    label = entity.spec.label.of(locale.get())
    sections = defaults.sections(entity)
    lines = (line for written in sections for line in entries(written, flat(entity, written)))
    fields = tuple(field for line in lines for field in asking.line(line) if field is not None)
    shown = {field.name: field.key for field in fields}
    told = tuple((shown.get(name, ""), one) for name, found in asking.errors.items() for one in found)
    return render_template(
        "dialog.html",
        page=Dialog(
            title=words.add.of(locale.get()) if words.add else say("New {label}", label=label),
            action=f"{buttons.root(entity)}/add",
            fields=fields,
            submit=words.submit.of(locale.get()) if words.submit else say("Save"),
            errors=told,
            record_env=json.dumps(asking.environment(), ensure_ascii=False, default=str),
            upload_url=f"{buttons.root(entity)}/upload",
            wide=True,
        ),
    )
