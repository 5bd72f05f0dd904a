"""What comes out of the printer: the sizes of its sheets and the colours of its ink."""

from __future__ import annotations

import re
import zlib

from playwright.sync_api import Page

WIDE, UPRIGHT = (842, 595), (595, 842)
INCH, MILLIMETRES = 96, 25.4
ROOM = {"wide": int((297 - 24) / MILLIMETRES * INCH), "auto": int((210 - 28) / MILLIMETRES * INCH)}
"""How many pixels a sheet has between its margins."""

_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.S)
_INK = re.compile(rb"([\d.]+) ([\d.]+) ([\d.]+) rg\b")


def printed(page: Page) -> bytes:
    """The browser's own print, with the sheets that the page asks for."""
    return page.pdf(prefer_css_page_size=True)


def sheets(document: bytes) -> list[tuple[int, int]]:
    """Width and height of each, in points."""
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", document)
    return [(round(float(width)), round(float(height))) for width, height in boxes]


def streams(document: bytes) -> list[bytes]:
    found = []
    for packed in _STREAM.findall(document):
        try:
            found.append(zlib.decompress(packed))
        except zlib.error:  # a picture
            continue
    return found


def inks(document: bytes) -> set[tuple[float, ...]]:
    """Red, green and blue of what is filled and written."""
    return {tuple(map(float, ink)) for text in streams(document) for ink in _INK.findall(text)}


def on_paper(page: Page) -> None:
    """The page as it is laid out for its sheet, to be measured."""
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    kind = page.evaluate("getComputedStyle(document.body).page")
    page.set_viewport_size({"width": ROOM[kind], "height": 700})


def beyond(page: Page) -> list[str]:
    """What is wider than its sheet, or cut off within its cell."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll('#main :is(th, td, dd, dt, h1, h2, .k-desc)')]
          .filter(e => e.offsetParent && (e.getBoundingClientRect().right > innerWidth + 1
            || (getComputedStyle(e).overflowX !== 'visible' && e.scrollWidth > e.clientWidth + 1)))
          .map(e => `${e.tagName} ${e.innerText.slice(0, 20)}`)"""
    )
    return found
