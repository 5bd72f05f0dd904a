"""A template and data to PDF. Nothing in the data is read as markup; a template reads no file but those given.

The fonts are ours (`assets`), so that paper looks the same on every machine.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from typst import Compiler, Fonts

LIBRARY = Path(__file__).parent / "paper.typ"
"""What every template may import, as ``/paper.typ``."""

FONTS = Path(__file__).parents[1] / "web" / "static" / "vendor" / "@expo-google-fonts"

_PLACE = re.compile(r"─ ([^\n:]+):(\d+):(\d+)")
_SEARCHED = re.compile(r" \(searched at [^)]*\)")


Form = Literal["pdf", "png"]


@dataclass
class Unset(Exception):
    """The template cannot be set: what is wrong, and where in which file (1-based; "" where that is not known)."""

    text: str
    file: str = ""
    line: int = 1
    column: int = 1
    hint: str = ""


def typeset(template: str, files: Mapping[str, bytes], data: Mapping[str, Any], form: Form = "pdf") -> Any:
    """The document (of ``png`` the pages). ``files`` are the template, what it imports, and pictures, by their paths.

    Raises Unset. Safe in several threads: each call has a compiler of its own, the fonts are shared.
    """
    import typst

    given = {
        **files,
        LIBRARY.name: LIBRARY.read_bytes(),
        "data.json": json.dumps(data, ensure_ascii=False).encode(),
        "main.typ": f'#include "/{template}"\n'.encode(),
    }
    with TemporaryDirectory(prefix="print-") as folder:
        root = Path(folder)
        for name, content in given.items():
            (root / name).parent.mkdir(exist_ok=True)
            (root / name).write_bytes(content)
        try:
            found = _compiler(root).compile(format=form, ppi=96)
        except typst.TypstError as error:
            raise _unset(error, given) from error
    return [found] if form == "png" and isinstance(found, bytes) else found


def _compiler(root: Path) -> Compiler:
    """Packages are looked for where there are none."""
    from typst import Compiler

    nowhere = root / "packages"
    return Compiler(
        root / "main.typ",
        root=root,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        package_path=nowhere,
        package_cache_path=nowhere,
    )


@cache
def _fonts() -> Fonts:
    from typst import Fonts

    return Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[FONTS])


def _unset(error: Any, files: Iterable[str]) -> Unset:
    """Typst's own diagnosis; it tells files by their paths on disk, of which only our part is of use."""
    hint = "; ".join(error.hints)
    text = _SEARCHED.sub("", str(error.message))
    places = _PLACE.findall("\n".join((str(error.diagnostic), *error.trace)))
    known = [(name, place) for place in places for name in files if place[0].endswith(name)]
    own = [one for one in known if one[0] not in (LIBRARY.name, "main.typ")]
    if not own:
        return Unset(text, hint=hint)
    name, (_, line, column) = own[0]
    return Unset(text, name, int(line), int(column) + 1, hint)
