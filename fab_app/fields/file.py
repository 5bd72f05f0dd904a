"""Uploaded files: one, or several. The value is a tuple of the keys of files, in the order of the person."""

from __future__ import annotations

import re
from random import Random
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, WithJsonSchema, field_validator, model_validator
from pydantic import Field as Key

from fab_app.core.grammar import Grammar
from fab_app.core.text import Text
from fab_app.core.words import say
from fab_app.expr import Kind
from fab_app.fields.base import EMPTY, Field, Storage
from fab_app.fields.faces import NIL, Cell, Widget
from fab_app.fields.kinds import KINDS, agrees, kind_named
from fab_app.fields.ref import key_of
from fab_app.fields.show import Show
from fab_app.fields.stored import Stored
from fab_app.fields.typed import parts

MOST = 100
LARGEST = 1024**3

_SIZE = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*(B|KB|MB|GB)?\s*", re.I)
_UNITS = {"B": 1, "KB": 1024, "MB": 1024**2, "GB": 1024**3}


def read_size(raw: Any) -> int:
    """Bytes of ``10MB``, ``500 KB`` or a number of bytes."""
    match = _SIZE.fullmatch(str(raw)) if not isinstance(raw, bool) else None
    size = round(float(match[1]) * _UNITS[(match[2] or "B").upper()]) if match else 0
    if not 0 < size <= LARGEST:
        raise ValueError("a size is written like 10MB, at most 1GB")
    return size


def written_size(size: int) -> str:
    unit = next(unit for unit in ("GB", "MB", "KB", "B") if size >= _UNITS[unit] or unit == "B")
    return f"{round(size / _UNITS[unit], 1):g}{unit}"


Size = Annotated[int, BeforeValidator(read_size), WithJsonSchema({"type": ["string", "integer"]})]


class FileWords(Grammar):
    """What is said of files, by what is wrong: larger than ``{size}``, of none of the ``{kinds}``, empty, more than
    ``{max}``. What is not written is said by the framework.
    """

    size: Text | None = None
    kinds: Text | None = None
    empty: Text | None = None
    most: Text | None = None


class Uploads(Field):
    """What files and images share. ``kinds`` are judged by content; ``max_size`` is that of each file."""

    type: str
    max_size: Size = 10 * 1024**2
    say: FileWords = FileWords()
    kinds: tuple[str, ...] = ("pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "jpg", "png", "zip")

    storage: ClassVar[Storage] = "file"
    kind: ClassVar[Kind] = Kind.many
    ask: ClassVar[str] = "Upload {label}"
    look: ClassVar[str] = "files"
    operators: ClassVar[tuple[str, ...]] = ("null",)
    sortable: ClassVar[bool] = False

    @field_validator("kinds")
    @classmethod
    def _known(cls, kinds: tuple[str, ...]) -> tuple[str, ...]:
        known = tuple(dict.fromkeys("jpg" if kind.lower() == "jpeg" else kind.lower() for kind in kinds))
        strange = [kind for kind in known if kind not in cls.possible()]
        if strange or not known:
            raise ValueError(
                f"'{''.join(strange[:1])}' is no kind of file|one of: {', '.join(cls.possible())}"
            )
        return known

    @classmethod
    def possible(cls) -> tuple[str, ...]:
        return tuple(KINDS)

    @property
    def extensions(self) -> tuple[str, ...]:
        return tuple(extension for kind in self.kinds for extension in KINDS[kind].extensions)

    @property
    def uploads(self) -> bool:
        return True

    @property
    def least(self) -> int:
        return 0

    @property
    def most(self) -> int:
        return 1

    def accept(self, name: str, content: bytes) -> str:
        """The media type of an upload, or ValueError with a sentence why it is not taken."""
        if not content:
            raise self._no(self.say.empty, "The file is empty")
        if len(content) > self.max_size:
            size = written_size(self.max_size)
            raise self._no(self.say.size, "The file may not be larger than {size}", size=size)
        kind = kind_named(name)
        if kind not in self.kinds or not agrees(kind, content):
            kinds = "、".join(self.extensions)
            raise self._no(self.say.kinds, "This type of file is not supported, only {kinds}", kinds=kinds)
        return KINDS[kind].mime

    def _no(self, own: Text | None, sentence: str, /, **values: object) -> ValueError:
        if own is None and self.message is None:
            return ValueError(say(sentence, **values))
        return self.told(own, "", **values)

    def judge(self, raw: Any) -> tuple[int, ...] | None:
        keys: dict[int, None] = {}
        for member in parts(raw):
            key = key_of(member)
            if key is None:
                raise self.refusal("holds a file that does not exist")
            keys[key] = None
        if len(keys) > self.most:
            raise self.told(self.say.most, "may have at most {max} files", max=self.most)
        if 0 < len(keys) < self.least:
            raise self.refusal("needs at least {min} files", min=self.least)
        return tuple(keys) or None

    def text(self, value: Any, show: Show) -> str:
        return "、".join(member.name if isinstance(member, Stored) else str(member) for member in value or ())

    def cell(self, value: Any, show: Show) -> Cell:
        if value in EMPTY:
            return NIL
        return Cell(self.look, self.text(value, show), items=tuple(_item(member, show) for member in value))

    def masked(self, value: Any) -> str:
        return "***"

    def widget(self, show: Show) -> Widget:
        accept = ",".join(f".{extension}" for extension in self.extensions)
        limits = {"max_count": str(self.most), "max_bytes": str(self.max_size), "accept": accept}
        return Widget(self.look, {"accept": accept}, many=self.most > 1, limits=limits)

    def filter_widget(self, by: str, show: Show) -> Widget:
        return Widget("select")

    def values(self, value: Any, show: Show) -> tuple[str, ...]:
        return tuple(str(getattr(member, "id", member)) for member in value or ())

    def to_api(self, value: Any) -> Any:
        return None if value is None else [_plain(member) for member in value]

    def to_browser(self, value: Any) -> Any:
        return None if value is None else [getattr(member, "id", member) for member in value]

    def schema(self) -> dict[str, Any]:  # type: ignore[override]
        key = {
            "type": "integer",
            "minimum": 1,
            "maximum": 2**63 - 1,
            "description": "key of an uploaded file",
        }
        return {
            "type": "array",
            "items": key,
            "minItems": self.least,
            "maxItems": self.most,
            "uniqueItems": True,
        }

    def sample(self, random: Random) -> Any:
        return None


class Several(Uploads):
    """How many there may be."""

    type: str
    min: int = Key(default=0, ge=0, le=MOST)
    max: int = Key(default=20, ge=1, le=MOST)

    @model_validator(mode="after")
    def _counts(self) -> Several:
        if self.min > self.max:
            raise ValueError(f"min {self.min} is above max {self.max}")
        return self

    @property
    def least(self) -> int:
        return self.min

    @property
    def most(self) -> int:
        return self.max


class FileField(Uploads):
    type: Literal["file"]


class FilesField(Several):
    type: Literal["files"]


def _plain(member: Any) -> Any:
    if not isinstance(member, Stored):
        return member
    return {"id": member.id, "name": member.name, "size": member.size, "mime": member.mime, "url": member.url}


def _item(member: Any, show: Show) -> Cell:
    if not isinstance(member, Stored):
        return Cell("text", str(member))
    return Cell("link", member.name, title=written_size(member.size), url=member.url, thumb=member.thumb)
