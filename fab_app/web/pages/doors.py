"""Pages before, between and beside the portals: doors, halls, homes and refusals."""

from __future__ import annotations

from fab_app.access.explanation import Explanation
from fab_app.core.values import fixed
from fab_app.web.pages.form import FormField
from fab_app.web.pages.parts import Action, Shell, Tab


@fixed
class Browser:
    """``hint`` is always shown, ``old`` where the browser ``is_old``, or finds so itself; then nobody logs in."""

    hint: str
    old: str
    is_old: bool = False


@fixed
class LoginPage:
    """``login.html``; also registration and every other form before a login.

    Posts ``username``, ``password``, ``captcha``, ``remember``, ``next`` and ``fields``.
    ``ask_account`` False draws only ``fields`` (a telephone and its code, a registration).
    ``error`` stands at the field named ``error_field`` (username, password, captcha) or on top.
    ``captcha_url`` is a picture that never repeats (``?`` + time is appended for another one).
    ``code_url``: POST that sends a code to the telephone in ``fields`` (a button beside ``code``).
    ``forgotten``: what somebody is told who has forgotten his password, where no page helps him (``forgot_url``).
    ``note`` stands below the button, ``error_way`` leads to the right door, ``joins`` to registrations.
    ``accounts``: demo accounts as (account, who), a click fills them in (demo only).
    """

    action: str
    title: str
    platform: str = ""
    icon: str = "shield-check"
    intro: str = ""
    owner: str = ""
    heading: str = ""
    subheading: str = ""
    doors: tuple[Tab, ...] = ()
    username: str = ""
    username_label: str = ""
    error: str = ""
    error_field: str = ""
    captcha_url: str = ""
    remember: str = ""
    next: str = ""
    forgot_url: str = ""
    forgotten: str = ""
    others: tuple[Action, ...] = ()
    links: tuple[Action, ...] = ()
    joins: tuple[Action, ...] = ()
    locales: tuple[Action, ...] = ()
    fields: tuple[FormField, ...] = ()
    ask_account: bool = True
    submit: str = ""
    hidden: tuple[tuple[str, str], ...] = ()
    code_url: str = ""
    accounts: tuple[tuple[str, str], ...] = ()
    demo_password: str = ""
    locale: str = "zh"
    note: str = ""
    error_way: Action | None = None
    browser: Browser | None = None


@fixed
class PortalTile:
    """``off`` is the reason why the portal is closed to this person, "" = open."""

    title: str
    url: str
    icon: str = "layout-grid"
    owner: str = ""
    text: str = ""
    todo: str = ""
    due: str = ""
    due_tone: str = ""
    off: str = ""


@fixed
class Notice:
    title: str
    url: str
    when: str = ""


@fixed
class Todo:
    """Something to be done by this person. ``due_tone``: bad, warn, good or ""."""

    kind: str
    title: str
    url: str
    note: str = ""
    due: str = ""
    due_tone: str = ""


@fixed
class PortalsPage:
    """``portals.html``: the choice of portals, also for guests (``person`` "")."""

    title: str
    platform: str
    tiles: tuple[PortalTile, ...]
    subtitle: str = ""
    icon: str = "shield-check"
    person: str = ""
    organisation: str = ""
    user_actions: tuple[Action, ...] = ()
    login: Action | None = None
    notices: tuple[Notice, ...] = ()
    notices_url: str = ""
    todos: tuple[Todo, ...] = ()
    todos_title: str = ""
    todos_url: str = ""
    locales: tuple[Action, ...] = ()
    demo: bool = False


@fixed
class Tile:
    """A number that links to its list. ``tone`` bad or warn only for overdue and soon.

    ``delta``: up, down or ""; ``delta_tone``: good or bad, by meaning. ``spark``: path data of a
    line in 72 by 30. Without a ``value`` it is a way in: icon, label and ``foot``.
    """

    label: str
    value: str = ""
    unit: str = ""
    foot: str = ""
    url: str = ""
    icon: str = ""
    tone: str = ""
    delta: str = ""
    delta_tone: str = ""
    spark: str = ""


@fixed
class ChartCard:
    """A chart whose numbers come from ``url`` or stand in ``data`` (JSON text).

    ``{"x": [...], "series": [{"name", "data", "tone"?}], "unit"?}``; ``kind``: line, bar, stack,
    column, pie, rank, funnel, gauge, heat (as its module in ``js/charts.js`` knows), table.
    ``label`` says the same in words for those who cannot see it. ``span`` of 12 columns.
    """

    code: str
    title: str
    kind: str
    span: int = 6
    note: str = ""
    url: str = ""
    data: str = ""
    label: str = ""
    table_url: str = ""


@fixed
class HomePage:
    """``home.html``: ``tiles`` of numbers, ``ways`` into functions, charts, to-dos, notices."""

    shell: Shell
    title: str
    subtitle: str = ""
    tiles: tuple[Tile, ...] = ()
    ways: tuple[Tile, ...] = ()
    ways_title: str = ""
    charts: tuple[ChartCard, ...] = ()
    todos: tuple[Todo, ...] = ()
    todos_count: str = ""
    todos_url: str = ""
    notices: tuple[Notice, ...] = ()
    notices_url: str = ""
    ranges: tuple[Tab, ...] = ()
    actions: tuple[Action, ...] = ()
    lines: tuple[str, ...] = ()


@fixed
class EntryPage:
    """``entry.html``: a portal's public entrance, for people without an account.

    ``block``: the ways stand in a block of this name at the lower left.
    """

    title: str
    icon: str
    text: str
    ways: tuple[Tile, ...]
    platform: str = ""
    login: Action | None = None
    notices: tuple[Notice, ...] = ()
    lines: tuple[str, ...] = ()
    links: tuple[Action, ...] = ()
    locales: tuple[Action, ...] = ()
    owner: str = ""
    block: str = ""
    browser: Browser | None = None


@fixed
class HelpPage:
    """``help.html``. ``manual``: its name, version and address; ``shell`` None for who is not logged in."""

    title: str
    portal: str
    manual: Action
    parts: tuple[tuple[str, str], ...]
    back: Action
    shell: Shell | None = None


@fixed
class ErrorPage:
    """``error.html``. ``shell`` None where nobody is logged in. ``rows`` of a 409: field, theirs,
    yours. ``number`` is what a person may quote. ``hidden`` + ``retry``: what was typed, kept."""

    code: str
    title: str
    text: str
    actions: tuple[Action, ...] = ()
    shell: Shell | None = None
    rows: tuple[tuple[str, str, str], ...] = ()
    number: str = ""
    retry: Action | None = None
    hidden: tuple[tuple[str, str], ...] = ()


@fixed
class ApiPage:
    """``api.html``: the addresses of the API, read from ``spec_url`` by the browser."""

    title: str
    spec_url: str
    shell: Shell | None = None


@fixed
class ExplainPage:
    """``explain.html``: GET with ``account``, ``action``, ``entity``, ``id`` and ``roles``; then the explanation."""

    shell: Shell
    title: str
    fields: tuple[FormField, ...]
    found: Explanation | None = None
    verdict: str = ""


@fixed
class PasswordPage:
    """``password.html``. Posts ``current`` (where ``ask_current``), ``password``, ``repeat``.

    ``code_to``: instead of the current one ``code`` is asked, which ``code_url`` (POST) sends there. ``ways``: tabs.
    """

    action: str
    shell: Shell | None = None
    rules: tuple[str, ...] = ()
    forced: bool = False
    ask_current: bool = True
    person: str = ""
    errors: tuple[tuple[str, str], ...] = ()
    cancel: Action | None = None
    title: str = ""
    text: str = ""
    ways: tuple[Tab, ...] = ()
    code_to: str = ""
    code_url: str = ""
