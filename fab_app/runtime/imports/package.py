"""An uploaded workbook: a zip from anybody, looked at before anything of it is unpacked."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from xml.parsers import expat

from fab_app.core.words import say
from fab_app.fields.kinds import container_of
from fab_app.runtime.imports.parts import Element, WrongKind, elements, texts, too_large

MOST_UNPACKED = 200 * 1024**2
_LONGEST_FORMAT = 255
_SHEET = "worksheet"


@dataclass(frozen=True)
class Package:
    """``styles``: the part of the formats; ``dates``: those (by number) that show a number as a date.

    ``names``: defined names and their texts.
    """

    archive: zipfile.ZipFile
    sheets: Mapping[str, str]
    texts: list[str]
    styles: str
    dates: frozenset[str]
    from_1904: bool
    names: Mapping[str, str] = field(default_factory=dict)


def opened(content: bytes) -> Package:
    """Raises WrongKind for what is no workbook, TooLarge for what would unpack to too much."""
    if zipfile.is_zipfile(BytesIO(content)) and _unpacked(content) > MOST_UNPACKED:
        raise too_large()
    if container_of(content) != "xlsx":
        raise WrongKind(say("Upload an xlsx file"))
    archive = zipfile.ZipFile(BytesIO(content))
    try:
        return _read(archive)
    except (KeyError, ValueError, expat.ExpatError, zipfile.BadZipFile, EOFError, OSError) as error:
        raise WrongKind(say("This workbook is damaged and cannot be read")) from error


def _unpacked(content: bytes) -> int:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return sum(member.file_size for member in archive.infolist())
    except (zipfile.BadZipFile, ValueError, OSError):
        return 0  # no workbook in any case


def _read(archive: zipfile.ZipFile) -> Package:
    main = _main_part(archive)
    folder = posixpath.dirname(main)
    targets = targets_of(archive, main)
    book = elements(archive, main, "sheet", "workbookPr", "definedName")
    sheets = {
        one.attributes.get("name", ""): targets[_attribute(one, "id")][1]
        for one in book
        if one.name == "sheet"
        and one.attributes.get("state", "visible") == "visible"
        and targets.get(_attribute(one, "id"), ("", ""))[0] == _SHEET
    }
    by_kind = dict(targets.values())
    texts_part = by_kind.get("sharedStrings") or posixpath.join(folder, "sharedStrings.xml")
    styles = by_kind.get("styles") or posixpath.join(folder, "styles.xml")
    known = set(archive.namelist())
    properties = next((one for one in book if one.name == "workbookPr"), None)
    return Package(
        archive,
        {name: part for name, part in sheets.items() if part in known},
        texts(archive, texts_part) if texts_part in known else [],
        styles,
        _date_styles(archive, styles) if styles in known else frozenset(),
        properties is not None and properties.attributes.get("date1904") in ("1", "true"),
        {one.attributes.get("name", ""): one.text.strip('"') for one in book if one.name == "definedName"},
    )


def _main_part(archive: zipfile.ZipFile) -> str:
    kinds = dict(targets_of(archive, "").values())
    return kinds["officeDocument"]


def targets_of(archive: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """What a part refers to: id -> (kind, name of the part)."""
    folder, name = posixpath.split(part)
    found = {}
    for one in elements(archive, posixpath.join(folder, "_rels", f"{name}.rels"), "Relationship"):
        given = one.attributes
        if given.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join(f"/{folder}", given["Target"])).lstrip("/")
            found[given["Id"]] = (posixpath.basename(given["Type"]), target)
    return found


def _attribute(element: Element, name: str) -> str:
    """An attribute of another namespace by its bare name."""
    return next((value for key, value in element.attributes.items() if key.endswith(f":{name}")), "")


def _date_styles(archive: zipfile.ZipFile, name: str) -> frozenset[str]:
    from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format  # late: ten megabytes

    found = elements(archive, name, "numFmt", "xf")
    own = {
        one.attributes.get("numFmtId"): one.attributes.get("formatCode", "")
        for one in found
        if one.name == "numFmt"
    }
    styles = [one.attributes.get("numFmtId", "0") for one in found if one.parent == "cellXfs"]
    dates = {
        number
        for number in set(styles)
        if is_date_format((own.get(number) or BUILTIN_FORMATS.get(int(number), "General"))[:_LONGEST_FORMAT])
    }
    return frozenset(str(index) for index, number in enumerate(styles) if number in dates)
