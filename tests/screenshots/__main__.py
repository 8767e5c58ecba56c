"""Picture every page of the console with sample data: `python -m tests.screenshots`.

Starts a system of its own with temporary state, makes the data as a person would, by the overview's
button, and writes 8-bit PNGs to docs/screenshots.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.browser.browsers import ARGUMENTS, CHROMIUM
from tests.screenshots.pages import Shot, list_shots
from tests.screenshots.picture import save
from tests.screenshots.sample import make_sample
from tests.support.console import Console, console_of
from tests.support.local_system import ROOT, LocalSystem

LOOKS = {
    "light": {"color_scheme": "light", "viewport": {"width": 1280, "height": 800}},
    "dark": {"color_scheme": "dark", "viewport": {"width": 1280, "height": 800}},
    "narrow": {"color_scheme": "light", "viewport": {"width": 390, "height": 844}},
}


def main() -> int:
    """Write the pictures; a page that does not come ends it with the browser's error."""
    parser = argparse.ArgumentParser(prog="python -m tests.screenshots", description=__doc__)
    parser.add_argument("--to", type=Path, default=ROOT / "docs" / "screenshots", help="folder")
    parser.add_argument("--all", action="store_true", help="every page in every look")
    parser.add_argument("--only", default="", help="pages whose name contains this")
    options = parser.parse_args()
    options.to.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        system = LocalSystem(Path(folder, "state")).start()
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        try:
            things = make_sample(browser, system)
            shots = [shot for shot in list_shots(things) if options.only in shot.name]
            for look in LOOKS:
                wanted = [shot for shot in shots if options.all or look in shot.looks]
                _take(browser, system, look, wanted, options.to)
        finally:
            browser.close()
            system.end()
    return 0


def _take(
    browser: Browser, system: LocalSystem, look: str, shots: list[Shot], folder: Path
) -> None:
    if not shots:
        return
    with console_of(browser, system, **LOOKS[look]) as console:
        for shot in shots:
            name = shot.name if look == "light" else f"{shot.name}-{look}"
            size = save(_picture(console, shot), folder / f"{name}.png")
            sys.stdout.write(f"{name}.png {size / 1000:.0f} kB\n")


def _picture(console: Console, shot: Shot) -> bytes:
    tab = console.open(shot.path)
    tab.wait_for_load_state("networkidle")
    shot.prepare(tab)
    picture = tab.screenshot(animations="disabled", full_page=shot.is_whole)
    tab.close()
    return picture


if __name__ == "__main__":
    sys.exit(main())
