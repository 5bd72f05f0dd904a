"""Adding and editing: a form of sections, live conditions from the same expressions, errors beside their fields."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from fab_app.core.problems import Refused
from fab_app.core.words import locale, say
from fab_app.fields.base import EMPTY
from fab_app.runtime.judging import Conflict, locked, writable_fields
from fab_app.runtime.query import Unreadable
from fab_app.runtime.reading import Record
from fab_app.runtime.refusals import missing
from fab_app.runtime.reusing import standing
from fab_app.spec import defaults
from fab_app.spec.layout import Section
from fab_app.spec.manifest import Entity
from fab_app.web import context
from fab_app.web.notices import go, leave_toast, next_url
from fab_app.web.pages import Action, Crumb, FormPage, FormSection, Submit
from fab_app.web.refused import note
from fab_app.web.screens import beside, buttons, once
from fab_app.web.screens.access import require
from fab_app.web.screens.asking import Asking
from fab_app.web.screens.begun import begun
from fab_app.web.screens.closed import held, settled
from fab_app.web.screens.laid import entries, flat, laid_out, live
from fab_app.web.screens.left_out import tell_left_out
from fab_app.web.screens.remarks import of_record
from fab_app.web.screens.shaped import shaped, told
from fab_app.web.screens.typed import posted
from fab_app.web.screens.ways import ways
from fab_app.web.shell import list_url, mine_url, shell_of


def add(entity: Entity, stay: str = "") -> ResponseReturnValue:
    """``stay``: the page that one comes back to, where the address does not say it."""
    require(entity, "add")
    if beside.wanted():
        return beside.add(entity, _names(entity, None))
    given, within = _given(entity)
    writer = context.writer()
    values = writer.blank(entity, given)
    sentence = locked(entity, writer.env(entity, values, None), "add")
    if sentence:
        raise Conflict(sentence)
    names = _names(entity, None)
    if request.method != "POST" or request.form.get("_rows"):
        shown = {**values, **(_raw(entity, names) if request.form else begun(entity, names))}
        return _draw(entity, shown, {}, None, within, stay)
    raw = {**given, **_raw(entity, [name for name in names if name not in given])}
    if (stands := standing(writer, entity, raw)) is not None:
        leave_toast("info", say("It stands already and was chosen as it is"))
        return go(f"{buttons.root(entity)}/show/{stands}")
    if not once.first():
        return _saved(entity, within)
    try:
        made = writer.create(entity, raw)
    except Refused as refusal:
        return _again(entity, {**values, **raw}, refusal, None, within)
    context.session().commit()
    return _saved(entity, within, made)


def edit(entity: Entity, pk: int, stay: str = "") -> ResponseReturnValue:
    require(entity, "edit")
    asks = shaped(entity, pk)
    saving = request.method == "POST" and not request.form.get("_rows")
    if saving and asks is entity and _unconditional(entity):
        return _save(entity, pk)
    record = _record(entity, pk)
    names = _names(entity, record)
    if buttons.locked(entity, record, "edit"):
        raise Conflict(
            next(lock.message.of(locale.get()) for lock in entity.locks if record.flags.get(lock.when.text))
        )
    if not saving:
        shown = {**told(asks, _told(entity, record)), **(_raw(asks, names) if request.form else {})}
        return _draw(asks, shown, {}, record, None, stay)
    known = _told(entity, record)
    raw = {
        name: value for name, value in _raw(asks, names).items() if not _untouched(name, value, known, record)
    }
    return _save(entity, pk, raw, asks)


def _unconditional(entity: Entity) -> bool:
    """Whether what may be saved depends on nothing that stands in the record: then only the writer reads it."""
    world, who = context.world(), context.principal()
    policy, asking = world.grants.fields(who, entity.key), context.asking(entity)
    return not (entity.spec.locks or policy.partly or any(asking.masks((name,)) for name in entity.fields))


def _save(
    entity: Entity, pk: int, raw: dict[str, Any] | None = None, asks: Entity | None = None
) -> ResponseReturnValue:
    """Stores what was typed; where it is refused the form stands again, with what was typed in it."""
    if raw is None:
        raw = _raw(entity, _names(entity, None, pk))
    version = request.form.get("version", "")
    try:
        context.writer().change(entity, pk, raw, int(version) if version.isdecimal() else None)
    except Refused as refusal:
        if refusal.status in (403, 404):
            raise
        context.session().rollback()
        record = _record(entity, pk)
        return _again(asks or entity, {**_told(entity, record), **raw}, refusal, record, None)
    context.session().commit()
    return _saved(entity, None)


def _told(entity: Entity, record: Record) -> dict[str, Any]:
    """The record's values as this person may see them: masked ones with their middle hidden."""
    asking = context.asking(entity)
    return {
        name: entity.fields[name].masked(value) if value not in EMPTY and asking.masks((name,)) else value
        for name, value in record.values.items()
    }


def _untouched(name: str, raw: Any, told: Mapping[str, Any], record: Record) -> bool:
    """Whether a masked value came back as it was shown."""
    return told.get(name) != record.values.get(name) and raw == told.get(name)


def _record(entity: Entity, pk: int) -> Record:
    reader = context.reader(entity)
    columns = tuple((name,) for name in entity.fields if entity.fields[name].readable)
    flags = [lock.when for lock in entity.locks]
    record = reader.one(entity, pk, columns, flags, action="edit", may=("edit", "delete"))
    if record is None:
        context.writer().row(entity, pk, "edit")
        raise missing(context.world(), entity, context.writer().fetch, pk)
    return record


def _names(entity: Entity, record: Record | None, pk: int | None = None) -> list[str]:
    """The fields of the form that this person may write; ``pk`` is of a record that was not read."""
    pk = record.id if record is not None else pk
    who, world = context.principal(), context.world()
    policy = world.grants.fields(who, entity.key)
    writing = world.grants.writing(who, entity.key, "add" if pk is None else "edit")
    writable = writable_fields(entity, writing.hidden, writing.readonly)
    env = context.writer().env(entity, {}, pk)
    unseen = {name for name in policy.partly if record is not None and record.values.get(name) in EMPTY}
    return [
        name
        for name in laid_out(entity)
        if name in writable and name not in unseen and not settled(entity.fields[name], env)
    ]


def _raw(entity: Entity, names: list[str]) -> dict[str, Any]:
    return posted(context.world().manifest, entity, names, request.form)


def _given(entity: Entity) -> tuple[dict[str, Any], tuple[str, int] | None]:
    """The reference that the form was opened within: fixed, not asked again."""
    text = request.values.get("of", "")
    if not text:
        return {}, None
    name, _, key = text.partition(":")
    field = entity.fields.get(name)
    if field is None or field.storage != "column" or not key.isdecimal() or field.field_type().target == "":
        raise Unreadable(say("the address cannot be read"))
    context.asking(entity).field((name,))
    id_, target = int(key[:18]), context.world().manifest.target(entity, name)
    if target is not None and not context.reader(target).options(target, "", 0, keys=[id_])[0]:
        raise missing(context.world(), target, context.writer().fetch, id_)
    return {name: id_}, (name, id_)


def _again(
    entity: Entity,
    values: Mapping[str, Any],
    refusal: Refused,
    record: Record | None,
    within: tuple[str, int] | None,
) -> ResponseReturnValue:
    """The form as it was typed, with what is wrong; nothing was stored."""
    context.session().rollback()
    if refusal.status in (403, 404) or (isinstance(refusal, Conflict) and record is None):
        raise refusal
    note(refusal)
    errors = refusal.errors or {"": [refusal.sentence]}
    return _draw(entity, values, errors, record, within), refusal.status


def _draw(
    entity: Entity,
    values: Mapping[str, Any],
    errors: Mapping[str, list[str]],
    record: Record | None,
    within: tuple[str, int] | None,
    stay: str = "",
) -> str:
    names = [name for name in _names(entity, record) if not held(entity, name, record)]
    asking = Asking(entity, values, errors, names, record, within)
    sections = tuple(
        section for written in defaults.sections(entity) if (section := _section(entity, written, asking))
    )
    words = entity.spec.words
    title = words.edit if record is not None else words.add
    label = entity.spec.label.of(locale.get())
    fallback = say("Edit {label}", label=label) if record is not None else say("New {label}", label=label)
    shown = title.of(locale.get()) if title else fallback
    submit = words.submit.of(locale.get()) if words.submit else say("Save")
    here = f"{buttons.root(entity)}/edit/{record.id}" if record is not None else f"{buttons.root(entity)}/add"
    back = stay or next_url(_back_url(entity, within))
    stays = back == mine_url(entity)
    hidden = [("next", stay or request.values.get("next", ""))] + (
        [("of", f"{within[0]}:{within[1]}")] if within else []
    )
    hidden += once.token(record)
    return render_template(
        "form.html",
        page=FormPage(
            shell=shell_of(
                entity.portal, () if stays else (Crumb(shown),), back if stays else list_url(entity)
            ),
            title=shown,
            action=here,
            ways=ways(entity, asking),
            alerts=of_record(entity, record.id) if record is not None else (),
            sections=sections,
            submit=(Submit(submit, style="primary"),),
            cancel=None if stays else Action(say("Cancel"), back),
            errors=tuple(_summary(sections, errors)),
            hidden=tuple((name, value) for name, value in hidden if value),
            version=str(record.version) if record is not None else "",
            record_env=json.dumps(asking.environment(), ensure_ascii=False, default=str),
            is_new=record is None,
            steps=entity.spec.steps,
            upload_url=f"{buttons.root(entity)}/upload",
        ),
    )


def _section(entity: Entity, written: Section, asking: Asking) -> FormSection | None:
    names = flat(entity, written)
    fields = tuple(
        field for entry in entries(written, names) for field in asking.line(entry) if field is not None
    )
    table = next((asking.table(name) for name in names if entity.fields[name].type == "table"), None)
    if not fields and table is None:
        return None
    return FormSection(
        title=written.section.of(locale.get()),
        fields=fields,
        subtitle=written.help.of(locale.get()) if written.help else "",
        table=table,
        visible=live(written.when),
        code=written.section.zh,
    )


def _summary(sections: tuple[FormSection, ...], errors: Mapping[str, list[str]]) -> list[tuple[str, str]]:
    shown = {f.name: f.key for section in sections for f in section.fields}
    for section in sections:
        if section.table is not None:
            shown |= {f.name.replace("-", "."): f.key for row in section.table.rows for f in row.fields}
            shown[section.table.name] = section.table.key
    return [
        (shown.get(name, ""), _placed(name, sentence)) for name, told in errors.items() for sentence in told
    ]


def _placed(name: str, sentence: str) -> str:
    """The sentence with the number of its child row, for ``lines.1.qty`` stands in the second."""
    row = name.split(".")[1:2]
    return say("Row {n}: {what}", n=int(row[0]) + 1, what=sentence) if row and row[0].isdigit() else sentence


def _back_url(entity: Entity, within: tuple[str, int] | None) -> str:
    return list_url(entity) + (f"?of={within[0]}:{within[1]}" if within else "")


def _saved(entity: Entity, within: tuple[str, int] | None, made: int = 0) -> ResponseReturnValue:
    """``made``: the new record, which a person on the phone is led to."""
    portal = context.world().manifest.portals[entity.portal].spec
    words = entity.spec.words.saved or portal.messages.saved
    leave_toast(
        "good",
        words.of(locale.get()) if words else say("{label} saved", label=entity.spec.label.of(locale.get())),
    )
    tell_left_out()
    who = context.principal()
    shown = made and who.seat and context.world().grants.may(who, entity.key, "read")
    return go(f"{buttons.root(entity)}/show/{made}" if shown else next_url(_back_url(entity, within)))
