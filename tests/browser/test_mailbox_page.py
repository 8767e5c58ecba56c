"""The mailbox's page in Debian's Chromium, against the whole running system."""

import uuid

import pytest
from browsers import in_chromium
from playwright.sync_api import expect

WAIT_MS = 15_000

pytestmark = in_chromium


@pytest.fixture
def page(browser, system):
    """The page; it must end without an error of its script or against its policy."""
    complaints = []
    found = browser.new_page()
    found.on("pageerror", lambda error: complaints.append(str(error)))
    found.on("console", lambda line: complaints.append(line.text))
    found.goto(system.outputs["MailboxUrl"])
    yield found
    found.close()
    assert complaints == []


def test_the_mail_of_an_order_appears_by_itself_and_outlives_a_reload(page, system):
    customer = f"<img src=x onerror=alert(1)> {uuid.uuid4().hex}"
    order_id = system.request("POST", "/orders", {"customer": customer})[1]["orderID"]

    heading = page.get_by_role("heading", name=f"New Order Notification {order_id}")
    expect(heading).to_be_visible(timeout=WAIT_MS)
    mail = page.get_by_role("listitem").filter(has=heading)
    expect(mail.locator("pre")).to_contain_text(f"customer: {customer}")
    expect(mail.get_by_text(f"To {system.outputs['DemoUser']}")).to_be_visible()
    mail.get_by_text("Attributes").click()
    expect(mail.locator("dl")).to_contain_text(order_id)

    page.reload()
    expect(heading).to_have_count(1)
