"""Pictures of the records of a document, as large as paper needs them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING

from fab_app.core.problems import Refused
from fab_app.core.words import say
from fab_app.fields.stored import Stored
from fab_app.runtime.reading import Reader
from fab_app.store.files import File, by_keys

if TYPE_CHECKING:
    from PIL.Image import Image as Drawn

LONGEST = 1000
SMALL = 420
MOST = 1000


@dataclass
class Pictures:
    """Collects what the reader was given, and opens it once all is known: one look at the table of files."""

    reader: Reader
    wanted: dict[str, tuple[int, int]] = field(default_factory=dict)

    def large(self, file: Stored) -> str:
        return self._place(file, LONGEST)

    def small(self, file: Stored) -> str:
        return self._place(file, SMALL)

    def _place(self, file: Stored, longest: int) -> str:
        if not file.mime.startswith("image/"):
            return ""
        place = f"pictures/{file.id}-{longest}.jpg"
        self.wanted[place] = (file.id, longest)
        if len(self.wanted) > MOST:
            raise Refused(say("There are more than {most} pictures: print fewer records at once", most=MOST))
        return f"/{place}"

    def files(self) -> dict[str, bytes]:
        """What the template finds under the places it was told; a picture that is broken is a grey sheet."""
        known = {
            file.id: file
            for file in by_keys(self.reader.session.connection(), [key for key, _ in self.wanted.values()])
        }
        return dict(self._drawn(known))

    def _drawn(self, known: dict[int, File]) -> Iterator[tuple[str, bytes]]:
        blobs = self.reader.world.blobs
        for place, (key, longest) in self.wanted.items():
            file = known[key]
            small = file.thumb_key if longest == SMALL and file.thumb_key else file.key
            yield place, drawn(blobs.get(small), longest)


def drawn(content: bytes, longest: int) -> bytes:
    """A JPEG on white, upright, its longer side at most ``longest`` pixels."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with Image.open(BytesIO(content)) as opened:
            opened.draft("RGB", (longest, longest))
            image: Drawn = ImageOps.exif_transpose(opened)
            image.thumbnail((longest, longest))
            image = _on_white(image)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        image = Image.new("RGB", (40, 30), (229, 232, 236))
    out = BytesIO()
    image.save(out, "JPEG", quality=82)
    return out.getvalue()


def _on_white(image: Drawn) -> Drawn:
    from PIL import Image

    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        sheet = Image.new("RGB", image.size, (255, 255, 255))
        clear = image.convert("RGBA")
        sheet.paste(clear, mask=clear.getchannel("A"))
        return sheet
    return image.convert("RGB")
