"""The frame and the small parts that every page is made of."""

from __future__ import annotations

from markupsafe import Markup

from fab_app.core.values import fixed


@fixed
class Confirm:
    """The question before a step that cannot be taken back: ``no`` is the safe answer, focused first.

    Without JavaScript the POST arrives without ``confirmed=1``: answer it with a ``ConfirmPage``.
    """

    title: str
    lines: tuple[str, ...] = ()
    yes: str = ""
    no: str = ""


@fixed
class Ticked:
    """A button for ticked rows: what is said where none is, and where more than one is ("": any number goes)."""

    none: str
    many: str = ""


@fixed
class Action:
    """A button or link. ``style``: primary, line, danger, quiet (outlined in grey) or "". ``icon`` without ``ti-``.

    ``method``: get follows ``url``; post sends it with the CSRF token (and ``name`` as
    ``name=label`` where it is given); dialog fetches a ``Dialog`` fragment from ``url``;
    paper tells ``url`` and prints the page itself.
    ``ticked``: in a toolbar, for the ticked rows as in ``batch``; ``{n}`` of ``confirm`` is their number.
    ``disabled`` is the reason why it cannot be done now. In ``batch`` the chosen rows are sent as
    repeated ``ids``, or as ``all=1`` with the query of the list. ``new_tab`` for prints.
    """

    label: str
    url: str
    icon: str = ""
    style: str = ""
    method: str = "get"
    confirm: Confirm | None = None
    disabled: str = ""
    count: int | None = None
    name: str = ""
    new_tab: bool = False
    ticked: Ticked | None = None


@fixed
class Alert:
    """A sentence above a page: ``kind`` info, warn, bad or good; ``way`` leads to what mends it."""

    text: str
    kind: str = "info"
    way: Action | None = None


@fixed
class Crumb:
    label: str
    url: str = ""


@fixed
class MenuNode:
    """A leaf has a ``url``, a group has ``items``. ``badge``: a counter arrives from ``badges_url``."""

    id: str
    label: str
    icon: str = ""
    url: str = ""
    items: tuple[MenuNode, ...] = ()
    badge: bool = False
    alarm: bool = False


@fixed
class Toast:
    """``kind``: good, bad, warn or info. bad stays until closed. ``undo`` is a POST."""

    kind: str
    text: str
    detail: str = ""
    undo: Action | None = None


@fixed
class Shell:
    """The frame around a page of a portal.

    ``menu`` is ``menu.html`` drawn once per role set and kept; ``path`` are the ids from the root
    of the menu to the current node. ``badges_url`` answers ``{"<node id>": 3, "bell": 5}``.
    ``person_key`` tells people apart in the browser's memory (never a name or an account).
    ``frame`` is the template around the page; on the phone ``bar`` are the places at the foot, ``disabled`` where one
    is. ``notice`` is a sentence above every page (maintenance, an acting right); ``theme`` light, dark
    or "" (the browser's choice).
    """

    portal_code: str
    title: str
    icon: str
    menu: Markup
    portals: tuple[Action, ...] = ()
    person: str = ""
    organisation: str = ""
    crumbs: tuple[Crumb, ...] = ()
    home_url: str = "/"
    locale: str = "zh"
    demo: bool = False
    badges_url: str = ""
    user_actions: tuple[Action, ...] = ()
    path: tuple[str, ...] = ()
    person_key: str = ""
    bell: Action | None = None
    search_url: str = ""
    help_url: str = ""
    manual: Action | None = None
    notice: str = ""
    locales: tuple[Action, ...] = ()
    toasts: tuple[Toast, ...] = ()
    frame: str = "shell.html"
    bar: tuple[Action, ...] = ()
    back_url: str = ""

    @property
    def nav(self) -> Markup:
        """The kept menu with the current leaf marked and the groups above it open."""
        html = str(self.menu)
        for node in self.path:
            html = html.replace(
                f'data-node="{node}" aria-expanded="false"', f'data-node="{node}" aria-expanded="true"'
            )
            html = html.replace(
                f'data-node="{node}" data-leaf', f'data-node="{node}" data-leaf aria-current="page"'
            )
        return Markup(html)  # noqa: S704 - our own menu.html, escaped when it was drawn


@fixed
class Empty:
    icon: str
    title: str
    text: str = ""
    actions: tuple[Action, ...] = ()


@fixed
class Tab:
    """``count`` is shown as it is written ("1,286"), "" hides it; ``alarm`` makes one above 0 red."""

    code: str
    label: str
    url: str
    count: str = ""
    current: bool = False
    alarm: bool = False


@fixed
class TreeNode:
    """A row of the tree beside a list. ``items_url`` loads the rows below (drawn by tree.html)."""

    id: str
    label: str
    url: str
    count: str = ""
    current: bool = False
    open: bool = False
    items: tuple[TreeNode, ...] = ()
    items_url: str = ""


@fixed
class Tree:
    title: str
    nodes: tuple[TreeNode, ...]
    actions: tuple[Action, ...] = ()
