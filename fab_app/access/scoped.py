"""Scopes in an explanation: whose row it is, and whose rows the person is given."""

from __future__ import annotations

from fab_app.access.explanation import Found, Reason, Sight
from fab_app.access.grants import ASKED, WAITING, Rows
from fab_app.access.principal import Principal
from fab_app.access.wording import value_told
from fab_app.core.words import say


def scoped(sight: Sight, principal: Principal, rows: Rows, found: Found) -> Reason:
    if rows.began:
        return Reason(say("began with a workflow that had this step"), sight.began(found, rows.began))
    scope = rows.scope
    if scope == "all":
        return Reason(say("all rows"), True)
    if scope == ASKED or scope.startswith(WAITING):
        return _awaited(sight, principal, scope, found)
    axis = {"own": "owner", "org": "org", "org_tree": "org", "region_tree": "region"}[scope]
    own = principal.value(() if scope == "own" else (axis,))
    mine = rows.of if rows.of is not None else () if own is None else (own,)
    column = sight.axis(found.entity, axis) or ("created_by" if scope == "own" else "")
    theirs = found.row.get(column) if column else None
    holds = theirs is not None and (
        any(sight.below(axis, theirs, place) for place in mine) if scope.endswith("_tree") else theirs in mine
    )
    values = {"scope": scope, "column": column or axis, "theirs": value_told(theirs)}
    if rows.of is not None:
        text = say("{scope}  ({column} = {theirs}, chosen = {chosen})", **values, chosen=value_told(mine))
    else:
        text = say("{scope}  ({column} = {theirs}, yours = {mine})", **values, mine=value_told(own))
    return Reason(text, holds)


def _awaited(sight: Sight, principal: Principal, scope: str, found: Found) -> Reason:
    """What chains give: the record waits for the person, or he was asked about it."""
    waits, asked = sight.awaits(found, principal, scope.removeprefix(WAITING) if scope != ASKED else "")
    if scope == ASKED:
        return Reason(
            say("a task of the record waits for the person, or was answered by him"), waits or asked
        )
    return Reason(say("a task of the record waits for the person"), waits)
