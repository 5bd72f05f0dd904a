"""The ways into a portal: what a visitor sees, the doors for kinds of account, the halls behind them."""

from __future__ import annotations

from pydantic import Field as Key

from fab_app.core.grammar import Grammar
from fab_app.core.text import Text
from fab_app.fields.formula import Formula

ADDRESS = r"[a-z][a-z0-9_]*(/[a-z][a-z0-9_]*)*"


class Entry(Grammar):
    """The public pages before the doors: what a visitor sees who is not logged in.

    ``tile`` leads to the page ``platform``, which lists the doors and stands at ``/<portal>/<path>/``; ``block``:
    the tile stands in a block of this name at the lower left. Texts may name settings of the portal: ``{key}``.
    """

    title: Text
    tile: Text
    platform: Text
    text: Text | None = None
    block: Text | None = None
    path: str = Key(default="entry", pattern=ADDRESS)


class Door(Grammar):
    """A login page of its own for some kinds of account, at ``/<portal>/entry/<code>/`` or ``/<portal>/<path>/``.

    ``title`` is that of the page and ``text`` stands below it, ``note`` below the form; ``{key}`` in them is a setting.
    Who knows his password and is of another kind is told by ``refusals``; of whom ``needs`` (over ``user.…`` and
    ``setting.…``) is not true by ``refusal``; ``send_to`` is the door that is offered then. ``hall`` is where one
    comes out. ``listed``: whether it stands among the doors. ``common``: the neutral login page and the API admit as
    this door does.
    ``account`` asks for the login name; ``forgotten`` is told to who has forgotten his password (``{key}``: a setting).
    """

    label: Text
    kinds: tuple[str, ...]
    icon: str = "login"
    text: Text | None = None
    title: Text | None = None
    path: str = Key(default="", pattern=f"({ADDRESS})?")
    note: Text | None = None
    account: Text | None = None
    forgotten: Text | None = None
    captcha: bool = False
    needs: Formula | None = None
    refusal: Text | None = None
    refusals: dict[str, Text] = Key(default_factory=dict)
    send_to: str | None = None
    hall: str | None = None
    listed: bool = True
    common: bool = False


class HallTile(Grammar):
    """A way from a hall into a portal (its own where none is named) for who has a role there.

    ``off``: why it is shut to everybody.
    """

    label: Text
    icon: str | None = None
    text: Text | None = None
    portal: str | None = None
    off: Text | None = None


class Hall(Grammar):
    """A page of tiles at ``/<portal>/<code>/`` for people of some kinds who came in by a door.

    ``title`` and ``text`` may name settings of the portal: ``{key}``.
    """

    title: Text
    text: Text | None = None
    icon: str = "layout-grid"
    kinds: tuple[str, ...]
    tiles: tuple[HallTile, ...] = ()


class Browsers(Grammar):
    """What is said of browsers before the login: ``hint`` always, ``old`` where one is too old to log in with."""

    hint: Text | None = None
    old: Text


class ManualPart(Grammar):
    """Some lines of the help page under a title."""

    title: Text
    text: Text


class Manual(Grammar):
    """Which manual holds: named at the foot of every page and of the doors, and on the help page ``/<portal>/help``.

    ``address`` is the setting that holds its address: one of this portal where it begins with ``/``, else of the web.
    Everybody may read the page, logged in or not; ``parts`` stand on it.
    """

    label: Text
    version: str
    address: str
    parts: tuple[ManualPart, ...] = ()
