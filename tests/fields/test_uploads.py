"""What may be uploaded, judged by content. Nothing here is a real document."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from io import BytesIO
from random import Random
from typing import Any

import pytest
from PIL import Image
from pydantic import ValidationError

from fab_app.core.words import locale
from fab_app.fields.base import Field
from fab_app.fields.file import Uploads, read_size, written_size
from fab_app.fields.kinds import KINDS, OLE2
from fab_app.fields.show import Show
from fab_app.fields.stored import Stored

Make = Callable[..., Field]
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
DOCX = ("[Content_Types].xml", "word/document.xml")
XLSX = ("[Content_Types].xml", "xl/workbook.xml")
PPTX = ("[Content_Types].xml", "ppt/presentation.xml")


def packed(*names: str, size: int = 10) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, b"0" * size)
    return target.getvalue()


def picture(kind: str, size: tuple[int, int] = (4, 3)) -> bytes:
    target = BytesIO()
    Image.new("RGB", size).save(target, kind)
    return target.getvalue()


@pytest.fixture
def anything(make: Make) -> Uploads:
    field = make("files", kinds=list(KINDS))
    assert isinstance(field, Uploads)
    return field


@pytest.mark.parametrize(
    ("name", "content", "mime"),
    [
        ("报告.pdf", PDF, "application/pdf"),
        ("a.PDF", PDF, "application/pdf"),
        ("a.docx", packed(*DOCX), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("a.xlsx", packed(*XLSX), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (
            "a.pptx",
            packed(*PPTX),
            "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        ),
        ("a.ofd", packed("OFD.xml", "Doc_0/Document.xml"), "application/ofd"),
        ("a.zip", packed("a.txt", "文件夹/b.txt"), "application/zip"),
        ("a.doc", OLE2 + b"\x00" * 512, "application/msword"),
        ("a.xls", OLE2 + b"\x00" * 512, "application/vnd.ms-excel"),
        ("a.jpg", picture("JPEG"), "image/jpeg"),
        ("a.jpeg", picture("JPEG"), "image/jpeg"),
        ("a.png", picture("PNG"), "image/png"),
        ("a.gif", picture("GIF"), "image/gif"),
        ("a.webp", picture("WEBP"), "image/webp"),
        ("a.bmp", picture("BMP"), "image/bmp"),
        ("a.txt", "说明".encode("gbk"), "text/plain"),
        ("a.csv", "姓名,电话\n".encode("utf-8-sig"), "text/csv"),
    ],
)
def test_honest_files_are_taken(anything: Uploads, name: str, content: bytes, mime: str) -> None:
    assert anything.accept(name, content) == mime


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", b"MZ\x90\x00" + b"\x00" * 100),
        ("a.pdf.exe", PDF),
        ("a.exe", b"MZ\x90\x00" + b"\x00" * 100),
        ("a.png", b"<html><script>alert(1)</script></html>"),
        ("a.png", picture("JPEG")),
        ("a.jpg", b"\xff\xd8\xff\xe0" + b"\x00" * 64),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("a.jpg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("a.html", b"<html></html>"),
        ("a.txt", b"  <!DOCTYPE html><html></html>"),
        ("a.txt", b"hello <script>alert(1)</script>"),
        ("a.csv", b"#!/bin/sh\n"),
        ("a.txt", b"\x00\x01\x02"),
        ("a.docx", packed(*XLSX)),
        ("a.xlsx", packed("a.txt")),
        ("a.zip", packed(*DOCX)),
        ("a.docx", packed(*DOCX, "word/vbaProject.bin")),
        ("a.zip", packed("META-INF/MANIFEST.MF", "A.class")),
        ("a.docx", OLE2 + b"\x00" * 512),
        ("a.doc", packed(*DOCX)),
        ("a", PDF),
        ("", PDF),
        (".pdf.", PDF),
        ("a.pdf\x00.jpg", PDF),
        ("a.zip", b"PK\x03\x04broken"),
        ("a.zip", packed("a.txt")[:-10]),
    ],
)
def test_disguised_and_unknown_files_are_refused(anything: Uploads, name: str, content: bytes) -> None:
    with pytest.raises(ValueError, match="文件类型不支持"):
        anything.accept(name, content)


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "/etc/passwd", "..\\win.ini", "C:\\win.ini", "a/../../b"]
)
def test_zips_that_would_unpack_elsewhere_are_refused(anything: Uploads, name: str) -> None:
    with pytest.raises(ValueError, match="文件类型不支持"):
        anything.accept("a.zip", packed(name))


def test_a_zip_bomb_is_refused_without_unpacking(anything: Uploads) -> None:
    with pytest.raises(ValueError, match="文件类型不支持"):
        anything.accept("a.zip", packed("a", "b", size=6_000_000))


def test_a_picture_too_large_to_draw_is_refused(anything: Uploads) -> None:
    target = BytesIO()
    Image.new("1", (10_000, 8_800)).save(target, "PNG")
    with pytest.raises(ValueError, match="文件类型不支持"):
        anything.accept("a.png", target.getvalue())


def is_judged(field: Uploads, name: str, content: bytes) -> bool:
    try:
        return bool(field.accept(name, content))
    except ValueError as refused:
        return type(refused) is ValueError


def test_random_bytes_never_crash(anything: Uploads) -> None:
    random = Random(3)
    zips, pictures = (b"PK\x03\x04", b"PK\x05\x06"), (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF89a", b"BM")
    for head in (b"", OLE2, b"RIFF", b"\x00\x00\x00\x18ftyp", *zips, *pictures):
        for kind in KINDS:
            assert is_judged(anything, f"a.{kind}", head + random.randbytes(random.randint(1, 300)))


def test_the_sentences_are_those_of_the_documents(make: Make) -> None:
    field = make("file", "机构授权书", kinds=["pdf", "jpg", "jpeg", "png"], max_size="10MB")
    assert isinstance(field, Uploads)
    said = []
    for name, content in (("a.exe", b"MZ"), ("a.pdf", PDF + b" " * 10 * 1024**2), ("a.pdf", b"")):
        with pytest.raises(ValueError, match="文件") as refused:
            field.accept(name, content)
        said.append(str(refused.value))
    assert said == ["文件类型不支持，仅支持pdf、jpg、jpeg、png", "文件不能超过10MB", "文件为空"]
    assert field.missing() == "请上传机构授权书"


def test_the_authors_sentence_replaces_ours(make: Make) -> None:
    field = make("image", message="图片格式或大小不符合要求")
    assert isinstance(field, Uploads)
    with pytest.raises(ValueError, match=r"^图片格式或大小不符合要求$"):
        field.accept("a.gif", picture("GIF"))


def test_the_sentences_follow_the_reader(make: Make) -> None:
    field = make("file")
    assert isinstance(field, Uploads)
    token = locale.set("en")
    try:
        with pytest.raises(ValueError, match=r"^The file is empty$"):
            field.accept("a.pdf", b"")
    finally:
        locale.reset(token)


@pytest.mark.parametrize(
    "raw", [[3, "4"], "[3, 4]", "3,4", [{"id": 3}, {"id": "4", "name": "x"}], ("", 3, 4), [3, 4, 3]]
)
def test_keys_of_files_are_read(make: Make, raw: Any) -> None:
    assert make("files").parse(raw) == (3, 4)


@pytest.mark.parametrize(
    "raw", [3, "3", {"id": 3}, [3], "[3]", [{"id": "3"}], Stored(3, "a.pdf", 1, "application/pdf")]
)
def test_the_value_of_a_single_file_is_a_tuple_too(make: Make, raw: Any) -> None:
    assert make("file").parse(raw) == (3,)


@pytest.mark.parametrize("raw", [0, -1, "x", [True], 1.5, [{"id": None}], {"a": 1}, 2**63])
def test_what_is_no_key_is_refused(make: Make, raw: Any) -> None:
    with pytest.raises(ValueError, match="标签"):
        make("files").parse(raw)


def test_counts_are_judged(make: Make) -> None:
    field = make("images", "照片", min=2, max=3)
    with pytest.raises(ValueError, match=r"^照片至少上传 2 个文件$"):
        field.parse([1])
    with pytest.raises(ValueError, match=r"^照片最多上传 3 个文件$"):
        field.parse([1, 2, 3, 4])
    with pytest.raises(ValueError, match=r"^照片最多上传 1 个文件$"):
        make("image", "照片").parse([1, 2])


def test_the_browser_knows_the_limits(make: Make) -> None:
    widget = make("images", max=9, max_size="5MB").widget(Show())
    assert widget.kind == "images"
    assert widget.limits == {"max_count": "9", "max_bytes": "5242880", "accept": ".jpg,.jpeg,.png"}


@pytest.mark.parametrize(
    ("raw", "size"), [("10MB", 10485760), ("500 kb", 512000), (1024, 1024), ("1.5MB", 1572864)]
)
def test_sizes_are_read(raw: Any, size: int) -> None:
    assert read_size(raw) == size


def test_sizes_are_written() -> None:
    assert [written_size(size) for size in (10485760, 1572864, 512, 0)] == ["10MB", "1.5MB", "512B", "0B"]


@pytest.mark.parametrize(
    "keys",
    [
        {"kinds": ["exe"]},
        {"kinds": []},
        {"max_size": "big"},
        {"max_size": "2GB"},
        {"max_size": 0},
        {"min": 5, "max": 2},
    ],
)
def test_impossible_limits_are_refused_where_they_are_written(make: Make, keys: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        make("files", **keys)


def test_only_pictures_are_kinds_of_pictures(make: Make) -> None:
    with pytest.raises(ValidationError, match=r"'pdf' is no kind of file\|one of: jpg, png, gif, webp, bmp"):
        make("images", kinds=["pdf"])
