"""One question of a form: its widget, what was typed or stands, its errors and live conditions."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from fab_app.core.words import locale, say
from fab_app.expr import Expr, Path, walk
from fab_app.fields.base import Field
from fab_app.fields.faces import Option
from fab_app.fields.file import written_size
from fab_app.fields.ref import Ref, key_of
from fab_app.fields.stored import Stored
from fab_app.runtime.judging import is_true
from fab_app.runtime.reading import Record
from fab_app.spec.manifest import Entity
from fab_app.store.files import Slot, by_ids
from fab_app.web import context
from fab_app.web.pages import FileItem, FormField
from fab_app.web.screens import buttons
from fab_app.web.screens.files import draft_url
from fab_app.web.screens.laid import live
from fab_app.web.screens.matrix import columns, options

_WIDE = frozenset(("longtext", "richtext", "json"))
_FILES = frozenset(("file", "files", "image", "images"))
_FEW_KINDS = 4


def form_field(
    entity: Entity,
    name: str,
    input_name: str,
    value: Any,
    errors: list[str],
    span: int,
    record: Record | None,
) -> FormField:
    spec = entity.fields[name]
    show = context.show(entity.portal)
    widget = spec.asked(value, show)
    if spec.type == "password":
        value = None
        if record is not None and not errors and not entity.move:
            widget = replace(widget, attrs={**widget.attrs, "data-locked": "1"})
    if widget.kind == "rights":
        kind = str(record.values.get("kind") or "") if record else ""
        ticked = options(entity.portal, kind)
        widget = replace(widget, options=ticked, attrs={"actions": "|".join(columns(ticked))})
    url = f"{buttons.root(entity)}/options/{name}?for=form" + (f"&id={record.id}" if record else "")
    url += f"&move={entity.move}" if entity.move else ""
    target = context.world().manifest.target(entity, name)
    new_url, new_label = _new(target, spec)
    return FormField(
        name=input_name,
        label=spec.label.of(locale.get()),
        widget=widget,
        values=_values(spec, value),
        labels=_labels(target, value, record.values.get(name) if record else None)
        if target is not None
        else (),
        files=_files(entity, name, value) if spec.storage == "file" else (),
        required=is_true(spec.required),
        hint=spec.help.of(locale.get()) if spec.help else _limits(spec),
        missing=spec.missing() if spec.required is not None else "",
        errors=tuple(errors),
        span=span or spec.span or span_of(spec),
        visible=live(spec.visible),
        required_if="" if is_true(spec.required) else live(spec.required),
        readonly_if="" if is_true(spec.readonly) else live(spec.readonly),
        value_of=live(spec.default)
        if entity.move and spec.readonly and isinstance(spec.default, Expr)
        else "",
        caution=spec.caution.text.of(locale.get()) if spec.caution else "",
        caution_when=live(spec.caution.when) if spec.caution else "",
        options_url=url if target is not None else "",
        depends=_depends(spec) if target is not None else "",
        field=name,
        align=spec.align,
        new_url=new_url,
        new_label=new_label,
    )


def _new(target: Entity | None, spec: Field) -> tuple[str, str]:
    """The way to a new record of the other entity, for who may make one, and its words."""
    if target is None or not getattr(spec, "new", False):
        return "", ""
    if not context.world().grants.may(context.principal(), target.key, "add"):
        return "", ""
    words = target.spec.words.new_button
    label = words.of(locale.get()) if words else say("New {label}", label=target.spec.label.of(locale.get()))
    return f"{buttons.root(target)}/add", label


def _values(spec: Field, value: Any) -> tuple[str, ...]:
    """What the input holds: a stored value as its field writes it, a typed one as it was typed."""
    if value is None:
        return ()
    if isinstance(value, str) and spec.type not in ("richtext",):
        return (value,)
    if isinstance(value, list):
        return tuple(str(item) for item in value)
    return spec.values(value, context.show("base"))


def _labels(target: Entity, value: Any, stored: Any) -> tuple[Option, ...]:
    """The chosen records with their titles, so that a picker needs not ask for them.

    What was only typed has a title where it may be chosen: a key is no way to a row's name.
    """
    items = value if isinstance(value, list | tuple) else (value,)
    standing = stored if isinstance(stored, tuple) else (stored,)
    known = {item.id: item.title for item in items if isinstance(item, Ref)}
    typed = [item for item in items if isinstance(item, int | str) and str(item).isdecimal()]
    keys = {int(item) for item in typed if len(str(item)) < 18}
    known |= {item.id: item.title for item in standing if isinstance(item, Ref) and item.id in keys}
    asked = sorted(keys - set(known))
    found = context.reader(target).options(target, "", 0, keys=asked, size=len(asked))[0] if asked else []
    return tuple(
        Option(str(key), title) for key, title in (known | {ref.id: ref.title for ref in found}).items()
    )


def _files(entity: Entity, name: str, value: Any) -> tuple[FileItem, ...]:
    items = value if isinstance(value, list | tuple) else ()
    stored = tuple(
        FileItem(str(item.id), item.name, item.url, item.thumb, written(item.size))
        for item in items
        if isinstance(item, Stored)
    )
    ids = [key for item in items if isinstance(item, int | str) and (key := key_of(item)) is not None]
    return (*stored, *_unattached(entity, name, ids))


def _unattached(entity: Entity, name: str, ids: list[int]) -> tuple[FileItem, ...]:
    """Uploads of this form that no record holds yet."""
    if not ids:
        return ()
    slot = Slot(entity.portal, entity.name, name)
    found = by_ids(context.session().connection(), slot, ids, context.principal().maker)
    return tuple(
        FileItem(str(file.id), file.name, "", draft_url(entity, file), written(file.size)) for file in found
    )


def written(size: int) -> str:
    return f"{size / 1024 / 1024:.1f} MB" if size >= 1024 * 1024 else f"{max(1, size // 1024)} KB"


def span_of(spec: Field) -> int:
    if spec.type in _WIDE or (spec.type == "text" and getattr(spec, "lines", 1) > 1):
        return 12
    if spec.type in _FILES:
        return 6
    return 8 if spec.type in ("choices", "refs") else 4


def _limits(spec: Field) -> str:
    """What may be uploaded, said before the choice."""
    if spec.storage != "file":
        return ""
    kinds = [kind for kind in getattr(spec, "extensions", ()) if kind != "jpeg"]
    size, most = written_size(getattr(spec, "max_size", 0)), getattr(spec, "most", 1)
    size = f"{size[:-2]} {size[-2:]}"
    words = say("up to {size} each", size=size) if most > 1 else say("up to {size}", size=size)
    count = (say("at most {count}", count=most),) if 1 < most <= 99 else ()
    named = ("、".join(kinds),) if len(kinds) <= _FEW_KINDS else ()
    return say(", ").join((*named, words, *count))


def _depends(spec: Field) -> str:
    where: Expr | None = getattr(spec, "where", None)
    if where is None:
        return ""
    outer = (node.names for node, _ in walk(where.tree) if isinstance(node, Path) and node.root == "outer")
    return ",".join(sorted({names[0] for names in outer if names}))
