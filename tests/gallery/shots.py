"""Photographs of the gallery in Chromium, light and dark, at a desk and on a phone.

    PYTHONPATH=. python tests/gallery/shots.py [name ...]      # pictures in tests/artifacts/gallery/

Says what breaks the policy, what the console complains of and what axe calls serious.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

from axe_playwright_python.sync_playwright import Axe
from gallery_site import PAGES, make
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

PICTURES = Path(__file__).parents[1] / "artifacts" / "gallery"
SIZES = {"1440": (1440, 900), "390": (390, 844)}
CHROMIUM = "/usr/bin/chromium"


@contextmanager
def served() -> Iterator[str]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, make(), threaded=True)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def look(browser: Browser, url: str, size: str, theme: str) -> tuple[Page, list[str]]:
    """The page after it settled, and what is wrong with it."""
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme="dark" if theme == "dark" else "light"
    )
    page, wrong = context.new_page(), []
    page.on(
        "console", lambda m: wrong.append(f"console: {m.text}") if m.type in ("error", "warning") else None
    )
    page.on("pageerror", lambda error: wrong.append(f"script: {error}"))
    page.goto(url, wait_until="networkidle")
    page.wait_for_timeout(250)
    return page, wrong


def judge(page: Page) -> list[str]:
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        f"axe {v['impact']} {v['id']}: {[n['target'] for n in v['nodes']][:3]}"
        for v in found
        if v["impact"] in ("serious", "critical")
    ]


def main(names: list[str]) -> int:

    PICTURES.mkdir(parents=True, exist_ok=True)
    complaints = 0
    with served() as base, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for name in names or PAGES:
            if PAGES[name][0] == "dialog.html":
                continue
            for size in SIZES:
                for theme in ("light", "dark"):
                    page, wrong = look(browser, f"{base}/{name}", size, theme)
                    # What sticks to an edge of the window would stand in the middle of a full page.
                    tall = page.evaluate("document.documentElement.scrollHeight")
                    page.set_viewport_size({"width": SIZES[size][0], "height": min(tall, 6000)})
                    page.wait_for_timeout(150)
                    page.screenshot(path=PICTURES / f"{name}-{size}-{theme}.png")
                    # The colours of a phone are those of a desk.
                    for line in wrong + (judge(page) if (size, theme) != ("390", "dark") else []):
                        complaints += 1
                        print(f"{name} {size} {theme}: {line}")
                    page.context.close()
        browser.close()
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
