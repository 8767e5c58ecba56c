"""The console as a person uses it, in Chromium."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from playwright.sync_api import Browser, BrowserContext, Locator, Page, ViewportSize, expect

from infra.local.provision import user
from tests.support.local_system import LocalSystem, run_module

WAIT_MS = 20_000
AXE = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
expect.set_options(timeout=WAIT_MS)  # its own default is 5 s, which a busy machine uses up
# All that axe has to say, also of what is in order, would be megabytes.
FIND_BARRIERS = """
async (values) => {
  const options = { runOnly: { type: "tag", values }, resultTypes: ["violations"] };
  const { violations } = await axe.run(options);
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target[0]}`));
}
"""
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
        self.first = self.new_tab()

    def open(self, path: str, size: ViewportSize | None = None) -> Page:
        """A tab with the page at `path`, whose heading is there."""
        tab = self.new_tab()
        if size is not None:
            tab.set_viewport_size(size)
        tab.goto(self.address(path))
        expect(tab.locator("h1")).to_be_visible()
        return tab

    def address(self, path: str) -> str:
        return f"{self.system.base_url.rstrip('/')}{path}"

    def new_tab(self) -> Page:
        """An empty tab, which is listened to."""
        tab = self.context.new_page()
        tab.on("pageerror", lambda error: self.complaints.append(str(error)))
        tab.on("console", lambda line: self._hear(line.type, line.text))
        return tab

    def _hear(self, kind: str, text: str) -> None:
        """The browser also notes each response above 399: those are asked for here."""
        if kind == "error" and "server responded with a status" not in text:
            self.complaints.append(text)


class Person(NamedTuple):
    """Who signs in."""

    email: str
    password: str


def demo_user(system: LocalSystem) -> Person:
    """The one that each local system has, in all groups."""
    return Person(system.outputs["DemoUser"], system.outputs["DemoPassword"])


def make_publisher(system: LocalSystem, email: str) -> Person:
    """Another one, who may publish and no more."""
    made = run_module(user.__name__, system.config, "--email", email, "--groups", "publisher")
    assert made.returncode == 0, made.stderr
    return Person(*next(read_sign_ins(made.stdout)))


def read_sign_ins(printed: str) -> Iterator[list[str]]:
    """E-mail and password of each sign-in in what `make user` prints."""
    for line in printed.splitlines():
        if line.split()[:2] == ["Sign", "in"]:
            yield line.split()[2:]


def sign_in(tab: Page, person: Person, by: Page | Locator | None = None) -> None:
    """From the signed-out page by the hosted pages.

    `by` is where the button is, if the page has more than one.
    """
    (by or tab).get_by_role("button", name="Sign in", exact=True).click()
    tab.locator('input[name="username"]').fill(person.email)
    tab.locator('input[name="password"]').fill(person.password)
    tab.get_by_role("button", name="Sign in").click()
    expect(tab.locator("#top-bar")).to_be_visible()  # a narrow one has no name of its person


@contextmanager
def console_of(
    browser: Browser, system: LocalSystem, person: Person | None = None, **options: Any
) -> Iterator[Console]:
    """A profile in which that person is signed in, by default the demo user."""
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
    try:
        console = Console(context, system)
        console.first.goto(console.address("/console"))
        sign_in(console.first, person or demo_user(system))
        yield console
    finally:
        context.close()


def list_barriers(tab: Page) -> list[str]:
    """What axe finds against WCAG 2.2 AA, one line a rule and element."""
    if not tab.evaluate("'axe' in window"):
        tab.evaluate(AXE.read_text())
    found: list[str] = tab.evaluate(FIND_BARRIERS, TAGS)
    return found
