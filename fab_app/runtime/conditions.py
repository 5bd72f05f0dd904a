"""What must hold for a move, and what must be confirmed."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from fab_app.core.problems import Refused
from fab_app.core.words import locale
from fab_app.runtime.env import MoveEnv
from fab_app.runtime.judging import Conflict, UsedUp

if TYPE_CHECKING:
    from fab_app.runtime.moves import Case


_REFUSALS: dict[int, type[Refused]] = {409: Conflict, 429: UsedUp}


def conditions(case: Case, env: MoveEnv) -> None:
    """What must hold, then what must be confirmed."""
    for condition in case.move.conditions:
        lacking = [item.label.of(locale.get()) for item in condition.lacking if env.holds(item.when, False)]
        if lacking or not env.holds(condition.when, True):
            values = {name: _told(env.run(expr)) for name, expr in condition.values.items()}
            sentence = condition.message.of(locale.get()).format_map(
                {**values, "lacking": "、".join(lacking)}
            )
            errors = {condition.at: [sentence]} if condition.at else {}
            raise _REFUSALS.get(condition.status, Refused)(sentence, errors)
    for warn in case.move.warn:
        if env.holds(warn.when, False) and env.dialog.get(warn.confirm) is not True:
            values = {name: _told(env.run(expr)) for name, expr in warn.values.items()}
            sentence = warn.message.of(locale.get()).format_map(values)
            raise Refused(sentence, {warn.confirm: [sentence]})


def _told(value: Any) -> str:
    return f"{value:,}" if isinstance(value, Decimal) else "" if value is None else str(value)
