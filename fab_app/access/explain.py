"""May this person do this to this record, and why: the same grants as enforcement, judged in Python, told in words.

Enforcement is one predicate in SQL (``rows``). An explanation reads the record whole and runs the same rules as
closures, part by part, so that it can name the part that does not hold, with file and line.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from fab_app.access.explanation import Explanation, Found, Reason, Sight
from fab_app.access.grants import Grant, Rows, actions_of
from fab_app.access.principal import Principal
from fab_app.access.scoped import scoped
from fab_app.access.wording import reads, told, value_told
from fab_app.access.written import chained, name_of, rule_of, source_of
from fab_app.core.problems import Place
from fab_app.core.words import say
from fab_app.expr import Expr, Node, closure
from fab_app.expr.nodes import THIS, Logic
from fab_app.spec.manifest import BASE, Entity
from fab_app.spec.portal import BY_PROGRAM


def as_roles(principal: Principal, *roles: str) -> Principal:
    """The same person, were these his roles; the administrator then belongs to the portal of the first."""
    named = tuple(role if "." in role else f"{principal.portal}.{role}" for role in roles)
    portal = principal.portal or next((role.partition(".")[0] for role in named), "")
    return replace(principal, roles=named, portal=portal, everything=False)


def explain(
    sight: Sight, principal: Principal, entity: Entity, action: str, id_: int | None = None
) -> Explanation:
    """Without a record: may he do this to any at all. A lock of the record counts as enforcement counts it."""
    found = sight.look(entity, id_, principal) if id_ is not None else None
    standing = [
        *_person(principal, entity),
        *_guard(sight, principal, entity, action),
        *_kind(entity, action),
    ]
    if id_ is not None:
        standing += _record(principal, entity, id_, found)
    roles = tuple(_granted(sight, principal, entity, action, found))
    notes: tuple[Reason, ...] = ()
    if found is not None:
        standing += _locks(entity, action, found)
        notes = tuple(_notes(entity, action, found))
    allowed = all(reason.holds for reason in standing) and any(reason.holds for reason in roles)
    return Explanation(principal.account, action, entity.key, id_, allowed, tuple(standing), roles, notes)


# --- what holds whatever the roles say -----------------------------------------------------------


def _person(principal: Principal, entity: Entity) -> Iterator[Reason]:
    yield Reason(say("the account is known, enabled, and so is its organisation"), principal.known)
    if principal.must_change:
        yield Reason(say("the password need not be changed first"), False)
    if not principal.everything:
        here = entity.portal in (principal.portal, BASE)
        text = "the account belongs to {portal} (it is one of {own})"
        yield Reason(say(text, portal=entity.portal, own=principal.portal), here)


def _guard(sight: Sight, principal: Principal, entity: Entity, action: str) -> Iterator[Reason]:
    guard = sight.grants.guards.of(principal, entity.key, action)
    if guard is not None:
        portal = sight.manifest.portals[principal.portal]
        code = next(code for code, one in portal.spec.guards.items() if one is guard)
        yield Reason(
            say("no guard: {rule}", rule=guard.needs.text), False, portal.document.at("guards", code)
        )


def _kind(entity: Entity, action: str) -> Iterator[Reason]:
    if entity.spec.append_only and action in BY_PROGRAM:
        words = (
            "people write rows of this kind"
            if action in ("add", "import")
            else "rows of this kind may be changed"
        )
        yield Reason(say(words), False, entity.document.at("append_only"))


def _record(principal: Principal, entity: Entity, id_: int, found: Found | None) -> Iterator[Reason]:
    if found is None:
        yield Reason(say("there is a row {id}", id=id_), False)
        return
    row = found.row
    if row.get("alive"):
        yield Reason(say("the row is not deleted"), False)
    if entity.shared:
        yield _equal("portal", row["portal"], entity.portal)
        for name, value in entity.spec.fixed.items():
            yield _equal(name, row[entity.columns[name]], value, entity.document.at("is", name))
    if entity.portal == BASE and not principal.everything:
        yield _equal("portal", row["portal"], principal.portal)


def _equal(name: str, value: Any, wanted: Any, at: Place | None = None) -> Reason:
    text = say(
        "{name} is {wanted} (it is {value})", name=name, wanted=value_told(wanted), value=value_told(value)
    )
    return Reason(text, value == wanted, at)


def _locks(entity: Entity, action: str, found: Found) -> Iterator[Reason]:
    for index, lock in enumerate(entity.locks):
        if action in lock.actions:
            locked = closure(lock.when)(found.env) is True
            yield Reason(
                say("no lock: {rule}", rule=lock.when.text), not locked, entity.document.at("locks", index)
            )


def _notes(entity: Entity, action: str, found: Found) -> Iterator[Reason]:
    """Why a row that may be read is still missing from the list as it is shown."""
    for code, tab in entity.spec.listing.tabs.items():
        if action == "read" and tab.where is not None and closure(tab.where)(found.env) is not True:
            at = entity.document.at("listing", "tabs", code)
            yield Reason(say("the tab '{code}' shows it: {rule}", code=code, rule=tab.where.text), False, at)


# --- what the roles say --------------------------------------------------------------------------


def _granted(
    sight: Sight, principal: Principal, entity: Entity, action: str, found: Found | None
) -> Iterator[Reason]:
    if principal.everything:
        yield Reason(say("the platform's administrator is held by no rule"), True)
        return
    # What may be read may be chosen, whether picking is granted or not.
    actions = ("read", "pick") if action == "pick" else (action,)
    for role in principal.roles:
        for wanted in actions:
            yield _role(sight, principal, role, entity, wanted, found)
    common = sight.grants.everyone.get((entity.key, action)) if principal.subject else None
    if common is not None:
        text = "every account may {action} {entity} where {rule}"
        text = say(text, action=action, entity=entity.name, rule=rule_of(common.rows))
        at = sight.manifest.entities[common.rows.names].document.at("everyone")
        yield (
            Reason(text, True, at)
            if found is None
            else _rows(sight, principal, common, found, action, text, at)
        )
    yield from _asked(sight, principal, entity, action, found)
    if not principal.roles:
        yield Reason(say("the account has a role"), False)


def _asked(
    sight: Sight, principal: Principal, entity: Entity, action: str, found: Found | None
) -> Iterator[Reason]:
    """What the chains of the entity give to those whom they ask."""
    awaited = sight.grants.awaited.get((entity.key, action))
    if awaited is None or not awaited.of(principal):
        return
    at = entity.document.at("workflows", chained(entity), "approval")
    rule = rule_of(awaited.grant.rows)
    text = say(
        "whom a chain asks may {action} {entity} where {rule}", action=action, entity=entity.name, rule=rule
    )
    if found is None:
        yield Reason(text, True, at)
    else:
        yield _rows(sight, principal, awaited.grant, found, action, text, at)


def _role(
    sight: Sight, principal: Principal, key: str, entity: Entity, action: str, found: Found | None
) -> Reason:
    grant = sight.grants.of_role(key).get((entity.key, action))
    if grant is None:
        return _no_grant(sight, key, entity, action)
    at = source_of(sight.manifest, sight.grants, grant, entity, action)
    text = "{role} may {action} {entity} where {rule}"
    role = sight.called(key)
    text = say(text, role=role, action=action, entity=entity.name, rule=rule_of(grant.rows))
    if found is None:
        return Reason(text, True, at)
    return _rows(sight, principal, grant, found, action, text, at)


def _no_grant(sight: Sight, key: str, entity: Entity, action: str) -> Reason:
    manifest = sight.manifest
    role = manifest.roles.get(key)
    if role is None:
        text = "{role} may {action} {entity}: it was not ticked"
        return Reason(say(text, role=sight.called(key), action=action, entity=entity.name), False)
    name = name_of(manifest, role, entity)
    if action in actions_of(role, name, entity):
        text = say(
            "{role} may {action} {entity}: no rows are given", role=key, action=action, entity=entity.name
        )
        return Reason(text, False, role.document.at("may", name))
    text = say("{role} may {action} {entity}: not under 'may'", role=key, action=action, entity=entity.name)
    return Reason(text, False, role.document.at("may", name))


def _rows(
    sight: Sight, principal: Principal, grant: Grant, found: Found, action: str, text: str, at: Place | None
) -> Reason:
    answer = _judged(sight, principal, grant.rows, found, action)
    inner = answer.inner or (answer,)
    return Reason(text, answer.holds, at, inner)


def _judged(sight: Sight, principal: Principal, rows: Rows, found: Found, action: str) -> Reason:
    if rows.within is not None:
        parts = (
            _judged(sight, principal, rows.within, found, "read"),
            _judged(sight, principal, replace(rows, within=None), found, action),
        )
        return Reason(rule_of(rows), all(part.holds for part in parts), inner=parts)
    if rows.scope or rows.began:
        return scoped(sight, principal, rows, found)
    if rows.through:
        return _through(sight, principal, rows.through, found)
    assert rows.rule is not None
    return _part(rows.rule.tree, found)


def _part(node: Node, found: Found) -> Reason:
    """A part of a rule, with the values that it read and the parts that it consists of."""
    holds = closure(Expr("", node))(found.env) is True
    if isinstance(node, Logic):
        return Reason(told(node), holds, inner=tuple(_part(part, found) for part in node.parts))
    values = [f"{told(path)} = {value_told(_value(path, found))}" for path in reads(node)]
    return Reason(told(node) + (f"  ({', '.join(values)})" if values else ""), holds)


def _value(path: Any, found: Found) -> Any:
    return found.env.value(path.names) if path.root == THIS else found.env.user(path.names)


def _through(sight: Sight, principal: Principal, field: str, found: Found) -> Reason:
    target = sight.manifest.target(found.entity, field)
    key = found.row.get(found.entity.columns[field])
    if target is None or key is None:
        return Reason(say("{field} refers to a row", field=field), False)
    text = "{field} refers to {entity} {id}, which may be read"
    text = say(text, field=field, entity=target.name, id=key)
    parent = sight.look(target, key, principal)
    standing = tuple(_record(principal, target, key, parent))
    roles = tuple(_granted(sight, principal, target, "read", parent)) if parent is not None else ()
    holds = all(reason.holds for reason in standing) and any(reason.holds for reason in roles)
    return Reason(text, holds, inner=(*standing, *roles))
