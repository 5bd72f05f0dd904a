"""Excel in: the page on which a file is chosen, and the page of one import."""

from __future__ import annotations

from dataclasses import dataclass

from fab_app.fields.faces import Cell
from fab_app.web.pages.detail import Step
from fab_app.web.pages.parts import Action, Empty, Shell


@dataclass(frozen=True, slots=True)
class Run:
    """An earlier import in the list of them."""

    name: str
    url: str
    when: str
    state: Cell
    told: str
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True)
class UploadPage:
    """``import.html``. The form posts ``file`` and ``hidden`` to ``url``; ``error`` is why the last one was refused."""

    shell: Shell
    title: str
    back: Action
    steps: tuple[Step, ...]
    url: str
    template: Action
    columns: tuple[tuple[str, str, bool], ...]
    runs: tuple[Run, ...]
    empty: Empty
    limits: str = ""
    subtitle: str = ""
    error: str = ""
    hidden: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    label: str
    number: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """A line that cannot be imported: its row, its cells (text, wrong), the sentences."""

    row: int
    cells: tuple[tuple[str, bool], ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ImportPage:
    """``imported.html``. ``poll`` is asked for the page again while it is worked on, ``percent`` how far that is."""

    shell: Shell
    title: str
    subtitle: str
    back: Action
    steps: tuple[Step, ...]
    told: str
    tone: str
    figures: tuple[Figure, ...] = ()
    heads: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()
    more: str = ""
    marked: Action | None = None
    actions: tuple[Action, ...] = ()
    standing: str = ""
    remark: str = ""
    poll: str = ""
    percent: int | None = None
    job: Action | None = None
