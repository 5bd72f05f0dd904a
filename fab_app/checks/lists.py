"""Lists: columns, the query form, order, buttons, what they look like inside another record."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from fab_app.checks.doors import unknown_settings
from fab_app.checks.paths import Astray, backwards, field_hint, is_reference, named, walked
from fab_app.core.problems import Place, Problem, nearest
from fab_app.core.source import Loc
from fab_app.fields.base import Field
from fab_app.spec.listing import Button, Column, Link, Listing, Opening, Press, Remark, Search, Step, Tab
from fab_app.spec.manifest import Entity, Manifest

OF_THE_DAY = frozenset(("today", "now", "below", "covers", "depth_of"))


def check(manifest: Manifest) -> Iterator[Problem]:
    for entity in manifest.entities.values():
        listing = entity.spec.listing
        yield from _shown(manifest, entity, listing, ("listing",))
        for code, tab in listing.tabs.items():
            yield from _shown(manifest, entity, tab, ("listing", "tabs", code))
            for index, remark in enumerate(tab.remarks):
                yield from _remark(manifest, entity, remark, ("listing", "tabs", code, "remarks", index))
        for loc, button in listing.buttons():
            yield from _button(manifest, entity, button, loc)
        yield from _within(manifest, entity)
        if listing.footer is not None and listing.footer.each is not None:
            yield from _context(entity, listing.footer.each, ("listing", "footer", "each"))
        for index, remark in enumerate(listing.remarks):
            yield from _remark(manifest, entity, remark, ("listing", "remarks", index))


def _column(
    manifest: Manifest, entity: Entity, column: Column, loc: Loc, seen: set[str]
) -> Iterator[Problem]:
    place = entity.document.value_at(*loc, "field")
    found = walked(manifest, entity, column.field)
    if isinstance(found, Astray):
        yield Problem("list.E001", found.text, place, found.hint)
    elif found is not None and not found[1].readable:
        yield Problem("list.E002", f"'{column.field}' is never shown to anybody", place, "remove it")
    elif found is not None and column.badge is not None:
        yield from _badge(manifest, entity, found[1], column, loc)
    if column.field in seen:
        yield Problem(
            "list.E003", f"the column '{column.field}' stands here twice", place, "remove one of them"
        )
    seen.add(column.field)
    if column.outside is not None:
        yield from _context(entity, column.outside, (*loc, "outside"))


def _badge(manifest: Manifest, entity: Entity, field: Field, column: Column, loc: Loc) -> Iterator[Problem]:
    codes = field.field_type().codes
    if codes is None and field.field_type().kind == "bool":
        codes = frozenset(("true", "false"))
    for code in column.badge or ():
        if codes is not None and code not in codes:
            text = f"'{code}' is no value of '{column.field}'"
            yield Problem("list.E004", text, entity.document.at(*loc, "badge", code), nearest(code, codes))


def _search(manifest: Manifest, entity: Entity, search: Search, loc: Loc) -> Iterator[Problem]:
    place = entity.document.value_at(*loc, "field")
    found = walked(manifest, entity, search.field)
    if isinstance(found, Astray):
        yield Problem("list.E005", found.text, place, found.hint)
    elif found is not None and not found[1].operators:
        yield Problem("list.E006", f"'{search.field}' cannot be searched by", place, "remove it")
    elif found is not None and search.by is not None and search.by not in found[1].operators:
        text = f"'{search.field}' cannot be searched by '{search.by}'"
        hint = nearest(search.by, found[1].operators)
        yield Problem("list.E007", text, entity.document.value_at(*loc, "by"), hint)


def _shown(manifest: Manifest, entity: Entity, spec: Listing | Tab, loc: Loc) -> Iterator[Problem]:
    seen: set[str] = set()
    for index, column in enumerate(spec.columns):
        yield from _column(manifest, entity, column, (*loc, "columns", index), seen)
    for index, search in enumerate(spec.search):
        yield from _search(manifest, entity, search, (*loc, "search", index))
    yield from _order(manifest, entity, spec.order, (*loc, "order"))


def _remark(manifest: Manifest, entity: Entity, remark: Remark, loc: Loc) -> Iterator[Problem]:
    when, document = remark.when, entity.document
    if when is not None and (when.paths or when.children or when.calls & OF_THE_DAY):
        text = "a remark stands over many rows, so its condition reads the person alone"
        yield Problem("list.E019", text, document.value_at(*loc, "when"), "write user.…")
    settings = manifest.portals[entity.portal].spec.settings
    for key in unknown_settings(settings, remark.text):
        hint = nearest(key, settings) or "add it to 'settings:' of portal.yaml"
        yield Problem("list.E021", f"there is no setting '{key}'", document.at(*loc, "text"), hint)


def _order(manifest: Manifest, entity: Entity, written: str | None, loc: Loc) -> Iterator[Problem]:
    place = entity.document.value_at(*loc)
    for part in (written or "").split(","):
        path = part.strip().removeprefix("-")
        found = walked(manifest, entity, path) if path else None
        if isinstance(found, Astray):
            yield Problem("list.E008", found.text, place, found.hint)
        elif found is not None and (found[1].many or not found[1].sortable):
            yield Problem(
                "list.E009",
                f"rows cannot stand in the order of '{path}'",
                place,
                "name a field with one value",
            )


def _button(manifest: Manifest, entity: Entity, button: object, loc: Loc) -> Iterator[Problem]:
    yield from _of_ticked(entity, button, loc)
    within = getattr(button, "within", None)
    if within is not None:
        yield from _context(entity, within, (*loc, "within"))
    if isinstance(button, Link):
        yield from _link(manifest, entity, button, loc)
    elif isinstance(button, Opening):
        yield from _opening(manifest, entity, button, loc)
    elif isinstance(button, Step):
        yield from _step(entity, button, loc)


def _of_ticked(entity: Entity, button: object, loc: Loc) -> Iterator[Problem]:
    """What only a toolbar's button for ticked rows says, and what its condition may read."""
    document, when = entity.document, getattr(button, "when", None)
    if loc[-2] == "toolbar" and when is not None and (when.paths or when.children or when.calls & OF_THE_DAY):
        text = "a toolbar stands over many rows, so its condition reads the person alone"
        yield Problem("list.E019", text, document.value_at(*loc, "when"), "write user.…")
    acts = isinstance(button, Step) or getattr(button, "button", "") in ("edit", "show", "delete")
    for key in ("none", "many", "confirm") if isinstance(button, Press | Step) else ():
        if getattr(button, key, None) is not None and not (loc[-2] == "toolbar" and acts):
            text = f"'{key}' is said of ticked rows, and this button acts on none"
            yield Problem("list.E020", text, document.at(*loc, key), "remove it, or write it in 'toolbar:'")


def _step(entity: Entity, step: Step, loc: Loc) -> Iterator[Problem]:
    """A bare word that is no button of the framework is a move, of one record."""
    if step.move not in entity.moves:
        text = f"'{step.move}' is neither a button nor a move of {entity.name}"
        hint = nearest(step.move, {*get_args(Button), *entity.moves})
        yield Problem("list.E018", text, entity.document.value_at(*loc), hint)


def _opening(manifest: Manifest, entity: Entity, button: Opening, loc: Loc) -> Iterator[Problem]:
    target = named(manifest, entity.portal, button.open)
    if isinstance(target, Astray):
        yield Problem("list.E022", target.text, entity.document.value_at(*loc, "open"), target.hint)
    if loc[-2] == "row":
        text = "a way to another entity has nothing to do with one row"
        yield Problem("list.E022", text, entity.document.at(*loc), "move it to 'toolbar:'")


def _link(manifest: Manifest, entity: Entity, link: Link, loc: Loc) -> Iterator[Problem]:
    document = entity.document
    if loc[-2] == "toolbar":
        text = "a link leads from one row to its records, and a toolbar has no row"
        yield Problem("list.E010", text, document.at(*loc), "move it to 'row:'")
    child = named(manifest, entity.portal, link.link)
    if isinstance(child, Astray):
        yield Problem("list.E011", child.text, document.value_at(*loc, "link"), child.hint)
    elif child is not None:
        yield from points_back(
            manifest, child, entity, link.by, document.value_at(*loc, "by" if link.by else "link")
        )
    if link.count is not None and link.count not in entity.fields:
        text = f"'{link.count}' is not a field of {entity.name}"
        yield Problem("list.E012", text, document.value_at(*loc, "count"), field_hint(entity, link.count))


def points_back(
    manifest: Manifest, child: Entity, parent: Entity, by: str | None, place: Place
) -> Iterator[Problem]:
    """Whether it is clear by which reference the child's records belong to the parent's."""
    back = backwards(manifest, child, parent)
    if not back:
        text = f"{child.name} has no reference to {parent.name}"
        yield Problem(
            "list.E013", text, place, f"give {child.name} a field of type ref with 'to: {parent.name}'"
        )
    elif by is not None and by not in back:
        text = f"'{by}' of {child.name} is no reference to {parent.name}"
        yield Problem("list.E014", text, place, nearest(by, back))
    elif by is None and len(back) > 1:
        text = f"{child.name} refers to {parent.name} by {', '.join(back)}"
        yield Problem("list.E015", text, place, f"add 'by: {back[0]}'")


def _within(manifest: Manifest, entity: Entity) -> Iterator[Problem]:
    for name, within in entity.spec.listing.within.items():
        yield from _context(entity, name, ("listing", "within", name), key=True)
        target = manifest.target(entity, name)
        for index, path in enumerate(within.header):
            found = walked(manifest, target, path) if target is not None else None
            if isinstance(found, Astray):
                place = entity.document.value_at("listing", "within", name, "header", index)
                yield Problem("list.E016", found.text, place, found.hint)


def _context(entity: Entity, name: str, loc: Loc, key: bool = False) -> Iterator[Problem]:
    """``outside``, ``within`` and ``each`` name a reference of this entity."""
    references = [one for one, field in entity.fields.items() if is_reference(field)]
    if name not in references:
        place = entity.document.at(*loc) if key else entity.document.value_at(*loc)
        text = f"'{name}' is no reference of {entity.name}"
        yield Problem("list.E017", text, place, nearest(name, references))
