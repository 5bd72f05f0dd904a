from __future__ import annotations

import zlib
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from fab_app.store.blobs import Blobs, disposition, make_thumbnail, picture_size


def picture(
    size: tuple[int, int] = (1000, 500), kind: str = "JPEG", mode: str = "RGB", **more: object
) -> bytes:
    written = BytesIO()
    image = Image.new(mode, size, "red")
    image.save(written, kind, **more)
    return written.getvalue()


def bomb() -> bytes:
    """A PNG that says it is 30,000 × 30,000."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    header = (30_000).to_bytes(4, "big") * 2 + bytes([8, 2, 0, 0, 0])
    body = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.fixture(params=["folder", "file", "memory"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> Blobs:
    folder = tmp_path / "a folder" / "uploads"
    return Blobs({"folder": str(folder), "file": folder.as_uri(), "memory": "memory://"}[request.param])


def test_a_content_comes_back_whole_and_in_pieces(blobs: Blobs) -> None:
    content = bytes(range(256)) * 4096
    key = blobs.put(content)
    assert blobs.get(key) == content and b"".join(blobs.stream(key)) == content


def test_equal_contents_have_different_keys(blobs: Blobs) -> None:
    assert blobs.put(b"x") != blobs.put(b"x")


def test_deleting_twice_is_no_error(blobs: Blobs) -> None:
    key = blobs.put(b"x")
    blobs.delete([key])
    blobs.delete([key])
    with pytest.raises(FileNotFoundError):
        blobs.get(key)


@pytest.mark.parametrize("key", ["../../etc/passwd", "/etc/passwd", "", "ab/../cd"])
def test_a_key_that_is_not_ours_is_refused(blobs: Blobs, key: str) -> None:
    with pytest.raises(ValueError, match="not a key"):
        blobs.get(key)


def test_an_s3_store_keeps_contents() -> None:
    server = pytest.importorskip("moto.server", reason="moto is not installed").ThreadedMotoServer(port=0)
    server.start()
    try:
        host, port = server.get_host_and_port()
        import urllib.request

        urllib.request.urlopen(urllib.request.Request(f"http://{host}:{port}/bucket", method="PUT"))
        query = f"endpoint=http://{host}:{port}&region=us-east-1&access_key_id=a&secret_access_key=b"
        blobs = Blobs(f"s3://bucket/some/prefix?{query}")
        key = blobs.put(b"content")
        assert blobs.get(key) == b"content"
        blobs.delete([key])
        with pytest.raises(FileNotFoundError):
            blobs.get(key)
    finally:
        server.stop()


def test_a_thumbnail_is_small_upright_and_without_metadata() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "maker"
    thumb = make_thumbnail(picture(exif=exif.tobytes()))
    assert thumb is not None
    with Image.open(BytesIO(thumb)) as image:
        assert (image.format, image.size, dict(image.getexif())) == ("JPEG", (160, 320), {})


def test_the_size_of_a_turned_picture_is_as_one_looks_at_it() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    assert picture_size(picture(exif=exif.tobytes())) == (500, 1000)


def test_a_transparent_picture_lies_on_white() -> None:
    written = BytesIO()
    Image.new("RGBA", (10, 10), (255, 0, 0, 0)).save(written, "PNG")
    thumb = make_thumbnail(written.getvalue())
    assert thumb is not None
    with Image.open(BytesIO(thumb)) as image:
        assert image.getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize(
    "content",
    [b"", b"<svg/>", b"%PDF-1.7", picture()[:200], bomb()],
    ids=["none", "svg", "pdf", "cut", "bomb"],
)
def test_what_is_no_usable_picture_has_no_thumbnail(content: bytes) -> None:
    assert make_thumbnail(content) is None


@pytest.mark.parametrize(
    "kind, mode", [("PNG", "P"), ("PNG", "I;16"), ("PNG", "L"), ("JPEG", "CMYK"), ("GIF", "P")]
)
def test_pictures_of_every_colour_kind_have_a_thumbnail(kind: str, mode: str) -> None:
    written = BytesIO()
    Image.new(mode, (50, 50)).save(written, kind)
    assert make_thumbnail(written.getvalue()) is not None


@pytest.mark.parametrize(
    "name, header",
    [
        ("报告.pdf", "attachment; filename=\"_.pdf\"; filename*=UTF-8''%E6%8A%A5%E5%91%8A.pdf"),
        ('a"b\r\nX: y.txt', "attachment; filename=\"a_b_X_ y.txt\"; filename*=UTF-8''a_b_X_%20y.txt"),
        ("../../etc", "attachment; filename=\"_.._etc\"; filename*=UTF-8''_.._etc"),
        ("", "attachment; filename=\"file\"; filename*=UTF-8''file"),
    ],
)
def test_a_name_in_a_header_is_harmless(name: str, header: str) -> None:
    assert disposition(name, "application/pdf") == header


def test_only_safe_types_are_shown_inline() -> None:
    kinds = {
        mime: disposition("a", mime, inline=True).split(";")[0]
        for mime in ("image/png", "image/svg+xml", "text/html")
    }
    assert kinds == {"image/png": "inline", "image/svg+xml": "attachment", "text/html": "attachment"}
