"""Dictionaries that nothing uses, and the codes of the others that definitions name: those cannot be withdrawn."""

from __future__ import annotations

from collections.abc import Iterator

from fab_app.core.problems import Place, Problem
from fab_app.expr import Expr
from fab_app.fields.base import Field
from fab_app.fields.choices import ChoicesField
from fab_app.spec.manifest import Entity, Manifest
from fab_app.spec.moving import states_of
from fab_app.spec.portal import MenuItem

Named = Iterator[tuple[Field, object]]


def check(manifest: Manifest) -> Iterator[Problem]:
    _tell(manifest)
    used = {name for _, name, _ in manifest.books}
    for name in sorted(set(manifest.dictionaries) - used):
        place = Place(f"seeds/dictionaries/{name}.yaml")
        yield Problem(
            "dictionary.W001",
            f"no field uses the dictionary '{name}'",
            place,
            f"write 'of: {name}' in a choice",
        )


def _tell(manifest: Manifest) -> None:
    """The codes that stand in keys and plain values; those within expressions are told where these are judged."""
    for entity in manifest.entities.values():
        for field, code in (*_of_fields(entity), *_of_workflows(entity), *_of_lists(manifest, entity)):
            if field.field_type().of:
                manifest.books.name(entity.portal, field.field_type().of, str(code))
    for menu in manifest.menus.values():
        for item in menu.spec.items:
            for field, code in _of_menu(manifest, menu.portal, item):
                manifest.books.name(menu.portal, field.field_type().of, str(code))


def _of_fields(entity: Entity) -> Named:
    for name, field in entity.fields.items():
        if not isinstance(field.default, Expr):
            yield from ((field, code) for code in _several(field.default))
        if isinstance(field, ChoicesField):
            yield from ((field, code) for code in field.exclusive)
        if name in entity.spec.fixed:
            yield from ((field, code) for code in _several(entity.spec.fixed[name]))


def _of_workflows(entity: Entity) -> Named:
    for workflow in entity.spec.workflows.values():
        if workflow.field in entity.fields:
            yield from ((entity.fields[workflow.field], state) for state in states_of(workflow))
        for move in workflow.moves.values():
            for asked, answers in move.to.items() if isinstance(move.to, dict) else ():
                field = move.dialog.get(asked)
                field = field if isinstance(field, Field) else entity.fields.get(asked)
                yield from ((field, answer) for answer in answers if field is not None)


def _of_lists(manifest: Manifest, entity: Entity) -> Named:
    for column in entity.spec.listing.columns:
        found = manifest.walk(entity, tuple(column.field.split("."))) if column.badge else None
        if found is not None:
            yield from ((found[1], code) for code in column.badge or ())


def _of_menu(manifest: Manifest, portal: str, item: MenuItem) -> Named:
    entity = manifest.entity(portal, item.entity) if item.entity else None
    for name, codes in item.preset.items():
        found = manifest.walk(entity, tuple(name.split("."))) if entity is not None else None
        if found is not None and found[1].field_type().of:
            yield from ((found[1], code) for code in _several(codes))
    for inner in item.items or ():
        if isinstance(inner, MenuItem):
            yield from _of_menu(manifest, portal, inner)


def _several(value: object) -> tuple[object, ...]:
    if value is None:
        return ()
    return tuple(value) if isinstance(value, list | tuple) else (value,)
