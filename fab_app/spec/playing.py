"""A record played through its workflow on a virtual clock: nothing is read, nothing is written, nobody is told.

It begins with the defaults and what is given, also of records behind references (``policy.end_date``); moves are made
when they are said, timers fire when their time comes. Of effects only those happen that change the record itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from fab_app.core.problems import Refused, nearest
from fab_app.effects.base import Effect
from fab_app.effects.move import MoveEffect
from fab_app.effects.set import SetEffect
from fab_app.expr import Expr, closure
from fab_app.fields.computed import ComputedField
from fab_app.spec.manifest import SYSTEM, Entity, Manifest
from fab_app.spec.simulating import makers
from fab_app.spec.timer import Timer
from fab_app.spec.workflow import Move, Workflow

MOST = 2000
"""Lines, so that a timer which fires every minute ends."""


@dataclass(frozen=True, slots=True)
class Step:
    """A move that somebody makes ``after`` so much time, with the answers of its dialog."""

    after: timedelta
    code: str
    said: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Record:
    """``expr.Env`` of the record that is played; ``missed``: what was asked of it and not given."""

    manifest: Manifest
    entity: Entity
    zone: str
    at: datetime
    values: dict[tuple[str, ...], Any]
    dialog: Mapping[str, Any] = field(default_factory=dict)
    missed: set[str] = field(default_factory=set)
    outer: None = None

    def run(self, expr: Expr) -> Any:
        return closure(expr)(self)

    def holds(self, expr: Expr | None) -> bool:
        return expr is None or self.run(expr) is True

    def value(self, path: Sequence[str]) -> Any:
        path = tuple(path)
        if path in self.values or not path:
            return self.values.get(path)
        found = self.manifest.walk(self.entity, path)
        if len(path) == 1 and found is not None and isinstance(found[1], ComputedField):
            return self.run(found[1].value)
        if found is None or found[1].type == "rollup" or len(path) > 1:
            self.missed.add(".".join(path))
        return 0 if found is not None and found[1].type == "rollup" else None

    def user(self, path: Sequence[str]) -> Any:
        return None

    def root(self, name: str) -> Any:
        if name == "setting":
            settings = self.manifest.portals[self.entity.portal].spec.settings
            return {key: one.default for key, one in settings.items() if not isinstance(one.default, Expr)}
        return self.dialog if name == "dialog" else {}

    def children(self, name: str) -> Iterable[Any]:
        self.missed.add(name)
        return ()

    def today(self) -> date:
        return self.local().date()

    def now(self) -> datetime:
        return self.at

    def offset(self) -> int:
        return int((self.local().utcoffset() or timedelta()).total_seconds() // 60)

    def steps(self, root: str, path: Sequence[str], members: Iterable[int], node: int) -> int | None:
        return None

    def local(self) -> datetime:
        return self.at.replace(tzinfo=UTC).astimezone(ZoneInfo(self.zone))

    def told(self, name: str) -> str:
        value = self.values[(name,)]
        if isinstance(value, datetime):
            value = f"{value.replace(tzinfo=UTC).astimezone(ZoneInfo(self.zone)):%Y-%m-%d %H:%M}"
        return "nobody and nothing" if value is None else str(value)

    def give(self, name: str, text: str) -> None:
        """A value as it would be typed. Raises Refused with the field's own sentence."""
        path = tuple(name.split("."))
        found = self.manifest.walk(self.entity, path)
        if found is None:
            raise Refused(f"{self.entity.key} has no field '{name}'. {nearest(name, self.entity.fields)}")
        try:
            self.values[path] = found[1].parse(text.split(",") if found[1].many else text)
        except ValueError as error:
            raise Refused(f"{name}: {error}") from error


def begun(manifest: Manifest, entity: Entity, at: datetime, given: Mapping[str, str]) -> Record:
    """``at`` is naive, in the portal's zone."""
    zone = manifest.portals[entity.portal].spec.zone
    start = at.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC).replace(tzinfo=None)
    record = Record(manifest, entity, zone, start, {})
    for name, text in given.items():
        record.give(name, text)
    for name, spec in entity.fields.items():
        if name not in SYSTEM and (name,) not in record.values and spec.default is not None:
            default = spec.default
            record.values[(name,)] = record.run(default) if isinstance(default, Expr) else spec.parse(default)
    record.values |= {(name,): start for name in ("created_at", "updated_at")}
    return record


def played(record: Record, steps: Sequence[Step], length: timedelta) -> Iterator[str]:
    """What happens, line by line in the order of time. Raises Refused for a step that nobody could make."""
    return _Play(record, sorted(steps, key=lambda step: step.after), length).lines()


class _Play:
    def __init__(self, record: Record, steps: Sequence[Step], length: timedelta) -> None:
        self.record, self.steps, self.begin, self.end = record, list(steps), record.at, record.at + length
        self.marks: set[tuple[str, str]] = set()

    def lines(self) -> Iterator[str]:
        yield self._line(f"begins{self._states()}")
        yield from self._offered()
        due = {
            name: self._next(timer, self.begin) for name, timer in self._timers().items() if not timer.woken
        }
        while (moment := self._moment(due)) is not None:
            self.record.at = moment
            for name, timer in self._timers().items():
                if due[name] == moment:
                    due[name] = self._next(timer, moment)
                    yield from self._fired(name, timer)
            while self.steps and self.begin + self.steps[0].after <= moment:
                yield from self._made(self.steps.pop(0))
        self.record.at = self.end
        yield self._line(f"ends{self._states()}")
        if self.record.missed:
            yield f"not given, so nothing or 0: {', '.join(sorted(self.record.missed))}"

    def _moment(self, due: Mapping[str, datetime]) -> datetime | None:
        """The next time at which anything happens."""
        moments = [*due.values(), *(self.begin + step.after for step in self.steps[:1])]
        found = min(moments, default=None)
        return found if found is not None and found <= self.end else None

    def _timers(self) -> dict[str, Timer]:
        spec = self.record.entity.spec
        counting = {
            f"{name}.{code}": one for name, flow in self._flows() for code, one in flow.timers.items()
        }
        return {**spec.timers, **counting}

    def _next(self, timer: Timer, after: datetime) -> datetime:
        return timer.timing.after(after, self.record.zone)

    def _flows(self) -> list[tuple[str, Workflow]]:
        return list(self.record.entity.spec.workflows.items())

    def _counts(self, workflow: Workflow) -> bool:
        return self.record.holds(workflow.when)

    def _fired(self, name: str, timer: Timer) -> Iterator[str]:
        flow = self.record.entity.spec.workflows.get(name.partition(".")[0]) if "." in name else None
        if (flow is not None and not self._counts(flow)) or not self.record.holds(timer.when):
            return
        if timer.once is not None:
            mark = (name, str(self.record.run(timer.once)))
            if mark in self.marks:
                return
            self.marks.add(mark)
        yield self._line(f"timer {name}")
        yield from self._effects(timer.effects)

    def _made(self, step: Step) -> Iterator[str]:
        found = self._move(step.code)
        if found is None:
            raise Refused(f"{step.code} cannot be made{self._states()} at {self._clock()}")
        workflow, move = found
        own = {name: text for name, text in step.said.items() if name in self.record.entity.fields}
        for name, text in own.items():
            self.record.give(name, text)
        answers = {**step.said, **{name: self.record.values[(name,)] for name in own}}
        by = ", ".join(makers(self.record.manifest, self.record.entity, step.code, move)) or "nobody"
        yield self._line(f"{step.code} by {by}")
        self.record.dialog = {**dict.fromkeys(move.dialog), **answers}
        for condition in move.conditions:
            lacking = any(self.record.holds(item.when) for item in condition.lacking)
            if lacking or not self.record.holds(condition.when):
                yield f"    not met: {condition.message.of('en')}"
        yield from self._moved(workflow, move, answers)

    def _move(self, code: str) -> tuple[Workflow, Move] | None:
        """The move of the workflow that counts, where state and condition allow it."""
        for _, workflow in self._flows():
            move = workflow.moves.get(code)
            if move is not None and self._counts(workflow) and self._stands(workflow, move):
                return (workflow, move) if self.record.holds(move.when) else None
        return None

    def _stands(self, workflow: Workflow, move: Move) -> bool:
        return move.from_ is None or self.record.value((workflow.field,)) in move.from_

    def _moved(self, workflow: Workflow, move: Move, said: Mapping[str, Any]) -> Iterator[str]:
        self.record.dialog = {**dict.fromkeys(move.dialog), **said}
        target = move.target(dict(said))
        if target is not None and target != self.record.value((workflow.field,)):
            self.record.values[(workflow.field,)] = target
            yield f"    {workflow.field} is now {target}"
        yield from self._effects(move.effects)
        self.record.dialog = {}
        yield from self._offered()

    def _effects(self, effects: Iterable[Effect]) -> Iterator[str]:
        for effect in effects:
            if not self.record.holds(effect.when):
                continue
            if isinstance(effect, SetEffect) and not effect.of:
                for name, expr in effect.fields.items():
                    self.record.values[(name,)] = self.record.run(expr)
                    yield f"    {name} = {self.record.told(name)}"
            elif isinstance(effect, MoveEffect) and not effect.of:
                yield from self._by_itself(effect)
            else:
                yield f"    would {_told(effect)}"

    def _by_itself(self, effect: MoveEffect) -> Iterator[str]:
        found = self._move(effect.move)
        if found is None:
            yield f"    {effect.move} is refused{self._states()}"
            return
        said = {name: self.record.run(expr) for name, expr in effect.dialog.items()}
        yield f"    {effect.move} by system"
        yield from self._moved(*found, said)

    def _offered(self) -> Iterator[str]:
        """Who could do what now."""
        for _, workflow in self._flows():
            for code, move in workflow.moves.items() if self._counts(workflow) else ():
                if self._stands(workflow, move):
                    targets = "|".join(dict.fromkeys(move.targets())) or "the same"
                    by = ", ".join(makers(self.record.manifest, self.record.entity, code, move)) or "nobody"
                    closed = "" if self.record.holds(move.when) else "  not now"
                    yield f"      {code} -> {targets}  ({by}){closed}"

    def _states(self) -> str:
        fields = dict.fromkeys(workflow.field for _, workflow in self._flows() if self._counts(workflow))
        states = ", ".join(str(self.record.value((name,))) for name in fields)
        return f" as {states}" if states else ""

    def _line(self, text: str) -> str:
        return f"{self._clock()}  {text}"

    def _clock(self) -> str:
        return f"{self.record.local():%Y-%m-%d %H:%M}"


def _told(effect: Effect) -> str:
    """The effect in a few words: its kind and what it is about."""
    names = ("notice", "entity", "of", "move", "field", "print", "function")
    told = (str(getattr(effect, name)) for name in names if isinstance(getattr(effect, name, None), str))
    return " ".join((effect.type, *filter(None, told)))
