"""Every page of the console: for people who see or type in other ways, and what it weighs."""

import pytest
from browsers import in_chromium
from playwright.sync_api import Page, expect
from support.console import list_barriers
from support.script_weight import SIGNED_OUT_KIB, find_bound, weigh_scripts

PAGES = [
    "/console",
    "/console/records?add=1",
    "/console/orders?place=1",
    "/console/logs",
    "/console/publisher",
    "/console/publisher/new",
    "/console/publisher/import",
    "/console/publisher/calendar",
    "/console/publisher/calendar?link=1",
    "/console/series",
    "/console/templates?add=1",
    "/console/channels",
    "/console/certifications?add=1",
    "/console/suppressions?add=1",
    "/console/webhooks?add=1",
    "/console/analytics",
    "/console/pipeline",
    "/console/dead-letters",
    "/console/tenants",
    "/console/tenants/acme",
    "/console/settings",
    "/console/api?op=import_records",
]
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}

pytestmark = in_chromium


@pytest.fixture(scope="module")
def wide(profile):
    """A tab that goes from page to page; a new one would start a process for each.

    Without motion, colours change at once from light to dark.
    """
    tab = profile.new_tab()
    tab.emulate_media(reduced_motion="reduce")
    yield tab
    tab.close()


@pytest.fixture(scope="module")
def narrow(profile):
    """A tab as wide as a phone, from its first page on: the menu depends on it."""
    tab = profile.new_tab()
    tab.set_viewport_size(NARROW)
    yield tab
    tab.close()


def load(console, tab: Page, path: str) -> None:
    tab.goto(console.address(path))
    expect(tab.locator("h1")).to_be_visible()
    tab.wait_for_load_state("networkidle")


def expect_no_barrier(tab: Page) -> None:
    assert list_barriers(tab) == []
    assert tab.locator("h1").count() == 1
    assert tab.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_bearable_and_has_no_barrier_by_day_and_by_night(console, wide, path):
    wide.emulate_media(color_scheme="light")
    load(console, wide, path)
    assert weigh_scripts(wide) <= find_bound(path)
    expect_no_barrier(wide)
    wide.emulate_media(color_scheme="dark")
    expect(wide.locator("body")).to_have_css("color-scheme", "dark")
    expect_no_barrier(wide)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_no_barrier_on_a_phone(console, narrow, path):
    load(console, narrow, path)
    expect_no_barrier(narrow)


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_the_first_tab_stop_skips_to_the_content(console, size):
    tab = console.open("/console/settings", size)
    tab.keyboard.press("Tab")
    expect(tab.locator(":focus")).to_have_text("Skip to content")


def test_the_signed_out_page_is_light(browser, system):
    tab = browser.new_page()
    tab.goto(system.base_url)
    expect(tab.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    tab.wait_for_load_state("networkidle")
    weight = weigh_scripts(tab)
    tab.close()
    assert weight <= SIGNED_OUT_KIB
