"""The answers of a move's dialog: judged field by field, with what it begins with and what stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from fab_app.core.problems import Refused
from fab_app.core.words import locale
from fab_app.expr import Expr
from fab_app.runtime import references
from fab_app.runtime.judging import Errors, answers, no_longer, parsed
from fab_app.spec.workflow import Own

if TYPE_CHECKING:
    from fab_app.runtime.moves import Case


def judged(case: Case, raw: Mapping[str, Any]) -> dict[str, Any]:
    """The dialog's answers, each through its field's judge; Refused with every mistake by field."""
    writer, asks = case.writer, case.asks
    hidden = writer.world.grants.fields(writer.principal, case.entity.key).hidden
    names = [name for name in case.move.dialog if name in asks.fields and name not in hidden]
    found = parsed(asks, raw, frozenset(names), hidden)
    said, errors = dict(found.values), dict(found.errors)
    said |= defaults_of(case, names, said, errors)
    fixed = _fixed(case, names, said)
    said, errors = {**said, **fixed}, {name: told for name, told in errors.items() if name not in fixed}
    env = case.env(said)
    sent = {name: value for name, value in said.items() if name in raw}
    unseen: Errors = {}
    if not writer.trusted:
        unseen = references.refused(writer.world, writer.access, asks, sent, env, writer.fetch)
        unseen |= no_longer(asks, sent, case.before)
    broken = {} if unseen else answers(asks, names, env, said, case.move.standing)
    own = {name for name in names if case.entity.fields.get(name) is not None and is_own(case, name)}
    for check in case.entity.spec.checks if not (unseen or broken) else ():
        read = {path[0] for path in check.check.paths if path}
        if check.on == "save" and read & own and env.run(check.check) is False:
            errors.setdefault(check.at or "", []).append(check.message.of(locale.get()))
    wrong = {**broken, **errors} | unseen
    if wrong:
        raise Refused(next(iter(wrong.values()))[0], wrong)
    return said


def defaults_of(
    case: Case, names: list[str], given: Mapping[str, Any], errors: Mapping[str, Any]
) -> dict[str, Any]:
    """The default of each field of the dialog that was not answered."""
    env, values = case.env(dict(given)), dict[str, Any]()
    for name in names:
        spec = case.asks.fields[name]
        if name not in given and name not in errors and spec.default is not None:
            value = env.run(spec.default) if isinstance(spec.default, Expr) else spec.default
            values[name] = read_as(spec, value)
    return values


def _fixed(case: Case, names: list[str], said: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that the other answers make read-only: each is what it begins with then."""
    env = case.env(said)
    closed = [name for name in names if env.holds(case.asks.fields[name].readonly, False)]
    bare = {name: value for name, value in said.items() if name not in closed}
    return dict.fromkeys(closed) | defaults_of(case, closed, bare, {})


def read_as(spec: Any, value: Any) -> Any:
    """A value that an expression gave, as the field keeps it."""
    return value if isinstance(value, tuple) else spec.parse(value)


def is_own(case: Case, name: str) -> bool:
    """Whether a field of the dialog is the record's own, stored with the move."""
    return isinstance(case.move.dialog[name], Own)
