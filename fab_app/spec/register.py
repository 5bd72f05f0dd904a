"""Registration: how somebody who has no account yet makes his organisation and its first account."""

from __future__ import annotations

from pydantic import Field as Key

from fab_app.core.grammar import Grammar
from fab_app.core.text import Text
from fab_app.fields.formula import Formula
from fab_app.fields.text import TextField


class Download(Grammar):
    """A file that everybody may have before he registers: that of the newest record of which ``where`` holds.

    ``of`` is the entity, ``file`` its field; the link stands at the form's field ``at``.
    """

    label: Text
    of: str
    file: str
    at: str
    where: Formula | None = None


class Applicant(Grammar):
    """The account that is made: its ``role``, its ``kind`` where that is not the one of the organisation.

    ``username`` is the question for its name, with rule and words; ``free`` is said of a name that nobody has yet.
    ``name``, ``phone`` and ``email`` are the fields of the form that hold the rest of it.
    """

    role: str
    kind: str | None = None
    username: TextField
    free: Text | None = None
    name: str
    phone: str | None = None
    email: str | None = None


class Register(Grammar):
    """A form for everybody at ``/<portal>/register/``: a record of ``entity`` and its first account, together.

    Nothing is taken but ``fields`` of the entity, the account's name and its password, typed twice; a captcha is
    always asked. ``switch`` is a setting that opens it; while it is off ``closed`` is said. ``label`` are the words
    of the link on the login pages. Who has registered is logged in and comes to what a guard's ``send_to`` names.
    """

    label: Text
    title: Text | None = None
    text: Text | None = None
    submit: Text | None = None
    entity: str
    fields: tuple[str, ...] = Key(min_length=1)
    account: Applicant
    downloads: dict[str, Download] = Key(default_factory=dict)
    switch: str | None = None
    closed: Text | None = None
