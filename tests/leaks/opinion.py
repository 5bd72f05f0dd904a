"""A second opinion on who may touch which rows: the roles' YAML run as closures over all rows, read whole.

Nothing of the enforcement is used: no predicate, no compiled grants, no kept column, no reader. Only the
expression language is shared, whose SQL and Python faces are held together by tests of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from fab_app.expr import Expr, closure
from fab_app.spec.guard import Guard
from fab_app.spec.manifest import Entity, Portal, Role
from fab_app.spec.portal import FieldRights, RowsByAction, Through
from tests.leaks.awaited import Awaiting
from tests.leaks.rows import Person, Row, Rows, above


@dataclass
class Opinion:
    """What one person may do, by the YAML of his roles."""

    rows: Rows
    who: Person
    _known: dict[tuple[str, str], frozenset[int]] = field(default_factory=dict)
    _untold: dict[str, frozenset[str]] = field(default_factory=dict)

    def may(self, entity: Entity, action: str) -> bool:
        if self._lasting(entity) and action in ("add", "edit", "delete", "import"):
            return False
        return self._given(entity, action) or self.awaiting.may(entity, action)

    def opens(self, entity: Entity) -> bool:
        """Whether lists and figures of the kind of record are his, and not a record alone that waits for him."""
        return self._given(entity, "read")

    def holds_function(self, portal: Portal, name: str, action: str) -> bool:
        held = (role for role in self.held if role.portal == portal.name)
        return any(action in role.spec.actions(name) for role in held) and not self._closes(name, action)

    def _given(self, entity: Entity, action: str) -> bool:
        given = any(self._gives(role, entity, action) for role in self.held)
        return given or self._common(entity, action)

    def _lasting(self, entity: Entity) -> bool:
        """Whether the program alone makes the records, and nobody changes them."""
        return entity.spec.append_only or self.rows.manifest.entities[entity.owner].spec.append_only

    def visible(self, entity: Entity, action: str = "read") -> frozenset[int]:
        """The ids of the rows; an action reaches no further than reading."""
        place = (entity.key, action)
        if place not in self._known:
            found = [
                self._of(role, entity, action) for role in self.held if self._gives(role, entity, action)
            ]
            everyone = [self._everyone(entity)] if self._common(entity, action) else []
            asked = [self.awaiting.ids(entity, action)] if self.awaiting.may(entity, action) else []
            self._known[place] = frozenset(id_ for ids in (*found, *everyone, *asked) for id_ in ids)
        return self._known[place]

    def wider(self, entity: Entity) -> frozenset[int]:
        """The rows that figures may be taken over, and whose groups are then named: those of ``aggregate`` besides."""
        rules = [
            rule.aggregate
            for role in self.held
            if self._gives(role, entity, "read")
            and isinstance(rule := role.spec.rows[self._name(role, entity)], RowsByAction)
            and rule.aggregate is not None
        ]
        found = {id_ for id_ in self.rows.of(entity) if any(self._holds(rule, entity, id_) for rule in rules)}
        return self.visible(entity) | found

    def choosable(self, entity: Entity) -> frozenset[int]:
        return self.visible(entity) | self.visible(entity, "pick")

    def hidden(self, entity: Entity) -> frozenset[str]:
        """The fields that every role hides which lets him read the entity."""
        fields = [frozenset(rights.hidden) for rights in self._fields(entity)]
        return frozenset.intersection(*fields) if fields and not self._common(entity, "read") else frozenset()

    def untold(self, entity: Entity) -> frozenset[str]:
        """The fields whose values he is told in no row: hidden, or masked by their author or one of his roles."""
        if entity.key not in self._untold:
            masked = {name for name, spec in entity.fields.items() if spec.mask}
            by_role = {name for rights in self._fields(entity) for name in rights.masked}
            self._untold[entity.key] = self.hidden(entity) | masked | by_role
        return self._untold[entity.key]

    def closed(self, entity: Entity) -> frozenset[str]:
        """The fields by which he finds nothing: those that he is told in no row, or not in all."""
        return self.untold(entity) | {name for rights in self._fields(entity) for name in rights.hidden}

    @property
    def awaiting(self) -> Awaiting:
        return Awaiting(self.rows, self.who)

    def _common(self, entity: Entity, action: str) -> bool:
        """Whether every account may do this with some rows, whatever his roles."""
        owner = self.rows.manifest.entities[entity.owner]
        here = entity.portal in (self.who.portal, "base") and not self._shut(entity, action)
        return here and owner.spec.everyone is not None and action in owner.spec.everyone.may

    def _shut(self, entity: Entity, action: str) -> bool:
        return self._closes(entity.name, action)

    def _closes(self, name: str, action: str) -> bool:
        """Whether a guard of his portal shuts this of an entity or a function."""
        portal = self.rows.manifest.portals.get(self.who.portal)
        word, entity = action.removeprefix("move:"), self.rows.manifest.entities["base.user"]
        nobody = Row(self.rows, entity, 0, self.who)
        return any(
            (word in closes or ("read" in closes and action != "pick"))
            and closure(guard.needs)(nobody) is not True
            for guard in (portal.spec.guards.values() if portal is not None else ())
            for closes in (_closed(guard, name, word),)
        )

    def _everyone(self, entity: Entity) -> Iterator[int]:
        owner = self.rows.manifest.entities[entity.owner]
        assert owner.spec.everyone is not None
        holds = closure(owner.spec.everyone.rows)
        for id_, row in self.rows.of(entity).items():
            here = row["portal"] == self.who.portal
            if here and holds(Row(self.rows, owner, id_, self.who)) is True:
                yield id_

    def _fields(self, entity: Entity) -> list[FieldRights]:
        """What each role says of the fields that lets him read the entity."""
        given = [role for role in self.held if self._gives(role, entity, "read")]
        return [role.spec.fields.get(self._name(role, entity), FieldRights()) for role in given]

    @property
    def held(self) -> list[Role]:
        return [role for role in self.rows.manifest.roles.values() if role.key in self.who.roles]

    def _name(self, role: Role, entity: Entity) -> str:
        names = (*role.spec.may, *role.spec.rows)
        return next((n for n in names if self.rows.manifest.entity(role.portal, n) is entity), "")

    def _gives(self, role: Role, entity: Entity, action: str) -> bool:
        name = self._name(role, entity)
        return (
            entity.portal in (self.who.portal, "base")
            and not self._shut(entity, action)
            and (action in role.spec.actions(name) or self._named(role, entity, action))
            and name in role.spec.rows
        )

    def _named(self, role: Role, entity: Entity, action: str) -> bool:
        """Whether a workflow itself names the role as one that makes the move."""
        kind, _, code = action.partition(":")
        moves = [flow.moves[code] for flow in entity.spec.workflows.values() if code in flow.moves]
        return kind == "move" and any(move.offered and role.name in move.by for move in moves)

    def _of(self, role: Role, entity: Entity, action: str) -> Iterator[int]:
        written = role.spec.rows[self._name(role, entity)]
        rules = [written]
        if isinstance(written, RowsByAction):
            kind, _, code = action.partition(":")
            own = written.move.get(code) if kind == "move" else getattr(written, action)
            own = own if action != "read" else None
            rules = [own] if own is not None and action == "pick" else [written.read]
            rules += [own] if own is not None and action != "pick" else []
        for id_, row in self.rows.of(entity).items():
            here = entity.portal != "base" or row["portal"] == self.who.portal
            if here and all(self._holds(rule, entity, id_) for rule in rules):
                yield id_

    def _holds(self, rule: Expr | Through, entity: Entity, id_: int) -> bool:
        row = Row(self.rows, entity, id_, self.who)
        if isinstance(rule, Through):
            target = self.rows.manifest.target(entity, rule.through)
            assert target is not None
            return row.value((rule.through,)) in self.visible(target)
        if rule.text in ("all", "own", "org", "org_tree", "region_tree"):
            return self._scope(rule.text, entity, row)
        return closure(rule)(row) is True

    def _scope(self, scope: str, entity: Entity, row: Row) -> bool:
        if scope == "all":
            return True
        axis = {"own": "owner", "org": "org", "org_tree": "org", "region_tree": "region"}[scope]
        mine = self.who.id if scope == "own" else self.who.values.get(axis)
        itself = "id" if entity.owner == f"base.{axis}" else ""
        path = entity.spec.belongs.get(axis, "created_by" if scope == "own" else itself)
        theirs = row.value(tuple(path.split("."))) if path else None
        if mine is None or theirs is None:
            return False
        return (
            mine in list(above(self.rows, f"base.{axis}", theirs))
            if scope.endswith("_tree")
            else theirs == mine
        )


def _closed(guard: Guard, name: str, action: str) -> tuple[str, ...]:
    """What the guard closes here; of one that closes all, this action where it is not left open."""
    if guard.closes != "all":
        return guard.closes.get(name, ())
    if name not in guard.but:
        return ("read",)
    return () if action in (*guard.but[name], "pick") else (action,)
