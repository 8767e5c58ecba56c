"""Approval in the console: on a stage that requires it, for a message of another publisher.

The shared system requires none, so what it says of the caller and the message is replaced.
"""

import json
import re
import uuid

import pytest
from browsers import in_chromium
from playwright.sync_api import expect

pytestmark = in_chromium

SENT_BACK = {
    "outcome": "sent_back",
    "by": "cleo",
    "at": "2027-01-01T09:00:00.000Z",
    "rev": 1,
    "comment": "Until when?",
}


@pytest.fixture
def waiting(system):
    """A message of somebody else that waits, after it was sent back once."""
    body = {"content": f"wait {uuid.uuid4().hex[:8]}", "channels": ["facebook"], "draft": True}
    token = system.token()
    _, made = system.request("POST", "/api/v1/messages", body, Authorization=token)
    none = dict.fromkeys(SENT_BACK)
    approval = {"requested_at": "2027-01-02T09:00:00.000Z", **none, "earlier": [SENT_BACK]}
    return {**made, "status": "waiting", "created_by": "bob", "approval": approval}


@pytest.fixture
def tab(console, system, waiting):
    """A tab in which the user may approve, and the API responds with that message."""
    _, me = system.request("GET", "/api/v1/me", None, Authorization=system.token())
    me = {**me, "may": [*me["may"], "messages.approve"]}
    found = console.new_tab()
    found.route("**/api/v1/me", lambda route: route.fulfill(json=me))
    path = f"**/api/v1/messages/{waiting['id']}"
    found.route(path, lambda route: route.fulfill(json=waiting))
    found.route(f"{path}/*", lambda route: route.fulfill(json=waiting))
    return found


def test_a_message_of_another_is_sent_back_with_a_comment(console, tab, waiting):
    tab.goto(console.address(f"/console/publisher/{waiting['id']}"))
    expect(tab.get_by_text("Sent back by cleo")).to_be_visible()
    expect(tab.get_by_text("Until when?")).to_be_visible()
    expect(tab.get_by_role("button", name="Cancel the message")).to_have_count(0)
    back = tab.get_by_role("button", name="Send back")
    expect(back).to_be_disabled()
    tab.get_by_label("Comment").fill("Say until when.")
    with tab.expect_request("**/send-back") as sent:
        back.click()
    assert json.loads(sent.value.post_data) == {"rev": waiting["rev"], "comment": "Say until when."}
    expect(tab).to_have_url(re.compile(r"/console/publisher\?status=waiting$"))
    expect(tab.get_by_role("button", name="Status waiting for approval")).to_be_visible()


def test_a_message_of_another_is_approved_as_it_was_seen(console, tab, waiting):
    tab.goto(console.address(f"/console/publisher/{waiting['id']}"))
    with tab.expect_request("**/approve") as sent:
        tab.get_by_role("button", name="Approve", exact=True).click()
    assert json.loads(sent.value.post_data) == {"rev": waiting["rev"]}
    expect(tab.get_by_text("The message is approved.")).to_be_visible()


def test_the_composer_says_that_a_message_will_wait(console, tab):
    tab.goto(console.address("/console/publisher/new"))
    expect(tab.get_by_role("button", name=re.compile("^Send for approval, "))).to_be_visible()
