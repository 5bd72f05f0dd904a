"""The dialog of a move, as a part over the list or as a page; the move itself; one move for ticked rows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from fab_app.core.problems import Refused
from fab_app.core.words import locale, say
from fab_app.expr import Expr
from fab_app.fields.base import Field
from fab_app.runtime.dialogs import defaults_of
from fab_app.runtime.judging import Conflict, Deadlocked
from fab_app.runtime.moves import Case, fire, opened, permitted
from fab_app.runtime.reading import Record
from fab_app.spec.layout import Section
from fab_app.spec.manifest import Entity, dialog_of
from fab_app.web import context
from fab_app.web.notices import go, leave_toast, next_url
from fab_app.web.pages import Action, Crumb, DetailItem, DetailSection, Dialog, FormPage, FormSection, Submit
from fab_app.web.screens import buttons
from fab_app.web.screens.access import require
from fab_app.web.screens.asking import Asking
from fab_app.web.screens.batches import ids, only
from fab_app.web.screens.detailed import seen_item
from fab_app.web.screens.fates import tell
from fab_app.web.screens.laid import live
from fab_app.web.screens.left_out import tell_left_out
from fab_app.web.screens.remarks import of_record
from fab_app.web.screens.ticked import rule, written
from fab_app.web.screens.typed import posted
from fab_app.web.shell import list_url, mine_url, shell_of


def do(entity: Entity, pk: int, code: str) -> ResponseReturnValue:
    """GET asks, POST moves; what is refused is said beside its field, and nothing that was typed is lost."""
    _allowed(entity, code)
    writer = context.writer()
    if request.method != "POST":
        case = opened(writer, entity, pk, code)
        return _draw(case, _begins(case), {})
    case = opened(writer, entity, pk, code)
    raw = posted(context.world().manifest, case.asks, _names(case), request.form)
    version = request.form.get("version", "")
    try:
        move = fire(writer, entity, pk, code, raw, int(version) if version.isdecimal() else None)
    except Refused as refusal:
        context.session().rollback()
        if refusal.status in (403, 404):
            raise
        errors = refusal.errors or {"": [refusal.sentence]}
        return _draw(case, {**_begins(case), **raw}, errors), refusal.status
    context.session().commit()
    leave_toast("good", _saved(entity, move.saved))
    tell_left_out()
    return go(next_url(list_url(entity)))


def do_many(entity: Entity, code: str) -> ResponseReturnValue:
    """The same move for ticked rows: first what it asks, then each row has its own fate, and each is told."""
    _allowed(entity, code)
    button = written(entity, code)
    if button is not None and request.method != "POST" and not entity.moves[code][0].batch:
        return do(entity, only(rule(entity, button)), code)
    move = _batched(entity, code)
    none = rule(entity, button).none if button is not None else ""
    keys, asks = ids(none), dialog_of(entity, code, move)
    names = [name for name in move.dialog if name in asks.fields]
    if request.method != "POST" or (names and "asked" not in request.form):
        return _draw_many(entity, asks, code, keys, {})
    raw = posted(context.world().manifest, asks, names, request.form)
    done, refused = 0, list[tuple[int, Refused]]()
    for key in keys:
        try:
            with context.session().begin_nested():
                fire(context.writer(), entity, key, code, raw)
            done += 1
        except Deadlocked:
            raise
        except Refused as refusal:
            refused.append((key, refusal))
    if names and not done and all(refusal.errors for _, refusal in refused):
        context.session().rollback()
        return _draw_many(entity, asks, code, keys, refused[0][1].errors, raw), 422
    context.session().commit()
    tell(entity, done, refused, say("{label}: {count} done", label=move.label.of(locale.get()), count=done))
    return go(next_url(list_url(entity)))


def _batched(entity: Entity, code: str) -> Any:
    move = entity.moves[code][0]
    if not move.batch:
        raise Refused(say("This step is made one record at a time"))
    return move


def _allowed(entity: Entity, code: str) -> None:
    require(entity, f"move:{code}")
    permitted(context.writer(), entity, code)


def _saved(entity: Entity, own: Any) -> str:
    words = own or context.world().manifest.portals[entity.portal].spec.messages.saved
    return words.of(locale.get()) if words else say("Done")


# --- what is asked -------------------------------------------------------------------------------


def _names(case: Case) -> list[str]:
    hidden = context.world().grants.fields(context.principal(), case.entity.key).hidden
    return [name for name in case.move.dialog if name in case.asks.fields and name not in hidden]


def _begins(case: Case) -> dict[str, Any]:
    """The record, and of the dialog what it begins with."""
    names = _names(case)
    return {
        **case.before,
        **dict.fromkeys(names),
        **_standing(case, names),
        **defaults_of(case, names, {}, {}),
    }


def _standing(case: Case, names: list[str]) -> dict[str, Any]:
    """What the dialog takes over from the record."""
    taken = tuple((name,) for name in names if name in case.move.standing) + _read_live(case, names)
    record = context.reader(case.entity).one(case.entity, case.id, taken) if taken else None
    return {} if record is None else {path[0]: record.values.get(path[0]) for path in taken}


def _read_live(case: Case, names: list[str]) -> tuple[tuple[str], ...]:
    """The computed fields of the record that cautions ask for, as far as the person may read them."""
    asking, fields = context.asking(case.entity), case.entity.fields
    cautions = [one.when for name in names if (one := case.asks.fields[name].caution) is not None]
    read = dict.fromkeys(path[0] for when in cautions for path in when.paths if len(path) == 1)
    return tuple(
        (name,)
        for name in read
        if name in fields and fields[name].type == "computed" and asking.shows((name,))
    )


def _asking(case: Case, values: Mapping[str, Any], errors: Mapping[str, list[str]]) -> Asking:
    record = Record(case.id, case.version, {})
    return Asking(case.asks, values, errors, _names(case), record, None)


def _draw(case: Case, values: Mapping[str, Any], errors: Mapping[str, list[str]]) -> str:
    asking, move = _asking(case, values, errors), case.move
    entity, label = case.entity, buttons.move_label(move, case.env())
    title = move.title.of(locale.get()) if move.title else label
    sections = _sections(case, asking)
    shown = {field.name: field.key for section in sections for field in section.fields}
    told = tuple((shown.get(n, ""), sentence) for n, found in errors.items() for sentence in found)
    hidden = tuple((n, v) for n, v in (("next", request.values.get("next", "")),) if v)
    action = f"{buttons.root(entity)}/do/{case.code}/{case.id}"
    submit = move.submit.of(locale.get()) if move.submit else label
    env = json.dumps(asking.environment(), ensure_ascii=False, default=str)
    lines = (move.confirm.of(locale.get()),) if move.confirm else ()
    back = next_url(list_url(entity))
    part = request.headers.get("HX-Target") == "k-dialog"
    if move.page and not part:
        return render_template(
            "form.html",
            page=FormPage(
                shell=shell_of(entity.portal, (Crumb(title),), list_url(entity)),
                title=title,
                action=action,
                sections=(*_shown_sections(case), *sections),
                submit=(Submit(submit, style="danger" if move.style == "danger" else "primary"),),
                cancel=None if back == mine_url(entity) else Action(say("Cancel"), back),
                lines=lines,
                alerts=of_record(entity, case.id),
                errors=told,
                hidden=hidden,
                version=str(case.version),
                record_env=env,
                is_new=False,
                upload_url=f"{buttons.root(entity)}/upload",
            ),
        )
    return render_template(
        "dialog.html",
        page=Dialog(
            title=title,
            action=action,
            fields=tuple(field for section in sections for field in section.fields),
            submit=submit,
            danger=move.style == "danger",
            shell=None if part else shell_of(entity.portal, (Crumb(label),), list_url(entity)),
            cancel_url=back,
            subject=_subject(case),
            lines=lines,
            errors=told,
            hidden=hidden,
            version=str(case.version),
            record_env=env,
            upload_url=f"{buttons.root(entity)}/upload",
        ),
    )


def _sections(case: Case, asking: Asking) -> tuple[FormSection, ...]:
    written = case.move.sections or (Section(section=case.move.label, fields=tuple(_names(case))),)
    found = []
    for section in written:
        names = _names(case) if section.fields == "*" else section.fields
        lines = [(name,) if isinstance(name, str) else name for name in names]
        fields = tuple(field for line in lines for field in asking.line(line) if field is not None)
        if fields:
            title, when = section.section.of(locale.get()), live(section.when)
            note = section.help.of(locale.get()) if section.help else ""
            found.append(FormSection(title, fields, note, visible=when, code=section.section.zh))
    return tuple(found)


def _subject(case: Case) -> tuple[DetailItem, ...]:
    return tuple(item for _, items in _read(case) for item in items)


def _shown_sections(case: Case) -> tuple[FormSection, ...]:
    return tuple(FormSection(title, read=DetailSection(title, items)) for title, items in _read(case))


def _read(case: Case) -> list[tuple[str, tuple[DetailItem, ...]]]:
    """What stands above the questions: fields of the record, as this person may read them."""
    entity, asking = case.entity, context.asking(case.entity)
    parts = case.move.show
    names = {
        index: [name for name in part.fields if asking.shows(tuple(name.split(".")))]
        for index, part in enumerate(parts)
    }
    paths = tuple(dict.fromkeys(tuple(name.split(".")) for listed in names.values() for name in listed))
    if not paths:
        return []
    reader = context.reader(entity)
    flags: list[Expr] = [part.when for part in parts if part.when is not None]
    record = reader.one(entity, case.id, paths, flags, action=f"move:{case.code}")
    if record is None:
        raise Conflict(say("This step is not possible now"))
    return [
        (
            part.section.of(locale.get()),
            tuple(seen_item(reader, entity, name).item(entity, record, reader.show) for name in names[index]),
        )
        for index, part in enumerate(parts)
        if part.when is None or record.flags.get(part.when.text)
    ]


def _draw_many(
    entity: Entity,
    asks: Entity,
    code: str,
    keys: list[int],
    errors: Mapping[str, list[str]],
    typed: Mapping[str, Any] | None = None,
) -> str:
    move = entity.moves[code][0]
    names = [name for name in move.dialog if name in asks.fields]
    plain = {
        n: f.default
        for n in names
        if isinstance(f := asks.fields[n], Field) and not isinstance(f.default, Expr)
    }
    asking = Asking(asks, {**plain, **(typed or {})}, errors, names, None, None)
    fields = tuple(field for name in names for field in asking.line((name,)) if field is not None)
    shown = {field.name: field.key for field in fields}
    told = tuple((shown.get(n, ""), sentence) for n, found in errors.items() for sentence in found)
    label = move.label.of(locale.get())
    lines = [say("{count} rows are ticked", count=len(keys))]
    lines += [move.confirm.of(locale.get())] if move.confirm else []
    hidden = [("ids", str(key)) for key in keys] + [("asked", "1"), ("next", request.values.get("next", ""))]
    part = request.headers.get("HX-Target") == "k-dialog"
    return render_template(
        "dialog.html",
        page=Dialog(
            title=label,
            action=f"{buttons.root(entity)}/do/{code}",
            fields=fields,
            submit=move.submit.of(locale.get()) if move.submit else label,
            danger=move.style == "danger",
            shell=None if part else shell_of(entity.portal, (Crumb(label),), list_url(entity)),
            cancel_url=next_url(list_url(entity)),
            lines=tuple(lines),
            errors=told,
            hidden=tuple((name, value) for name, value in hidden if value),
            record_env=json.dumps(asking.environment(), ensure_ascii=False, default=str),
            upload_url=f"{buttons.root(entity)}/upload",
        ),
    )
