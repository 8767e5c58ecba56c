"""Templates in the console: written, used for a message, and deleted; and who gets a message."""

import re
import uuid

from browsers import in_chromium
from playwright.sync_api import expect

pytestmark = in_chromium


def test_a_message_is_made_of_a_template_that_was_written_here(console, system):
    name = f"opening {uuid.uuid4().hex[:8]}"
    tab = console.open("/console/templates?add=1")
    form = tab.get_by_role("form", name="New template")
    form.get_by_label("Name", exact=True).fill(name)
    form.get_by_label("Text", exact=True).fill("We open in {{place}}.")
    form.get_by_label("Facebook", exact=True).check()
    tab.reload()  # as after the end of a session: what was written is kept
    form.get_by_role("button", name="Save the template").click()
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.get_by_role("button", name=f"Use {name}").click()
    expect(tab).to_have_url(re.compile(r"/console/publisher/new\?of=template&from=[0-9a-f-]{36}$"))

    message = tab.get_by_role("form", name="New message")
    publish = message.get_by_role("button", name="Publish now, 1 channel")
    expect(publish).to_be_disabled()
    assert not [url for url in asked if "/api/v1/messages/" in url]  # it is known for a template
    message.get_by_label("place", exact=True).fill("Berlin {{")
    tab.reload()
    expect(tab.get_by_text("We open in Berlin {{.")).to_be_visible()
    publish.click()
    expect(tab).to_have_url(re.compile("/console/publisher/[0-9a-f-]{36}$"))
    made = tab.url.rsplit("/", 1)[-1]
    _, found = system.request("GET", f"/api/v1/messages/{made}", Authorization=system.token())
    assert (found["content"], bool(found["template_id"])) == ("We open in Berlin {{.", True)

    tab.goto(console.address("/console/templates"))
    tab.get_by_role("link", name=name).click()
    change = tab.get_by_role("form", name="Change the template")
    change.get_by_label("Name", exact=True).fill(f"{name} again")
    change.get_by_role("button", name="Save the template").click()
    tab.get_by_role("button", name=f"Delete {name} again").click()
    tab.get_by_role("dialog").get_by_role("button", name="Delete 1 template").click()
    expect(tab.get_by_role("link", name=name)).to_have_count(0)


def test_the_composer_names_recipients_which_the_server_checks(console, system):
    tab = console.open("/console/publisher/new")
    form = tab.get_by_role("form", name="New message")
    form.get_by_label("Text", exact=True).fill(f"to some {uuid.uuid4().hex[:8]}")
    for channel in ("Facebook", "LinkedIn", "SMS"):
        form.get_by_label(channel, exact=True).uncheck()
    recipients = form.get_by_label("Recipients by E-mail (optional)")
    recipients.fill("no address")
    expect(form.get_by_role("button", name="Publish now, 1 channel")).to_be_disabled()
    recipients.fill("ada@example.com\nbob@example.com")
    form.get_by_role("button", name="Publish now, 1 channel").click()
    expect(tab).to_have_url(re.compile("/console/publisher/[0-9a-f-]{36}$"))
    made = tab.url.rsplit("/", 1)[-1]
    _, found = system.request("GET", f"/api/v1/messages/{made}", Authorization=system.token())
    assert found["recipients"] == {"email": ["ada@example.com", "bob@example.com"], "sms": []}
