"""An entity's own names: title, belongs, tree, unique, indexes, checks, choices, shared fields."""

from __future__ import annotations

from collections.abc import Iterator
from string import Formatter

from fab_app.checks.paths import Astray, backwards, field_hint, is_reference, scalar, walked
from fab_app.core.problems import Problem, nearest
from fab_app.core.source import Loc
from fab_app.core.words import locale
from fab_app.expr import Expr
from fab_app.fields.base import Field
from fab_app.fields.choice import Choosing
from fab_app.spec.manifest import BASE, Entity, Manifest

_TREES = {"org": f"{BASE}.org", "region": f"{BASE}.region", "owner": f"{BASE}.user"}


def check(manifest: Manifest) -> Iterator[Problem]:
    for entity in manifest.entities.values():
        yield from _title(entity)
        yield from _belongs(manifest, entity)
        yield from _tree(manifest, entity)
        yield from _constraints(entity)
        yield from _reuse(entity)
        yield from _checks(entity)
        yield from _fixed(entity)
        yield from _codes(manifest, entity)


def _title(entity: Entity) -> Iterator[Problem]:
    if entity.spec.title is None:
        return
    place = entity.document.value_at("title")
    try:
        parts = list(Formatter().parse(entity.spec.title))
    except ValueError:
        yield Problem(
            "entity.E001",
            "a brace of the title has no partner",
            place,
            "write the code of a field in braces: {name}",
        )
        return
    good = [name for name, field in entity.fields.items() if scalar(field)]
    own = [name for name in good if name in entity.listed]
    for _, name, form, conversion in parts:
        column = (entity.spec.title.find("{" + (name or "")) if name is not None else 0) + 2
        at = entity.document.column_at(column, "title")
        if name is None:
            continue
        if name not in entity.fields:
            yield Problem(
                "entity.E002",
                f"'{name}' of the title is not a field of {entity.name}",
                at,
                nearest(name, own),
            )
        elif name not in good:
            text = f"'{name}' cannot stand in a title: it is not stored as one value of this record"
            yield Problem("entity.E003", text, at, nearest("", own))
        elif form or conversion:
            yield Problem(
                "entity.E001",
                f"only the code of a field stands in the braces of '{name}'",
                at,
                f"write {{{name}}}",
            )


def _belongs(manifest: Manifest, entity: Entity) -> Iterator[Problem]:
    organisations = {_TREES["org"], *_own_organisations(manifest, entity)}
    for axis, path in entity.spec.belongs.items():
        found = walked(manifest, entity, path)
        place = entity.document.value_at("belongs", axis)
        if isinstance(found, Astray):
            yield Problem("entity.E004", found.text, place, found.hint)
        elif found is not None and not is_reference(found[1]):
            text = f"'{path}' is no reference, so nothing can belong to it"
            references = [name for name, field in entity.fields.items() if is_reference(field)]
            yield Problem("entity.E005", text, place, nearest(path, references))
        elif found is not None and axis in _TREES:
            target = manifest.target(found[0], path.rpartition(".")[2])
            wanted = organisations if axis == "org" else {_TREES[axis]}
            if target is not None and target.owner not in wanted:
                text = f"'{path}' leads to {target.name}, and the axis '{axis}' ends at {_TREES[axis]}"
                yield Problem("entity.E006", text, place, f"go on to a reference to {_TREES[axis]}")


def _own_organisations(manifest: Manifest, entity: Entity) -> Iterator[str]:
    portal = manifest.portals.get(entity.portal)
    for kind in portal.spec.kinds.values() if portal else ():
        found = manifest.entity(entity.portal, kind.org) if kind.org else None
        if found is not None:
            yield found.owner


def _tree(manifest: Manifest, entity: Entity) -> Iterator[Problem]:
    name = entity.spec.tree
    if name is None:
        return
    own = backwards(manifest, entity, entity)
    if name not in own:
        hint = nearest(name, own) or f"give it a field of type ref with 'to: {entity.name}'"
        text = f"'{name}' is no reference of {entity.name} to itself, so it makes no tree"
        yield Problem("entity.E007", text, entity.document.value_at("tree"), hint)


def _constraints(entity: Entity) -> Iterator[Problem]:
    good = (*entity.stored, *entity.spec.belongs)
    for name, field in entity.spec.fields.items():
        if isinstance(field.unique, tuple):
            for index, other in enumerate(field.unique):
                yield from _column(entity, other, entity.stored, ("fields", name, "unique", index))
        if (field.unique or field.index) and field.storage != "column":
            key = "unique" if field.unique else "index"
            text = f"'{name}' is not kept in a column, so '{key}' has nothing to hold"
            yield Problem("entity.E009", text, entity.document.at("fields", name, key), f"remove '{key}'")
    for key, sets, known in (
        ("unique", entity.spec.unique, entity.stored),
        ("indexes", entity.spec.indexes, good),
    ):
        for index, names in enumerate(sets):
            for at, name in enumerate(names):
                yield from _column(entity, name, known, (key, index, at))


def _column(entity: Entity, name: str, known: tuple[str, ...], loc: Loc) -> Iterator[Problem]:
    if name not in known:
        text = f"'{name}' is not a stored field of {entity.name}"
        yield Problem("entity.E008", text, entity.document.value_at(*loc), nearest(name, known))


def _checks(entity: Entity) -> Iterator[Problem]:
    for index, rule in enumerate(entity.spec.checks):
        if rule.at is not None and rule.at not in entity.fields:
            text = f"'{rule.at}' is not a field of {entity.name}"
            yield Problem(
                "entity.E010",
                text,
                entity.document.value_at("checks", index, "at"),
                field_hint(entity, rule.at),
            )


def _fixed(entity: Entity) -> Iterator[Problem]:
    document = entity.document
    if entity.spec.view_of is None:
        for key, written in (("names", entity.spec.names), ("is", entity.spec.fixed)):
            if written:
                text = f"'{key}' says something of a shared entity, and this one has its own rows"
                yield Problem("entity.E011", text, document.at(key), "add 'view_of: …' or remove it")
        return
    shared = [name for name in entity.listed if name not in entity.spec.fields]
    for name, value in entity.spec.fixed.items():
        if name not in shared:
            text = f"'{name}' is not a field of {entity.spec.view_of}"
            yield Problem("entity.E012", text, document.at("is", name), nearest(name, shared))
        elif reason := refusal(entity.fields[name], value):
            hint = (
                nearest(str(value), entity.fields[name].field_type().codes or ())
                or "write a value that a form would take"
            )
            yield Problem("entity.E013", reason, document.value_at("is", name), hint)


def refusal(field: Field, value: object) -> str:
    """Why the field's judge refuses a value; "" where it takes it."""
    token = locale.set("en")
    try:
        field.parse(value)
    except ValueError as error:
        return str(error)
    finally:
        locale.reset(token)
    return ""


def _reuse(entity: Entity) -> Iterator[Problem]:
    name = entity.spec.reuse
    unique = [one for one, field in entity.fields.items() if field.unique is True]
    if name is not None and name not in unique:
        text = f"'{name}' is no unique field of {entity.name}, so it tells no record"
        hint = nearest(name, unique) or "give the field 'unique: true'"
        yield Problem("entity.E016", text, entity.document.value_at("reuse"), hint)


def _codes(manifest: Manifest, entity: Entity) -> Iterator[Problem]:
    """The default of a choice is one of its codes (or an expression, judged elsewhere)."""
    for name, field in entity.spec.fields.items():
        if not isinstance(field, Choosing) or field.default is None or isinstance(field.default, Expr):
            continue
        known = field.book.codes
        codes = field.default if isinstance(field.default, list | tuple) else (field.default,)
        for code in codes:
            if known is not None and str(code) not in known:
                text = f"the default '{code}' is none of the choices of '{name}'"
                yield Problem(
                    "entity.E014",
                    text,
                    entity.document.value_at("fields", name, "default"),
                    nearest(str(code), known),
                )
