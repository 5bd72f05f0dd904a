"""What an upload really is: judged by its content, with the extension of its name as a second witness.

Nothing is unpacked: only the directory of a zip is read, so that a bomb cannot go off here.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from io import BytesIO

import filetype

OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MOST_MEMBERS = 10_000
MOST_UNPACKED = 2 * 1024**3
MOST_RATIO = 200
MOST_PIXELS = 85_000_000

_OPENXML = "application/vnd.openxmlformats-officedocument."


@dataclass(frozen=True, slots=True)
class FileKind:
    """``container`` is what the content must look like: a kind of its own, "ole2" or "text"."""

    mime: str
    container: str
    extensions: tuple[str, ...]


KINDS: dict[str, FileKind] = {
    "pdf": FileKind("application/pdf", "pdf", ("pdf",)),
    "ofd": FileKind("application/ofd", "ofd", ("ofd",)),
    "doc": FileKind("application/msword", "ole2", ("doc",)),
    "xls": FileKind("application/vnd.ms-excel", "ole2", ("xls",)),
    "ppt": FileKind("application/vnd.ms-powerpoint", "ole2", ("ppt",)),
    "wps": FileKind("application/vnd.ms-works", "ole2", ("wps",)),
    "docx": FileKind(f"{_OPENXML}wordprocessingml.document", "docx", ("docx",)),
    "xlsx": FileKind(f"{_OPENXML}spreadsheetml.sheet", "xlsx", ("xlsx",)),
    "pptx": FileKind(f"{_OPENXML}presentationml.presentation", "pptx", ("pptx",)),
    "txt": FileKind("text/plain", "text", ("txt",)),
    "csv": FileKind("text/csv", "text", ("csv",)),
    "jpg": FileKind("image/jpeg", "jpg", ("jpg", "jpeg")),
    "png": FileKind("image/png", "png", ("png",)),
    "gif": FileKind("image/gif", "gif", ("gif",)),
    "webp": FileKind("image/webp", "webp", ("webp",)),
    "bmp": FileKind("image/bmp", "bmp", ("bmp",)),
    "zip": FileKind("application/zip", "zip", ("zip",)),
    "rar": FileKind("application/vnd.rar", "rar", ("rar",)),
    "7z": FileKind("application/x-7z-compressed", "7z", ("7z",)),
    "mp4": FileKind("video/mp4", "mp4", ("mp4",)),
    "mov": FileKind("video/quicktime", "mov", ("mov",)),
    "mp3": FileKind("audio/mpeg", "mp3", ("mp3",)),
    "wav": FileKind("audio/x-wav", "wav", ("wav",)),
}
PICTURES = frozenset({"jpg", "png", "gif", "webp", "bmp"})

_OFFICE = {"word/": "docx", "xl/": "xlsx", "ppt/": "pptx"}
_RUNS = re.compile(r"(^|/)(vbaproject\.bin|meta-inf/manifest\.mf|androidmanifest\.xml|classes\.dex)$", re.I)
_OUTSIDE = re.compile(r"^[/\\]|^[A-Za-z]:|(^|[/\\])\.\.([/\\]|$)|\x00")
_MARKUP = re.compile(rb"^\s*(<|#!|%!|MZ\b)|<(script|html|svg|iframe|\?php)\b", re.I)


def kind_named(name: str) -> str:
    """The kind that a file's name promises; "" for none we know."""
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    return next((kind for kind, what in KINDS.items() if extension in what.extensions), "")


def agrees(kind: str, content: bytes) -> bool:
    """Whether the content is what the kind promises, and harmless as far as that can be seen."""
    container = KINDS[kind].container
    if container == "text":
        return _is_text(content)
    return container_of(content) == container and (kind not in PICTURES or _is_picture(content))


def container_of(content: bytes) -> str:
    """What the content looks like; "" for something unknown, broken, or made to harm."""
    if content.startswith(OLE2):
        return "ole2"
    if content.startswith(b"PK"):
        return _zip(content)
    if content.startswith(b"%PDF-"):
        return "pdf"
    guess = filetype.guess(content)
    return "" if guess is None else str(guess.extension)


def _zip(content: bytes) -> str:
    """docx, xlsx, pptx, ofd or zip, told apart by the members."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            members = archive.infolist()
    except Exception:  # noqa: BLE001 - zipfile raises whatever a broken directory makes it stumble over
        return ""
    names = [member.filename for member in members]
    unpacked = sum(member.file_size for member in members)
    if len(members) > MOST_MEMBERS or unpacked > min(MOST_UNPACKED, max(len(content), 50_000) * MOST_RATIO):
        return ""
    if any(_RUNS.search(name) or _OUTSIDE.search(name) for name in names):
        return ""
    if "OFD.xml" in names:
        return "ofd"
    return next(
        (kind for folder, kind in _OFFICE.items() if any(name.startswith(folder) for name in names)), "zip"
    )


def _is_text(content: bytes) -> bool:
    if b"\x00" in content or _MARKUP.search(content.removeprefix(b"\xef\xbb\xbf")[:4096]):
        return False
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False


def _is_picture(content: bytes) -> bool:
    """Whether it opens as a picture of a size that can be drawn. Only the head is read."""
    from PIL import Image  # heavy, and needed for uploads only

    try:
        with Image.open(BytesIO(content)) as image:
            return 0 < image.width * image.height <= MOST_PIXELS
    except Exception:  # noqa: BLE001 - Pillow raises whatever a broken head makes it stumble over
        return False
