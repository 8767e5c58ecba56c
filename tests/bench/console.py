"""The console in Chromium: how soon a page has its heading, what its scripts weigh, sample data.

Each page is opened by its address, signed in, with an empty cache, on a system that holds the
sample data; its time is the middle one of some, from the navigation to the `h1` that is seen. The
data are made by the overview's button, from a fresh state. Needs Debian's Chromium and a build of
`frontend/`.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.bench import local_system
from tests.bench.table import Row, Target
from tests.browser.browsers import ARGUMENTS, CHROMIUM
from tests.support.console import Console, console_of
from tests.support.local_system import LocalSystem
from tests.support.sample_data import MADE, SAMPLE, count_things
from tests.support.script_weight import SIGNED_OUT_KIB, find_bound, weigh_scripts
from tests.support.waiting import until

RUNS = 7
HEADING_S, SAMPLE_S = 1.5, 20.0
PAGES = (
    "/console",
    "/console/records",
    "/console/orders",
    "/console/logs",
    "/console/publisher",
    "/console/publisher/new",
    "/console/publisher/calendar",
    "/console/certifications",
    "/console/analytics",
    "/console/pipeline",
    "/console/dead-letters",
    "/console/tenants",
    "/console/settings",
    "/console/api",
)
# When the first `h1` with a text was there to be seen, ms from the navigation.
NOTE_HEADING = """
window.headingAt = new Promise((resolve) => {
  const look = () => {
    const heading = document.querySelector("h1");
    if (heading?.textContent && heading.checkVisibility()) resolve(performance.now());
    else requestAnimationFrame(look);
  };
  look();
});
"""


def run() -> list[Row]:
    """The sample data first; then a row a page for its heading, and one for its scripts."""
    with local_system.running() as system, _chromium() as browser:
        signed_out = _look(lambda: _measure_signed_out(browser, system))
        with console_of(browser, system) as console:
            sample = _measure_sample(console)
            pages = {path: _measure_page(console, path) for path in PAGES}
    figures = {"signed out": signed_out, **pages}
    bounds = {"signed out": SIGNED_OUT_KIB, **{path: find_bound(path) for path in PAGES}}
    return [
        *sample,
        *(_heading_row(where, times) for where, (times, _) in figures.items()),
        *(_weight_row(where, kib, bounds[where]) for where, (_, kib) in figures.items()),
    ]


@contextmanager
def _chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


def _measure_sample(console: Console) -> list[Row]:
    """From the click until all that was made is listed; then once more, which adds nothing."""
    began = time.monotonic()
    _make_sample(console.first)
    until(lambda: count_things(console.system) == SAMPLE, SAMPLE_S * 6, "all sample data")
    took_s = time.monotonic() - began
    console.first.goto(console.address("/console?start=1"))
    _make_sample(console.first)
    after = count_things(console.system)
    return [
        _bounded("sample data", f"{took_s:.1f} s", took_s, SAMPLE_S, "s"),
        Row(
            what="a second click",
            measured=" / ".join(map(str, after.values())),
            ratio=sum(after.values()) / sum(SAMPLE.values()),
            against="the first",
            target=Target(at_most=1, at_least=1),
        ),
    ]


def _make_sample(tab: Page) -> None:
    tab.get_by_role("button", name="Make sample data").click()
    expect(tab.get_by_text(MADE)).to_be_visible(timeout=SAMPLE_S * 6 * 1000)


def _measure_page(console: Console, path: str) -> tuple[list[float], float]:
    tab = console.new_tab()
    tab.goto(console.address("/console/settings"))  # another tab hands the session over
    expect(tab.locator("h1")).to_be_visible()
    tab.add_init_script(NOTE_HEADING)
    cache = console.context.new_cdp_session(tab)

    def open_cold() -> tuple[float, float]:
        cache.send("Network.clearBrowserCache")
        tab.goto(console.address(path))
        return _read_figures(tab)

    found = _look(open_cold)
    tab.close()
    return found


def _measure_signed_out(browser: Browser, system: LocalSystem) -> tuple[float, float]:
    """In a profile of its own: nobody is signed in there, and nothing is in its cache."""
    context = browser.new_context()
    tab = context.new_page()
    tab.add_init_script(NOTE_HEADING)
    tab.goto(system.base_url)
    found = _read_figures(tab)
    context.close()
    return found


def _read_figures(tab: Page) -> tuple[float, float]:
    """Seconds until the heading, and KiB of all scripts once the page has come to rest."""
    expect(tab.locator("h1")).to_be_visible()
    at_ms: float = tab.evaluate("window.headingAt")
    tab.wait_for_load_state("networkidle")
    return at_ms / 1000, weigh_scripts(tab)


def _look(measure: Callable[[], tuple[float, float]]) -> tuple[list[float], float]:
    """Each time, and the most that the scripts weighed."""
    times, weights = zip(*(measure() for _ in range(RUNS)), strict=True)
    return list(times), max(weights)


def _heading_row(where: str, times: list[float]) -> Row:
    middle = median(times)
    figures = f"p50 {middle:.2f} s, {min(times):.2f} to {max(times):.2f}"
    return _bounded(f"h1 of {where}", figures, middle, HEADING_S, "s")


def _weight_row(where: str, kib: float, bound: float) -> Row:
    return _bounded(f"scripts of {where}", f"{kib:.1f} KiB gz", kib, bound, "KiB")


def _bounded(what: str, figures: str, got: float, bound: float, unit: str) -> Row:
    return Row(
        what=what,
        measured=figures,
        ratio=got / bound,
        against=f"{bound:g} {unit}",
        target=Target(at_most=1),
    )
