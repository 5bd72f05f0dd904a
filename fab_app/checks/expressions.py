"""Every expression of every definition is read against the fields it names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from fab_app.checks.chart_formulas import charts_written
from fab_app.checks.formulas import Written, judged
from fab_app.core.problems import Problem
from fab_app.core.source import Loc
from fab_app.expr import Expr, FieldType, Kind, Path
from fab_app.expr import check as misfits
from fab_app.fields.base import Field
from fab_app.spec.layout import DetailTable
from fab_app.spec.manifest import BASE, Entity, Manifest, Menu, Portal, Role
from fab_app.spec.portal import SCOPES, MenuItem, RowsByAction
from fab_app.spec.seat import kind_of
from fab_app.spec.typing import ManifestTypes

OF_THE_KIND = ("default", "value", "of")
ALONE = ("default", "required", "check", "of")
"""Keys of a field that are run over the one record that is written."""


def check(manifest: Manifest) -> Iterator[Problem]:
    for written in everywhere(manifest):
        yield from judged(manifest, written)


def everywhere(manifest: Manifest) -> Iterator[Written]:
    for entity in manifest.entities.values():
        yield from _fields(manifest, entity)
        yield from _rules(entity)
        yield from _screens(manifest, entity)
    for portal in manifest.portals.values():
        yield from _notices(manifest, portal)
        yield from charts_written(manifest, portal)
    for menu in manifest.menus.values():
        yield from _menu(manifest, menu, menu.spec.items, ())
    for role in manifest.roles.values():
        yield from _rows(manifest, role)


def _notices(manifest: Manifest, portal: Portal) -> Iterator[Written]:
    """Whom a notice reaches: an expression over accounts that knows the record it is about."""
    views = [entity for entity in manifest.of_portal(portal.name) if entity.owner == f"{BASE}.user"]
    account = views[0].key if len(views) == 1 else f"{BASE}.user"
    for event, notice in portal.spec.notices.items():
        about = manifest.entity(portal.name, notice.about)
        outer = {"outer": FieldType(Kind.ref, about.key)} if about is not None else {}
        for index, receiver in enumerate(notice.to):
            if receiver.when is not None and about is not None:
                loc = ("notices", event, "to", index, "when")
                yield Written(receiver.when, portal.document, loc, about.key)
            kind = kind_of(portal, receiver.kind)
            seated = (
                manifest.entity(portal.name, portal.spec.seats[kind].entity) if kind is not None else None
            )
            if receiver.seats is not None and about is not None and seated is not None:
                loc = ("notices", event, "to", index, "seats")
                yield Written(receiver.seats, portal.document, loc, seated.key, Kind.bool, outer, portal.name)
            if receiver.accounts is not None and about is not None:
                loc = ("notices", event, "to", index, "accounts")
                yield Written(receiver.accounts, portal.document, loc, account, Kind.bool, outer, portal.name)
        for index, one in enumerate(notice.also if about is not None else ()):
            assert about is not None
            yield Written(one.when, portal.document, ("notices", event, "also", index, "when"), about.key)


def formulas(spec: Any) -> Iterator[tuple[str, Expr]]:
    """The keys of one piece of a definition that hold an expression."""
    for key in type(spec).model_fields:
        value = getattr(spec, key)
        if isinstance(value, Expr):
            yield key, value


def _fields(manifest: Manifest, entity: Entity) -> Iterator[Written]:
    for name, field in entity.spec.fields.items():
        if field.caution is not None:
            yield Written(
                field.caution.when, entity.document, ("fields", name, "caution", "when"), entity.key
            )
        for key, expr in formulas(field):
            if key == "where":
                yield from _chosen(manifest, entity, name, field, expr)
            else:
                want = _kind_of(manifest, entity, field, expr) if key in OF_THE_KIND else Kind.bool
                place, alone = ("fields", name, key), key in ALONE
                of = field.field_type().of if key in OF_THE_KIND else ""
                yield Written(expr, entity.document, place, entity.key, want, alone=alone, of=of)


def _kind_of(manifest: Manifest, entity: Entity, field: Field, expr: Expr) -> Kind:
    """What a value must be; a field with many values takes one of them too."""
    type_ = field.field_type()
    member = Kind.ref if type_.target else Kind.text
    if type_.kind is Kind.many and not misfits(
        expr, ManifestTypes(manifest, entity.portal), entity.key, member
    ):
        return member
    return type_.kind


def _chosen(manifest: Manifest, entity: Entity, name: str, field: Field, expr: Expr) -> Iterator[Written]:
    """``where`` runs over the rows of the other entity; of a reference it knows the record that refers."""
    other = field.needs().get("entity", "")
    target = manifest.entity(entity.portal, other) if isinstance(other, str) else None
    refers = bool(field.field_type().target)
    outer = {"outer": FieldType(Kind.ref, entity.key)} if refers else {}
    if target is not None:
        loc = ("fields", name, "where")
        yield Written(expr, entity.document, loc, target.key, Kind.bool, outer, entity.portal)


def _rules(entity: Entity) -> Iterator[Written]:
    if entity.spec.everyone is not None:
        yield Written(entity.spec.everyone.rows, entity.document, ("everyone", "rows"), entity.key)
    if entity.spec.single is not None:
        yield from _claims(entity, entity.spec.single, ("single",))
        for index, way in enumerate(entity.spec.single.ways):
            yield from _claims(entity, way, ("single", "ways", index))
    for index, rule in enumerate(entity.spec.checks):
        yield Written(rule.check, entity.document, ("checks", index, "check"), entity.key, alone=True)
    for index, lock in enumerate(entity.spec.locks):
        yield from _claims(entity, lock, ("locks", index))
    for role, holds in entity.spec.roles_by.items():
        yield Written(holds, entity.document, ("roles_by", role), entity.key)


def _screens(manifest: Manifest, entity: Entity) -> Iterator[Written]:
    listing = entity.spec.listing
    for name, tab in listing.tabs.items():
        yield from _remarks(entity, tab.remarks, ("listing", "tabs", name, "remarks"))
        if tab.where is not None:
            yield Written(tab.where, entity.document, ("listing", "tabs", name, "where"), entity.key)
    for loc, button in listing.buttons():
        yield from _claims(entity, button, loc)
    yield from _remarks(entity, listing.remarks, ("listing", "remarks"))
    for code, foot in listing.footer.numbers.items() if listing.footer is not None else ():
        for key, expr in formulas(foot):
            place = ("listing", "footer", "numbers", code, key)
            yield Written(expr, entity.document, place, entity.key, Kind.decimal)
    yield from _remarks(entity, entity.spec.remarks, ("remarks",))
    for index, section in enumerate(entity.spec.form):
        yield from _claims(entity, section, ("form", index))
    for index, part in enumerate(entity.spec.detail):
        if not isinstance(part, DetailTable):
            yield from _claims(entity, part, ("detail", index))
        elif part.where is not None and (child := manifest.entity(entity.portal, part.table)) is not None:
            loc = ("detail", index, "where")
            yield Written(part.where, entity.document, loc, child.key, portal=entity.portal)


def _remarks(entity: Entity, remarks: Iterable[Any], loc: Loc) -> Iterator[Written]:
    for index, remark in enumerate(remarks):
        yield from _claims(entity, remark, (*loc, index))


def _claims(entity: Entity, spec: Any, loc: Loc) -> Iterator[Written]:
    for key, expr in formulas(spec):
        yield Written(expr, entity.document, (*loc, key), entity.key)


def _menu(manifest: Manifest, menu: Menu, items: tuple[MenuItem, ...], above: Loc) -> Iterator[Written]:
    for index, item in enumerate(items):
        loc = (*above, "items", index)
        if item.when is not None:
            yield Written(item.when, menu.document, (*loc, "when"), "a menu", portal=menu.portal)
        entity = manifest.entity(menu.portal, item.entity) if item.entity else None
        if item.badge is not None and entity is not None:
            yield Written(item.badge, menu.document, (*loc, "badge"), entity.key, portal=menu.portal)
        yield from _menu(manifest, menu, item.items, loc)


def _rows(manifest: Manifest, role: Role) -> Iterator[Written]:
    for name, rows in role.spec.rows.items():
        entity = manifest.entity(role.portal, name)
        if entity is None:
            continue
        for loc, rule in rules_of(name, rows):
            if (
                isinstance(rule, Expr)
                and rule.text not in SCOPE_WORDS
                and bare_word(rule) in ("", *entity.fields)
            ):
                yield Written(rule, role.document, loc, entity.key, portal=role.portal)


SCOPE_WORDS = frozenset((*SCOPES, "org_tree"))


def bare_word(rule: Expr) -> str:
    """The one word of which a rule consists: a scope, rightly or wrongly written, or a boolean field."""
    tree = rule.tree
    return tree.names[0] if isinstance(tree, Path) and tree.root == "this" and len(tree.names) == 1 else ""


def rules_of(name: str, rows: Any) -> Iterator[tuple[Loc, Any]]:
    """The rules of one entity in a role, each with the place where it was written."""
    if not isinstance(rows, RowsByAction):
        yield ("rows", name), rows
        return
    for code, rule in rows.move.items():
        yield ("rows", name, "move", code), rule
    for action in type(rows).model_fields.keys() - {"move"}:
        rule = getattr(rows, action)
        if rule is not None:
            yield ("rows", name, action), rule
