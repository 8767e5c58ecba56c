"""What several journeys through the console need."""

import os
import subprocess
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, Request, Route
from support.local_system import LocalSystem


def find_messages(system: LocalSystem, status: str) -> list[dict[str, Any]]:
    """The user's messages of a status: a page has those of the newest messages alone."""
    path, cursor = f"/api/v1/messages?status={status}&limit=100", ""
    found: list[dict[str, Any]] = []
    while cursor is not None:
        to = f"{path}&cursor={cursor}" if cursor else path
        _, page = system.request("GET", to, None, Authorization=system.token())
        found += page["messages"]
        cursor = page["next_cursor"]
    return found


def paste(copied: str, token: str) -> str:
    """What a shell prints of a copied command; the token is given instead of made."""
    first, command = copied.split("\n", 1)
    assert first.startswith("TOKEN=$(make -s token")
    said = subprocess.run(  # noqa: S602 what a person pastes
        command,
        shell=True,
        env={"PATH": os.environ["PATH"], "TOKEN": token},
        capture_output=True,
        text=True,
        timeout=20,
        check=True,
    )
    return said.stdout


class Held:
    """The requests of a tab to one path that are `meant`, held back until `let_go`.

    What is held back has no response, as on a slow network, until the page breaks it off.
    """

    def __init__(
        self, tab: Page, pattern: str, meant: Callable[[Request], bool] = lambda _: True
    ) -> None:
        self._tab, self._pattern = tab, pattern
        self._meant = meant
        tab.route(pattern, self._meet)

    def _meet(self, route: Route) -> None:
        if not self._meant(route.request):
            route.continue_()

    def let_go(self) -> None:
        """What is asked from now on is let through."""
        self._tab.unroute(self._pattern)
