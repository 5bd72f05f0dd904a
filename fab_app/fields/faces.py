"""What a field shows of itself: prepared values that templates draw without thinking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from fab_app.core.values import fixed


@fixed
class Cell:
    """One value as shown in a list, a detail page, a print.

    ``kind`` names the macro that draws it: text, number, money, date, state, tag, bool, link,
    images, files, rich, masked, percent, colour, many, nil.
    ``tone`` is a state family of the design (draft, neutral, info, warn, bad, good, away) or "".
    ``items`` are the parts of a many-valued cell; of an image ``url`` is the picture and
    ``thumb`` its small form.
    """

    kind: str
    text: str = ""
    title: str = ""
    url: str = ""
    tone: str = ""
    thumb: str = ""
    items: tuple[Cell, ...] = ()


NIL = Cell("nil")


@fixed
class Option:
    """One choice of a select, radio or check group. ``group`` heads it, ``tone`` colours it."""

    value: str
    label: str
    tone: str = ""
    disabled: bool = False
    group: str = ""


@fixed
class Widget:
    """How a value is asked for.

    ``kind``: text, textarea, number, date, datetime, time, month, select, radio, checks, switch,
    picker (remote single), pickers (remote many), cascade (tree), ticks (tree, many), files, images, richtext,
    password, hidden, range_number, range_date.
    ``attrs`` are HTML attributes (placeholder, maxlength, inputmode, min, max, rows, accept).
    ``unit`` stands in a box behind the input. ``many`` allows several values.
    ``limits`` are what the browser may check before an upload: max_count, max_bytes, accept.
    """

    kind: str
    attrs: Mapping[str, str] = field(default_factory=dict)
    options: tuple[Option, ...] = ()
    unit: str = ""
    many: bool = False
    limits: Mapping[str, str] = field(default_factory=dict)
