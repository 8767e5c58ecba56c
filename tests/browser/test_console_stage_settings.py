"""What settings of a stage change in the console: adapted texts, and approval."""

import re

import pytest
from browsers import in_chromium
from playwright.sync_api import expect
from support.authors import Author
from support.console import console_of, list_barriers, make_publisher
from support.local_system import LocalSystem

pytestmark = in_chromium

WORDS = "We open at nine."


@pytest.fixture(scope="module")
def stage(browser, tmp_path_factory):
    """The console of a stage that adapts texts, by the sandbox, and requires approval."""
    settings = {"USE_AI_AGENT": "true", "APPROVAL": "required"}
    whole = LocalSystem(tmp_path_factory.mktemp("settings"), **settings)
    try:
        with console_of(browser, whole.start()) as found:
            yield found
    finally:
        whole.end()


@pytest.fixture
def approver(browser, stage):
    """The console of another publisher."""
    grace = make_publisher(stage.system, "grace@example.com")
    with console_of(browser, stage.system, grace) as found:
        yield found
        assert found.complaints == []


def write(tab, words):
    """The form with that text for Facebook, LinkedIn and SMS, to be adapted."""
    form = tab.get_by_role("form", name="New message")
    form.get_by_label("Text", exact=True).fill(words)
    form.get_by_label("E-mail", exact=True).uncheck()
    form.get_by_label("In the tone of each channel").check()
    return form


def test_texts_are_previewed_by_channel_and_one_uses_the_original(stage):
    tab = stage.open("/console/publisher/new")
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
    form.get_by_role("button", name="Send for approval, 3 channels").click()
    expect(tab).to_have_url(re.compile("/console/publisher/[0-9a-f-]{36}$"))
    expect(tab.get_by_text("Adapted for Facebook")).to_be_visible()
    expect(tab.get_by_text("Adapted for LinkedIn")).to_have_count(0)
    _, found = stage.system.request(
        "GET",
        f"/api/v1/messages/{tab.url.rsplit('/', 1)[-1]}",
        None,
        Authorization=stage.system.token(),
    )
    assert found["adapt"] == {"facebook": True}
    assert stage.complaints == []


def test_the_reason_is_told_when_the_original_is_used(stage):
    Author(stage.system).set_fault("bedrock", {"answers": {"what": "new_link"}})
    tab = stage.open("/console/publisher/new")
    form = write(tab, "We close at six.")
    expect(form.get_by_text("The original is used: ").first).to_be_visible()
    expect(form.get_by_text("links_changed").first).to_be_visible()
    Author(stage.system).set_fault("bedrock", {})
    form.get_by_role("button", name="Adapt again for Facebook").click()
    expect(form.get_by_text("Hey everyone! We close at six.")).to_be_visible()


def test_a_stage_that_adapts_no_texts_says_so(console):
    tab = console.open("/console/publisher/new")
    form = write(tab, WORDS)
    expect(form.get_by_text("This stage does not adapt texts")).to_be_visible()
    expect(form.get_by_label("Adapt for Facebook")).to_have_count(0)
    form.get_by_label("In the tone of each channel").uncheck()
    expect(form.get_by_text("The original is used: ")).to_have_count(0)


def test_a_message_goes_out_once_another_publisher_approves_what_was_mended(stage, approver):
    author = stage.open("/console/publisher/new")
    form = author.get_by_role("form", name="New message")
    form.get_by_label("Text", exact=True).fill("We are open on Sunday.")
    for channel in ("LinkedIn", "E-mail", "SMS"):
        form.get_by_label(channel, exact=True).uncheck()
    form.get_by_role("button", name="Send for approval, 1 channel").click()
    expect(author.get_by_text("Waiting for another publisher")).to_be_visible()
    expect(author.get_by_role("button", name="Approve", exact=True)).to_have_count(0)

    other = approver.open("/console/publisher?status=waiting")
    other.get_by_role("link", name="We are open on Sunday.").click()
    back = other.get_by_role("button", name="Send back")
    expect(back).to_be_disabled()
    expect(other.get_by_role("button", name="Cancel the message")).to_have_count(0)
    assert list_barriers(other) == []
    other.get_by_label("Comment").fill("Until when?")
    other.reload()  # what is written is kept
    back.click()
    expect(other).to_have_url(re.compile(r"/console/publisher\?status=waiting$"))
    expect(other.get_by_text("The message is sent back.")).to_be_visible()

    expect(author.get_by_text("Sent back by")).to_be_visible()  # by itself
    expect(author.get_by_text("Until when?")).to_be_visible()
    author.get_by_role("button", name="Edit").click()
    edit = author.get_by_role("form", name="Edit the message")
    edit.get_by_label("Text", exact=True).fill("We are open on Sunday until six.")
    edit.get_by_role("button", name="Send for approval, 1 channel").click()
    expect(author.get_by_text("Waiting for another publisher")).to_be_visible()

    other.reload()
    other.get_by_role("link", name="We are open on Sunday until six.").click()
    expect(other.get_by_text("Until when?")).to_be_visible()
    other.get_by_role("button", name="Approve", exact=True).click()
    expect(other.get_by_text("The message is approved.")).to_be_visible()
    expect(author.get_by_text("Approved by")).to_be_visible()
    expect(author.get_by_text("sent", exact=True).first).to_be_visible()
    posts = Author(stage.system).posts("We are open on Sunday")
    assert [post["text"] for post in posts] == ["We are open on Sunday until six."]
    assert stage.complaints == []
