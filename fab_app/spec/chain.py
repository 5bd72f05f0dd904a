"""Approval: a record that waits in one state while one level after another decides on it.

What is written under ``approval:`` of a workflow makes its states and moves (``spec/chained.py``); each may be
written out under ``states:`` and ``moves:`` and is then as its author says.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field as Key
from pydantic import field_validator

from fab_app.core.grammar import Grammar
from fab_app.core.text import Text
from fab_app.fields.formula import Formula


class Gate(Grammar):
    """What must hold before the level may agree: else ``message``."""

    when: Formula
    message: Text


class By(Grammar):
    """Who decides on a level.

    ``post``: who holds it; a role of the portal, or a value of the field of accounts that ``posts`` names.
    Where: ``level`` of the organisations that answer for the region or organisation at the end of the path
    ``of`` (that by which the rows belong, where it is not said); or ``org``, a path to the organisation itself,
    or ``same`` as on the level before; neither: anywhere in the portal. ``assigned``: whom that level named.
    ``user``: a path to an account.
    """

    post: str | None = None
    level: str | None = None
    of: str | None = None
    org: str | None = None
    assigned: str | None = None
    user: str | None = None


class Limit(Grammar):
    """``working_days`` of the Chinese calendar after the level opened; ``then`` those awaited are reminded, once,
    or the system agrees or returns in their stead."""

    working_days: int = Key(ge=1, le=250)
    then: Literal["remind", "agree", "return"] = "remind"


class Tells(Grammar):
    """Notices of the portal: to those who are awaited now, and to those who let the time limit pass."""

    waiting: str | None = None
    overdue: str | None = None


class Level(Grammar):
    """One level of a chain. ``assign``: it does not agree but names who decides on that later level.

    ``mode``: of those who hold the post one is enough, or all must agree, a ``ratio`` of them, or one after the
    other in ``sequence``; of these only who holds the post when the level opens is asked.
    """

    step: str
    label: Text
    by: By
    assign: str | None = None
    gates: tuple[Gate, ...] = ()
    mode: Literal["one", "all", "ratio", "sequence"] = "one"
    ratio: float | None = Key(default=None, gt=0, le=1)
    time_limit: Limit | None = None

    @field_validator("by", mode="before")
    @classmethod
    def _bare_post(cls, raw: object) -> object:
        return {"post": raw} if isinstance(raw, str) else raw


class Keeps(Grammar):
    """Fields of the record in which the chain keeps where it stands, so that lists show and search it."""

    step: str | None = None
    round: str | None = None


class Also(Grammar):
    """What may be done besides.

    ``withdraw``: by who submitted, ``before_first``: until somebody decided. By who is awaited: ``transfer`` the
    task to somebody else of his organisation, ``add_signer``: ask him besides, ``send_back`` to a step before.
    """

    withdraw: Literal["before_first", "always"] | Literal[False] = "before_first"
    transfer: bool = False
    add_signer: bool = False
    send_back: bool = False


class Approval(Grammar):
    """``state``: in it the record waits; ``agreed``, ``returned``, ``withdrawn``: what it comes to.

    ``by``: roles that submit and withdraw. ``posts``: the field of accounts that holds a person's post, where
    posts are no roles. ``inside``: kinds of account and roles that are told of opinions and names; everybody
    who may read the record where nothing is said. ``opinion`` and ``note``: the fields of the dialogs that hold
    them; the note is told to the applicant. ``told``: the second line in the to-do list. ``time_limit``: that of
    every level which has none of its own.
    """

    state: str = "in_review"
    agreed: str = "approved"
    returned: str = "returned"
    withdrawn: str = "withdrawn"
    by: tuple[str, ...] = ()
    posts: str | None = None
    inside: tuple[str, ...] = ()
    opinion: str = "opinion"
    note: str = "note"
    told: Text | None = None
    keeps: Keeps = Key(default_factory=Keeps)
    also: Also = Key(default_factory=Also)
    tells: Tells = Key(default_factory=Tells)
    time_limit: Limit | None = None
    chain: tuple[Level, ...] = Key(min_length=1)

    def level(self, step: str) -> Level | None:
        return next((level for level in self.chain if level.step == step), None)

    def limit(self, level: Level) -> Limit | None:
        return level.time_limit or self.time_limit

    def post_key(self, post: str) -> str:
        """The post as tasks keep it: a role's code, or ``field=value``."""
        return f"{self.posts}={post}" if self.posts else post


class StandIns(Grammar):
    """Who acts for whom while he is away: rows of the entity ``of``, kept by whom its rights let keep them.

    ``deputy`` decides whatever waits for ``person`` from the day ``from`` up to the day ``to``, for ever where that is
    empty; what he decides is told as decided for him. Both are references to accounts.
    """

    of: str
    person: str = "person"
    deputy: str = "deputy"
    from_: str = Key(default="from", alias="from")
    to: str = "to"


Deciding = Literal[
    "begin", "agree", "assign", "disagree", "end", "withdraw", "transfer", "add_signer", "send_back"
]
AWAITED: dict[str, str] = {
    "agree": "decide",
    "assign": "assign",
    "disagree": "",
    "transfer": "",
    "add_signer": "",
    "send_back": "",
}
"""What only those do who are awaited -> the kind of task that it answers; "": any."""


class Levels(Grammar):
    """The kinds of organisation from the top down.

    ``offices``: kinds that are parts of the organisation above them: their people stand at its level.
    """

    order: tuple[str, ...]
    offices: tuple[str, ...] = ()


Raw = dict[str, Any]
