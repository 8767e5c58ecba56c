"""What the scripts of a page of the console weigh, as they are sent."""

import gzip
from functools import lru_cache
from pathlib import Path

from playwright.sync_api import Page

SIGNED_OUT_KIB, OVERVIEW_KIB, ANY_PAGE_KIB = 115, 330, 370  # the most that a page may load
DIST = Path(__file__).parents[2] / "frontend" / "dist"
LIST_SCRIPTS = """
() => performance.getEntriesByType("resource")
  .map((entry) => new URL(entry.name).pathname)
  .filter((path) => path.endsWith(".js"))
"""


def weigh_scripts(tab: Page) -> float:
    """KiB of the JavaScript that the page in this tab loaded, as gzip sends it."""
    scripts = set(tab.evaluate(LIST_SCRIPTS))
    assert scripts
    return sum(map(_weigh, scripts))


def find_bound(path: str) -> int:
    """KiB that the page at `path` may load for somebody who is signed in."""
    return OVERVIEW_KIB if path == "/console" else ANY_PAGE_KIB


@lru_cache
def _weigh(script: str) -> float:
    return len(gzip.compress((DIST / script.lstrip("/")).read_bytes(), 6)) / 1024
