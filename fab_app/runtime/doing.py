"""What an effect may do (``effects.base.Doing``), on the rows of one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from random import SystemRandom
from typing import Any, NamedTuple

import sqlalchemy as sa

from fab_app.core.problems import Refused
from fab_app.core.text import Text
from fab_app.core.words import locale, say
from fab_app.effects.base import NOTHING, Effect, Fields, Ranks
from fab_app.expr import Expr, sql
from fab_app.fields.base import EMPTY
from fab_app.fields.serial import SerialField
from fab_app.runtime import misses
from fab_app.runtime.copies import copied
from fab_app.runtime.env import MoveEnv, RecordEnv, from_row
from fab_app.runtime.inwords import in_words, labels
from fab_app.runtime.judging import Duplicate
from fab_app.runtime.references import Choosing
from fab_app.runtime.writing import Writer
from fab_app.spec.manifest import Entity
from fab_app.store.engine import savepoint
from fab_app.store.numbers import next_number

_AT_ONCE = 500


class Candidates(NamedTuple):
    """Records of a kind among which an effect chooses."""

    entity: Entity
    table: sa.Table
    resolver: Choosing
    holds: list[Any]


@dataclass(frozen=True)
class Deed:
    """``writer`` acts by the system's right; ``asks``: the record with the dialog's fields over its own.

    ``saved``: the fields that somebody changed by saving, where that made the move.
    """

    writer: Writer
    entity: Entity
    id: int
    asks: Entity
    said: Mapping[str, Any] = field(default_factory=dict)
    other: RecordEnv | None = None
    stood: RecordEnv | None = None
    saved: tuple[str, ...] = ()

    @property
    def env(self) -> MoveEnv:
        """The record as it stands now, after what was done before."""
        writer = self.writer
        table = writer.world.stored(self.entity).table
        row = writer.fetch(sa.select(table).where(table.c.id == self.id)).mappings().one()
        values = {**from_row(self.entity, row), **self.said}
        env = MoveEnv(writer.world, self.asks, values, writer.principal, writer.fetch, self.id)
        env.dialog, env.each, env.before = self.said, self.other, self.stood
        return env

    def run(self, expr: Expr) -> Any:
        return self.env.run(expr)

    def all(self, effects: Iterable[Effect]) -> None:
        """One after the other, each where its condition holds of what the others made."""
        for effect in effects:
            if effect.when is None or self.run(effect.when) is True:
                effect.perform(self)

    def set(self, of: str, fields: Fields) -> None:
        target = self._target(of)
        if target is not None:
            entity, id_ = target
            self.writer.change(entity, id_, self._values(entity, fields))

    def create(
        self,
        entity: str,
        fields: Fields,
        key: tuple[str, ...] = (),
        shown: Mapping[str, tuple[str, ...]] = NOTHING,
    ) -> int | None:
        target = self.writer.world.manifest.entity(self.entity.portal, entity)
        assert target is not None, entity
        values = copied(self.writer, target, self._values(target, fields))
        values |= {name: in_words(self.writer, self.entity, self.id, names) for name, names in shown.items()}
        if not key:
            return self.writer.create(target, values)
        _whole(target, key, values)
        if self._stands(target, key, values):
            return None
        try:
            with savepoint(self.writer.session):
                return self.writer.create(target, values)
        except Duplicate:
            return None

    def number(self, field: str, pattern: str) -> None:
        entity, writer = self.entity, self.writer
        if self.env.value((field,)) in EMPTY:
            label = entity.fields[field].label
            series = SerialField.model_validate({"type": "serial", "label": label, "pattern": pattern})
            today = writer.world.clock.today(writer.world.manifest.portals[entity.portal].spec.zone)
            scope = f"{entity.table}.{entity.columns[field]}:{series.period(today)}"
            number = next_number(writer.session.connection(), scope)
            writer.change(entity, self.id, {field: series.render(today, number)})

    def each(self, entity: str, where: Expr | None, draw: Expr | None = None) -> Iterator[Deed]:
        writer, found = self.writer, self._candidates(entity, where)
        table, holds = found.table, found.holds
        if draw is not None:
            keys = _drawn(writer, sa.select(table.c.id).where(*holds), self.env.run(draw))
            holds = [table.c.id.in_(keys)]
        page = sa.select(table).where(*holds).order_by(table.c.id).limit(_AT_ONCE)
        last = 0
        while rows := writer.fetch(page.where(table.c.id > last)).mappings().all():
            for row in rows:
                yield self._with(found.entity, row)
            last = rows[-1]["id"]

    def first(self, entity: str, where: Expr | None, order: Ranks) -> Deed | None:
        found = self._candidates(entity, where)
        ranks = [rank for expr, falling in order for rank in _ranked(sql(expr, found.resolver), falling)]
        one = sa.select(found.table).where(*found.holds).order_by(*ranks, found.table.c.id).limit(1)
        row = self.writer.fetch(one).mappings().first()
        return self._with(found.entity, row) if row is not None else None

    def allowed(self, most: int, minutes: int, message: Text) -> None:
        writer, who = self.writer, misses.name_of(self.writer.principal, self.entity)
        if misses.spent(writer.world, writer.fetch, who, most, minutes):
            raise Refused(message.of(locale.get()), status=429)

    def missed(self, message: Text, counted: bool) -> None:
        refused = misses.Missed(message.of(locale.get()))
        refused.who = misses.name_of(self.writer.principal, self.entity) if counted else ""
        raise refused

    def move(self, of: str, move: str, dialog: Fields) -> None:
        from fab_app.runtime.moves import fire

        target = self._target(of)
        if target is not None:
            entity, id_ = target
            self._await(entity, id_)
            env = self.env
            fire(self.writer, entity, id_, move, {name: env.run(expr) for name, expr in dialog.items()})

    def _await(self, entity: Entity, id_: int) -> None:
        """Waits for who changes the record now: the move is judged by what he leaves, and is not refused for him."""
        if (entity.owner, id_) != (self.entity.owner, self.id):
            table = self.writer.world.stored(entity).table
            self.writer.fetch(sa.select(table.c.id).where(table.c.id == id_).with_for_update())

    def notify(self, of: str, notice: str, values: Fields, once: Expr | None, changes: str = "") -> None:
        from fab_app.runtime.notices.telling import notify

        target = self._target(of)
        if target is not None and (self.saved or not changes):
            (entity, id_), env = target, self.env
            said = {name: env.run(expr) for name, expr in values.items()}
            said |= {changes: labels(self.entity, self.saved)} if changes else {}
            notify(self.writer, entity, id_, notice, (), said, str(env.run(once)) if once is not None else "")

    def reset_password(self, of: str, random: bool) -> None:
        from fab_app.runtime.renewal import reset

        target = self._target(of)
        if target is not None:
            reset(self.writer, *target, random)

    def unlock(self, of: str) -> None:
        from fab_app.runtime.renewal import unlock

        target = self._target(of)
        if target is not None:
            unlock(self.writer.world, self.writer.fetch, target[1])

    def resend(self, of: str) -> None:
        from fab_app.runtime.notices.sending import resend

        target = self._target(of)
        if target is not None and not resend(self.writer.world, self.writer.session, target[1]):
            text = say("This held a password, which is not kept: set it anew instead")
            raise Refused(text, {"": [text]})

    def wake(self, timer: str) -> None:
        from fab_app.runtime.clockworks import wake

        wake(self.writer, self.entity.portal, timer)

    def print(self, name: str, field: str) -> None:
        from fab_app.runtime.prints.keeping import keep

        keep(self.writer, self.entity, self.id, name, field)

    def call(self, function: str, values: Fields) -> None:
        env = self.env
        given = {name: env.run(expr) for name, expr in values.items()}
        self.writer.world.extensions[self.entity.portal][function](self, **given)

    def _candidates(self, entity: str, where: Expr | None) -> Candidates:
        writer = self.writer
        world = writer.world
        target = world.manifest.entity(self.entity.portal, entity)
        assert target is not None, entity
        table = world.stored(target).table
        who, clock = writer.principal, world.clock
        resolver = Choosing(world.tables, target.key, table, who, clock, chooser=self.env, stood=self.stood)
        holds = [sql(where, resolver)] if where is not None else []
        return Candidates(
            target, table, resolver, [*holds, writer.access.predicate(target.key, "read", table)]
        )

    def _with(self, entity: Entity, row: Mapping[str, Any]) -> Deed:
        """The same, with a candidate at hand."""
        writer, values = self.writer, from_row(entity, row)
        return replace(
            self, other=RecordEnv(writer.world, entity, values, writer.principal, writer.fetch, row["id"])
        )

    def _values(self, entity: Entity, fields: Fields) -> dict[str, Any]:
        env = self.env
        found = {name: env.run(expr) for name, expr in fields.items()}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in found.items()}

    def _target(self, of: str) -> tuple[Entity, int] | None:
        """The record at the end of a path of references."""
        if not of:
            return self.entity, self.id
        path = tuple(of.split("."))
        key, found = self.env.value(path), self.writer.world.manifest.walk(self.asks, path)
        assert found is not None, of
        target = self.writer.world.manifest.target(found[0], path[-1])
        return (target, int(key)) if target is not None and key is not None else None

    def _stands(self, entity: Entity, key: tuple[str, ...], values: Mapping[str, Any]) -> bool:
        stored = self.writer.world.stored(entity)
        table = stored.table
        judged = {name: entity.fields[name].parse(values.get(name)) for name in key}
        where = [
            table.c[entity.columns[name]] == value
            if value not in EMPTY
            else table.c[entity.columns[name]].is_(None)
            for name, value in judged.items()
        ]
        where += [table.c.alive == 0] if stored.soft else []
        return self.writer.fetch(sa.select(table.c.id).where(*where)).first() is not None


def _whole(entity: Entity, key: tuple[str, ...], values: Mapping[str, Any]) -> None:
    """A key with an empty part tells nothing apart: entries would be taken for one that are two."""
    for name in key:
        if values.get(name) in EMPTY:
            label = entity.fields[name].label.of(locale.get())
            text = say("An entry is told from others by {label}, which is empty", label=label)
            raise Refused(text, {"": [text]})


def _drawn(writer: Writer, eligible: sa.Select[Any], number: Any) -> list[int]:
    keys = list(writer.fetch(eligible).scalars())
    return SystemRandom().sample(keys, max(0, min(int(number or 0), len(keys))))


def _ranked(value: Any, falling: bool) -> tuple[Any, Any]:
    """Nothing comes last, which databases do differently."""
    return value.is_(None), value.desc() if falling else value.asc()
