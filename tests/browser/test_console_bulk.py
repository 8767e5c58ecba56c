"""Several messages at once: moved and cancelled, each with its result."""

import re
import uuid

from browsers import in_chromium
from playwright.sync_api import expect

pytestmark = in_chromium


def make_message(system, text: str) -> str:
    """A message for 2031; returns its id."""
    body = {"content": text, "channels": ["linkedin"], "scheduled_at": "2031-03-01T09:00:00Z"}
    _, made = system.request("POST", "/api/v1/messages", body, Authorization=system.token())
    return made["id"]


def choose(tab, text: str, count: int) -> None:
    boxes = tab.get_by_role("checkbox", name=re.compile(f"^Choose {text}"))
    expect(boxes).to_have_count(count)
    for box in boxes.all():
        box.check()


def test_chosen_messages_are_moved_and_cancelled_together(console, system):
    text = f"bulk {uuid.uuid4().hex[:8]}"
    first, second = (make_message(system, f"{text} {number}") for number in range(2))
    tab = console.open("/console/publisher?status=scheduled&channel=linkedin")
    expect(tab.get_by_role("button", name="Move 0 to …")).to_be_disabled()
    expect(tab.get_by_role("button", name="Cancel 0")).to_be_disabled()
    choose(tab, text, 2)
    # One of them is not scheduled any more when it is to be moved.
    path = f"/api/v1/messages/{second}/cancel"
    system.request("POST", path, None, Authorization=system.token())
    tab.get_by_role("button", name="Move 2 to …").click()
    dialog = tab.get_by_role("dialog", name="Move 2 messages")
    dialog.get_by_label("Day", exact=True).fill("2031/04/02")
    dialog.get_by_role("button", name="Move to 2031-04-02 09:00").click()
    expect(tab.get_by_text("1 of 2 moved, 1 could not be")).to_be_visible()
    expect(tab.get_by_text(f"{text} 0: moved")).to_be_visible()
    _, moved = system.request("GET", f"/api/v1/messages/{first}", Authorization=system.token())
    assert moved["scheduled_at"].startswith("2031-04-0")

    choose(tab, text, 1)
    tab.get_by_role("button", name="Cancel 1").click()
    tab.get_by_role("dialog").get_by_role("button", name="Cancel 1 messages").click()
    expect(tab.get_by_text(f"{text} 0: cancelled")).to_be_visible()
