"""What a channel does wrong, and what a person does about it."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from browsers import in_chromium
from playwright.sync_api import expect
from support.authors import Author
from support.console import list_barriers

pytestmark = in_chromium


@pytest.fixture
def author(system):
    found = Author(system)
    yield found
    for channel in ("facebook", "linkedin", "email"):
        found.set_fault(channel, {})


def row_of(tab, channel):
    return tab.get_by_role("row").filter(has=tab.get_by_role("rowheader", name=channel))


def break_and_test(console, name: str, fault: str):
    """Set the fault on the page of channels and send a test; returns the message's page."""
    tab = console.open("/console/channels")
    tab.get_by_role("button", name=re.compile(f"^{name} ")).click()
    tab.get_by_role("option", name=fault).click()
    expect(tab.get_by_role("button", name=f"{name} {fault}")).to_be_visible()
    send_test(tab, name)
    return tab


def send_test(tab, name: str):
    """Returns the id of the message that was made."""
    tab.get_by_role("button", name=f"Send a test to {name}").click()
    expect(tab).to_have_url(re.compile("/console/publisher/[0-9a-f-]{36}$"))
    return tab.url.rsplit("/", 1)[-1]


@pytest.mark.parametrize("name", ["Instagram", "E-mail", "SMS"])
def test_a_test_reaches_a_channel_with_what_it_needs(console, author, name):
    sent = author.wait_for(send_test(console.open("/console/channels"), name), "sent")
    assert len(sent["media"]) == (1 if name == "Instagram" else 0)


@pytest.mark.parametrize("name", ["LinkedIn", "E-mail"])
def test_a_message_that_a_channel_refused_is_retried(console, author, name):
    tab = break_and_test(console, name, "refuses the next post")
    tab.get_by_role("button", name="Retry 1 failed").click()
    author.wait_for(tab.url.rsplit("/", 1)[-1], "sent")
    expect(tab.get_by_role("button", name="Retry 1 failed")).to_have_count(0)


def test_a_refused_post_shows_its_attempt_with_the_platforms_request_id(console, author):
    tab = break_and_test(console, "LinkedIn", "refuses the next post")
    tab.emulate_media(reduced_motion="reduce")  # axe looks at colours at once
    tab.get_by_role("button", name="LinkedIn: 1 attempt").click()
    attempts = tab.get_by_role("table", name="LinkedIn: 1 attempt")
    row = attempts.get_by_role("row").nth(1)
    expect(row).to_contain_text(re.compile(r"POST 127\.0\.0\.1:\d+/rest/posts"))
    expect(row).to_contain_text(re.compile(r"failed\s*permanent"))
    expect(row).to_contain_text(re.compile(r"HTTP 4\d\d"))
    message = author.wait_for(tab.url.rsplit("/", 1)[-1], "failed")
    (attempt,) = message["channels"][0]["last_attempts"]
    request_id = attempt["call"]["request_id"]
    expect(row.get_by_role("button", name=f"Copy {request_id}")).to_be_visible()
    assert list_barriers(tab) == []


def test_a_token_says_when_it_ends_and_the_date_is_its_tooltip(console):
    tab = console.open("/console/channels")
    tab.emulate_media(reduced_motion="reduce")
    expect(row_of(tab, "Facebook").get_by_text("Token")).to_have_count(0)
    expect(row_of(tab, "LinkedIn")).to_contain_text(re.compile(r"Token expires in [\d,]+ days"))
    ends = datetime.now(UTC) + timedelta(days=3, hours=1)

    def answer(route):
        told = route.fetch().json()
        for state in told["channels"]:
            state["token_expires_at"] = ends.isoformat()
        route.fulfill(json=told)

    tab.route("**/api/v1/channels", answer)
    tab.reload()
    row = row_of(tab, "LinkedIn")
    expect(row).to_contain_text("Token expires in 3 days")
    shown = row.get_by_text("in 3 days", exact=True)
    expect(shown).to_have_attribute("title", re.compile(f"{ends:%Y-%m-%d %H:%M:%S}"))
    assert list_barriers(tab) == []


def test_a_post_without_a_response_is_looked_at_by_a_person(console, author):
    tab = break_and_test(console, "Facebook", "takes the next post without a response")
    expect(tab.get_by_text("We sent it and got no response.")).to_be_visible(timeout=60_000)
    tab.get_by_role("button", name="It is live").click()
    author.wait_for(tab.url.rsplit("/", 1)[-1], "sent")
    assert len(author.posts("A test of Facebook.")) == 1
