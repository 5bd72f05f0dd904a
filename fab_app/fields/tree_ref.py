"""One place of a tree, or several: chosen step by step from the root."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import model_validator

from fab_app.expr import FieldType, Kind
from fab_app.fields.faces import Widget
from fab_app.fields.ref import RefField
from fab_app.fields.refs import RefsField
from fab_app.fields.show import Show


class TreeRefField(RefField):
    """``leaf_only``: only nodes without children; ``levels``: only nodes of these levels, by code."""

    type: Literal["tree_ref"]  # type: ignore[assignment]
    leaf_only: bool = False
    levels: tuple[str, ...] = ()

    operators: ClassVar[tuple[str, ...]] = ("eq", "ne", "in", "below", "contains", "null")

    def widget(self, show: Show) -> Widget:
        return Widget("cascade", limits=_limits(self.leaf_only, self.levels))

    def filter_widget(self, by: str, show: Show) -> Widget:
        return Widget("cascade", many=by == "in")


class TreeRefsField(RefsField):
    """What is stored are the ticks. ``cover`` says what one stands for: ``below`` for its node and all below it,
    ``children`` for the same unless something below it is ticked too, for then that alone counts.

    ``covers(field, node)`` and ``depth_of(field, node)`` of the language ask for it; what comes below a ticked node
    later is covered without another tick. ``covered: drop`` leaves out a node whose ancestor is chosen too, and says
    so; Records does it, knowing the tree. ``ticks``: asked as the tree itself with boxes to tick, not by typing;
    ``drop``: in a drop-down.
    """

    type: Literal["tree_refs"]  # type: ignore[assignment]
    leaf_only: bool = False
    levels: tuple[str, ...] = ()
    cover: Literal["self", "below", "children"] = "self"
    covered: Literal["keep", "drop"] = "keep"
    ticks: bool | Literal["drop"] = False

    @model_validator(mode="after")
    def _narrowed(self) -> TreeRefsField:
        if self.cover == "children" and self.covered == "drop":
            raise ValueError(
                "a tick below another narrows it, so it cannot be dropped|remove 'covered: drop'"
            )
        return self

    @property
    def operators(self) -> tuple[str, ...]:  # type: ignore[override]
        return super().operators if self.cover == "self" else (*super().operators, "covers")

    def field_type(self) -> FieldType:
        return FieldType(Kind.many, target=self.to, cover="" if self.cover == "self" else self.cover)

    def widget(self, show: Show) -> Widget:
        limits = {
            **_limits(self.leaf_only, self.levels),
            "min_count": str(self.min),
            "max_count": str(self.max),
        }
        if not self.ticks:
            return Widget("cascade", many=True, limits=limits)
        limits |= {"cover": self.cover, "covered": self.covered} if self.cover != "self" else {}
        return Widget("ticks", many=True, limits=limits | ({"fold": "1"} if self.ticks == "drop" else {}))

    def filter_widget(self, by: str, show: Show) -> Widget:
        return Widget("cascade", many=by == "in")


def _limits(leaf_only: bool, levels: tuple[str, ...]) -> dict[str, str]:
    limits = {"leaf": "1"} if leaf_only else {}
    return {**limits, "levels": ",".join(levels)} if levels else limits
