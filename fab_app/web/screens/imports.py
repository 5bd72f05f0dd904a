"""Excel in on screen: choose a file, see what is wrong, import it or its good rows, take it back."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Flask, make_response, render_template, request
from flask.typing import ResponseReturnValue

from fab_app.core.problems import Refused
from fab_app.core.text import Text
from fab_app.core.words import locale, say
from fab_app.fields.file import written_size
from fab_app.runtime.imports.batch import Batch
from fab_app.runtime.imports.service import Imports, told
from fab_app.runtime.imports.undoing import undo as undo_batch
from fab_app.spec.manifest import Entity
from fab_app.web import context
from fab_app.web.imports import batch_of, imports_of, marked_file, template_file, uploaded, within
from fab_app.web.notices import go, leave_toast
from fab_app.web.pages import Action, Crumb, Empty
from fab_app.web.pages.imports import UploadPage
from fab_app.web.screens.access import require_person
from fab_app.web.screens.buttons import root
from fab_app.web.screens.import_pages import back_of, result, run_of, steps, title_of
from fab_app.web.shell import list_url, shell_of

_STOP_POLLING = 286


def upload(entity: Entity) -> ResponseReturnValue:
    require_person()
    imports = imports_of(entity)
    if request.method != "POST":
        return render_template("import.html", page=_upload_page(imports))
    try:
        here = within(imports)
        imports.context(here)
        name, content = uploaded(imports)
        batch = imports.upload(name, content, "", here, dry=True)
    except Refused as refusal:
        if refusal.status not in (400, 413, 415, 422):
            raise
        context.session().rollback()
        page = _upload_page(imports_of(entity), refusal.sentence)
        return make_response(render_template("import.html", page=page), refusal.status)
    context.session().commit()
    return go(address(entity, batch))


def show(entity: Entity, uuid: str) -> ResponseReturnValue:
    require_person()
    imports = imports_of(entity)
    batch = batch_of(imports, uuid)
    polled = request.headers.get("HX-Trigger") == "poll"
    page = result(imports, batch, address(entity, batch))
    status = _STOP_POLLING if polled and not page.poll else 200
    return make_response(render_template("imported.html", page=page), status)


def write(entity: Entity, uuid: str) -> ResponseReturnValue:
    require_person()
    imports = imports_of(entity)
    batch = batch_of(imports, uuid)
    mode = "good_rows" if batch.bad and "good_rows" in imports.spec.mode else ""
    done = imports.write(batch, mode)
    context.session().commit()
    leave_toast("good" if done.state != "refused" else "bad", told(imports.spec, done))
    return go(address(entity, done))


def drop(entity: Entity, uuid: str) -> ResponseReturnValue:
    require_person()
    imports = imports_of(entity)
    batch = imports.drop(batch_of(imports, uuid))
    context.session().commit()
    leave_toast("good", say("The upload is thrown away, nothing was imported"))
    return go(_again(imports, batch))


def undo(entity: Entity, uuid: str) -> ResponseReturnValue:
    require_person()
    imports = imports_of(entity)
    batch = batch_of(imports, uuid)
    try:
        done = undo_batch(imports, batch)
    except Refused as refusal:
        if refusal.status != 409:
            raise
        context.session().rollback()
        leave_toast("bad", refusal.sentence)
        return go(address(entity, batch))
    context.session().commit()
    leave_toast("good", told(imports.spec, done))
    return go(address(entity, done))


def template(entity: Entity) -> ResponseReturnValue:
    require_person()
    return template_file(imports_of(entity))


def marked(entity: Entity, uuid: str) -> ResponseReturnValue:
    require_person()
    return marked_file(imports_of(entity), uuid)


def address(entity: Entity, batch: Batch) -> str:
    return f"{root(entity)}/import/{batch.uuid}"


def _again(imports: Imports, batch: Batch) -> str:
    name = imports.spec.within
    more = f"?{urlencode({name: batch.within})}" if name is not None and batch.within else ""
    return f"{root(imports.entity)}/import{more}"


def _upload_page(imports: Imports, error: str = "") -> UploadPage:
    entity, spec, here = imports.entity, imports.spec, within(imports)
    hidden = ((spec.within, str(here)),) if spec.within is not None and here is not None else ()
    query = f"?{urlencode(hidden)}" if hidden else ""
    title = title_of(imports)
    size = written_size(spec.max_size)
    return UploadPage(
        shell=shell_of(entity.portal, (Crumb(title),), list_url(entity)),
        title=title,
        back=back_of(imports, here),
        steps=steps("upload"),
        url=f"{root(entity)}/import",
        template=Action(
            say("Download the template"), f"{root(entity)}/import-template.xlsx{query}", "file-spreadsheet"
        ),
        columns=tuple((c.label, _note(c.field.help), c.required) for c in imports.plan.columns),
        runs=tuple(run_of(imports, batch, address(entity, batch)) for batch in imports.batches.latest()),
        empty=Empty(
            "file-import", say("Nothing was imported here yet"), say("Fill in the template and upload it.")
        ),
        limits=say("An xlsx file of at most {size} and {rows} rows", size=size, rows=f"{spec.most:,}"),
        error=error,
        hidden=hidden,
    )


def _note(words: Text | None) -> str:
    return words.of(locale.get()) if words is not None else ""


_RULES = (
    ("import", upload, ("GET", "POST")),
    ("import-template.xlsx", template, ("GET",)),
    ("import/<uuid>", show, ("GET",)),
    ("import/<uuid>/marked.xlsx", marked, ("GET",)),
    ("import/<uuid>/write", write, ("POST",)),
    ("import/<uuid>/drop", drop, ("POST",)),
    ("import/<uuid>/undo", undo, ("POST",)),
)


def install(app: Flask, entity: Entity) -> None:
    from fab_app.web.screens.view import bound

    for path, page, methods in _RULES:
        name = f"{entity.key}.{page.__name__}_import"
        app.add_url_rule(f"{root(entity)}/{path}", name, bound(page, entity), methods=list(methods))
