"""The sheet itself: A4, its own Chinese font, text that can be taken out, numbered pages, a code that is read."""

from __future__ import annotations

import io
import re
import zlib
from dataclasses import replace

import pytest
import segno
from PIL import Image

from fab_app.core.typesetting import typeset
from fab_app.runtime.prints.gathering import Gathered, Gathering
from fab_app.runtime.prints.printing import frame
from tests.prints.test_prints import FILES
from tests.projects import Builder, Site

_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.S)
A4 = (595, 842)


@pytest.fixture(scope="module")
def shop(build: Builder) -> Site:
    return build(FILES)


@pytest.fixture(scope="module")
def key(shop: Site) -> int:
    return shop.make("order", name="一号单", customer=shop.make("customer", name="甲"))


@pytest.fixture(scope="module")
def document(shop: Site, key: int) -> bytes:
    found: bytes = shop.as_("clerk").post(f"/shop/order/print/slip/{key}").response.data
    return found


def opened(document: bytes) -> bytes:
    """The document with what is packed in it."""
    found = [document]
    for packed in _STREAM.findall(document):
        try:
            found.append(zlib.decompress(packed))
        except zlib.error:  # a picture
            continue
    return b"\n".join(found)


@pytest.mark.req("A-136")
def test_sheet_is_a4(document: bytes) -> None:
    boxes = re.findall(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]", opened(document))
    assert boxes and {(round(float(width)), round(float(height))) for width, height in boxes} == {A4}


def test_chinese_font_is_within(document: bytes) -> None:
    inside = opened(document)
    assert re.search(rb"/FontName\s*/[A-Z]{6}\+NotoSansSC", inside)
    assert re.search(rb"/FontFile[23]?\b", inside)


def test_text_can_be_taken_out(document: bytes) -> None:
    maps = opened(document)
    assert b"/ToUnicode" in maps
    known = {
        bytes.fromhex(code.decode()).decode("utf-16-be")
        for code in re.findall(rb"<[0-9A-F]+> <([0-9A-F]{4})>", maps)
    }
    assert set("订货单") <= known


def gathered(shop: Site, key: int) -> Gathered:
    """With what every document has."""
    with shop.acting("clerk") as person:
        entity, spec = shop.entity("order"), shop.world.manifest.portals["shop"].spec.prints["slip"]
        gathering = Gathering(person.reader, entity, spec)
        found = gathering.gathered(gathering.records([key]))
        return replace(found, data={**frame(shop.world, person.reader, entity, spec, False), **found.data})


def pages(template: str, found: Gathered) -> list[Image.Image]:
    files = {**found.files, "a.typ": template.encode()}
    return [Image.open(io.BytesIO(page)).convert("L") for page in typeset("a.typ", files, found.data, "png")]


@pytest.mark.req("A-136")
def test_pages_are_numbered(shop: Site, key: int) -> None:
    written = '#import "/paper.typ": *\n#show: paper\none #pagebreak() two #pagebreak() three'
    feet = [page.crop((0, 1040, 793, 1110)) for page in pages(written, gathered(shop, key))]
    assert (
        len(feet) == 3 == len({foot.crop((600, 0, 793, 70)).tobytes() for foot in feet})
    )  # 1 / 3, 2 / 3, 3 / 3
    assert len({foot.crop((0, 0, 500, 70)).tobytes() for foot in feet}) == 1


def test_code_holds_the_number_of_the_record(shop: Site, key: int) -> None:
    modules = [
        [bool(dark) for dark in row] for row in segno.make(shop.row("order", key)["no"], error="m").matrix
    ]
    across = len(modules) + 2  # a white module on each side
    sheet = "#set page(width: 60mm, height: 60mm, margin: 0mm)"
    written = f'#import "/paper.typ": *\n{sheet}\n#code(data.records.first(), size: 60mm)'
    (page,) = pages(written, gathered(shop, key))
    step = page.width / across

    def dark(row: int, column: int) -> bool:
        return page.getpixel((int((column + 1.5) * step), int((row + 1.5) * step))) < 128  # type: ignore[operator]

    assert [[dark(row, column) for column in range(across - 2)] for row in range(across - 2)] == modules
