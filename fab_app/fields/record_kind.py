"""What kind of record something is about: the key of an entity, shown by its label."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any, ClassVar, Literal

from fab_app.fields.coded import Coded
from fab_app.fields.faces import Option
from fab_app.fields.show import Show


class RecordKindField(Coded):
    """Kept as the key of an entity; a query offers those that the person may open."""

    type: Literal["record_kind"]

    longest: ClassVar[int] = 110
    offers_kinds: ClassVar[bool] = True

    def words(self, show: Show) -> Mapping[str, Option]:
        return show.kinds

    def sample(self, random: Random) -> Any:
        return random.choice(("base.user", "base.org"))
