"""A document before it is printed."""

from __future__ import annotations

from dataclasses import dataclass

from fab_app.web.pages.parts import Shell


@dataclass(frozen=True, slots=True)
class PrintPage:
    """``print.html``. ``url`` takes the POST that prints, ``frame`` shows the draft, ``ids`` go along with both.

    ``later``: what the one button says and what is told of it, where the document is made as background work.
    """

    shell: Shell
    label: str
    title: str
    url: str
    frame: str
    back: str
    ids: tuple[str, ...] = ()
    later: tuple[str, str] = ("", "")
