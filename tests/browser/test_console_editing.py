"""A message that has not gone out is edited in place, unless it changed meanwhile."""

import uuid

from browsers import in_chromium
from playwright.sync_api import expect

pytestmark = in_chromium


def test_a_draft_is_edited_in_place_and_no_change_of_another_tab_is_lost(console, system):
    words = f"edit {uuid.uuid4().hex[:8]}"
    token = system.token()
    new = {
        "content": words,
        "channels": ["linkedin", "email"],
        "draft": True,
        "scheduled_at": "2030-03-01T09:00:00",
        "time_zone": "Europe/Berlin",
        "overrides": {"email": {"subject": "Open", "content": "By mail."}},
    }
    _, made = system.request("POST", "/api/v1/messages", new, Authorization=token)
    path = f"/api/v1/messages/{made['id']}"
    tab = console.open(f"/console/publisher/{made['id']}")
    tab.get_by_role("button", name="Edit").click()
    form = tab.get_by_role("form", name="Edit the message")
    form.get_by_label("Text", exact=True).fill(f"{words} again")
    form.get_by_role("button", name="Save as a draft").click()
    expect(tab).to_have_url(console.address(f"/console/publisher/{made['id']}"))
    expect(tab.get_by_text(f"{words} again")).to_be_visible()
    _, found = system.request("GET", path, None, Authorization=token)
    kept = ("status", "scheduled_at", "time_zone", "overrides", "adapt")
    assert {name: found[name] for name in kept} == {name: made[name] for name in kept}

    tab.get_by_role("button", name="Edit").click()
    form.get_by_label("Text", exact=True).fill(f"{words} mine")
    system.request("PATCH", path, {"content": f"{words} theirs"}, Authorization=token)
    form.get_by_role("button", name="Save as a draft").click()
    expect(tab.get_by_text("Nothing was changed")).to_be_visible()
    _, found = system.request("GET", path, None, Authorization=token)
    assert found["content"] == f"{words} theirs"
