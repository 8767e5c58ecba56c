"""A webhook's life on its page, from the form to its receiver and out again."""

import pytest
from browsers import in_chromium
from playwright.sync_api import expect
from standardwebhooks import Webhook
from support.console import list_barriers
from support.receivers import Receiver

pytestmark = in_chromium

PAGE = "/console/webhooks"
SIZES = [{"width": 1280, "height": 900}, {"width": 390, "height": 844}]


@pytest.fixture
def receiver():
    with Receiver(204) as found:
        yield found


def keep_secret(tab):
    """Read the secret that is shown this once, and close its dialog."""
    dialog = tab.get_by_role("dialog", name="The webhook's secret")
    secret = dialog.get_by_text("whsec_").inner_text()
    expect(dialog.get_by_role("button", name="Done")).to_be_disabled()
    dialog.get_by_label("Copied", exact=True).check()
    dialog.get_by_role("button", name="Done").click()
    return secret


def create(console, url, size):
    """Create by the form; returns the tab and the secret."""
    tab = console.open(f"{PAGE}?add=1", size)
    form = tab.get_by_role("form", name="Create a webhook")
    form.get_by_role("button", name="Create", exact=True).click()
    expect(form.get_by_text("An address that begins with https://")).to_be_visible()
    form.get_by_role("textbox", name="URL").fill(url)
    form.get_by_label("Description").fill("Our CRM")
    tab.reload()  # what was written is kept
    form.get_by_role("button", name="Create", exact=True).click()
    return tab, keep_secret(tab)


@pytest.mark.parametrize("size", SIZES, ids=["wide", "narrow"])
def test_a_webhook_is_created_tested_paused_rotated_and_deleted(console, receiver, size):
    tab, secret = create(console, receiver.url, size)
    tab.get_by_role("button", name="Send a test event").click()
    expect(tab.get_by_text("The receiver: status 204 in ")).to_be_visible()
    # An operator's webhook also receives events of messages that other tests send.
    events = [Webhook(secret).verify(event.body, event.headers) for event in receiver.got]
    assert [event["type"] for event in events].count("webhook.test") == 1
    tab.get_by_role("button", name="Pause", exact=True).click()
    row = tab.get_by_role("row").filter(has_text=receiver.url)
    expect(row.get_by_text("paused", exact=True)).to_be_visible()
    tab.get_by_role("button", name="Resume", exact=True).click()
    expect(row.get_by_text("active", exact=True)).to_be_visible()
    tab.get_by_role("button", name="Rotate the secret").click()
    tab.get_by_role("button", name="Rotate 1 secret").click()
    assert keep_secret(tab) != secret
    assert list_barriers(tab) == []
    assert tab.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    tab.get_by_role("button", name="Delete", exact=True).click()
    tab.get_by_role("button", name="Delete 1 webhook").click()
    expect(row).to_have_count(0)
