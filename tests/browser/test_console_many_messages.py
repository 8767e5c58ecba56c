"""Decisions on all messages of a filter, and imports: begun, stopped and gone on with."""

import json
import uuid

import pytest
from browsers import in_chromium
from journeys import Held, find_messages
from playwright.sync_api import expect
from support.authors import Author

pytestmark = in_chromium

A_PART = 200  # rows of an import in a request
SLOW_MS = 60_000


@pytest.fixture
def author(system):
    found = Author(system)
    yield found
    found.set_fault("linkedin", {})


def is_second_part(request) -> bool:
    return request.headers["idempotency-key"].endswith("-1")


def count_failed_on(system, channel: str) -> int:
    failed = find_messages(system, "failed") + find_messages(system, "partial")
    return sum((channel, "failed") in list_deliveries(message) for message in failed)


def list_deliveries(message) -> list[tuple[str, str]]:
    return [(delivery["channel"], delivery["status"]) for delivery in message["channels"]]


def make_drafts(system, text: str) -> int:
    """Two drafts for Facebook; returns how many the user has."""
    for number in range(2):
        body = {"content": f"{text} {number}", "channels": ["facebook"], "draft": True}
        system.request("POST", "/api/v1/messages", body, Authorization=system.token())
    drafts = find_messages(system, "draft")
    return sum(any(name == "facebook" for name, _ in list_deliveries(found)) for found in drafts)


def test_all_that_a_filter_names_are_cancelled_and_none_without_one(console, system):
    text = f"all {uuid.uuid4().hex[:8]}"
    count = make_drafts(system, text)
    tab = console.open("/console/publisher")
    every = tab.get_by_role("button", name="Cancel all that match")
    expect(every).to_be_disabled()
    expect(tab.get_by_role("button", name="Retry all failed")).to_be_disabled()
    tab.goto(console.address("/console/publisher?status=draft&channel=facebook"))
    every.click()
    tab.get_by_role("dialog").get_by_role("button", name=f"Cancel {count} messages").click()
    expect(tab.get_by_text(f"{count} of {count} messages cancelled")).to_be_visible()
    assert not [found for found in find_messages(system, "draft") if text in found["content"]]


def test_a_decision_on_all_is_stopped_and_goes_on_where_it_was(console, system):
    text = f"stop {uuid.uuid4().hex[:8]}"
    count = make_drafts(system, text)
    tab = console.open("/console/publisher?status=draft&channel=facebook")
    held = Held(tab, "**/messages:cancel")
    tab.get_by_role("button", name="Cancel all that match").click()
    tab.get_by_role("dialog").get_by_role("button", name=f"Cancel {count} messages").click()
    expect(tab.get_by_text(f"0 of {count} messages cancelled so far")).to_be_visible()
    tab.get_by_role("button", name="Stop", exact=True).click()
    expect(tab.get_by_text(f"0 of {count} messages cancelled. Stopped:")).to_be_visible()
    assert [found for found in find_messages(system, "draft") if text in found["content"]]
    held.let_go()

    # More than a request decides on in 15 seconds would take minutes to make.
    asked = []

    def tell_of_more(route):
        asked.append(json.loads(route.request.post_data)["cursor"])
        decided = route.fetch().json() if len(asked) == 1 else {"done": 0, "failed": []}
        more = "more" if len(asked) == 1 else None
        if len(asked) != 2:  # the second is held back
            route.fulfill(json={**decided, "next_cursor": more})

    tab.route("**/messages:cancel", tell_of_more)
    tab.get_by_role("button", name="Go on", exact=True).click()
    expect(tab.get_by_text(f"{count} of {count} messages cancelled so far")).to_be_visible()
    tab.get_by_role("button", name="Stop", exact=True).click()
    tab.get_by_role("button", name="Go on", exact=True).click()
    expect(tab.get_by_role("button", name="Go on", exact=True)).to_have_count(0)
    expect(tab.get_by_text(f"{count} of {count} messages cancelled", exact=True)).to_be_visible()
    assert asked == [None, "more", "more"]
    assert not [found for found in find_messages(system, "draft") if text in found["content"]]


def test_all_that_failed_on_a_channel_are_retried(console, system, author):
    text = f"retry {uuid.uuid4().hex[:8]}"
    author.set_fault("linkedin", {"refused": {"times": 2, "on": "publish"}})
    made = [author.post(f"{text} {number}", ["linkedin", "facebook"]) for number in range(2)]
    for message_id in made:
        author.wait_for(message_id, "partial")
    count = count_failed_on(system, "linkedin")
    tab = console.open("/console/publisher?channel=linkedin")
    tab.get_by_role("button", name="Retry all failed of LinkedIn").click()
    tab.get_by_role("dialog").get_by_role("button", name=f"Retry {count} messages").click()
    expect(tab.get_by_text(f"{count} of {count} messages retried")).to_be_visible()
    for message_id in made:
        author.wait_for(message_id, "sent")


def test_an_import_is_stopped_and_goes_on_without_making_a_message_twice(console, system, tmp_path):
    text = f"parts {uuid.uuid4().hex[:8]}"
    file = tmp_path / "parts.csv"
    rows = [f"{text} {number},linkedin,true" for number in range(A_PART + 1)]
    file.write_text("\n".join(["content,channels,draft", *rows, ""]))
    tab = console.open("/console/publisher/import")
    form = tab.get_by_role("form", name="Import messages")
    form.locator("input[type=file]").set_input_files(file)
    held = Held(tab, "**/messages:import*", is_second_part)
    form.get_by_role("button", name="Import", exact=True).click()
    expect(form.get_by_text("200 of 201 rows")).to_be_visible(timeout=SLOW_MS)
    form.get_by_role("button", name="Stop", exact=True).click()
    expect(form.get_by_text("200 of 201 messages are made, 0 were refused.")).to_be_visible()
    held.let_go()
    form.get_by_role("button", name="Go on", exact=True).click()
    done = form.get_by_text("201 of 201 messages are made, 0 were refused.")
    expect(done).to_be_visible(timeout=SLOW_MS)
    made = [found["content"] for found in find_messages(system, "draft")]
    assert sorted(content for content in made if text in content) == sorted(
        f"{text} {number}" for number in range(A_PART + 1)
    )
