"""Who acts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Principal:
    """A user, a person without an account, a job or nobody, handed down and never fetched from below.

    ``subject`` is the key in base.user, 0 for all others. ``seat`` is the row of a person without an account, whose
    kind of seat is ``kind``; ``root`` is the address below which his pages stand. ``roles`` are keys such as
    ``portal.role``. ``values`` are what expressions read of ``user``. ``everything``: the platform's
    administrator or a named system job, held by no rule. ``version`` counts changes of custom roles.
    ``door`` is that by which he last came in. ``visitor``: nobody, at a form for everybody; the secret of his browser.
    """

    subject: int = 0
    account: str = ""
    name: str = ""
    portal: str = ""
    kind: str = ""
    roles: tuple[str, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    organisation: str = ""
    channel: str = ""
    door: str = ""
    address: str = ""
    session: str = ""
    must_change: bool = False
    everything: bool = False
    version: int = 0
    seat: int = 0
    root: str = ""
    visitor: str = ""
    _scope: list[tuple[Any, ...]] = field(default_factory=list, init=False, compare=False, repr=False)

    @property
    def known(self) -> bool:
        return self.subject > 0 or self.seat > 0 or self.everything

    @property
    def maker(self) -> str:
        """Whose uploads are his own: tells accounts, seats and browsers of visitors apart."""
        if self.visitor:
            return f"visitor:{self.visitor}"
        return f"{self.portal}.{self.kind}:{self.seat}" if self.seat else str(self.subject)

    def pages(self, portal: str, name: str) -> str:
        """Where the pages of an entity stand for him."""
        return f"{self.root or f'/{portal}'}/{name}"

    def value(self, path: tuple[str, ...]) -> Any:
        """What ``user.<path>`` is; the bare ``user`` is the key of the account."""
        if not path:
            return self.subject or None
        return self.values.get(".".join(path))

    def scope(self) -> tuple[Any, ...]:
        """What row predicates depend on: two principals of one scope see the same rows."""
        if not self._scope:
            values = tuple(sorted(self.values.items()))
            whole = (
                *(self.everything, self.version, self.subject, self.portal, self.roles, values),
                *(self.kind if self.seat else "", self.seat, self.root, bool(self.visitor)),
            )
            self._scope.append(whole)
        return self._scope[0]


NOBODY = Principal()


def system(name: str) -> Principal:
    """A named principal for work that no person asked for: seeds, repairs, nightly jobs."""
    return Principal(account=name, name=name, channel="job", everything=True)
