"""The pages of people without an account that no other page is like."""

from __future__ import annotations

from fab_app.core.values import fixed
from fab_app.web.pages.parts import Action, Shell


@fixed
class SeatChoice:
    """A person of the demo: ``key`` is the kind of seat, a colon and the row. ``current``: who sits here now."""

    key: str
    name: str
    label: str
    current: bool = False


@fixed
class PhoneHome:
    """``m_home.html`` and ``m_seats.html``: one's own page, or the choice of a person, posted to ``action``."""

    shell: Shell
    title: str
    kind: str = ""
    pages: tuple[Action, ...] = ()
    switch: Action | None = None
    leave: Action | None = None
    choices: tuple[SeatChoice, ...] = ()
    action: str = ""
