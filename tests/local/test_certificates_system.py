"""Certificates on the whole local system: a reminder in the mailbox, and a page for anybody."""

import urllib.error
import urllib.request
import uuid
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import quote

import pytest
from support.authors import Author
from support.pictures import make_jpeg
from support.wirings import tick_wiring_of

from chalicelib.wiring import Wiring

EXPIRES_ON = "2031-03-01"
TIMES = ["2030-12-31T08:00:00Z", "2031-01-30T08:00:00Z", "2031-02-22T08:00:00Z"]


@pytest.fixture(scope="module")
def author(system):
    return Author(system)


@pytest.fixture(scope="module")
def wiring(system) -> Wiring:
    return tick_wiring_of(system)


def tick(wiring: Wiring, at: str) -> None:
    """Let the tick make reminders as at that time, then dispatch them as some minutes later."""
    for minutes in range(3):
        moment = datetime.fromisoformat(at) + timedelta(minutes=minutes)
        maker = replace(wiring.publisher.certificates.reminders, now=lambda at=moment: at)
        replace(wiring.publisher.tick, now=lambda at=moment: at, makers=[maker.run]).run()


@pytest.fixture
def certificate(author):
    """One of a name of its own, with a badge; public."""
    new = {
        "name": f"certificate {uuid.uuid4().hex[:8]}",
        "issuer": "AWS",
        "issued_on": "2026-01-31",
        "expires_on": EXPIRES_ON,
        "badge_media": author.upload(make_jpeg(200, 200)),
        "public": True,
    }
    status, made = author.send("POST", "/certifications", new)
    assert status == 201
    yield made
    author.send("DELETE", f"/certifications/{made['id']}")


def test_its_owner_gets_each_reminder_once_and_none_after_unsubscribing(
    author, wiring, certificate, system
):
    path, name, owner = f"/certifications/{certificate['id']}", certificate["name"], None
    assert certificate["next_reminder_at"] == TIMES[0]
    for number, at in enumerate(TIMES[:2], start=1):
        before = datetime.fromisoformat(at) - timedelta(minutes=4)
        tick(wiring, before.isoformat())
        assert len(author.posts(name)) == number - 1
        tick(wiring, at)
        _, found = author.send("GET", path)
        author.wait_for(found["last_reminder_message_id"], "sent")
        tick(wiring, at)
        author.tick()
        mails = author.posts(name)
        assert len(mails) == number
        assert found["next_reminder_at"] == TIMES[number]
        assert found["rev"] == certificate["rev"]
    details = mails[-1]["details"]
    owner, link = details["to"], details["header List-Unsubscribe"][1:-1]
    assert owner == system.outputs["DemoUser"]
    assert details["header List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    body = b"List-Unsubscribe=One-Click"
    with urllib.request.urlopen(link, body, timeout=10) as page:  # noqa: S310 our own
        assert page.status == 200
    try:
        tick(wiring, TIMES[2])
        _, found = author.send("GET", path)
        (delivery,) = author.wait_for(found["last_reminder_message_id"], "failed")["channels"]
        assert delivery["error"]["code"] == "suppressed"
        assert len(author.posts(name)) == 2
        assert found["next_reminder_at"] is None
    finally:
        assert author.send("DELETE", f"/suppressions/{quote(owner)}")[0] == 204


def get(url, **headers):
    """Status, headers and body of a request of nobody's."""
    request = urllib.request.Request(url, headers=headers)  # noqa: S310 our own
    try:
        with urllib.request.urlopen(request, timeout=10) as found:  # noqa: S310 our own
            return found.status, found.headers, found.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


def test_anybody_sees_a_public_one_with_its_badge_until_it_is_closed(author, certificate):
    url = certificate["page_url"]
    status, headers, page = get(url)
    assert (status, headers["Cache-Control"]) == (200, "public, max-age=300")
    assert certificate["name"].encode() in page
    assert get(url, **{"If-None-Match": headers["ETag"]})[0] == 304
    status, headers, picture = get(f"{url}/badge")
    assert (status, headers["Content-Type"]) == (200, "image/jpeg")
    assert picture == make_jpeg(200, 200)
    fields = ("name", "issuer", "issued_on", "expires_on", "badge_media")
    closed = {field: certificate[field] for field in fields}
    path = f"/certifications/{certificate['id']}"
    assert author.send("PUT", path, closed)[1]["page_url"] is None
    unknown = get(f"{url[:-1]}x")
    for address in (url, f"{url}/badge"):
        status, headers, page = get(address)
        assert (status, page) == (404, unknown[2])
