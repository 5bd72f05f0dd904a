"""What roles allow: each grant is one role's action × rows × fields; several roles are their union."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from fab_app.access.guards import Guards, compile_guards
from fab_app.access.principal import Principal
from fab_app.expr import Expr
from fab_app.spec.guard import Guard
from fab_app.spec.manifest import Entity, Manifest, Role
from fab_app.spec.portal import FieldRights, RowsByAction, Through
from fab_app.spec.workflow import Move

Place = tuple[str, str]
NOTHING = FieldRights()
AGGREGATE = "aggregate"


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of one grant: an expression over the entity, a scope, or the rows of what ``through`` refers to.

    ``within``: an action never reaches further than reading does.
    """

    rule: Expr | None = None
    through: str = ""
    scope: str = ""
    within: Rows | None = None
    names: str = ""
    """The entity in whose names the rule is written; "" for the one it is about."""


EVERY = Rows(scope="all")


@dataclass(frozen=True, slots=True)
class Grant:
    role: str
    rows: Rows
    fields: FieldRights = NOTHING


@dataclass(frozen=True, slots=True)
class Grants:
    """Grants by (entity key, action): of the roles of a manifest, and of custom roles as they stand now.

    ``custom`` is exchanged as a whole, so that a reader never sees half of it.
    """

    by_role: Mapping[str, Mapping[Place, Grant]] = field(default_factory=dict)
    custom: dict[str, Mapping[Place, Grant]] = field(default_factory=dict)
    everyone: Mapping[Place, Grant] = field(default_factory=dict)
    guards: Guards = field(default_factory=Guards)

    def of_role(self, role: str) -> Mapping[Place, Grant]:
        return self.by_role.get(role) or self.custom.get(role, {})

    def of(self, principal: Principal, entity: str, action: str) -> tuple[Grant, ...]:
        """The grants that let the principal do this to some rows; none is: he may not."""
        if principal.must_change or self.guards.of(principal, entity, action) is not None:
            return ()
        return self.given(principal, entity, action)

    def given(self, principal: Principal, entity: str, action: str) -> tuple[Grant, ...]:
        """What the roles say, whatever a guard shuts."""
        found = (self.of_role(role).get((entity, action)) for role in principal.roles)
        given = tuple(grant for grant in found if grant is not None)
        common = self.everyone.get((entity, action)) if principal.subject else None
        return given if common is None else (*given, common)

    def shut(self, principal: Principal, entity: str, action: str) -> Guard | None:
        """The guard that shuts what the person's roles would allow."""
        guard = self.guards.of(principal, entity, action)
        return guard if guard is not None and self.given(principal, entity, action) else None

    def shutting(self, principal: Principal, entity: str) -> tuple[Guard, ...]:
        """Every guard that shuts something of the entity which the person's roles would allow."""
        over = self.guards.over(principal, entity)
        found = [guard for action, guard in over if self.given(principal, entity, action)]
        return tuple({id(guard): guard for guard in found}.values())

    def may(self, principal: Principal, entity: str, action: str) -> bool:
        return principal.everything or bool(self.of(principal, entity, action))

    def fields(self, principal: Principal, entity: str, action: str = "read") -> FieldPolicy:
        if principal.everything:
            return OPEN
        return _policy(self.of(principal, entity, action))

    def writing(self, principal: Principal, entity: str, action: str) -> FieldPolicy:
        """What the action may not write: ``readonly`` by every grant of it, ``partly`` by some of them."""
        if principal.everything:
            return OPEN
        read = self.fields(principal, entity)
        given = [{*g.fields.hidden, *g.fields.readonly} for g in self.of(principal, entity, action)]
        always = frozenset(set.intersection(*given)) if given else read.readonly
        return FieldPolicy(read.hidden, always, read.masked, frozenset(set().union(*given)) - always)


@dataclass(frozen=True, slots=True)
class FieldPolicy:
    """Fields that every grant hides, makes read-only or masks; ``some`` are hidden by a part of the grants only."""

    hidden: frozenset[str] = frozenset()
    readonly: frozenset[str] = frozenset()
    masked: frozenset[str] = frozenset()
    partly: frozenset[str] = frozenset()


OPEN = FieldPolicy()


@lru_cache(maxsize=4096)
def _policy(grants: tuple[Grant, ...]) -> FieldPolicy:
    if not grants:
        return OPEN
    hidden = [frozenset(grant.fields.hidden) for grant in grants]
    return FieldPolicy(
        frozenset.intersection(*hidden),
        frozenset.intersection(*(frozenset(grant.fields.readonly) for grant in grants)),
        frozenset.intersection(*(frozenset(grant.fields.masked) for grant in grants)),
        frozenset.union(*hidden) - frozenset.intersection(*hidden),
    )


def compile_grants(manifest: Manifest) -> Grants:
    roles = {key: _of_role(manifest, role) for key, role in manifest.roles.items()}
    return Grants(roles, everyone=dict(_common(manifest)), guards=compile_guards(manifest))


def _common(manifest: Manifest) -> Iterator[tuple[Place, Grant]]:
    """What an entity gives to every account, and every view of it with it."""
    for entity in manifest.entities.values():
        owner = manifest.entities[entity.owner]
        given = entity.spec.everyone or owner.spec.everyone
        for action in given.may if given is not None else ():
            assert given is not None
            names = entity if entity.spec.everyone is not None else owner
            yield (entity.key, action), Grant("", Rows(rule=given.rows, names=names.key))


def _of_role(manifest: Manifest, role: Role) -> dict[tuple[str, str], Grant]:
    grants: dict[tuple[str, str], Grant] = {}
    for name in dict.fromkeys((*role.spec.may, *role.spec.rows)):
        entity = manifest.entity(role.portal, name)
        if entity is None:
            if name in manifest.portals[role.portal].spec.functions:
                grants |= {
                    (f"{role.portal}.{name}", action): Grant(role.key, EVERY)
                    for action in role.spec.actions(name)
                }
            continue
        fields = role.spec.fields.get(name, NOTHING)
        for action in actions_of(role, name, entity):
            rows = rows_of(role, name, entity, action)
            if rows is not None:
                grants[(entity.key, action)] = Grant(role.key, rows, fields)
        wider = wider_rows(role, name)
        if wider is not None and "read" in role.spec.actions(name):
            grants[(entity.key, AGGREGATE)] = Grant(role.key, wider, fields)
    return grants


def wider_rows(role: Role, name: str) -> Rows | None:
    """The rows that figures are taken over beside those that the role may read; None where it says nothing of them."""
    written = role.spec.rows.get(name)
    wider = written.aggregate if isinstance(written, RowsByAction) else None
    return None if wider is None else _one(wider)


def actions_of(role: Role, name: str, entity: Entity) -> tuple[str, ...]:
    """What a role may do with an entity: by its own file, and the moves that name it in ``by:``."""
    own = entity.moves.items() if role.portal == entity.portal else ()
    moves = [f"move:{code}" for code, found in own if any(_named(role, move) for move in found)]
    return tuple(dict.fromkeys((*role.spec.actions(name), *moves)))


def _named(role: Role, move: Move) -> bool:
    return move.by != "system" and role.name in move.by


def rows_of(role: Role, name: str, entity: Entity, action: str) -> Rows | None:
    """The rows that a role gives for an action; None where it says nothing: no rows."""
    written = role.spec.rows.get(name)
    if isinstance(written, RowsByAction):
        read = _one(written.read)
        kind, _, code = action.partition(":")
        own = written.move.get(code) if kind == "move" else getattr(written, action, None)
        own = own if action != "read" else None
        return read if own is None else replace(_one(own), within=read)
    return None if written is None else _one(written)


def _one(written: Expr | Through) -> Rows:
    if isinstance(written, Through):
        return Rows(through=written.through)
    if written.text in SCOPES:
        return Rows(scope=written.text)
    return Rows(rule=written)


SCOPES = frozenset(("all", "own", "org", "org_tree", "region_tree"))
