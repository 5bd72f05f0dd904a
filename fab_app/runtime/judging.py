"""What a person sent, judged field by field and then as a whole, the same at every door."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from fab_app.core.problems import Refused
from fab_app.core.values import fixed, once
from fab_app.core.words import locale, say
from fab_app.expr import Expr
from fab_app.fields.base import EMPTY, Field
from fab_app.runtime.env import RecordEnv
from fab_app.runtime.query import Unreadable
from fab_app.spec.manifest import SYSTEM, Entity

Errors = dict[str, list[str]]


class Conflict(Refused):
    """The record is not, or no longer, in a state that allows it: 409."""

    status = 409


class UsedUp(Refused):
    """What one may do in a time is used up: 429."""

    status = 429


class Faster(Conflict):
    """Somebody else changed the row between reading and writing it."""


class Deadlocked(Conflict):
    """Of two transactions that waited for each other the database took this one back, whole."""


class Duplicate(Refused):
    """A unique value stands already."""


class Withheld(Refused):
    """``record``: the kind and id of the record that this person may not have; the log tells of it."""

    record: tuple[str, int] | None = None

    def of(self, entity: Entity, id_: int) -> Self:
        self.record = (entity.key, id_)
        return self


class Forbidden(Withheld):
    """This person may never do this with this kind of thing: 403."""

    status = 403


class NotFound(Withheld):
    """No such record, or it lies outside the person's rows: 404."""

    status = 404


@fixed
class Judged:
    """``values``: by field, judged; only those that were sent, defaulted or emptied by a condition."""

    values: dict[str, Any]
    errors: Errors = field(default_factory=dict)


@fixed
class New:
    """A record that is to be made: its values, how rules see it, and what is wrong with it by field."""

    values: dict[str, Any]
    env: RecordEnv
    errors: Errors


@dataclass(frozen=True, slots=True)
class Ruled:
    """What there is to judge of an entity's records. ``fields``: those that people fill in and of which a rule is
    written; ``closed``: of these such as may be read-only; ``demanded``: such as are right as soon as they hold
    something; ``kept``: those whose choices are kept on screen."""

    fields: tuple[tuple[str, Field], ...]
    closed: tuple[tuple[str, Field], ...]
    demanded: frozenset[str]
    defaulted: tuple[tuple[str, Field], ...]
    kept: frozenset[str]


@once
def ruled(entity: Entity) -> Ruled:
    own = [(name, one) for name, one in entity.fields.items() if name not in SYSTEM]
    fields = [
        (name, one)
        for name, one in own
        if (one.storage != "none" or one.type == "table")
        and not (one.required is one.check is one.visible is one.readonly is None)
    ]
    demanded = (
        name
        for name, one in fields
        if name in entity.in_row and one.check is one.visible is one.readonly is None
    )
    defaulted = ((name, one) for name, one in own if one.begin is not None)
    kept = (name for name, one in own if one.field_type().of)
    closed = ((name, one) for name, one in fields if one.readonly is not None)
    return Ruled(tuple(fields), tuple(closed), frozenset(demanded), tuple(defaulted), frozenset(kept))


def parsed(
    entity: Entity, raw: Mapping[str, Any], writable: frozenset[str], hidden: frozenset[str] = frozenset()
) -> Judged:
    """Each sent value through its field's judge; a name that may not be written is an error of the request.

    A hidden field is as unknown as one that does not exist.
    """
    values: dict[str, Any] = {}
    errors: Errors = {}
    for name, item in raw.items():
        if name not in writable:
            known = name in entity.fields and entity.fields[name].readable and name not in hidden
            reason = "'{name}' cannot be written" if known else "there is no field '{name}'"
            raise Unreadable(say(reason, name=name))
        try:
            values[name] = entity.fields[name].parse(item)
        except ValueError as error:
            errors[name] = [str(error)]
    return Judged(values, errors)


def writable_fields(
    entity: Entity, policy_hidden: frozenset[str], policy_readonly: frozenset[str]
) -> frozenset[str]:
    """The fields that a person may ever send: not computed, not the system's, not fixed, not withheld."""
    return frozenset(
        name
        for name, spec in entity.fields.items()
        if name not in SYSTEM
        and name not in entity.spec.fixed
        and (spec.storage != "none" or spec.type == "table")
        and not is_true(spec.readonly)
        and spec.type != "serial"
        and name not in policy_hidden
        and name not in policy_readonly
    )


def is_true(expr: Expr | None) -> bool:
    return expr is not None and expr.constant and expr.text.strip().lower() == "true"


def defaults(entity: Entity, env: RecordEnv, given: Mapping[str, Any]) -> dict[str, Any]:
    """What every stored field begins with that was not given."""
    found: dict[str, Any] = {}
    for name, spec in ruled(entity).defaulted:
        if name in given:
            continue
        value = env.run(spec.begin) if isinstance(spec.begin, Expr) else spec.begin
        value = spec.parse(value) if not isinstance(value, tuple) else value
        if value not in EMPTY:
            found[name] = value
    return found


def rules(
    entity: Entity,
    env: RecordEnv,
    values: dict[str, Any],
    sent: frozenset[str],
    creating: bool,
    trusted: bool = False,
) -> Errors:
    """Conditional fields emptied, required ones demanded, checks made. ``values`` is changed where a field hides.

    ``trusted``: what is read-only for people may be written.
    """
    errors: Errors = {}
    there, held = ruled(entity), env.values
    for name, spec in there.fields:
        if name in there.demanded and ((value := held.get(name)) or value not in EMPTY):
            continue
        if (
            not (creating or trusted)
            and name in sent
            and name in values
            and spec.readonly is not None
            and env.holds(spec.readonly, False)
        ):
            errors[name] = [spec.unchanged()]
            continue
        if spec.visible is not None and not env.holds(spec.visible, True):
            if env.value((name,)) not in EMPTY:
                values[name] = () if spec.many else None
            continue
        if not (creating or _touched(spec, name, sent)):
            continue
        error = _field_error(spec, name, env, name in sent)
        if error:
            errors[name] = [error]
    for check in entity.spec.checks:
        if check.on == "save" and env.run(check.check) is False:
            errors.setdefault(check.at or "", []).append(check.message.of(locale.get()))
    return errors


def _touched(spec: Field, name: str, sent: frozenset[str]) -> bool:
    """Whether a change can have made this field wrong: it was sent, or a rule of it reads what was sent."""
    if name in sent:
        return True
    read = {
        path[0] for expr in (spec.required, spec.check, spec.visible) if expr for path in expr.paths if path
    }
    return bool(read & sent)


def _field_error(spec: Field, name: str, env: RecordEnv, sent: bool) -> str:
    if spec.required is None and spec.check is None:
        return ""
    value = env.value((name,))
    if value in EMPTY:
        if env.holds(spec.required, False) and not (is_true(spec.readonly) and not sent):
            return spec.missing()
        return ""
    if spec.check is not None and env.run(spec.check) is False:
        if spec.message is not None:
            return spec.message.of(locale.get())
        return str(spec.refusal("is not possible"))
    return ""


def locked(entity: Entity, env: RecordEnv, action: str) -> str:
    """Why the record may not be touched now; "" when it may."""
    for lock in entity.locks:
        if action in lock.actions and env.holds(lock.when, False):
            return lock.message.of(locale.get())
    return ""


def no_longer(entity: Entity, values: Mapping[str, Any], before: Mapping[str, Any]) -> Errors:
    """The fields whose value may stand where it stands but not be chosen any more."""
    errors: Errors = {}
    for name in ruled(entity).kept & values.keys():
        try:
            entity.fields[name].chosen(values[name], before.get(name))
        except ValueError as error:
            errors[name] = [str(error)]
    return errors


def answers(
    entity: Entity,
    names: Iterable[str],
    env: RecordEnv,
    values: dict[str, Any],
    standing: frozenset[str] = frozenset(),
) -> Errors:
    """The fields of a dialog: hidden ones emptied in ``values``, required ones demanded, checks made.

    ``standing``: those that stay as they are where they are hidden.
    """
    errors: Errors = {}
    for name in names:
        spec = entity.fields[name]
        if spec.visible is not None and not env.holds(spec.visible, True):
            if name in standing:
                values.pop(name, None)
            else:
                values[name] = () if spec.many else None
        elif error := _field_error(spec, name, env, True):
            errors[name] = [error]
    return errors


def differ(one: Any, other: Any) -> bool:
    """Whether a value is another; all that is empty is alike, and nothing like 0 or no."""
    return (None if one in EMPTY else one) != (None if other in EMPTY else other)
