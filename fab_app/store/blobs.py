"""Contents of files, in a folder or an S3-compatible store; what they are called and whose, ``files`` knows.

Keys are random: no name of a user reaches the store, no content can be guessed or shared, and deleting one
file never takes another with it. A content is never changed, only written once and deleted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, quote, unquote, urlsplit
from uuid import uuid4

import obstore
from obstore.store import LocalStore, MemoryStore, S3Store
from PIL import Image, ImageOps

INLINE_SAFE: Final = frozenset(
    {"image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf", "video/mp4", "audio/mpeg"}
)
"""Types that a browser may show on our address; anything else (SVG and HTML above all) is downloaded."""
THUMB_SIZE: Final = 320
THUMB_MIME: Final = "image/jpeg"
MAX_PIXELS: Final = 50_000_000
FORMATS: Final = ("JPEG", "PNG", "GIF", "WEBP", "BMP")
_KEY: Final = re.compile(r"[0-9a-f]{2}/[0-9a-f]{32}")
_BROKEN: Final = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)


class Blobs:
    """A store of contents. ``url``: a folder (made where missing), ``file:///…``, ``memory://`` or
    ``s3://bucket/prefix?endpoint=…&region=…`` (the query and ``AWS_*`` of the environment configure it)."""

    def __init__(self, url: str | Path) -> None:
        self._store = _open(str(url))

    def put(self, content: bytes) -> str:
        """Keeps the content and answers its key, once it is safely stored."""
        name = uuid4().hex
        key = f"{name[:2]}/{name}"
        self._store.put(key, content)
        return key

    def get(self, key: str) -> bytes:
        """The whole content. FileNotFoundError where there is none."""
        return bytes(self._store.get(_known(key)).bytes())

    def copy(self, key: str) -> str:
        """The key of the same content once more, copied by the store itself. FileNotFoundError where there is none."""
        name = uuid4().hex
        to = f"{name[:2]}/{name}"
        obstore.copy(self._store, _known(key), to)
        return to

    def stream(self, key: str, size: int = 256 * 1024) -> Iterator[bytes]:
        """The content in pieces of about ``size`` bytes. FileNotFoundError, at once, where there is none."""
        found = self._store.get(_known(key))
        return (bytes(piece) for piece in found.stream(min_chunk_size=size))

    def delete(self, keys: Iterable[str]) -> None:
        """Forgets contents; those already gone are no error, so that a sweep can be repeated."""
        for key in keys:
            try:
                obstore.delete(self._store, _known(key))
            except FileNotFoundError:
                continue


def make_thumbnail(content: bytes) -> bytes | None:
    """A JPEG of at most 320 × 320 px, upright, without metadata; None where the content is no picture.

    Pictures of more than 50 million pixels are refused before they are unpacked.
    """
    try:
        with Image.open(BytesIO(content), formats=FORMATS) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                return None
            picture.draft("RGB", (THUMB_SIZE * 2, THUMB_SIZE * 2))
            upright = ImageOps.exif_transpose(picture)
            upright.thumbnail((THUMB_SIZE, THUMB_SIZE))
            written = BytesIO()
            _flat(upright).save(written, "JPEG", quality=82, optimize=True)
            return written.getvalue()
    except _BROKEN:
        return None


def picture_size(content: bytes) -> tuple[int, int] | None:
    """Width and height as one looks at it, from the header alone; None where the content is no picture."""
    try:
        with Image.open(BytesIO(content), formats=FORMATS) as picture:
            turned = picture.getexif().get(0x0112, 1) in (5, 6, 7, 8)
            return (picture.height, picture.width) if turned else picture.size
    except _BROKEN:
        return None


def disposition(name: str, mime: str, inline: bool = False) -> str:
    """The Content-Disposition header for a file of this name (RFC 6266, RFC 5987).

    ``inline`` is a wish, granted to safe types only. Send ``X-Content-Type-Options: nosniff`` with it.
    """
    plain = (
        re.sub(r'[\x00-\x1f\x7f-\x9f/\\:*?"<>|\u202a-\u202e\u2066-\u2069]+', "_", name).strip(" .") or "file"
    )
    plain = plain.encode("utf-8", "replace").decode()
    simple = re.sub(r"[^A-Za-z0-9._ ()-]+", "_", plain)
    kind = "inline" if inline and mime in INLINE_SAFE else "attachment"
    return f"{kind}; filename=\"{simple}\"; filename*=UTF-8''{quote(plain, safe='')}"


def _open(url: str) -> LocalStore | MemoryStore | S3Store:
    parts = urlsplit(url)
    if parts.scheme == "s3":
        config: Any = dict(parse_qsl(parts.query))
        options: Any = {"allow_http": True} if config.get("endpoint", "").startswith("http://") else {}
        return S3Store.from_url(f"s3://{parts.netloc}{parts.path}", config=config, client_options=options)
    if parts.scheme == "memory":
        return MemoryStore()
    folder = Path(unquote(parts.path) if parts.scheme == "file" else url)
    return LocalStore(prefix=folder.absolute(), mkdir=True)


def _known(key: str) -> str:
    if not _KEY.fullmatch(key):
        raise ValueError(f"{key!r} is not a key of ours")
    return key


def _flat(picture: Image.Image) -> Image.Image:
    """On white where it was transparent; a new picture, so that nothing but the pixels is carried over."""
    colours = picture.convert("RGBA")
    white = Image.new("RGB", colours.size, "white")
    white.paste(colours, mask=colours.getchannel("A"))
    return white
