"""Tiles of the calendar that are dragged to another day."""

import re
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from browsers import in_chromium
from playwright.sync_api import expect

pytestmark = in_chromium

TALL = {"width": 1280, "height": 4000}  # whatever a day has, nothing scrolls


@pytest.fixture
def text():
    return f"drag-{uuid.uuid4().hex[:12]}"


@pytest.fixture
def add(system, text):
    """Make a message with these fields; returns its id."""
    token = system.token()

    def add(**fields):
        new = {"content": text, "channels": ["facebook"], **fields}
        status, made = system.request("POST", "/api/v1/messages", new, Authorization=token)
        assert status == 201, made
        return made["id"]

    return add


def drag(tab, text: str, day: str) -> None:
    expect(tab.get_by_text(re.compile(r"^Shown \d"))).to_be_visible()
    tile = tab.locator(".tile").filter(has_text=text)
    for more in tab.get_by_role("button", name=re.compile(r"^\+\d+ more$")).all():
        more.click()
    tile.drag_to(tab.locator(f'[data-date="{day}"]'))


def test_a_tile_is_dragged_to_another_day_at_its_own_time(console, system, add, text):
    message = add(scheduled_at="2027-09-20T09:00", time_zone="America/New_York")
    tab = console.open("/console/publisher/calendar?month=2027-09&tz=UTC", TALL)
    drag(tab, text, "2027-09-22")
    expect(tab.get_by_text(re.compile("is moved to 2027-09-22 09:00"))).to_be_visible()
    expect(tab.locator('[data-date="2027-09-22"]')).to_contain_text(f"13:00 {text}")
    path = f"/api/v1/messages/{message}"
    _, moved = system.request("GET", path, None, Authorization=system.token())
    assert moved["scheduled_at"].startswith("2027-09-22T13:00:00")
    assert moved["time_zone"] == "America/New_York"


def test_a_day_that_is_over_takes_no_tile_and_says_why(console, add, text):
    add(draft=True)  # it is shown on the day on which it was written
    today = datetime.now(UTC).date()
    asked = []
    tab = console.open(f"/console/publisher/calendar?month={today:%Y-%m}&tz=UTC", TALL)
    over = tab.locator("[data-date]").first.get_attribute("data-date")
    if over == str(today):
        pytest.skip("the month begins today, on a Monday: it shows no day that is over")
    tab.on("request", lambda request: asked.append(request.url))
    drag(tab, text, over)
    expect(tab.get_by_text(f"{over} is over: choose today or a later day.")).to_be_visible()
    assert not [url for url in asked if url.endswith("/reschedule")]


def test_a_draft_that_is_dragged_asks_for_its_time(console, add, text):
    add(draft=True)
    today = datetime.now(UTC).date()
    tab = console.open(f"/console/publisher/calendar?month={today:%Y-%m}&tz=UTC", TALL)
    later = str(today + timedelta(days=1))
    if not tab.locator(f'[data-date="{later}"]').count():
        pytest.skip("the month ends today, on a Sunday: it shows no later day")
    drag(tab, text, later)
    dialog = tab.get_by_role("dialog", name="Move the message")
    dialog.get_by_label("Time", exact=True).fill("10:30")
    dialog.get_by_role("button", name=f"Move to {later} 10:30").click()
    expect(tab.locator(f'[data-date="{later}"]')).to_contain_text(f"10:30 {text}")
