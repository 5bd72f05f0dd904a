"""What was done: the code of an action or of a move, shown in words."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any, ClassVar, Literal

from fab_app.fields.coded import Coded
from fab_app.fields.faces import Option
from fab_app.fields.show import Show


class ActField(Coded):
    """Kept as a code such as ``edit`` or ``move:pay``; moves are called by the labels that the portal gives them."""

    type: Literal["act"]

    longest: ClassVar[int] = 40

    def words(self, show: Show) -> Mapping[str, Option]:
        return show.acts

    def choices(self, show: Show) -> tuple[Option, ...]:
        """Those of one name are told apart by their code."""
        labels = [option.label for option in show.acts.values()]
        return tuple(
            Option(code, f"{option.label} ({code.removeprefix('move:')})")
            if labels.count(option.label) > 1
            else option
            for code, option in show.acts.items()
        )

    def sample(self, random: Random) -> Any:
        return random.choice(("add", "edit", "delete"))
