"""Uploaded pictures: one, or several."""

from __future__ import annotations

from typing import ClassVar, Literal

from fab_app.fields.file import Several, Size, Uploads
from fab_app.fields.kinds import KINDS, PICTURES


class ImageField(Uploads):
    type: Literal["image"]
    max_size: Size = 5 * 1024**2
    kinds: tuple[str, ...] = ("jpg", "png")

    look: ClassVar[str] = "images"

    @classmethod
    def possible(cls) -> tuple[str, ...]:
        return tuple(kind for kind in KINDS if kind in PICTURES)


class ImagesField(Several):
    type: Literal["images"]
    max_size: Size = 5 * 1024**2
    max: int = 9
    kinds: tuple[str, ...] = ("jpg", "png")

    look: ClassVar[str] = "images"

    @classmethod
    def possible(cls) -> tuple[str, ...]:
        return tuple(kind for kind in KINDS if kind in PICTURES)
