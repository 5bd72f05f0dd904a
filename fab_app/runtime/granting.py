"""Nobody gives more than he holds: what is ticked into a role, its rows, and the roles that an account is given."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from fab_app.access.custom import Kept, compiled, written
from fab_app.access.grants import Grant, Place, Rows
from fab_app.access.reach import within
from fab_app.core.words import say
from fab_app.runtime.custom_roles import role_key
from fab_app.runtime.judging import Errors
from fab_app.runtime.views import own_name
from fab_app.spec.manifest import BASE, Entity
from fab_app.spec.portal import right

if TYPE_CHECKING:
    from fab_app.runtime.writing import Writer

ROLE = f"{BASE}.role"
_GRANTED = frozenset(("rights", "scope", "orgs", "kind"))


@dataclass(frozen=True, slots=True)
class Giving:
    """A role as it is given away: its grants, and the rows of its ceiling, whose holder may give every lent scope."""

    grants: Mapping[Place, Grant]
    ceiling: Mapping[Place, Grant]
    lent: bool = False

    def promised(self, place: Place, held: Rows) -> bool:
        """The author has said that the scope's rows are among those of the ceiling."""
        return self.lent and place in self.ceiling and self.ceiling[place].rows == held


def refused(writer: Writer, entity: Entity, id_: int | None, given: Mapping[str, Any]) -> Errors:
    """What a role may not hold: more than its maker may do, or rows that are not his; by shared names."""
    if given.get("rights") and not _ticks(writer, entity, given["rights"]):
        return {own_name(entity, "rights"): [say("You cannot grant more than you may do yourself")]}
    if not _GRANTED & given.keys():
        return {}
    kept = _kept(writer, entity, id_, given)
    custom = written(writer.world.manifest, entity.portal, kept.kind)
    scope = custom.scopes.get(kept.scope) if custom is not None else None
    if scope is not None and scope.chosen and not kept.orgs:
        name = own_name(entity, "orgs")
        return {name: [entity.fields[name].missing()]}
    if _reaches(writer, _giving(writer, kept)):
        return {}
    wrong = own_name(entity, "orgs" if scope is not None and scope.chosen else "scope")
    return {wrong: [say("You cannot grant rows beyond your own")]}


def key_of(writer: Writer, id_: int) -> str:
    """Under which the grants of a role that stands are found."""
    row = writer.world.tables.of(ROLE).table
    statement = sa.select(row.c.portal, row.c.code, row.c.builtin).where(row.c.id == id_)
    portal, code, builtin = writer.fetch(statement).one()
    return role_key(portal, code if builtin else None, id_)


def unchangeable(writer: Writer, entity: Entity, row: Mapping[str, Any]) -> Errors:
    """A role from a file is changed there alone, by whatever door one comes. ``row``: as it stands."""
    if entity.owner != ROLE or writer.trusted or not row["builtin"]:
        return {}
    return {"": [say("Built-in roles are neither changed nor deleted")]}


def holds(writer: Writer, roles: Iterable[int]) -> bool:
    """Whether the principal's own grants reach as far as those of the roles."""
    grants, mine = writer.world.grants, writer.principal.roles
    if _boundless(writer):
        return True
    own = {place for role in mine for place in grants.of_role(role)}
    own |= {(key, "pick") for key, action in own if action == "read"}  # what may be read may be chosen
    return all(
        set(giving.grants) <= own and (not giving.ceiling or _reaches(writer, giving))
        for giving in _standing(writer, list(roles))
    )


def _boundless(writer: Writer) -> bool:
    known = writer.world.manifest.roles
    return any(known[role].spec.grants == "all" for role in writer.principal.roles if role in known)


def _ticks(writer: Writer, entity: Entity, rights: Iterable[str]) -> bool:
    """Whether the principal may do all of this himself."""
    grants, who = writer.world.grants, writer.principal
    return all(
        grants.may(who, f"{entity.portal}.{name}", right(action))
        for name, _, action in (r.partition(".") for r in rights)
    )


def _reaches(writer: Writer, giving: Giving) -> bool:
    """Whether each of the role's grants lies within one that the principal has."""
    grants, who = writer.world.grants, writer.principal
    if _boundless(writer):
        return True

    @cache
    def covers(above: tuple[int, ...], nodes: tuple[int, ...]) -> bool:
        closure = writer.world.tables.of(f"{BASE}.org").closure
        assert closure is not None
        wanted = set(nodes)
        below = sa.select(closure.c.descendant).where(
            closure.c.ancestor.in_(above), closure.c.descendant.in_(wanted)
        )
        return wanted <= set(writer.fetch(below).scalars())

    mine = who.value(("org",))
    return all(
        any(
            giving.promised(place, held.rows) or within(grant.rows, held.rows, mine, covers)
            for held in grants.held(who, *place)
        )
        for place, grant in giving.grants.items()
    )


def _giving(writer: Writer, kept: Kept) -> Giving:
    world = writer.world
    custom = written(world.manifest, kept.portal, kept.kind)
    if custom is None or kept.scope not in custom.scopes:
        return Giving({}, {})
    ceiling = world.grants.by_role.get(f"{kept.portal}.{custom.ceiling}", {})
    lent = custom.scopes[kept.scope].rows_of is not None
    return Giving(compiled(world.manifest, world.grants, kept), ceiling, lent)


def _kept(writer: Writer, entity: Entity, id_: int | None, given: Mapping[str, Any]) -> Kept:
    """The role as it will stand: what is given, the rest as it is."""
    stored = writer.world.tables.of(ROLE)
    row: Mapping[str, Any] = {}
    if id_ is not None:
        columns = (stored.table.c.kind, stored.table.c.scope)
        row = writer.fetch(sa.select(*columns).where(stored.table.c.id == id_)).mappings().one()

    def members(name: str) -> tuple[Any, ...]:
        if name in given or id_ is None:
            return tuple(given.get(name) or ())
        side = stored.side[name]
        return tuple(writer.fetch(sa.select(side.c.value).where(side.c.owner_id == id_)).scalars())

    kind, scope = (given.get(name, row.get(name)) or "" for name in ("kind", "scope"))
    key = role_key(entity.portal, None, id_ or 0)
    return Kept(key, entity.portal, kind, scope, members("rights"), members("orgs"))


def _standing(writer: Writer, roles: list[int]) -> Iterator[Giving]:
    """Roles as they stand: built-in ones have no ceiling."""
    role = writer.world.tables.of(ROLE).table
    columns = (role.c.portal, role.c.code, role.c.builtin, role.c.id, role.c.kind, role.c.scope)
    for portal, code, builtin, id_, kind, scope in writer.fetch(
        sa.select(*columns).where(role.c.id.in_(roles))
    ):
        key = role_key(portal, code if builtin else None, id_)
        grants = writer.world.grants.of_role(key)
        if builtin:
            yield Giving(grants, {})
            continue
        bare = _giving(writer, Kept(key, portal, kind or "", scope or "", ()))
        yield Giving(grants, bare.ceiling, bare.lent)
