"""What an entity shows where its author said nothing: columns, conditions, sections, buttons."""

from __future__ import annotations

from fab_app.core.text import Text
from fab_app.core.values import once
from fab_app.fields.base import Field
from fab_app.spec.layout import DetailHistory, DetailSection, Section
from fab_app.spec.listing import Act, Column, Press, Search, Step
from fab_app.spec.manifest import Entity

_TOO_LONG = frozenset(
    ("longtext", "richtext", "json", "table", "password", "files", "images", "file", "image")
)
_SEARCHED = frozenset(
    (
        "text",
        "serial",
        "phone",
        "choice",
        "ref",
        "tree_ref",
        "region",
        "org",
        "user",
        "date",
        "datetime",
        "bool",
    )
)
_BY = {
    "text": "contains",
    "serial": "contains",
    "longtext": "contains",
    "phone": "contains",
    "landline": "contains",
    "id_card": "eq",
    "date": "range",
    "datetime": "range",
    "int": "range",
    "decimal": "range",
    "money": "range",
    "percent": "range",
    "tree_ref": "below",
    "region": "below",
    "choices": "contains",
    "refs": "contains",
}
DETAILS = Text("基本信息", "Details")


@once
def columns(entity: Entity) -> tuple[Column, ...]:
    written = entity.spec.listing.columns
    if written:
        return written
    titles = [name for name in entity.title_paths if name in entity.listed]
    rest = [
        name for name in entity.listed if name not in titles and entity.fields[name].type not in _TOO_LONG
    ]
    return tuple(Column(field=name) for name in [*titles, *rest][:8])


@once
def searches(entity: Entity) -> tuple[Search, ...]:
    written = entity.spec.listing.search
    if written:
        return written
    shown = [column.field for column in columns(entity) if "." not in column.field]
    names = [name for name in shown if entity.fields[name].type in _SEARCHED]
    return tuple(Search(field=name) for name in names[:6])


def operator(search: Search, field: Field) -> str:
    """How a condition compares where the author did not say."""
    return search.by or _BY.get(field.type, "eq")


@once
def sections(entity: Entity) -> tuple[Section, ...]:
    return entity.spec.form or (Section(section=DETAILS, fields="*"),)


@once
def details(entity: Entity) -> tuple[object, ...]:
    return entity.spec.detail or (
        DetailSection(section=DETAILS, fields="*"),
        DetailHistory(timeline="moves" if entity.moves else "changes"),
    )


@once
def toolbar(entity: Entity) -> tuple[Act, ...]:
    written = entity.spec.listing.toolbar
    return written if written is not None else (Press(button="add"), Press(button="export"))


@once
def row_buttons(entity: Entity) -> tuple[Act, ...]:
    written = entity.spec.listing.row
    if written is not None:
        return written
    moves = (Step(move=code) for code in entity.moves)
    return (Press(button="show"), *moves, Press(button="edit"), Press(button="delete"))
