"""One kind of record, as its author wrote it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator
from pydantic import Field as Key

from fab_app.core.grammar import Grammar, by_key, shaped
from fab_app.core.text import Text
from fab_app.fields.family import AnyField
from fab_app.fields.formula import Formula
from fab_app.spec.layout import DetailPart, PageRemark, Section, Single, Words
from fab_app.spec.listing import Listing
from fab_app.spec.timer import Timer
from fab_app.spec.workflow import Workflow

Axis = str


def _several(raw: object) -> object:
    return (raw,) if isinstance(raw, str) else raw


Included = Annotated[tuple[str, ...], BeforeValidator(_several)]
"""One name, or a list of names."""


class Check(Grammar):
    """A rule over the whole record: ``message`` is shown at field ``at`` where ``check`` is not true.

    ``on: delete`` judges a deletion instead of a save.
    """

    check: Formula
    message: Text
    at: str | None = None
    on: Literal["save", "delete"] = "save"


class Lock(Grammar):
    """While ``when`` is true the actions are refused with 409 and ``message``, and their buttons are gone."""

    when: Formula
    actions: tuple[Literal["add", "edit", "delete"], ...] = ("edit", "delete")
    message: Text


class Everyone(Grammar):
    """What every account may do with rows of the entity, whatever his roles; a view of it inherits this.

    ``rows`` is written in the names of this file.
    """

    rows: Formula
    may: tuple[Literal["read", "edit", "export"], ...] = ("read",)


class FirstAccount(Grammar):
    """A new organisation gets an account of its own, with the portal's initial password, to be changed at once.

    ``role`` is what it may do, ``kind`` its kind where that is not the organisation's; ``account``, ``name``,
    ``phone`` and ``email`` are the fields of the organisation's form that hold its login name and the rest.
    """

    role: str
    kind: str | None = None
    account: str
    name: str
    phone: str | None = None
    email: str | None = None


class Shared(Grammar):
    """A field of the shared entity under the document's name, with the document's words."""

    field: str
    label: Text | None = None
    width: int | None = None


Name: Any = shaped(by_key("field", "shared", "name"), name=str, shared=Shared)


class EntitySpec(Grammar):
    """An entity: ``schema/<portal>/<name>.yaml``.

    ``include``: common files of the portal whose fields, paths, checks and locks are the entity's too.
    ``view_of``: the rows stand in a shared table of the base portal, tagged with this portal; ``is`` fixes
    some of the shared fields, ``names`` renames them.
    ``roles_by``: of accounts (``view_of: base.user``) the roles that each holds, by expressions over the account;
    they are given and taken away whenever it is saved, and nobody grants them by hand.
    ``steps``: the sections of the form are walked one after the other, each once the one before it is right; the
    last one saves all of them.
    ``unique``: sets of fields that no two of its living records have alike; of a view among its own rows, whatever
    others keep in the table.

    ``reuse``: a unique field; who enters a record with a value that stands already gets the one that stands, as it is.
    ``belongs``: how rows hang on trees and people: axis -> path of references; longer paths are kept as
    indexed columns of this table. Organisations and regions themselves hang on their own tree.
    """

    label: Text
    title: str | None = None
    include: Included = ()
    fields: dict[str, AnyField] = Key(default_factory=dict)
    belongs: dict[Axis, str] = Key(default_factory=dict)
    listing: Listing = Key(default_factory=Listing)
    form: tuple[Section, ...] = ()
    steps: bool = False
    detail: tuple[DetailPart, ...] = ()
    remarks: tuple[PageRemark, ...] = ()
    single: Single | None = None
    words: Words = Key(default_factory=Words)
    workflows: dict[str, Workflow] = Key(default_factory=dict)
    timers: dict[str, Timer] = Key(default_factory=dict)
    checks: tuple[Check, ...] = ()
    locks: tuple[Lock, ...] = ()
    indexes: tuple[tuple[str, ...], ...] = ()
    unique: tuple[tuple[str, ...], ...] = ()
    reuse: str | None = None
    soft_delete: bool = False
    append_only: bool = False
    tree: str | None = None
    view_of: str | None = None
    names: dict[str, Name] = Key(default_factory=dict)
    fixed: dict[str, Any] = Key(default_factory=dict, alias="is")
    icon: str | None = None
    everyone: Everyone | None = None
    first_account: FirstAccount | None = None
    roles_by: dict[str, Formula] = Key(default_factory=dict)
