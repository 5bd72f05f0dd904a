"""The one door for writes: judged, permitted, checked before and after, logged, in the caller's transaction.

Under concurrency: a change names the version it saw (or the row as it stands) in its WHERE, so of two writers
one wins and the other gets ``Conflict``. Uniqueness is the database's; nothing here commits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa

from fab_app.core.problems import Refused
from fab_app.core.words import locale, say
from fab_app.fields.base import EMPTY
from fab_app.runtime import accounts, audit, belongs, cases, owned, people, references, saving, searching
from fab_app.runtime.children import Children
from fab_app.runtime.deleting import Deleting
from fab_app.runtime.env import RecordEnv, from_row
from fab_app.runtime.judging import (
    Conflict,
    Errors,
    Faster,
    Judged,
    New,
    defaults,
    differ,
    locked,
    parsed,
    ruled,
    rules,
    writable_fields,
)
from fab_app.runtime.many import Many
from fab_app.runtime.refusals import forbidden, lasting, missing, not_yours, out_of_rows
from fab_app.runtime.storing import Storer
from fab_app.runtime.trees import placed, uncovered
from fab_app.runtime.withheld import withheld
from fab_app.spec.manifest import Entity

NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True)
class Writer(Storer):
    """Writes as one principal."""

    # --- the three writes --------------------------------------------------------------------

    def create(
        self,
        entity: Entity,
        raw: Mapping[str, Any],
        system_values: Mapping[str, Any] | None = None,
        given: Mapping[str, Any] = NOTHING,
    ) -> int:
        """The key of the new record. Raises Refused with every mistake by field; nothing is stored then.

        ``given``: judged values that the system sets, whatever its writer may; ``system_values``: by column.
        """
        self._permitted(entity, "add")
        new = self.judge(entity, raw, given)
        self._refuse(new.errors)
        values = new.values
        id_ = self._insert(entity, values, new.env, dict(system_values or {}))
        self._still(entity, id_, "add")
        withheld(self, entity, id_, "add", raw)
        cases.begin(self.world, self.fetch, entity, id_)
        made = {name: (None, value) for name, value in values.items()}
        audit.record(self.world, self.fetch, self.principal, entity, id_, "add", made)
        accounts.created(self, entity, id_, values)
        saving.added(self, entity, id_, values)
        return id_

    def judge(self, entity: Entity, raw: Mapping[str, Any], given: Mapping[str, Any] = NOTHING) -> New:
        """What ``create`` would make of this, and everything that is wrong with it. Raises Conflict for a lock."""
        judged = self._parsed(entity, raw, "add")
        values = uncovered(self.world, self.session, self.fetch, entity, judged.values) | dict(given)
        values |= owned.set_of(self, entity, values)
        if any(name not in values for name, _ in ruled(entity).defaulted):
            values |= defaults(entity, self.env(entity, values, None), values)
        env = self.env(entity, values, None)
        sent = {name: value for name, value in values.items() if name in raw}
        unseen = self._references(entity, sent, env, judged.errors)
        typed = {name: value for name, value in values.items() if name not in given} if given else values
        wrong = (unseen or self._fixed(entity, env, raw, values)) | owned.unmade(self, entity, typed, sent)
        if not wrong:
            self._unlocked(entity, env, "add")
        # What a rule reads of a row that its writer may not see would be told by the rule's answer.
        broken = {} if unseen else rules(entity, env, values, frozenset(raw), creating=True)
        for name in self.lacking:
            if values.get(name) in EMPTY:
                broken.pop(name, None)
        return New(values, env, {**broken, **judged.errors} | wrong)

    def change(self, entity: Entity, id_: int, raw: Mapping[str, Any], version: int | None = None) -> None:
        """Changes only what was sent. A stale ``version`` is a Conflict; without one the row as it stands changes."""
        self._permitted(entity, "edit")
        row = self.row(entity, id_, "edit")
        if version is not None and row[entity.version] != version:
            raise Conflict(say("Someone just changed this record"))
        before = from_row(entity, row)
        judged = self._parsed(entity, owned.typed(entity, raw), "edit")
        given = owned.judged(self, entity, row, judged.values, judged.errors)
        many = Many(self.world, self.fetch, self.session, self.principal, entity)
        beside = [name for name in judged.values if entity.fields[name].storage in ("side", "file")]
        before |= many.values(id_, beside)
        values = {
            name: value
            for name, value in uncovered(self.world, self.session, self.fetch, entity, given).items()
            if entity.fields[name].type == "table" or differ(value, before.get(name))
        }
        if values and self.within and not self.trusted:
            lasting(self.world, entity, "edit")
        env = self.env(entity, {**before, **values}, id_)
        as_it_stood = self.env(entity, dict(before), id_)
        self._unlocked(entity, as_it_stood, "edit")
        codes = saving.due(self, entity, env, "edit")
        unseen = self._references(entity, values, env, judged.errors)
        asked = frozenset(entity.fields) if codes else frozenset(values)
        broken = {} if unseen else rules(entity, env, values, asked, False, self.trusted)
        wrong = owned.unchanged(self, entity, row, before, values)
        self._refuse({**broken, **judged.errors} | unseen | wrong)
        withheld(self, entity, id_, "edit", values)
        if values:
            self.update(entity, id_, values, before, env, row[entity.version])
            self._still(entity, id_, "edit")
            changes = {name: (before.get(name), value) for name, value in values.items()}
            audit.record(self.world, self.fetch, self.principal, entity, id_, "edit", changes)
            accounts.changed(self, entity, id_, values)
        saving.made(self, entity, id_, codes, as_it_stood, tuple(values))

    def delete(self, entity: Entity, id_: int, version: int | None = None) -> None:
        self._permitted(entity, "delete")
        row = self.row(entity, id_, "delete")
        if version is not None and row[entity.version] != version:
            raise Conflict(say("Someone just changed this record"))
        env = self.env(entity, from_row(entity, row), id_)
        self._unlocked(entity, env, "delete")
        for check in entity.spec.checks:
            if check.on == "delete" and env.run(check.check) is False:
                raise Refused(check.message.of(locale.get()))
        self._refuse(owned.undeletable(self, entity, row))
        deleting = Deleting(self.world, self.fetch, self.session, self.principal)
        deleting.delete(entity, id_, row[entity.version])
        audit.record(self.world, self.fetch, self.principal, entity, id_, "delete", {})

    def blank(
        self, entity: Entity, given: Mapping[str, Any], hanging: Mapping[str, RecordEnv] = NOTHING
    ) -> dict[str, Any]:
        """What a new record begins with: what is given, the rest by default.

        ``hanging``: by reference the record on which it will hang, as its form holds it now.
        """
        values = dict(given)
        env = self.env(entity, values, None)
        for name, on in hanging.items():
            env.hang(name, on)
        return values | defaults(entity, env, values)

    # --- permission and rows -----------------------------------------------------------------

    def _permitted(self, entity: Entity, action: str) -> None:
        if self.trusted or (self.within and action != "delete"):
            return
        if self.within:
            lasting(self.world, entity, action)
        elif not self.world.grants.may(self.principal, entity.key, action):
            raise forbidden(self.world, entity, self.principal, action)

    def row(self, entity: Entity, id_: int, action: str) -> Mapping[str, Any]:
        """The row under the predicate of the action: else it is not there, or may be read only."""
        table = self.world.stored(entity).table
        question = ("row", action, bool(self.within))
        statement = self._kept(entity, question, lambda storer: storer._looking(entity, action))
        row = self.fetch(statement, {"row_id": id_}).mappings().first()
        if row is not None:
            found: Mapping[str, Any] = row
            return found
        readable = self.access.predicate(entity.key, "read", table)
        if self.fetch(sa.select(table.c.id).where(table.c.id == id_, readable)).first() is not None:
            raise not_yours(self.world, entity, id_)
        raise missing(self.world, entity, self.fetch, id_)

    def _still(self, entity: Entity, id_: int, action: str) -> None:
        """After a write: no row was made outside, or moved out of, the rows of the action."""
        if self.principal.everything or self.within:
            return
        statement = self._kept(entity, ("still", action), lambda storer: storer._granted(entity, action))
        if self.fetch(statement, {"row_id": id_}).first() is None:
            raise out_of_rows(self.world, entity)

    def _unlocked(self, entity: Entity, env: RecordEnv, action: str) -> None:
        sentence = "" if self.trusted else locked(entity, env, action)
        if sentence:
            raise Conflict(sentence)

    # --- judging -----------------------------------------------------------------------------

    def _parsed(self, entity: Entity, raw: Mapping[str, Any], action: str) -> Judged:
        if self.trusted:
            return parsed(entity, raw, frozenset(entity.fields))
        policy = self.world.grants.writing(self.principal, entity.key, action)
        writable = writable_fields(entity, policy.hidden, policy.readonly)
        return parsed(entity, raw, writable | {self.within} if self.within else writable, policy.hidden)

    def _references(
        self, entity: Entity, values: Mapping[str, Any], env: RecordEnv, errors: Errors
    ) -> Errors:
        if self.trusted:
            return {}
        good = {name: value for name, value in values.items() if name not in errors and name != self.within}
        wrong = references.refused(self.world, self.access, entity, good, env, self.fetch)
        if wrong:
            # What else may be chosen must not tell anything of a row that was named and may not be seen.
            seen = {name: value for name, value in good.items() if name not in wrong}
            blind = self.env(entity, {**env.values, **dict.fromkeys(wrong)}, env.id)
            wrong |= references.refused(self.world, self.access, entity, seen, blind, self.fetch)
        return wrong

    def _fixed(
        self, entity: Entity, env: RecordEnv, raw: Mapping[str, Any], values: dict[str, Any]
    ) -> Errors:
        """Of a new record: a field that is read-only for this person has its default, whatever was sent."""
        errors: Errors = {}
        for name, spec in () if self.trusted else ruled(entity).closed:
            if name not in raw or name == self.within or not env.holds(spec.readonly, False):
                continue
            given = values.pop(name, None)
            values |= {n: v for n, v in defaults(entity, env, values).items() if n == name}
            if given != values.get(name):
                errors[name] = [spec.unchanged()]
        return errors

    def _refuse(self, errors: Errors) -> None:
        if errors:
            raise Refused(next(iter(errors.values()))[0], errors)

    # --- storing -----------------------------------------------------------------------------

    def _insert(self, entity: Entity, values: dict[str, Any], env: RecordEnv, system: dict[str, Any]) -> int:
        table = self.world.stored(entity).table
        self._numbers(entity, values, system.get("created_at") or values.get("created_at"))
        row = self.new_row(entity, values, env, system)
        key = self._guarded(entity, sa.insert(table), row, values, None).inserted_primary_key
        id_ = int(key[0])
        self._beside(entity, id_, values, None)
        return id_

    def update(
        self,
        entity: Entity,
        id_: int,
        values: dict[str, Any],
        before: Mapping[str, Any],
        env: RecordEnv,
        version: int,
        also: tuple[Any, ...] = (),
    ) -> None:
        """``also``: what must still hold of the row besides. Raises Faster where somebody was."""
        values |= self._derived(entity, env, id_)
        row = self._columns(entity, values)
        row |= {
            "updated_at": self.world.clock.now(),
            "updated_by": before.get("updated_by") if self.unsigned else self.principal.subject or None,
            entity.version: version + 1,
        }
        if any(kept.path[0] in values for kept in belongs.kept_of(entity)):
            row |= belongs.values_of(entity, env)
        row.update(people.columns(self, entity, values, id_))
        statement = self._kept(entity, "update", lambda storer: storer._updating(entity))
        statement = statement.where(*also) if also else statement
        row |= {"row_id": id_, "row_version": version}
        if self._guarded(entity, statement, row, {**before, **values}, id_).rowcount != 1:
            raise Faster(say("Someone just changed this record"))
        self._beside(entity, id_, values, before)
        belongs.follow(self.world, self.fetch, entity, id_, values)

    def _beside(
        self, entity: Entity, id_: int, values: Mapping[str, Any], before: Mapping[str, Any] | None
    ) -> None:
        """What stands beside the row: many-valued fields, files, the tree, child rows, the login."""
        Many(self.world, self.fetch, self.session, self.principal, entity).store(
            id_, values, new=before is None
        )
        searching.store(self.world, self.fetch, entity, id_, values, before)
        Children(self).store(entity, id_, values)
        people.mirror(self.world, self.fetch, entity, id_, values, new=before is None)
        placed(self.world, self.session, entity, id_, values, new=before is None)

    # --- plumbing ----------------------------------------------------------------------------

    def of_children(self, by: str) -> Writer:
        """Writes the child rows that refer to a record by ``by``, which this writer may write."""
        return replace(self, within=by)
