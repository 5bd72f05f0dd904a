"""An account begins anew with the portal's initial password."""

from __future__ import annotations

from typing import ClassVar, Literal

from fab_app.effects.base import Doing, Effect


class ResetPasswordEffect(Effect):
    """The account gets the portal's initial password (``login.initial``), or a ``random`` one that a notice tells.

    ``of``: the path to the account, where the record is none itself. Its sessions end, failed logins are
    forgotten, and ``login.forced_change`` says whether it must be changed at once. A password that is typed
    needs no effect: the move asks for the account's own password in its dialog.
    """

    type: Literal["reset_password"]
    of: str = ""
    random: bool = False

    target: ClassVar[str] = "of"

    def perform(self, doing: Doing) -> None:
        doing.reset_password(self.of, self.random)
