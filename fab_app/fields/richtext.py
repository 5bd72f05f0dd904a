"""Formatted text. Only what the allow-list knows is kept, and that is what is stored: clean at rest."""

from __future__ import annotations

import html
import re
from random import Random
from typing import Any, ClassVar, Literal

import nh3
import sqlalchemy as sa
from markupsafe import Markup
from pydantic import Field as Key

from fab_app.fields.base import Field
from fab_app.fields.faces import NIL, Cell, Widget
from fab_app.fields.longtext import LONG
from fab_app.fields.show import Show
from fab_app.fields.typed import CONTROL

_TAGS = frozenset(
    "p br hr h1 h2 h3 h4 h5 h6 strong b em i u s sub sup blockquote pre code ul ol li a img span div "  # noqa: SIM905
    "table thead tbody tfoot tr th td caption colgroup col figure figcaption".split()
)
_ATTRIBUTES = {
    "*": {"style", "title"},
    "a": {"href", "target"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    "ol": {"start"},
    "col": {"span", "width"},
}
_STYLES = frozenset(
    "color background-color font-size font-weight font-style text-align text-decoration text-indent "  # noqa: SIM905
    "line-height width height vertical-align border border-collapse list-style-type".split()
)
_SCHEMES = frozenset({"http", "https", "mailto", "tel"})
_MARKUP_ROOM = 6
_BREAKS = re.compile(r"<(?:br|/p|/div|/li|/tr|/h[1-6])\b[^>]*>", re.I)


def clean(markup: str) -> str:
    """The markup without anything that runs, loads by a strange scheme or leaves its place on the page."""
    return nh3.clean(
        markup,
        tags=set(_TAGS),
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        clean_content_tags={"script", "style", "iframe", "object", "svg", "math", "noscript", "template"},
        filter_style_properties=set(_STYLES),
        url_schemes=set(_SCHEMES),
        link_rel="noopener noreferrer nofollow",
    ).strip()


def words(markup: str) -> str:
    """The text of clean markup, one line a block."""
    stripped = nh3.clean(_BREAKS.sub("\n", markup), tags=set())
    lines = (" ".join(line.split()) for line in html.unescape(stripped).split("\n"))
    return "\n".join(line for line in lines if line)


class RichtextField(Field):
    """``max`` and ``min`` count the characters that are read, not the tags."""

    type: Literal["richtext"]
    max: int = Key(default=20000, ge=1, le=20000)
    min: int = Key(default=0, ge=0)

    operators: ClassVar[tuple[str, ...]] = ("contains", "null")
    sortable: ClassVar[bool] = False

    def judge(self, raw: Any) -> str | None:
        if not isinstance(raw, str):
            raise self.refusal("must be text")
        if len(raw) > self.max * _MARKUP_ROOM + 2000:
            raise self.refusal("has too much formatting")
        markup = clean(CONTROL.sub("", raw).replace("\r\n", "\n"))
        length = len(words(markup))
        if not length and "<img" not in markup:
            return None
        if length > self.max:
            raise self.refusal(
                "may have at most {max} characters, this has {length}", max=self.max, length=length
            )
        if length < self.min:
            raise self.refusal("needs at least {min} characters", min=self.min)
        return markup

    def sa_type(self) -> sa.types.TypeEngine[Any]:
        return LONG

    def text(self, value: Any, show: Show) -> str:
        return words(value) if value else ""

    def cell(self, value: Any, show: Show) -> Cell:
        """``text`` is markup, cleaned once more: a row written past the judge is harmless too."""
        if not value:
            return NIL
        markup = Markup(clean(value))  # noqa: S704 - what the allow-list leaves
        return Cell("rich", markup, title=words(value)[:200])

    def widget(self, show: Show) -> Widget:
        return Widget("richtext", {"maxlength": str(self.max)})

    def filter_widget(self, by: str, show: Show) -> Widget:
        return Widget("text", {"maxlength": "100"})

    def schema(self) -> dict[str, Any]:  # type: ignore[override]
        room = self.max * _MARKUP_ROOM + 2000
        return {"type": "string", "maxLength": room, "description": "HTML; cleaned by an allow-list"}

    def sample(self, random: Random) -> Any:
        text = f"{self.label.zh}{random.randint(1, 999)}"[: self.max].ljust(self.min, "。")
        return f"<p>{html.escape(text)}</p>"
