"""Guards: what stays shut until something holds of the acting person or of his organisation."""

from __future__ import annotations

from typing import Literal

from pydantic import Field as Key

from fab_app.core.grammar import Grammar
from fab_app.core.text import Text
from fab_app.fields.formula import Formula


class Guard(Grammar):
    """Shuts actions, whatever the roles allow, for people of whom ``needs`` is not true.

    ``needs`` reads nothing but the person (``user.…``, ``user.org.…``). ``closes``: by entity or function the
    actions and codes of moves that are then refused with ``message``; shutting ``read`` shuts all but ``pick``.
    ``closes: all`` leaves nothing of the portal but what ``but`` names in the same way: there is no menu then, and
    every other page of the desk leads to that of ``send_to``.
    ``shown``: ``grey`` buttons that say why, with the message over the list, or ``not`` at all. ``send_to``: the
    entity whose page mends it (its single record where it has one), ``way`` the words of the link.
    """

    needs: Formula
    message: Text
    closes: Literal["all"] | dict[str, tuple[str, ...]]
    but: dict[str, tuple[str, ...]] = Key(default_factory=dict)
    shown: Literal["grey", "not"] = "grey"
    send_to: str | None = None
    way: Text | None = None

    @property
    def confines(self) -> bool:
        return self.closes == "all"
