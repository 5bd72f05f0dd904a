"""Roles: what they name exists, and what they allow has rows."""

from __future__ import annotations

from collections.abc import Iterator

from fab_app.checks.expressions import SCOPE_WORDS, bare_word, rules_of
from fab_app.checks.paths import Astray, axes, field_hint, is_reference, named
from fab_app.core.problems import Problem, nearest
from fab_app.core.source import Loc
from fab_app.expr import Expr
from fab_app.spec.board import Function
from fab_app.spec.manifest import Entity, Manifest, Role
from fab_app.spec.portal import BY_PROGRAM, FieldRights, RowsByAction, Through

AXES = {"org": "org", "org_tree": "org", "region_tree": "region"}


def check(manifest: Manifest) -> Iterator[Problem]:
    for role in manifest.roles.values():
        yield from _names(manifest, role)
        yield from _kinds(manifest, role)
        yield from _pairs(manifest, role)
        yield from _moves(manifest, role)
        yield from _entries(manifest, role)
        for name, rows in role.spec.rows.items():
            entity = manifest.entity(role.portal, name)
            for loc, rule in rules_of(name, rows) if entity is not None else ():
                assert entity is not None
                yield from _rule(manifest, role, entity, rule, loc)
        for name, rights in role.spec.fields.items():
            entity = manifest.entity(role.portal, name)
            if entity is not None:
                yield from _rights(role, entity, name, rights)


def _names(manifest: Manifest, role: Role) -> Iterator[Problem]:
    for key in ("rows", "may", "fields"):
        for name in getattr(role.spec, key):
            function = manifest.portals[role.portal].spec.functions.get(name) if key == "may" else None
            if function is not None:
                yield from _function(role, name, function)
                continue
            found = named(manifest, role.portal, name)
            if isinstance(found, Astray):
                yield Problem("role.E001", found.text, role.document.at(key, name), found.hint)


def _function(role: Role, name: str, function: Function) -> Iterator[Problem]:
    for index, action in enumerate(role.spec.may[name]):
        if action not in function.actions:
            text = f"the function '{name}' has no action '{action}'"
            place = role.document.value_at("may", name, index)
            yield Problem("role.E007", text, place, nearest(action, function.actions))


def _kinds(manifest: Manifest, role: Role) -> Iterator[Problem]:
    portal = manifest.portals[role.portal]
    if manifest.documents.get(portal.document.path, portal.document) is not portal.document:
        return  # portal.yaml was complained of already
    known = portal.spec.kinds
    for index, kind in enumerate(role.spec.kinds):
        if kind not in known:
            text = f"the portal has no kind of account '{kind}'"
            hint = nearest(kind, known) or "add it to 'kinds:' of portal.yaml"
            yield Problem("role.E002", text, role.document.value_at("kinds", index), hint)


def _pairs(manifest: Manifest, role: Role) -> Iterator[Problem]:
    rows, may = role.spec.rows, role.spec.may
    for name, actions in may.items():
        if name not in rows and actions and manifest.entity(role.portal, name) is not None:
            text = f"'{name}' has no rows in this role, so nothing of it is seen"
            yield Problem(
                "role.W001", text, role.document.at("may", name), f"add '{name}: all' under 'rows:'"
            )
    for name, written in rows.items():
        if manifest.entity(role.portal, name) is None:
            continue
        if name not in may:
            text = f"'{name}' has rows in this role, but nothing may be done with them"
            yield Problem(
                "role.W002", text, role.document.at("rows", name), f"add '{name}: [read]' under 'may:'"
            )
        elif isinstance(written, RowsByAction):
            allowed = {*role.spec.actions(name), *moves_by(manifest, role, name)}
            for action in sorted(written.model_fields_set - {"read", "aggregate", "move"} - allowed):
                text = f"this role may not {action} '{name}', so these rows have no meaning"
                yield Problem(
                    "role.W003", text, role.document.at("rows", name, action), f"add {action} to 'may:'"
                )
    for name in role.spec.fields:
        if name not in may and manifest.entity(role.portal, name) is not None:
            text = f"nothing may be done with '{name}' in this role, so its fields have no meaning"
            yield Problem(
                "role.W004", text, role.document.at("fields", name), f"add '{name}: [read]' under 'may:'"
            )


def _entries(manifest: Manifest, role: Role) -> Iterator[Problem]:
    for name, actions in role.spec.may.items():
        entity = manifest.entity(role.portal, name)
        for index, action in enumerate(actions):
            if entity is not None and entity.spec.append_only and action in BY_PROGRAM:
                text = (
                    f"nobody may {action} '{name}': its records are made by the program and stay as they are"
                )
                place = role.document.value_at("may", name, index)
                yield Problem(
                    "role.W006", text, place, f"take {action} out, or 'append_only' of {entity.key}"
                )


def _moves(manifest: Manifest, role: Role) -> Iterator[Problem]:
    """A move that a role may make, or has rows for, is one of the entity."""
    for name, actions in role.spec.may.items():
        entity = manifest.entity(role.portal, name)
        known = entity.moves if entity is not None else {}
        for index, action in enumerate(actions):
            for at, code in enumerate(() if isinstance(action, str) else action.move):
                if entity is not None and code not in known:
                    text = f"'{code}' is not a move of {name}"
                    place = role.document.value_at("may", name, index, "move", at)
                    yield Problem("role.E009", text, place, nearest(code, known))
    for name, written in role.spec.rows.items():
        entity = manifest.entity(role.portal, name)
        for code in written.move if entity is not None and isinstance(written, RowsByAction) else ():
            held = {*role.spec.actions(name), *moves_by(manifest, role, name)}
            if f"move:{code}" not in held:
                text = f"this role may not {code} '{name}', so these rows have no meaning"
                place = role.document.at("rows", name, "move", code)
                yield Problem("role.W003", text, place, f"add {{move: [{code}]}} to 'may:'")


def moves_by(manifest: Manifest, role: Role, name: str) -> tuple[str, ...]:
    """The moves that name the role in ``by:``."""
    entity = manifest.entity(role.portal, name)
    moves = entity.moves.items() if entity is not None and entity.portal == role.portal else ()
    return tuple(
        f"move:{code}"
        for code, found in moves
        if any(role.name in move.by for move in found if move.by != "system")
    )


def _rule(manifest: Manifest, role: Role, entity: Entity, rule: object, loc: Loc) -> Iterator[Problem]:
    if isinstance(rule, Through):
        references = [name for name, field in entity.fields.items() if is_reference(field)]
        if rule.through not in references:
            text = f"'{rule.through}' is no reference of {entity.name}"
            place = role.document.value_at(*loc, "through")
            yield Problem("role.E003", text, place, nearest(rule.through, references))
    elif isinstance(rule, Expr) and rule.text in SCOPE_WORDS:
        axis = AXES.get(rule.text)
        if axis is not None and axis not in axes(manifest, entity):
            text = f"{entity.name} does not say to which {axis} its rows belong, so '{rule.text}' finds none"
            hint = f"add 'belongs: {{{axis}: …}}' to {entity.document.path}"
            yield Problem("role.E004", text, role.document.value_at(*loc), hint)
    elif isinstance(rule, Expr) and (word := bare_word(rule)) and word not in entity.fields:
        text = f"'{word}' is neither a scope nor a field of {entity.name}"
        yield Problem("role.E006", text, role.document.value_at(*loc), nearest(word, SCOPE_WORDS))


def _rights(role: Role, entity: Entity, name: str, rights: FieldRights) -> Iterator[Problem]:
    for right in FieldRights.model_fields:
        for index, field in enumerate(getattr(rights, right)):
            if field not in entity.fields:
                text = f"'{field}' is not a field of {entity.name}"
                place = role.document.value_at("fields", name, right, index)
                yield Problem("role.E005", text, place, field_hint(entity, field))
