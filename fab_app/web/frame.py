"""The parts of the frame that are the same on every page of a person: drawn once and kept."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from operator import attrgetter
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from fab_app.access.principal import Principal
from fab_app.core.words import locale
from fab_app.web.pages import Shell

_PARTS: dict[str, Callable[[Shell], Any]] = {
    "brand": attrgetter("portal_code", "title", "icon", "home_url", "portals"),
    "foot": attrgetter("person", "user_actions", "manual"),
    "tools": attrgetter("demo", "search_url", "bell", "help_url"),
    "person": attrgetter("person", "organisation", "user_actions"),
}
"""A macro of ``frame.html``, and all that it reads of the shell."""
_MOST = 4000


def install(env: Environment) -> None:
    """Gives templates ``frame(part, shell)``."""
    env.globals["frame"] = partial(_drawn, env, {})


def _drawn(env: Environment, kept: dict[Any, Markup], part: str, shell: Shell) -> Markup:
    key = (part, locale.get(), _PARTS[part](shell))
    found = kept.get(key)
    if found is None:
        if len(kept) >= _MOST:
            kept.clear()
        macro = getattr(env.get_template("frame.html").module, part)
        found = kept[key] = Markup(macro(shell))  # noqa: S704 - our own template, escaped when drawn
    return found


def framed(who: Principal, template: str) -> str:
    """The template of its own that a page has on the phone."""
    return f"m_{template}" if who.seat else template
