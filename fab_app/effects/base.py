"""One effect: what the author wrote and what it does, in one frozen object.

An effect gets a ``Doing`` and nothing else: it knows no session, no request and no table. It runs in the
transaction of the move (or timer, or job) that has it, by the system's right in the person's name; what it
refuses takes the whole move back.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Protocol

from fab_app.core.grammar import Grammar
from fab_app.core.text import Text
from fab_app.expr import Expr
from fab_app.fields.formula import Formula

Fields = Mapping[str, Expr]
NOTHING: Mapping[str, tuple[str, ...]] = MappingProxyType({})
Ranks = tuple[tuple[Expr, bool], ...]
"""What decides, and whether the greatest comes first."""


class Doing(Protocol):
    """What an effect may do. Expressions read the record as it stands now, and ``dialog.…``."""

    def run(self, expr: Expr) -> Any: ...

    def set(self, of: str, fields: Fields) -> None:
        """Changes the record, or the one that the path ``of`` leads to; nothing where it leads nowhere."""
        ...

    def create(
        self,
        entity: str,
        fields: Fields,
        key: tuple[str, ...] = (),
        shown: Mapping[str, tuple[str, ...]] = NOTHING,
    ) -> int | None:
        """The key of the new record; None where one with the same values in the fields ``key`` stands already.

        ``shown``: by a field of it those of the record at hand that it keeps in words.

        Of two at once one creates and the other gets None.
        """
        ...

    def number(self, field: str, pattern: str) -> None:
        """Writes the next number of the series into the field of the record, where it is empty."""
        ...

    def each(self, entity: str, where: Expr | None, draw: Expr | None = None) -> Iterator[Doing]:
        """One ``Doing`` for each record for which ``where`` holds: the expressions then read ``each.…`` too.

        ``draw``: of so many of them, chosen at random, each as likely as the others and none twice.
        """
        ...

    def first(self, entity: str, where: Expr | None, order: Ranks) -> Doing | None:
        """As ``each``, of the one record that comes first: by ``order``, then by its key; None where there is none."""
        ...

    def allowed(self, most: int, minutes: int, message: Text) -> None:
        """Refuses, with 429, who has missed so often in these minutes."""
        ...

    def missed(self, message: Text, counted: bool) -> None:
        """Refuses; a miss that is counted is remembered, though all is taken back."""
        ...

    def move(self, of: str, move: str, dialog: Fields) -> None:
        """Makes the move of the record that ``of`` leads to; refused where its state does not allow it."""
        ...

    def notify(self, of: str, notice: str, values: Fields, once: Expr | None, changes: str = "") -> None:
        """Tells of the portal's notice about the record that ``of`` leads to; nothing where it leads nowhere.

        ``changes``: the value of the notice that names the fields which were saved; nothing is told where none was.
        """
        ...

    def reset_password(self, of: str, random: bool) -> None:
        """The account that ``of`` leads to begins anew with the initial or a random password."""
        ...

    def unlock(self, of: str) -> None:
        """Forgets the failed logins of the account that ``of`` leads to."""
        ...

    def resend(self, of: str) -> None:
        """The delivery that ``of`` leads to is due again; refused where what it held is not kept."""
        ...

    def wake(self, timer: str) -> None:
        """The time of a timer has come that no clock tells: it runs after the commit."""
        ...

    def print(self, name: str, field: str) -> None:
        """Sets a print of the record and keeps it as a file of its field."""
        ...

    def call(self, function: str, values: Fields) -> None:
        """Calls a function of the portal's own code, with this and the values by name."""
        ...


class Effect(Grammar):
    """Happens only where ``when`` holds."""

    type: str
    when: Formula | None = None

    target: ClassVar[str] = ""
    """Which record its ``fields`` are of: that of the key "entity", or of the path "of"."""

    recordless: ClassVar[bool] = False
    """Whether a job may do it, which has no record."""

    @abstractmethod
    def perform(self, doing: Doing) -> None:
        """Does it, or raises Refused and the move is not made."""
