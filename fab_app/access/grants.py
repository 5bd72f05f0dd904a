"""What roles allow: each grant is one role's action × rows × fields; several roles are their union."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from fab_app.access.guards import AGGREGATE, Guards, compile_guards
from fab_app.access.principal import Principal
from fab_app.expr import Expr
from fab_app.spec.chain import AWAITED
from fab_app.spec.guard import Guard
from fab_app.spec.kept import digests, flows
from fab_app.spec.manifest import BASE, Entity, Manifest, Role
from fab_app.spec.portal import BY_PROGRAM, FieldRights, RowsByAction, Through
from fab_app.spec.workflow import Move
from fab_app.store.settings import Settings

Place = tuple[str, str]
NOTHING = FieldRights()


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of one grant: an expression over the entity, a scope, or the rows of what ``through`` refers to.

    ``within``: an action never reaches further than reading does. ``of``: organisations in place of the holder's own.
    """

    rule: Expr | None = None
    through: str = ""
    scope: str = ""
    within: Rows | None = None
    began: tuple[str, ...] = ()
    """Those of cases that began with a workflow of one of these digests."""
    names: str = ""
    """The entity in whose names the rule is written; "" for the one it is about."""
    of: tuple[int, ...] | None = None


EVERY = Rows(scope="all")


@dataclass(frozen=True, slots=True)
class Grant:
    role: str
    rows: Rows
    fields: FieldRights = NOTHING


@dataclass(frozen=True, slots=True)
class Awaited:
    """What a chain lets do whom it waits for, and read whom it ever asked.

    ``inside``: kinds of account and keys of roles of the portal who may be asked at all; empty: all its accounts.
    """

    grant: Grant
    portal: str
    inside: frozenset[str] = frozenset()

    def of(self, principal: Principal) -> bool:
        here = principal.portal == self.portal and principal.subject > 0
        return here and (not self.inside or not self.inside.isdisjoint((principal.kind, *principal.roles)))


@dataclass(frozen=True, slots=True)
class Grants:
    """Grants by (entity key, action): of the roles of a manifest, and of custom roles as they stand now.

    ``awaited`` are those of approvals, which no role holds, ``visiting`` those of who registers. ``lasting``: the
    ``append_only`` entities. ``custom`` is exchanged as a whole, so that a reader never sees half of it.
    """

    by_role: Mapping[str, Mapping[Place, Grant]] = field(default_factory=dict)
    custom: dict[str, Mapping[Place, Grant]] = field(default_factory=dict)
    everyone: Mapping[Place, Grant] = field(default_factory=dict)
    guards: Guards = field(default_factory=Guards)
    awaited: Mapping[Place, Awaited] = field(default_factory=dict)
    visiting: Mapping[Place, Grant] = field(default_factory=dict)
    lasting: frozenset[str] = frozenset()

    def of_role(self, role: str) -> Mapping[Place, Grant]:
        return self.by_role.get(role) or self.custom.get(role, {})

    def of(self, principal: Principal, entity: str, action: str) -> tuple[Grant, ...]:
        """The grants that let the principal do this to some rows; none is: he may not."""
        if principal.must_change or self.guards.of(principal, entity, action) is not None:
            return ()
        return self.given(principal, entity, action)

    def held(self, principal: Principal, entity: str, action: str) -> tuple[Grant, ...]:
        """As ``of``, without what only records give that wait for the person."""
        if principal.must_change or self.guards.of(principal, entity, action) is not None:
            return ()
        return self._held(principal, entity, action)

    def given(self, principal: Principal, entity: str, action: str) -> tuple[Grant, ...]:
        """What the roles say, and the records that wait for the person, whatever a guard shuts."""
        held, awaited = self._held(principal, entity, action), self.awaited.get((entity, action))
        return (*held, awaited.grant) if awaited is not None and awaited.of(principal) else held

    def by_program(self, entity: str, action: str) -> bool:
        """Whether only the program itself does this to records of the entity."""
        return action in BY_PROGRAM and entity in self.lasting

    def _held(self, principal: Principal, entity: str, action: str) -> tuple[Grant, ...]:
        if self.by_program(entity, action):
            return ()
        if principal.visitor:
            mine = self.visiting.get((entity, action)) if entity.startswith(f"{principal.portal}.") else None
            return () if mine is None else (mine,)
        found = (self.of_role(role).get((entity, action)) for role in principal.roles)
        given = tuple(grant for grant in found if grant is not None)
        here = principal.subject and entity.partition(".")[0] in (principal.portal, BASE)
        common = self.everyone.get((entity, action)) if here else None
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
        if principal.everything:
            return not self.by_program(entity, action)
        return bool(self.of(principal, entity, action))

    def opens(self, principal: Principal, entity: str, action: str = "read") -> bool:
        """Whether menus, charts and pages of the kind of record open, and not a single record that waits alone."""
        return principal.everything or bool(self.held(principal, entity, action))

    def fields(self, principal: Principal, entity: str, action: str = "read") -> FieldPolicy:
        if principal.everything:
            return OPEN
        return _policy(self.held(principal, entity, action) or self.of(principal, entity, action))

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


def compile_grants(manifest: Manifest, settings: Settings | None = None) -> Grants:
    roles = {key: _of_role(manifest, role) for key, role in manifest.roles.items()}
    common, awaited = dict(_common(manifest)), dict(_awaited(manifest))
    guards = compile_guards(manifest, settings or Settings(manifest))
    lasting = frozenset(entity.key for entity in manifest.entities.values() if entity.spec.append_only)
    visiting = dict(_visiting(manifest))
    return Grants(roles, everyone=common, guards=guards, awaited=awaited, visiting=visiting, lasting=lasting)


def _visiting(manifest: Manifest) -> Iterator[tuple[Place, Grant]]:
    """What who registers may do: make a record of the one entity, of the fields that the form asks."""
    for portal in manifest.portals.values():
        said = portal.spec.registration
        entity = manifest.entity(portal.name, said.entity) if said is not None else None
        if said is not None and entity is not None:
            others = tuple(name for name in entity.fields if name not in said.fields)
            yield (entity.key, "add"), Grant("", EVERY, FieldRights(readonly=others))


def _common(manifest: Manifest) -> Iterator[tuple[Place, Grant]]:
    """What an entity gives to every account, and every view of it with it."""
    for entity in manifest.entities.values():
        owner = manifest.entities[entity.owner]
        given = entity.spec.everyone or owner.spec.everyone
        for action in given.may if given is not None else ():
            assert given is not None
            names = entity if entity.spec.everyone is not None else owner
            yield (entity.key, action), Grant("", Rows(rule=given.rows, names=names.key))


def _awaited(manifest: Manifest) -> Iterator[tuple[Place, Awaited]]:
    """What the chains of the entities give: to read what one was asked, to decide where one is awaited."""
    for entity in manifest.entities.values():
        chained = [(flow, flow.approval) for _, flow in flows(entity) if flow.approval]
        open_ = any(not approval.inside for _, approval in chained)
        names = {name for _, approval in chained for name in approval.inside if not open_}
        inside = frozenset(
            f"{entity.portal}.{name}" if f"{entity.portal}.{name}" in manifest.roles else name
            for name in names
        )
        if chained:
            yield (entity.key, "read"), Awaited(Grant("", Rows(scope=ASKED)), entity.portal, inside)
        for flow, _ in chained:
            for code, move in flow.moves.items():
                if move.approval in AWAITED:
                    rows = Rows(scope=WAITING + AWAITED[move.approval])
                    yield (entity.key, f"move:{code}"), Awaited(Grant("", rows), entity.portal, inside)


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
            began = digests(entity, action.removeprefix("move:"), role.name)
            rows = Rows(began=began, within=rows) if began and rows is not None else rows
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
        if own is None:
            return read
        return _one(own) if action == "pick" else replace(_one(own), within=read)
    return None if written is None else _one(written)


def _one(written: Expr | Through) -> Rows:
    if isinstance(written, Through):
        return Rows(through=written.through)
    if written.text in SCOPES:
        return Rows(scope=written.text)
    return Rows(rule=written)


ASKED, WAITING = "asked", "waiting:"
"""Scopes that only chains give: records whose chain asked the person, or waits for him (for a kind of answer)."""

SCOPES = frozenset(("all", "own", "org", "org_tree", "region_tree"))
