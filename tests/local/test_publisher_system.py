"""The publisher on the whole local system: what is accepted arrives in the sandbox, once."""

import json
import os
import signal
import urllib.request
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from support.pictures import make_jpeg
from support.waiting import until

ALL = ["facebook", "instagram", "linkedin", "email", "sms"]
BOUNDARY = "a-boundary"
NEW_YORK = ZoneInfo("America/New_York")


class Author:
    """The demo user, who publishes, and the sandbox that receives."""

    def __init__(self, system):
        self._system = system
        self._outbox = system.outputs["OutboxUrl"]
        self._headers = {"Authorization": system.token()}

    def send(self, method, path, body=None):
        return self._system.request(method, f"/api/v1{path}", body, **self._headers)

    def post(self, content, channels, **more):
        status, message = self.send(
            "POST", "/messages", {"content": content, "channels": channels, **more}
        )
        assert status == 201, message
        return message["id"]

    def find(self, message_id):
        status, message = self.send("GET", f"/messages/{message_id}")
        assert status == 200
        return message

    def wait_for(self, message_id, status):
        def message():
            found = self.find(message_id)
            return found if found["status"] == status else None

        return until(message)

    def upload(self, image):
        asked = {"content_type": "image/jpeg", "size_bytes": len(image)}
        _, form = self.send("POST", "/media", asked)
        fields = [
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in form["fields"].items()
        ]
        file = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
        body = "".join([*fields, file]).encode() + image + f"\r\n--{BOUNDARY}--\r\n".encode()
        headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
        urllib.request.urlopen(  # noqa: S310 our own
            urllib.request.Request(form["url"], body, headers),  # noqa: S310 as above
            timeout=10,
        ).close()
        status, media = self.send("POST", f"/media/{form['id']}/confirm")
        assert (status, media["status"]) == (200, "confirmed")
        return form["id"]

    def posts(self, text):
        with urllib.request.urlopen(f"{self._outbox}posts.json", timeout=10) as found:  # noqa: S310
            return [post for post in json.load(found) if text in post["text"]]

    def set_fault(self, channel, fault):
        request = urllib.request.Request(  # noqa: S310 our own
            f"{self._outbox}control/{channel}",
            json.dumps(fault).encode(),
            {"Content-Type": "application/json"},
            method="PUT",
        )
        urllib.request.urlopen(request, timeout=10).close()  # noqa: S310 our own

    def tick(self):
        os.kill(self._system.pid("events"), signal.SIGUSR1)


@pytest.fixture(scope="module")
def author(system):
    return Author(system)


def test_a_picture_reaches_all_five_channels(author):
    media = author.upload(make_jpeg(800, 800))
    message_id = author.post("A picture of all", ALL, media=[media])
    sent = author.wait_for(message_id, "sent")
    assert {delivery["channel"] for delivery in sent["channels"]} == set(ALL)
    assert all(delivery["external_id"] for delivery in sent["channels"])
    posts = author.posts("A picture of all")
    assert sorted(post["channel"] for post in posts) == sorted(ALL)
    assert {post["accepted"] for post in posts} == {True}
    assert {len(post["media"]) for post in posts if post["channel"] not in ("email", "sms")} == {1}


def test_a_local_time_is_kept_and_two_ticks_at_once_send_once(author):
    due = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=3)
    message_id = author.post(
        "On time in New York",
        ["sms"],
        scheduled_at=due.astimezone(NEW_YORK).replace(tzinfo=None).isoformat(),
        time_zone="America/New_York",
    )
    assert author.find(message_id)["status"] == "scheduled"
    assert author.posts("On time in New York") == []

    def ticked():
        author.tick()
        author.tick()
        return author.find(message_id)["status"] == "sent"

    until(ticked)
    assert len(author.posts("On time in New York")) == 1


def test_a_lost_response_is_unconfirmed_until_its_author_says_what_became_of_it(author):
    author.set_fault("facebook", {"lost_answer": {"times": 1, "on": "publish"}})
    message_id = author.post("Lost on the way", ["facebook", "linkedin"])
    found = author.wait_for(message_id, "partial")
    states = {delivery["channel"]: delivery["status"] for delivery in found["channels"]}
    assert states == {"facebook": "unconfirmed", "linkedin": "sent"}
    author.tick()
    resolution = {"channel": "facebook", "outcome": "live"}
    status, message = author.send("POST", f"/messages/{message_id}/resolve", resolution)
    assert (status, message["status"]) == (200, "sent")
    facebook = [post for post in author.posts("Lost on the way") if post["channel"] == "facebook"]
    assert len(facebook) == 1


def test_an_expired_token_holds_one_channel_and_names_the_setting(author):
    author.set_fault("linkedin", {"expired_token": {}})
    message_id = author.post("Reconnect me", ["linkedin", "email"])

    def held():
        channels = {one["channel"]: one for one in author.send("GET", "/channels")[1]["channels"]}
        return channels["linkedin"]["hold"]

    assert until(held)["setting"] == "LINKEDIN_SECRET"
    states = {one["channel"]: one["status"] for one in author.find(message_id)["channels"]}
    assert states == {"linkedin": "retry", "email": "sent"}
    author.set_fault("linkedin", {})
    assert author.send("POST", f"/messages/{message_id}/cancel")[0] == 200
