"""The console's logs in Chromium: frames while rows scroll, and when a posted line is seen."""

import json
import math
import re
import statistics
import time
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import NamedTuple

from playwright.sync_api import Page, expect, sync_playwright

from chalicelib import times
from tests.bench import local_system
from tests.bench.table import Row, Target
from tests.browser.browsers import ARGUMENTS, CHROMIUM
from tests.support.console import Console, console_of
from tests.support.local_system import LocalSystem
from tests.support.waiting import until

TENANT, ROWS, A_PAGE, A_REQUEST = "acme", 5000, 1000, 500
FRAME_MS = 1000 / 60
WHEEL_PX, SCROLLS_FOR_S = 200, 4
POSTED, VISIBLE_WITHIN_S = 8, 4
SEEN_WITHIN_MS = 60_000  # of a machine that is busy otherwise
ROWS_SEEN_PX = 5_000  # more rows than are in the page at once
# Of the frames between `watch` and `read`: the milliseconds from one to the next.
WATCH = """() => {
  window.frames_ms = [];
  let before = performance.now();
  const note = (now) => {
    window.frames_ms.push(now - before);
    before = now;
    window.watching = requestAnimationFrame(note);
  };
  window.watching = requestAnimationFrame((now) => { before = now; note(now); });
}"""
READ = "() => { cancelAnimationFrame(window.watching); return window.frames_ms.slice(1); }"


class Figures(NamedTuple):
    """Milliseconds from frame to frame while rows scroll; seconds from a post to its row."""

    frames_ms: list[float]
    seen_after_s: list[float]


def run() -> list[Row]:
    """Measure against the targets."""
    figures = measure()
    frames, middle = figures.frames_ms, statistics.median(figures.frames_ms)
    late, slowest = _percentile(frames, 95), max(figures.seen_after_s)
    per_s = 1000 * len(frames) / sum(frames)
    return [
        Row(
            what=f"frames while {ROWS:,} rows scroll, median",
            measured=f"{middle:.1f} ms, {per_s:.0f} frames/s in all",
            ratio=middle / FRAME_MS,
            against="1/60 s",
            target=Target(at_most=1.1),
        ),
        Row(
            what="the same, 95th percentile",
            measured=f"{late:.1f} ms",
            ratio=late / FRAME_MS,
            against="1/60 s",
            target=Target(at_most=2.1),
        ),
        Row(
            what="a posted line is in sight, live",
            measured=f"{statistics.median(figures.seen_after_s):.1f} s, at most {slowest:.1f} s",
            ratio=slowest / VISIBLE_WITHIN_S,
            against=f"{VISIBLE_WITHIN_S} s",
            target=Target(at_most=1),
        ),
    ]


def measure() -> Figures:
    """What `run` prints, of a local system and a Chromium of its own; takes about a minute."""
    with local_system.running() as system, _open_console(system) as console:
        for first in range(0, ROWS, A_REQUEST):
            _post(system, [_line(number) for number in range(first, first + A_REQUEST)])
        _wait_until_stored(system)
        tab = console.open("/console/logs")
        _load_all(tab)
        frames_ms = _scroll(tab)
        tab.close()
        tab = console.open("/console/logs?live=1")
        expect(tab.get_by_text("Live ·")).to_be_visible(timeout=SEEN_WITHIN_MS)
        return Figures(frames_ms, [_time_until_seen(tab, system) for _ in range(POSTED)])


@contextmanager
def _open_console(system: LocalSystem) -> Iterator[Console]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        try:
            with console_of(browser, system) as console:
                console.first.goto(
                    console.address("/console/settings")
                )  # the overview goes on asking
                yield console
        finally:
            browser.close()


def _wait_until_stored(system: LocalSystem) -> None:
    """What was posted is in the queue first."""
    token = system.token()

    def are_all_there() -> bool:
        _, facets = system.request("GET", "/api/v1/logs/facets?since=2h", Authorization=token)
        return bool(facets["read"]["matched"] == ROWS)

    until(are_all_there, SEEN_WITHIN_MS / 1000, f"{ROWS} stored records")


def _load_all(tab: Page) -> None:
    for shown in range(A_PAGE, ROWS, A_PAGE):
        expect(tab.get_by_text(f"Shown {shown:,} ")).to_be_visible(timeout=SEEN_WITHIN_MS)
        tab.get_by_role("button", name=re.compile("^Load .* more$")).click()
    expect(tab.get_by_text(f"Shown {ROWS:,} ")).to_be_visible(timeout=SEEN_WITHIN_MS)


def _scroll(tab: Page) -> list[float]:
    """Turn the wheel over the rows."""
    rows = tab.get_by_role("listbox")
    rows.hover()
    tab.evaluate(WATCH)
    ends = time.monotonic() + SCROLLS_FOR_S
    while time.monotonic() < ends:
        tab.mouse.wheel(0, WHEEL_PX)
    frames_ms: list[float] = tab.evaluate(READ)
    if rows.evaluate("rows => rows.scrollTop") < ROWS_SEEN_PX:
        raise RuntimeError("the rows did not scroll")
    return frames_ms


def _time_until_seen(tab: Page, system: LocalSystem) -> float:
    """How long a line took from its post until its row is in sight."""
    text = f"seen {uuid.uuid4().hex}"
    row = tab.get_by_role("option").filter(has_text=text)
    began = time.monotonic()
    _post(system, [{"tenant_id": TENANT, "text": text}])
    expect(row).to_be_visible(timeout=SEEN_WITHIN_MS)
    return time.monotonic() - began


def _post(system: LocalSystem, lines: list[dict[str, object]]) -> None:
    body = "\n".join(map(json.dumps, lines)).encode()
    headers = {"Content-Type": "application/x-ndjson"}
    request = urllib.request.Request(f"{system.base_url}ingest", body, headers)  # noqa: S310 loopback
    urllib.request.urlopen(request, timeout=30).close()  # noqa: S310 as above


def _line(number: int) -> dict[str, object]:
    """A line of the last minutes, half a second after the next."""
    return {
        "tenant_id": TENANT,
        "log_id": f"bench-{number}",
        "ts": times.text(times.now() - timedelta(seconds=number / 2)),
        "severity": "ERROR" if number % 97 == 0 else "INFO",
        "source": "web",
        "text": f"request {number:08} took {number * 31 % 480} ms, 312 bytes",
        "attrs": {"http": {"method": "GET"}, "path": f"/items/{number % 40}"},
    }


def _percentile(values: list[float], percent: int) -> float:
    return sorted(values)[math.ceil(len(values) * percent / 100) - 1]
