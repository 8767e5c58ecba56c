"""Refused e-mail on the whole local system: bounces, complaints, and the link of an e-mail."""

import urllib.error
import urllib.request
from urllib.parse import quote

import pytest
from support.authors import Author
from support.waiting import until

ONE_CLICK = b"List-Unsubscribe=One-Click"


@pytest.fixture(scope="module")
def author(system):
    return Author(system)


def post(author, text, *addresses):
    return author.post(text, ["email"], recipients={"email": list(addresses)})


def find_entry(author, address):
    _, page = author.send("GET", f"/suppressions?address={quote(address)}")
    return next(iter(page["suppressions"]), None)


@pytest.mark.parametrize("kind", ["bounce", "complaint"])
def test_who_bounced_or_complained_is_not_written_to_again(author, kind):
    address = f"{kind}+{kind}s@elsewhere.test"
    first = post(author, f"The first {kind}", address)
    author.wait_for(first, "sent")
    entry = until(lambda: find_entry(author, address), what="a suppressed address")
    assert (entry["reason"], entry["message_id"]) == (kind, first)
    second = post(author, f"The second {kind}", address, "well@elsewhere.test")
    deliveries = {
        delivery["target"]: delivery for delivery in author.wait_for(second, "partial")["channels"]
    }
    assert deliveries[address]["error"]["code"] == "suppressed"
    assert deliveries["well@elsewhere.test"]["status"] == "sent"
    (sent,) = author.posts(f"The second {kind}")
    assert sent["details"]["to"] == "well@elsewhere.test"
    assert author.send("DELETE", f"/suppressions/{quote(address)}")[0] == 204
    author.send("POST", f"/messages/{second}/retry")
    author.wait_for(second, "sent")
    until(lambda: find_entry(author, address), what="a suppressed address")


def call(method, url, body=None):
    """Status and text of a request of nobody's."""
    request = urllib.request.Request(url, body, method=method)  # noqa: S310 our own
    try:
        with urllib.request.urlopen(request, timeout=10) as found:  # noqa: S310 as above
            return found.status, found.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_one_click_of_the_link_unsubscribes_and_looking_at_it_does_not(author, system):
    message_id = post(author, "A letter with a link", "eve@elsewhere.test", "zoe@elsewhere.test")
    author.wait_for(message_id, "sent")
    sent = {found["details"]["to"]: found for found in author.posts("A letter with a link")}
    details = sent["eve@elsewhere.test"]["details"]
    assert details["header List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = details["header List-Unsubscribe"][1:-1]
    assert link.startswith(f"{system.base_url.rstrip('/')}/unsubscribe/")
    with urllib.request.urlopen(system.outputs["OutboxUrl"], timeout=10) as outbox:  # noqa: S310 our own
        assert f'<a href="{link}">Unsubscribe</a>' in outbox.read().decode()
    status, page = call("GET", link)
    assert (status, "<button" in page) == (200, True)
    assert call("HEAD", link) == (200, "")
    assert find_entry(author, "eve@elsewhere.test") is None
    for _ in range(2):
        status, page = call("POST", link, ONE_CLICK)
        assert (status, "You are unsubscribed" in page) == (200, True)
    assert find_entry(author, "eve@elsewhere.test")["reason"] == "unsubscribe"
    assert find_entry(author, "zoe@elsewhere.test") is None
    status, page = call("POST", f"{link[:-3]}AAA", ONE_CLICK)
    assert (status, "This link is not valid" in page) == (404, True)


def test_a_number_that_has_opted_out_fails_at_once(author):
    message_id = author.post(
        "To somebody who wants none", ["sms"], recipients={"sms": ["+15555550199"]}
    )
    (delivery,) = author.wait_for(message_id, "failed")["channels"]
    assert (delivery["error"]["code"], delivery["attempts"]) == ("opted_out", 1)
    assert author.posts("To somebody who wants none") == []
