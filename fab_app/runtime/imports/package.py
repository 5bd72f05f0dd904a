"""The parts of an uploaded workbook: a zip from anybody, looked at before anything of it is unpacked.

``zipfile`` never gives more of a member than its directory promises, so judging the promises is enough.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from fab_app.core.problems import Refused
from fab_app.core.words import say
from fab_app.fields.kinds import container_of

MOST_UNPACKED = 200 * 1024**2
MOST_PART = 64 * 1024**2
"""Of what is kept while reading: texts, styles, names. A sheet itself is read as it is unpacked."""

LONGEST_TEXT = 32_767
_SHEET = "worksheet"


class WrongKind(Refused):
    status = 415


class TooLarge(Refused):
    status = 413


@dataclass(frozen=True)
class Package:
    """``dates``: the styles (by number) that show a number as a date. ``names``: defined names and their texts."""

    archive: zipfile.ZipFile
    sheets: Mapping[str, str]
    texts: list[str]
    dates: frozenset[str]
    from_1904: bool
    names: Mapping[str, str] = field(default_factory=dict)


def opened(content: bytes) -> Package:
    """Raises WrongKind for what is no workbook, TooLarge for what would unpack to too much."""
    if zipfile.is_zipfile(BytesIO(content)) and _unpacked(content) > MOST_UNPACKED:
        raise TooLarge(say("The file is too large"))
    if container_of(content) != "xlsx":
        raise WrongKind(say("Upload an xlsx file"))
    archive = zipfile.ZipFile(BytesIO(content))
    try:
        return _read(archive)
    except (KeyError, ValueError, ElementTree.ParseError, zipfile.BadZipFile, EOFError, OSError) as error:
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
    targets = _targets(archive, main)
    book = _tree(archive, main)
    sheets = {
        str(sheet.get("name")): targets[_attribute(sheet, "id")][1]
        for sheet in _all(book, "sheet")
        if sheet.get("state", "visible") == "visible"
        and targets.get(_attribute(sheet, "id"), ("", ""))[0] == _SHEET
    }
    by_kind = dict(targets.values())
    texts = by_kind.get("sharedStrings") or posixpath.join(folder, "sharedStrings.xml")
    styles = by_kind.get("styles") or posixpath.join(folder, "styles.xml")
    known = set(archive.namelist())
    properties = next(_all(book, "workbookPr"), None)
    return Package(
        archive,
        {name: part for name, part in sheets.items() if part in known},
        list(_texts(archive, texts)) if texts in known else [],
        _date_styles(archive, styles) if styles in known else frozenset(),
        properties is not None and properties.get("date1904") in ("1", "true"),
        {str(name.get("name")): (name.text or "").strip('"') for name in _all(book, "definedName")},
    )


def _main_part(archive: zipfile.ZipFile) -> str:
    kinds = dict(_targets(archive, "").values())
    return kinds["officeDocument"]


def _targets(archive: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """What a part refers to: id -> (kind, name of the part)."""
    folder, name = posixpath.split(part)
    found = {}
    for one in _all(_tree(archive, posixpath.join(folder, "_rels", f"{name}.rels")), "Relationship"):
        if one.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join(f"/{folder}", str(one.get("Target")))).lstrip("/")
            found[str(one.get("Id"))] = (posixpath.basename(str(one.get("Type"))), target)
    return found


def _tree(archive: zipfile.ZipFile, name: str) -> Element:
    if archive.getinfo(name).file_size > MOST_PART:
        raise TooLarge(say("The file is too large"))
    content = archive.read(name)
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise ValueError("a part of a workbook declares no types of documents")
    return ElementTree.fromstring(content)  # noqa: S314 - judged above, and expat itself refuses floods of entities


def _all(tree: Element, name: str) -> Iterator[Element]:
    return (part for part in tree.iter() if part.tag.rpartition("}")[2] == name)


def _attribute(part: Element, name: str) -> str:
    """An attribute of another namespace by its bare name."""
    return next((value for key, value in part.items() if key.endswith(f"}}{name}")), "")


def _texts(archive: zipfile.ZipFile, name: str) -> Iterator[str]:
    """The shared texts; what stands above characters to help reading them aloud is left out."""
    for item in _tree(archive, name):
        yield _joined(item)[:LONGEST_TEXT]


def _joined(item: Element) -> str:
    words = []
    for part in item:
        kind = part.tag.rpartition("}")[2]
        if kind == "t":
            words.append(part.text or "")
        elif kind == "r":
            words += [run.text or "" for run in part if run.tag.rpartition("}")[2] == "t"]
    return "".join(words)


def _date_styles(archive: zipfile.ZipFile, name: str) -> frozenset[str]:
    from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format  # late: ten megabytes

    tree = _tree(archive, name)
    own = {one.get("numFmtId"): one.get("formatCode", "") for one in _all(tree, "numFmt")}
    cells = next(_all(tree, "cellXfs"), None)
    found = set()
    for index, style in enumerate(cells if cells is not None else ()):
        number = style.get("numFmtId", "0")
        written = own.get(number) or BUILTIN_FORMATS.get(int(number), "General")
        if is_date_format(written):
            found.add(str(index))
    return frozenset(found)
