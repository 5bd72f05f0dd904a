"""What a reference may be chosen from: searched on the server, under the person's rows and the field's own rule."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import jsonify, request
from flask.typing import ResponseReturnValue

from fab_app.core.words import locale, say
from fab_app.fields.base import Field
from fab_app.runtime.env import RecordEnv, from_row
from fab_app.runtime.in_fact import in_fact
from fab_app.runtime.judging import NotFound
from fab_app.runtime.moves import permitted
from fab_app.runtime.query import Asking, Unreadable
from fab_app.runtime.references import allowed, noted, preferred
from fab_app.spec.manifest import Entity, dialog_of
from fab_app.web import context
from fab_app.web.screens.access import require_person

SIZE = 20


def options(entity: Entity, field: str) -> ResponseReturnValue:
    """``{result: [{value, label, note}], more}`` for ``?q=&page=``; for a tree also ``?parent=`` (its children)."""
    require_person()
    world, who = context.world(), context.principal()
    asked, code = (entity, *_parents(entity)), request.args.get("move", "")
    if not any(world.grants.may(who, one.key, action) for one in asked for action in ("read", "add", "edit")):
        raise NotFound(say("There is no such record"))
    if code:
        permitted(context.writer(), entity, code)
        entity = dialog_of(entity, code, entity.moves[code][0])
    path = Asking(world, entity, who).column(field)
    found = world.manifest.walk(entity, path)
    assert found is not None
    owner, spec = found
    target = world.manifest.target(owner, path[-1])
    if target is None:
        raise NotFound(say("There is no such record"))
    text, page = request.args.get("q", "")[:100], _page(request.args.get("page", "1"))
    env = RecordEnv(
        world,
        owner,
        _standing(owner) | _given(owner),
        who,
        context.writer().fetch,
        _id(request.args.get("id", "")),
    )
    rule = _rule(owner, path[-1], target, env) if request.args.get("for") == "form" else None
    if _is_tree(target) and "ticked" in request.args:
        reader, fetch = context.reader(target), context.writer().fetch
        return jsonify(in_fact(reader, fetch, owner, path, target, request.args["ticked"], rule))
    before = preferred(world, world.access(who), spec, target, env) if rule is not None else None
    if _is_tree(target):
        result, more = _tree(target, spec, text, request.args.get("parent", ""), rule, before)
    else:
        title, reader = text.strip("\0"), context.reader(target)
        refs, more = reader.options(target, title, page, where=rule, size=SIZE, first=before)
        result = [{"value": str(ref.id), "label": ref.title} for ref in refs]
    if request.args.get("for") == "form":
        _note(owner, path[-1], target, result, env)
    return jsonify(result=result, more=more)


def _note(owner: Entity, name: str, target: Entity, result: list[dict[str, Any]], env: RecordEnv) -> None:
    """Puts the field's notes beside the choices that they are about, and why some stand first."""
    world, fetch, keys = context.world(), context.writer().fetch, [int(one["value"]) for one in result]
    access = world.access(context.principal())
    notes = noted(world, access, owner, name, keys, env.id, fetch)
    before = preferred(world, access, owner.fields[name], target, env)
    if before is not None:
        row = world.stored(target).table.alias()
        label = owner.fields[name].first.label.of(locale.get())  # type: ignore[attr-defined]
        for key in fetch(sa.select(row.c.id).where(row.c.id.in_(keys), before(row))).scalars():
            notes[key] = ", ".join(filter(None, (label, notes.get(key, ""))))
    for one in result:
        if int(one["value"]) in notes:
            one["note"] = notes[int(one["value"])]


def _parents(entity: Entity) -> list[Entity]:
    """The entities in whose forms rows of this one are edited, by the right to edit those."""
    return [
        parent
        for parent in context.world().manifest.of_portal(entity.portal)
        if any(
            field.type == "table" and getattr(field, "of", "") == entity.name
            for field in parent.fields.values()
        )
    ]


def _standing(entity: Entity) -> dict[str, Any]:
    """The record as it stands, or what a new one begins with: what the form shows but does not ask."""
    key = _id(request.args.get("id", ""))
    if request.args.get("for") != "form":
        return {}
    writer = context.writer()
    return from_row(entity, writer.row(entity, key, "read")) if key is not None else writer.blank(entity, {})


def _given(entity: Entity) -> dict[str, Any]:
    """What the form holds now of the fields that the choice depends on."""
    values: dict[str, Any] = {}
    for name in entity.fields:
        raw = request.args.getlist(name)
        if any(raw):
            try:
                values[name] = entity.fields[name].parse(
                    [r for r in raw if r] if entity.fields[name].many else raw[0]
                )
            except ValueError:
                values[name] = None
            if not _seen(entity, name, values[name]):
                values[name] = None
    return values


def _seen(entity: Entity, name: str, value: Any) -> bool:
    """Whether a typed reference leads to what the person may choose: else options would tell of it."""
    target = context.world().manifest.target(entity, name)
    keys = set(value) if isinstance(value, tuple) else {value} - {None}
    if target is None or not keys or entity.fields[name].type == "table":
        return True
    found = context.reader(target).options(target, "", 0, keys=sorted(keys), size=len(keys))[0]
    return {ref.id for ref in found} == keys


def _rule(owner: Entity, name: str, target: Entity, env: RecordEnv) -> Any:
    world = context.world()
    access = world.access(context.principal())
    return lambda row: allowed(world, access, owner, name, target, row, env)


def _is_tree(target: Entity) -> bool:
    return context.world().stored(target).closure is not None


def _tree(
    target: Entity, spec: Field, text: str, parent: str, rule: Any, before: Any
) -> tuple[list[dict[str, Any]], bool]:
    """The children of a node, or the hits of a search with their path from the root.

    Without a node the highest that may be chosen: those whose parent is none of them. Where only the ends may be
    chosen, what leads to one stands there too.
    """
    world, stored = context.world(), context.world().stored(target)
    owner = world.manifest.entities[target.owner]
    parent_column = stored.table.c[owner.spec.tree or "parent"]
    reader, access = context.reader(target), world.access(context.principal())
    ends = rule is not None and bool(getattr(spec, "leaf_only", False))

    def leads(row: Any) -> Any:
        """Whether it may be chosen, or leads to one that may."""
        if rule is None or not ends:
            return rule(row) if rule is not None else sa.true()
        below, tree = stored.table.alias(), stored.closure.alias()  # type: ignore[union-attr]
        under = (tree.c.ancestor == row.c.id, tree.c.descendant == below.c.id)
        return sa.exists().where(*under, access.choosable(target.key, below), rule(below))

    def children(row: Any) -> Any:
        column = row.c[parent_column.name]
        if (key := _id(parent)) is not None:
            return sa.and_(column == key, leads(row))
        above = stored.table.alias()
        chosen = (above.c.id == column, access.choosable(target.key, above), leads(above))
        return sa.and_(~sa.exists().where(*chosen), leads(row))

    refs, more = reader.options(target, text, 0, where=rule if text else children, size=200, first=before)
    keys = [ref.id for ref in refs]
    inner = _with_children(stored.table, parent_column, keys)
    paths = _paths(target, keys) if text else {}
    result = [
        {
            "value": str(ref.id),
            "label": ref.title,
            "leaf": ref.id not in inner,
            **({"path": paths[ref.id][0], "above": paths[ref.id][1]} if text else {}),
        }
        for ref in refs
    ]
    return result, more


def _with_children(table: sa.Table, parent: sa.Column[Any], keys: list[int]) -> set[int]:
    statement = sa.select(parent).where(parent.in_(keys)).distinct()
    return set(context.writer().fetch(statement).scalars()) if keys else set()


def _paths(target: Entity, keys: list[int]) -> dict[int, tuple[list[str], list[str]]]:
    """Titles from the root to each node, and the keys of all above it."""
    closure = context.world().stored(target).closure
    assert closure is not None
    statement = sa.select(closure.c.descendant, closure.c.ancestor).where(closure.c.descendant.in_(keys))
    rows = context.writer().fetch(statement.order_by(closure.c.descendant, closure.c.depth.desc())).all()
    titles = context.reader(target).titles(target, {ancestor for _, ancestor in rows})
    found: dict[int, tuple[list[str], list[str]]] = {}
    for node, ancestor in rows:
        told, above = found.setdefault(node, ([], []))
        told.append(titles[ancestor].title)
        above.extend([str(ancestor)] if ancestor != node else [])
    return found


def _page(text: str) -> int:
    """The page asked for, counted from 1 as the reader does, as the query counts it: from 0."""
    if not text.isdecimal() or not 1 <= int(text[:6]) <= 10_000:
        raise Unreadable(say("the address cannot be read"))
    return int(text) - 1


def _id(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 18 else None
