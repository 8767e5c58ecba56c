"""What all fakes of one sandbox share."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from infra.local.sandbox.faults import Faults
from infra.local.sandbox.images import Image, ImageFetcher, read_image
from infra.local.sandbox.journal import Journal
from infra.local.sandbox.outbox import Outbox
from infra.local.sandbox.page import make_anchor
from infra.local.sandbox.pictures import Pictures


@dataclass(frozen=True, slots=True)
class SandboxState:
    """`base_url` is where the sandbox responses; `clock` gives epoch seconds."""

    base_url: str
    journal: Journal
    outbox: Outbox
    pictures: Pictures
    fetcher: ImageFetcher
    faults: Faults
    clock: Callable[[], float]

    def find_link(self, external_id: str) -> str:
        """A post's place on the outbox page."""
        return f"{self.base_url}/#{make_anchor(external_id)}"

    def fetch_image(self, url: str) -> Image:
        """Fetch an image and keep it for the page.

        Raises NotFetchable.
        """
        content = self.fetcher.fetch(url)
        image = read_image(content)
        self.pictures.keep(strip_query(url), image, content)
        return image


def open_state(
    folder: Path, base_url: str, fetcher: ImageFetcher, clock: Callable[[], float] = time.time
) -> SandboxState:
    """The state kept in `folder`."""
    journal = Journal(folder / "journal.jsonl")
    outbox, pictures = Outbox(journal, clock), Pictures(journal, folder / "media")
    return SandboxState(base_url, journal, outbox, pictures, fetcher, Faults(), clock)


def strip_query(url: str) -> str:
    """The address without its signature, which differs from call to call."""
    return url.partition("?")[0]
