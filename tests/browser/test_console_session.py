"""What the console does when its session ends, and with what somebody was typing."""

import re
import uuid

import pytest
from browsers import in_chromium
from playwright.sync_api import Page, expect
from support.console import console_of, demo_user, sign_in

ENDED = "Your session has ended. Sign in again: what you wrote is kept."
RESTORED = "What you wrote before is here again."
# The stored session as it is an hour later; its refresh token is one that the pool never gave.
AGE_SESSION = """
() => {
  const name = Object.keys(sessionStorage).find((key) => key.startsWith("oidc.user"));
  const user = JSON.parse(sessionStorage.getItem(name));
  user.expires_at = Math.floor(Date.now() / 1000) - 1;
  user.refresh_token = "not one of ours";
  sessionStorage.setItem(name, JSON.stringify(user));
}
"""

pytestmark = in_chromium


@pytest.fixture
def profile(browser, system):
    with console_of(browser, system) as found:
        yield found


def expect_end(tab: Page) -> None:
    expect(tab.get_by_role("alert").filter(has_text=ENDED)).to_be_visible()


def sign_in_again(tab: Page, system) -> None:
    address = tab.url
    sign_in(tab, demo_user(system), by=tab.get_by_role("alert").filter(has_text=ENDED))
    expect(tab).to_have_url(address)
    expect(tab.get_by_text(RESTORED)).to_have_count(1)


def test_an_order_that_is_typed_outlives_a_sign_out_in_another_tab(profile, system):
    tab = profile.open("/console/orders?place=1")
    form = tab.get_by_role("form", name="Place an order")
    form.get_by_label("Customer").fill("Ada")
    form.get_by_label("Line 1: what").fill("mop")
    form.get_by_label("Line 1: unit price").fill("12345678901234567890.12")
    other = profile.open("/console/settings")
    other.get_by_role("button", name=system.outputs["DemoUser"]).click()
    other.get_by_role("menuitem", name="Sign out").click()

    expect_end(tab)
    sign_in_again(tab, system)
    expect(form.get_by_label("Customer")).to_have_value("Ada")
    expect(form.get_by_label("Line 1: what")).to_have_value("mop")
    expect(form.get_by_label("Line 1: unit price")).to_have_value("12345678901234567890.12")


def test_a_renewed_session_keeps_its_groups(profile):
    tab = profile.open("/console/settings")
    tab.evaluate(
        AGE_SESSION.replace('user.refresh_token = "not one of ours";', ""),
    )
    profile.first.close()  # it would hand its session over
    tab.reload()
    expect(tab.get_by_role("link", name="Dead letters")).to_be_visible()


def test_a_message_that_is_typed_outlives_a_refresh_token_that_expired(profile, system):
    text = f"launch-{uuid.uuid4().hex}"
    tab = profile.open("/console/publisher/new")
    form = tab.get_by_role("form", name="New message")
    form.get_by_label("Text", exact=True).fill(text)
    expect(form.get_by_text("of 3000 characters")).to_be_visible()
    profile.first.close()  # it would hand its session over
    tab.evaluate(AGE_SESSION)
    tab.reload()

    expect_end(tab)
    sign_in_again(tab, system)
    expect(form.get_by_label("Text", exact=True)).to_have_value(text)
    form.get_by_role("button", name=re.compile("^Publish now")).click()
    expect(tab).to_have_url(re.compile("/console/publisher/[0-9a-f-]{36}$"))
