"""What the console's pages cost to load: JavaScript in KiB, as gzip sends it."""

import gzip
import re
from functools import lru_cache
from pathlib import Path

from browsers import in_chromium
from playwright.sync_api import Page, Response, expect
from support.console import console_of

DIST = Path(__file__).parents[2] / "frontend" / "dist"
KIB = 1024
SIGNED_OUT, OVERVIEW, ANY_PAGE = 115, 330, 370
PAGES = [
    "/console",
    "/console/records?add=1",
    "/console/orders?place=1",
    "/console/logs",
    "/console/publisher/new",
    "/console/publisher/calendar",
    "/console/analytics",
    "/console/pipeline",
    "/console/dead-letters",
    "/console/tenants/acme",
]

pytestmark = in_chromium


@lru_cache
def weigh(name: str) -> float:
    return len(gzip.compress((DIST / "assets" / name).read_bytes(), 6)) / KIB


def listen(tab: Page) -> set[str]:
    """The names of the scripts that this tab loads from now on."""
    scripts: set[str] = set()

    def note(response: Response) -> None:
        if found := re.search(r"/assets/([^/]+\.js)$", response.url):
            scripts.add(found[1])

    tab.on("response", note)
    return scripts


def test_the_signed_out_page_is_light(browser, system):
    tab = browser.new_page()
    scripts = listen(tab)
    tab.goto(system.base_url)
    expect(tab.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    tab.wait_for_load_state("networkidle")
    tab.close()
    assert scripts
    assert sum(map(weigh, scripts)) <= SIGNED_OUT


def test_every_page_is_bearable(browser, system):
    sizes: dict[str, float] = {}
    with console_of(browser, system) as console:
        for path in PAGES:
            tab = console.context.new_page()
            scripts = listen(tab)
            tab.goto(console.address(path))
            expect(tab.locator("h1")).to_be_visible()
            tab.wait_for_load_state("networkidle")
            sizes[path] = sum(map(weigh, scripts))
            tab.close()
    assert sizes["/console"] <= OVERVIEW, sizes
    assert max(sizes.values()) <= ANY_PAGE, sizes
