"""Every page of the console, for people who see, type or scroll in other ways; and its weight."""

import gzip
import re
from pathlib import Path

import pytest
from browsers import in_chromium
from playwright.sync_api import expect
from support.console import console_of, list_barriers

PAGES = [
    "/console",
    "/console/records?add=1",
    "/console/orders?place=1",
    "/console/logs",
    "/console/publisher",
    "/console/publisher/new",
    "/console/publisher/calendar",
    "/console/channels",
    "/console/analytics",
    "/console/pipeline",
    "/console/dead-letters",
    "/console/tenants",
    "/console/tenants/acme",
    "/console/settings",
]
DIST = Path(__file__).parents[2] / "frontend" / "dist"
KIB = 1024
LOOKS = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "narrow": {"color_scheme": "light", "viewport": {"width": 390, "height": 844}},
}


@pytest.fixture(scope="module", params=LOOKS)
def console(browser, system, request):
    with console_of(browser, system, **LOOKS[request.param]) as found:
        yield found


@in_chromium
@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_no_barrier_fits_its_window_and_one_heading(console, path):
    tab = console.open(path)
    tab.wait_for_load_state("networkidle")
    assert list_barriers(tab) == []
    assert tab.locator("h1").count() == 1
    assert tab.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    tab.close()
    assert console.complaints == []


@in_chromium
def test_the_first_tab_stop_skips_to_the_content(console):
    tab = console.open("/console/settings")
    tab.keyboard.press("Tab")
    expect(tab.locator(":focus")).to_have_text("Skip to content")
    tab.close()


def list_scripts(name: str) -> set[Path]:
    """A script and all that it needs before it runs."""
    pending, seen = [name], set()
    while pending:
        path = DIST / "assets" / pending.pop()
        if path in seen:
            continue
        seen.add(path)
        text = path.read_text()
        static = re.findall(r'(?:^|[;}])import[^("]*"\./([^"]+\.js)"', text)
        pending += static
    return seen


def weigh(scripts: set[Path]) -> float:
    """KiB, as gzip sends them."""
    return sum(len(gzip.compress(script.read_bytes(), 6)) for script in scripts) / KIB


@in_chromium
def test_the_signed_out_page_is_light_and_every_page_bearable(browser, system, console):
    sizes: dict[str, float] = {}
    entry = re.search(r'src="/assets/([^"]+\.js)"', (DIST / "index.html").read_text())
    assert entry is not None
    assert weigh(list_scripts(entry[1])) <= 115
    for path in PAGES:
        loaded: set[Path] = set()
        tab = console.context.new_page()
        tab.on(
            "response",
            lambda response, into=loaded: (
                into.add(DIST / "assets" / response.url.rsplit("/", 1)[1])
                if response.url.endswith(".js")
                else None
            ),
        )
        tab.goto(console.address(path))
        expect(tab.locator("h1")).to_be_visible()
        tab.wait_for_load_state("networkidle")
        sizes[path] = weigh(loaded)
        tab.close()
    assert {path: size for path, size in sizes.items() if size > 370} == {}
