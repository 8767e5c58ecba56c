"""The console as a person uses it, in Chromium."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.support.local_system import LocalSystem

WAIT_MS = 20_000
AXE = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
expect.set_options(timeout=WAIT_MS)  # its own default is 5 s, which a busy machine uses up
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


class Console:
    """A browser profile in which somebody signed in; each `open` is a new tab of it.

    `complaints` are what the browser had against a page: errors of its script, and what its
    policy refused.
    """

    def __init__(self, context: BrowserContext, system: LocalSystem) -> None:
        context.set_default_timeout(WAIT_MS)
        self.context = context
        self.system = system
        self.complaints: list[str] = []
        self.first = self._new_tab()

    def open(self, path: str) -> Page:
        """A tab with the page at `path`, whose heading is there."""
        tab = self._new_tab()
        tab.goto(self.address(path))
        expect(tab.locator("h1")).to_be_visible()
        return tab

    def address(self, path: str) -> str:
        return f"{self.system.base_url.rstrip('/')}{path}"

    def _new_tab(self) -> Page:
        tab = self.context.new_page()
        tab.on("pageerror", lambda error: self.complaints.append(str(error)))
        tab.on("console", lambda line: self._hear(line.type, line.text))
        return tab

    def _hear(self, kind: str, text: str) -> None:
        """The browser also notes each response above 399: those are asked for here."""
        if kind == "error" and "server responded with a status" not in text:
            self.complaints.append(text)


def sign_in(tab: Page, outputs: dict[str, str], by: Page | Locator | None = None) -> None:
    """From the signed-out page by the hosted pages, as the demo user.

    `by` is where the button is, if the page has more than one.
    """
    (by or tab).get_by_role("button", name="Sign in", exact=True).click()
    tab.locator('input[name="username"]').fill(outputs["DemoUser"])
    tab.locator('input[name="password"]').fill(outputs["DemoPassword"])
    tab.get_by_role("button", name="Sign in").click()
    expect(tab.locator("#top-bar")).to_be_visible()  # a narrow one has no name of its person


@contextmanager
def console_of(browser: Browser, system: LocalSystem, **options: Any) -> Iterator[Console]:
    """A profile in which the demo user is signed in."""
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
    try:
        console = Console(context, system)
        console.first.goto(console.address("/console"))
        sign_in(console.first, system.outputs)
        yield console
    finally:
        context.close()


def list_barriers(tab: Page) -> list[str]:
    """What axe finds against WCAG 2.2 AA, one line a rule and element."""
    tab.evaluate(AXE.read_text())
    found = tab.evaluate("tags => axe.run({runOnly: {type: 'tag', values: tags}})", TAGS)
    return [
        f"{rule['id']}: {node['target'][0]}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]
