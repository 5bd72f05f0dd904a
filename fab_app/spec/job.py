"""Work of a portal that is done by the clock and for no record in particular."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from fab_app.core.text import Text
from fab_app.effects.family import AnyEffect
from fab_app.spec.timer import Timed


class Job(Timed):
    """``do``: an effect that needs no record (``generate``, ``create``, ``call``), or ``run``: a job of the extensions.

    ``missed: each``: after a time without any process it runs for each time that was missed, and ``today()`` is
    the day that it stands for; else once for all of them.
    """

    label: Text | None = None
    do: AnyEffect | None = None
    run: str | None = None
    missed: Literal["once", "each"] = "once"

    @model_validator(mode="after")
    def _something(self) -> Job:
        if (self.do is None) == (self.run is None):
            raise ValueError("a job has either 'do' or 'run'|do: an effect; run: a job of extensions.py")
        return self
