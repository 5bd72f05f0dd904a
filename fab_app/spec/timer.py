"""What happens by the clock: when, to which records, how often to each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic import Field as Key
from pydantic import field_validator, model_validator

from fab_app.core.grammar import Grammar
from fab_app.effects.family import AnyEffect
from fab_app.fields.formula import Formula
from fab_app.spec.timing import When, read_at, read_cron, read_every

_READERS: dict[str, Callable[[object], When]] = {"at": read_at, "every": read_every, "cron": read_cron}


class Timed(Grammar):
    """``at``: a time of day or several; ``every``: "10 minutes", hour, day, week; ``cron``: a cron line.

    One of them, in the portal's zone; without one every day at midnight.
    """

    at: str | tuple[str, ...] | None = None
    every: str | None = None
    cron: str | None = None

    @field_validator("at", "every", "cron")
    @classmethod
    def _read(cls, raw: Any, info: Any) -> Any:
        if raw is not None:
            _READERS[info.field_name](raw)
        return raw

    @model_validator(mode="after")
    def _one(self) -> Timed:
        said = [key for key in _READERS if getattr(self, key) is not None]
        if len(said) > 1:
            raise ValueError(f"'{said[0]}' and '{said[1]}' both say when|remove one of them")
        return self

    @property
    def timing(self) -> When:
        said = {"at": self.at, "every": self.every, "cron": self.cron}
        key, text = next(((k, v) for k, v in said.items() if v is not None), ("every", "day"))
        return _READERS[key](text)


class Timer(Timed):
    """The ``effects`` happen to each record for which ``when`` holds at that time, by the system's right.

    ``once``: to a record once for each value of it: ``true`` is once for ever, ``deadline`` once for each
    deadline that it had, ``date(now())`` once a day. Without it they happen every time. After a time
    without any process it runs once for all that was missed. ``woken``: no clock tells the time, but an effect
    ``wake``: then it runs as background work.
    """

    woken: bool = False
    when: Formula
    once: Formula | None = None
    effects: tuple[AnyEffect, ...] = Key(min_length=1)

    @model_validator(mode="after")
    def _by_no_clock(self) -> Timer:
        said = [key for key in _READERS if getattr(self, key) is not None]
        if self.woken and said:
            raise ValueError(f"'woken' and '{said[0]}' both say when|remove one of them")
        return self
