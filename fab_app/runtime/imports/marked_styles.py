"""The formats of a workbook, with those of wrong cells beside the ones that they had: only the ground is another."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, field

from fab_app.runtime.imports.copying import Copy, tag
from fab_app.runtime.imports.parts import elements

_GROUND = "FFFBD5D5"
_RED = "FFB42318"


@dataclass
class Styles:
    """How many fonts, grounds and formats there are. ``wanted``: format of a cell -> the same on a red ground."""

    fonts: int
    fills: int
    formats: int
    wanted: dict[int, int] = field(default_factory=dict)

    def wrong(self, base: int) -> int:
        if not self.known:
            return base
        return self.wanted.setdefault(base if base < self.formats else 0, self.formats + 1 + len(self.wanted))

    @property
    def reason(self) -> int:
        return self.formats if self.known else 0

    @property
    def known(self) -> bool:
        return bool(self.fonts and self.fills and self.formats)


def styles_of(archive: zipfile.ZipFile, part: str) -> Styles:
    """Of a workbook without formats none are made."""
    found = elements(archive, part, "font", "fill", "xf") if part in archive.namelist() else []
    parents = [one.parent for one in found]
    return Styles(parents.count("fonts"), parents.count("fills"), parents.count("cellXfs"))


class MarkedStyles(Copy):
    def __init__(self, styles: Styles) -> None:
        super().__init__()
        self.styles = styles
        self.kept: dict[int, tuple[dict[str, str], str]] = {}
        self.seen = -1
        self.attributes: dict[str, str] = {}

    def opens(self, name: str, attributes: dict[str, str]) -> None:
        if name in ("fonts", "fills", "cellXfs"):
            attributes = {key: value for key, value in attributes.items() if key != "count"}
        self.write_start(name, attributes)
        if name == "xf" and self.path[-1] == "cellXfs":
            self.seen += 1
            self.attributes, self.out = attributes, []

    def closes(self, name: str) -> None:
        p, styles = self.prefix, self.styles
        if name == "xf" and self.path[-1] == "cellXfs":
            inner, self.out = "".join(self.out), self.whole
            self.out.append(inner)
            if self.seen in styles.wanted:
                self.kept[self.seen] = (self.attributes, inner)
        elif name == "fonts":
            self.out.append(f'<{p}font><{p}sz val="11"/><{p}color rgb="{_RED}"/></{p}font>')
        elif name == "fills":
            ground = f'<{p}fgColor rgb="{_GROUND}"/><{p}bgColor indexed="64"/>'
            self.out.append(
                f'<{p}fill><{p}patternFill patternType="solid">{ground}</{p}patternFill></{p}fill>'
            )
        elif name == "cellXfs":
            self._add()
        super().closes(name)

    def _add(self) -> None:
        p, styles = self.prefix, self.styles
        reason = {"numFmtId": 0, "fontId": styles.fonts, "fillId": 0, "borderId": 0, "xfId": 0}
        reason |= {"applyFont": 1, "applyAlignment": 1}
        self.out.append(tag(f"{p}xf", reason, f'<{p}alignment vertical="top" wrapText="1"/>'))
        for base in styles.wanted:
            attributes, inner = self.kept[base]
            on_red = attributes | {"fillId": str(styles.fills), "applyFill": "1"}
            self.out.append(tag(f"{p}xf", on_red, inner))
