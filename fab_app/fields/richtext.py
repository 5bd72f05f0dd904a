"""Formatted text. Only what the allow-list knows is kept, and that is what is stored: clean at rest."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from functools import cached_property
from random import Random
from typing import Any, ClassVar, Literal

import nh3
import sqlalchemy as sa
from markupsafe import Markup
from pydantic import Field as Key

from fab_app.core.grammar import Grammar
from fab_app.fields.base import Field
from fab_app.fields.faces import NIL, Cell, Widget
from fab_app.fields.file import FileWords, Size
from fab_app.fields.image import ImagesField
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


_STORED = re.compile(r"file/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
_TYPED = re.compile(
    r"(?:(?:/[\w-]+)*/(?:file/[0-9]+|draft)/|file/)([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})", re.A
)
_BARE = re.compile(r"<img(?![^>]*\ssrc=)[^>]*>")
Rule = Callable[[str], str | None]


def _none(src: str) -> str | None:
    """No picture is kept."""
    return None


def _held(src: str) -> str | None:
    """How a picture is stored, whatever page of ours it was seen on; None of any other address."""
    found = _TYPED.fullmatch(src)
    return f"file/{found[1]}" if found is not None else None


def _own(src: str) -> str | None:
    """An address of a file of ours, for a page that shows it."""
    return src if src.startswith("/") and _TYPED.fullmatch(src) else None


def clean(markup: str, pictures: Rule = _none) -> str:
    """The markup without anything that runs, loads from elsewhere or leaves its place on the page.

    ``pictures`` says under which address one stays; a picture without an address is taken out.
    """
    kept = _cleaned(markup, pictures)
    without = _BARE.sub("", kept)
    return (
        kept if without == kept else _cleaned(without, pictures)
    )  # an attribute may hold what looks like a tag


def _cleaned(markup: str, pictures: Rule) -> str:
    return nh3.clean(
        markup,
        tags=set(_TAGS),
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        attribute_filter=lambda tag, name, value: pictures(value) if (tag, name) == ("img", "src") else value,
        clean_content_tags={"script", "style", "iframe", "object", "svg", "math", "noscript", "template"},
        filter_style_properties=set(_STYLES),
        url_schemes=set(_SCHEMES),
        link_rel="noopener noreferrer nofollow",
    ).strip()


def held(markup: str) -> tuple[str, ...]:
    """The files whose pictures stand in stored markup, each once."""
    found: dict[str, None] = {}

    def note(src: str) -> None:
        stored = _STORED.fullmatch(src)
        if stored is not None:
            found[stored[1]] = None

    _cleaned(markup, note)
    return tuple(found)


def shown(markup: str) -> tuple[str, ...]:
    """The files whose pictures a text shows, whether as it is stored or as it is read."""
    found = list[str]()
    _cleaned(markup, lambda src: found.append(match[1]) if (match := _TYPED.fullmatch(src)) else None)
    return tuple(found)


def placed(markup: str, root: str) -> str:
    """Stored markup with the addresses under which the pictures of a record are read."""

    def at(src: str) -> str | None:
        stored = _STORED.fullmatch(src)
        return f"{root}/{stored[1]}" if stored is not None else None

    return clean(markup, at)


def words(markup: str) -> str:
    """The text of clean markup, one line a block."""
    stripped = nh3.clean(_BREAKS.sub("\n", markup), tags=set())
    lines = (" ".join(line.split()) for line in html.unescape(stripped).split("\n"))
    return "\n".join(line for line in lines if line)


class Pictures(Grammar):
    """What pictures a text may hold: ``max`` of them, each of at most ``max_size`` and of one of ``kinds``."""

    max: int = Key(default=20, ge=1, le=100)
    max_size: Size = 2 * 1024**2
    kinds: tuple[str, ...] = ("jpg", "png", "gif")
    say: FileWords = FileWords()


class RichtextField(Field):
    """``max`` and ``min`` count the characters that are read, not the tags.

    ``pictures`` may stand in the text: they are sent to the server, are files of the record's field, and are read by
    who may read these. Pictures from elsewhere are taken out.
    """

    type: Literal["richtext"]
    max: int = Key(default=20000, ge=1, le=20000)
    min: int = Key(default=0, ge=0)
    pictures: Pictures | None = None

    operators: ClassVar[tuple[str, ...]] = ("contains", "null")
    sortable: ClassVar[bool] = False

    def judge(self, raw: Any) -> str | None:
        if not isinstance(raw, str):
            raise self.refusal("must be text")
        if len(raw) > self.max * _MARKUP_ROOM + 2000:
            raise self.refusal("has too much formatting")
        markup = clean(CONTROL.sub("", raw).replace("\r\n", "\n"), _held if self.uploads else _none)
        self._few(markup)
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

    def _few(self, markup: str) -> None:
        if self.pictures is not None and len(held(markup)) > self.pictures.max:
            raise self.told(self.pictures.say.most, "may have at most {max} pictures", max=self.pictures.max)

    @property
    def uploads(self) -> bool:
        return self.pictures is not None

    @cached_property
    def _images(self) -> ImagesField:
        """Pictures of a text are judged as those of a field of pictures."""
        said = self.pictures.model_dump(exclude={"say"}) if self.pictures is not None else {}
        words_ = self.pictures.say if self.pictures is not None else FileWords()
        return ImagesField(type="images", label=self.label, **said).model_copy(update={"say": words_})

    @property
    def max_size(self) -> int:
        return self._images.max_size

    def accept(self, name: str, content: bytes) -> str:
        return self._images.accept(name, content)

    def sa_type(self) -> sa.types.TypeEngine[Any]:
        return LONG

    def text(self, value: Any, show: Show) -> str:
        return words(value) if value else ""

    def cell(self, value: Any, show: Show) -> Cell:
        """``text`` is markup, cleaned once more: a row written past the judge is harmless too."""
        if not value:
            return NIL
        markup = Markup(clean(value, _own))  # noqa: S704 - what the allow-list leaves
        return Cell("rich", markup, title=words(value)[:200])

    def widget(self, show: Show) -> Widget:
        limits = self._images.widget(show).limits if self.uploads else {}
        return Widget("richtext", {"maxlength": str(self.max)}, limits=limits)

    def filter_widget(self, by: str, show: Show) -> Widget:
        return Widget("text", {"maxlength": "100"})

    def schema(self) -> dict[str, Any]:  # type: ignore[override]
        room = self.max * _MARKUP_ROOM + 2000
        return {"type": "string", "maxLength": room, "description": "HTML; cleaned by an allow-list"}

    def sample(self, random: Random) -> Any:
        text = f"{self.label.zh}{random.randint(1, 999)}"[: self.max].ljust(self.min, "。")
        return f"<p>{html.escape(text)}</p>"
