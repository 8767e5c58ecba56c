"""Every page of the console, for people who see or type in other ways."""

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
    "/console/certifications?add=1",
    "/console/webhooks?add=1",
    "/console/analytics",
    "/console/pipeline",
    "/console/dead-letters",
    "/console/tenants",
    "/console/tenants/acme",
    "/console/settings",
    "/console/api?op=import_records",
]
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
