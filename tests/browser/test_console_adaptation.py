"""Adapted texts in the console: previewed by channel, replaced by the original, and sent."""

import re

import pytest
from browsers import in_chromium
from playwright.sync_api import expect
from support.authors import Author
from support.console import console_of, list_barriers
from support.local_system import LocalSystem

pytestmark = in_chromium

WORDS = "We open at nine."


@pytest.fixture(scope="module")
def adapting(browser, tmp_path_factory):
    """The console of a stage that adapts texts, with the sandbox in the place of Bedrock."""
    whole = LocalSystem(tmp_path_factory.mktemp("adaptation"), USE_AI_AGENT="true")
    try:
        with console_of(browser, whole.start()) as found:
            yield found
    finally:
        whole.end()


def write(tab, words):
    """The form with that text for Facebook, LinkedIn and SMS, to be adapted."""
    form = tab.get_by_role("form", name="New message")
    form.get_by_label("Text", exact=True).fill(words)
    form.get_by_label("E-mail", exact=True).uncheck()
    form.get_by_label("In the tone of each channel").check()
    return form


def test_texts_are_previewed_by_channel_and_one_uses_the_original(adapting):
    tab = adapting.open("/console/publisher/new")
    form = write(tab, WORDS)
    expect(form.get_by_text(f"Hey everyone! {WORDS}")).to_be_visible()
    expect(form.get_by_text(f"We are pleased to share: {WORDS}")).to_be_visible()
    expect(form.get_by_label("Adapt for SMS")).not_to_be_checked()
    assert list_barriers(tab) == []
    form.get_by_role("button", name="Use the original for LinkedIn").click()
    expect(form.get_by_text("We are pleased to share")).to_have_count(0)
    form.get_by_role("button", name="Write another text for Facebook").click()
    own = form.get_by_label("Text for Facebook")
    expect(own).to_have_value(f"Hey everyone! {WORDS}")  # just what the preview showed
    form.get_by_role("button", name="Use the common text").click()
    form.get_by_role("button", name="Publish now, 3 channels").click()
    expect(tab).to_have_url(re.compile("/console/publisher/[0-9a-f-]{36}$"))
    expect(tab.get_by_text("Adapted for Facebook")).to_be_visible()
    expect(tab.get_by_text("Adapted for LinkedIn")).to_have_count(0)
    _, found = adapting.system.request(
        "GET",
        f"/api/v1/messages/{tab.url.rsplit('/', 1)[-1]}",
        None,
        Authorization=adapting.system.token(),
    )
    assert found["adapt"] == {"facebook": True}
    assert adapting.complaints == []


def test_the_reason_is_told_when_the_original_is_used(adapting):
    Author(adapting.system).set_fault("bedrock", {"answers": {"what": "new_link"}})
    tab = adapting.open("/console/publisher/new")
    form = write(tab, "We close at six.")
    expect(form.get_by_text("The original is used: ").first).to_be_visible()
    expect(form.get_by_text("links_changed").first).to_be_visible()
    Author(adapting.system).set_fault("bedrock", {})
    form.get_by_role("button", name="Adapt again for Facebook").click()
    expect(form.get_by_text("Hey everyone! We close at six.")).to_be_visible()


def test_a_stage_that_adapts_no_texts_says_so(console):
    tab = console.open("/console/publisher/new")
    form = write(tab, WORDS)
    expect(form.get_by_text("This stage does not adapt texts")).to_be_visible()
    expect(form.get_by_label("Adapt for Facebook")).to_have_count(0)
    form.get_by_label("In the tone of each channel").uncheck()
    expect(form.get_by_text("The original is used: ")).to_have_count(0)
