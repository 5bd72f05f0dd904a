"""A portal's own settings, its menu and its roles."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field as Key
from pydantic import field_validator, model_validator

from fab_app.charts.family import AnyChart
from fab_app.core.grammar import Grammar, by_key, expanded, shaped
from fab_app.core.text import Text
from fab_app.fields.book import Item
from fab_app.fields.family import AnyField
from fab_app.fields.formula import Formula
from fab_app.spec.board import Board, Function
from fab_app.spec.chain import Levels, StandIns
from fab_app.spec.door import Browsers, Door, Entry, Hall, Manual
from fab_app.spec.guard import Guard
from fab_app.spec.imports import ImportSpec
from fab_app.spec.job import Job
from fab_app.spec.login import Login
from fab_app.spec.notice import NoticeSpec
from fab_app.spec.print import PrintSpec
from fab_app.spec.register import Register
from fab_app.spec.seat import Mobile, Seat
from fab_app.spec.workbook import WorkbookSpec

ACTIONS = ("read", "add", "edit", "delete", "import", "export", "print", "pick", "unmask")
Action = Literal["read", "add", "edit", "delete", "import", "export", "print", "pick", "unmask"]
BY_PROGRAM = frozenset(("add", "edit", "delete", "import"))
"""What nobody may do with an ``append_only`` entity, whatever a role says: its entries are the program's alone."""


def right(action: str) -> str:
    """The action of a grant that a word means: a code that is no action of its own is a move."""
    return action if action in ACTIONS or ":" in action else f"move:{action}"


SCOPES = ("all", "own", "org", "region_tree")


class Kind(Grammar):
    """A kind of account. ``org``: the entity its organisation is a row of; "" where it has none.

    ``under``: its accounts are open only while their organisation has an enabled account of this other kind.
    """

    label: Text
    org: str | None = None
    under: str | None = None


class Scope(Grammar):
    """Rows that a custom role may be given: those of a built-in role (``rows_of``), or what a scope's word says.

    ``chosen``: of the organisations ticked in the role (field ``orgs`` of ``base.role``), not of the holder's own.
    """

    label: Text
    rows_of: str | None = None
    rows: Literal["all", "own", "org", "org_tree", "region_tree"] | None = None
    chosen: bool = False

    @model_validator(mode="after")
    def _one_source(self) -> Scope:
        if (self.rows_of is None) == (self.rows is None):
            raise ValueError("a scope takes its rows from 'rows_of' (a role) or from 'rows' (a scope's word)")
        if self.chosen and self.rows not in ("org", "org_tree"):
            raise ValueError("organisations are chosen for 'rows: org' and 'rows: org_tree' alone")
        return self


class CustomRoles(Grammar):
    """Roles made on screen for one kind of account: what may be ticked, and over which rows.

    ``ceiling`` is the built-in role that holds everything that may be ticked.
    """

    ceiling: str
    scopes: dict[str, Scope]


class Messages(Grammar):
    """Sentences that a portal's document prescribes."""

    out_of_scope: Text | None = None
    forbidden: Text | None = None
    saved: Text | None = None
    wrong_password: Text | None = None
    locked: Text | None = None
    disabled: Text | None = None
    wrong_door: Text | None = None
    org_disabled: Text | None = None
    captcha: Text | None = None
    captcha_expired: Text | None = None
    must_change: Text | None = None
    too_many: Text | None = None


class Exports(Grammar):
    """``most``: an export of more rows is refused, so that a question is narrowed first."""

    most: int = Key(default=1_048_575, ge=1, le=1_048_575)


class Sending(Grammar):
    """``attempts``: how often something is sent at most before it has failed."""

    attempts: int = Key(default=6, ge=1, le=6)


class PortalSpec(Grammar):
    """``schema/<portal>/portal.yaml``. ``settings`` are changed on screen; expressions read ``setting.<key>``."""

    title: Text
    short: Text | None = None
    icon: str = "layout-dashboard"
    zone: str = "Asia/Shanghai"
    order: int = 100
    out_of_scope: Literal[403, 404] = 404
    kinds: dict[str, Kind] = Key(default_factory=dict)
    entry: Entry | None = None
    doors: dict[str, Door] = Key(default_factory=dict)
    halls: dict[str, Hall] = Key(default_factory=dict)
    manual: Manual | None = None
    browsers: Browsers | None = None
    seats: dict[str, Seat] = Key(default_factory=dict)
    mobile: Mobile | None = None
    custom_roles: dict[str, CustomRoles] = Key(default_factory=dict)
    login: Login = Key(default_factory=Login)
    messages: Messages = Key(default_factory=Messages)
    settings: dict[str, AnyField] = Key(default_factory=dict)
    guards: dict[str, Guard] = Key(default_factory=dict)
    notices: dict[str, NoticeSpec] = Key(default_factory=dict)
    charts: dict[str, AnyChart] = Key(default_factory=dict)
    boards: dict[str, Board] = Key(default_factory=dict)
    functions: dict[str, Function] = Key(default_factory=dict)
    prints: dict[str, PrintSpec] = Key(default_factory=dict)
    exports: Exports = Key(default_factory=Exports)
    workbooks: dict[str, WorkbookSpec] = Key(default_factory=dict)
    sending: Sending = Key(default_factory=Sending)
    jobs: dict[str, Job] = Key(default_factory=dict)
    imports: dict[str, ImportSpec] = Key(default_factory=dict)
    registration: Register | None = Key(default=None, alias="register")
    levels: Levels | None = None
    stand_ins: StandIns | None = None

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, zone: str) -> str:
        from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"'{zone}' is not a time zone") from error
        return zone


class MenuItem(Grammar):
    """A group (``items``), or a leaf that opens an entity's list or a board.

    ``preset`` are conditions of the query form. ``page: mine`` opens one's own record of a ``single:`` entity.
    """

    label: Text | None = None
    icon: str | None = None
    entity: str | None = None
    board: str | None = None
    page: Literal["list", "mine"] = "list"
    tab: str | None = None
    preset: dict[str, Any] = Key(default_factory=dict)
    badge: Formula | None = None
    items: tuple[MenuItem, ...] = ()
    when: Formula | None = None

    @field_validator("items", mode="before")
    @classmethod
    def _short(cls, raw: object) -> object:
        return expanded(raw, "entity")


class MenuSpec(MenuItem):
    """``menus/<portal>.yaml``: only ``items`` at the top."""


class Through(Grammar):
    """The rows of the entity that ``through`` refers to decide."""

    through: str


ROWS: Any = shaped(by_key("through", "through", "rule"), through=Through, rule=Formula)


class Moves(Grammar):
    """Moves of the entity's workflows, by code."""

    move: tuple[str, ...]


AnyAction: Any = shaped(by_key("move", "moves", "action"), moves=Moves, action=Action)


class RowsByAction(Grammar):
    """Rows per action; an action not named has the rows of ``read``.

    ``aggregate``: rows that figures are taken over beside those that may be read; no such row is ever opened.
    ``move``: the rows of single moves. All lie within those of ``read`` but ``pick``: rows that are chosen in a
    field, of which nothing but their title is told.
    """

    read: ROWS
    add: ROWS = None
    edit: ROWS = None
    delete: ROWS = None
    export: ROWS = None
    print: ROWS = None
    pick: ROWS = None
    aggregate: ROWS = None
    move: dict[str, ROWS] = Key(default_factory=dict)
    unmask: ROWS = None


def _rows_shape(raw: Any) -> str:
    if isinstance(raw, RowsByAction) or (isinstance(raw, dict) and "through" not in raw):
        return "actions"
    return "through" if isinstance(raw, dict | Through) else "rule"


AnyRows: Any = shaped(_rows_shape, through=Through, actions=RowsByAction, rule=Formula)


class FieldRights(Grammar):
    hidden: tuple[str, ...] = ()
    readonly: tuple[str, ...] = ()
    masked: tuple[str, ...] = ()


class RoleSpec(Grammar):
    """``permissions/<portal>/<role>.yaml``. Nothing said is nothing allowed.

    ``seats``: the kinds of people without an account who hold the role, all of them; no account is given it.
    ``grants``: which roles its holders may give to others: those that reach no further than their own, or all.
    ``jobs``: whose background work its holders see, stop and try again: their own, or all of the portal.
    """

    label: Text
    remark: Text | None = None
    kinds: tuple[str, ...] = ()
    seats: tuple[str, ...] = ()
    grants: Literal["own", "all"] = "own"
    jobs: Literal["own", "all"] = "own"
    rows: dict[str, AnyRows] = Key(default_factory=dict)
    may: dict[str, tuple[AnyAction, ...]] = Key(default_factory=dict)
    fields: dict[str, FieldRights] = Key(default_factory=dict)

    def actions(self, name: str) -> tuple[str, ...]:
        """What may be done with the entity; a move is ``move:<code>``."""
        found: list[str] = []
        for action in self.may.get(name, ()):
            found += [action] if isinstance(action, str) else [f"move:{code}" for code in action.move]
        return tuple(found)


class DictionaryItem(Grammar):
    """``fixed``: the code stays in use: it is neither withdrawn nor deleted on screen, while its words may change."""

    label: Text
    fixed: bool = False
    tone: Literal["draft", "neutral", "info", "warn", "bad", "good", "away"] | None = None


TextOrItem: Any = shaped(by_key("label", "item", "label"), label=Text, item=DictionaryItem)


class DictionarySpec(Grammar):
    """``seeds/dictionaries/<name>.yaml``: codes shared by several fields.

    The items are the first ones: each becomes a row of ``base.dictionary_item`` in every portal whose fields name
    the dictionary, and the rows say how things stand from then on. ``fixed``: so are all codes, and none is added.
    """

    label: Text | None = None
    fixed: bool = False
    items: dict[str, TextOrItem]

    def entries(self) -> tuple[Item, ...]:
        return tuple(
            Item(code, item.label, item.tone or "") if isinstance(item, DictionaryItem) else Item(code, item)
            for code, item in self.items.items()
        )

    def fixes(self, code: str) -> bool:
        item = self.items.get(code)
        return self.fixed or (isinstance(item, DictionaryItem) and item.fixed)
