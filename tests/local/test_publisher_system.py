"""The publisher on the whole local system: what is accepted arrives in the sandbox, once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from support.authors import CHANNELS, Author
from support.chalice_local import running_chalice_local
from support.pictures import make_jpeg
from support.waiting import until

NEW_YORK = ZoneInfo("America/New_York")


@pytest.fixture(scope="module")
def author(system):
    return Author(system)


def test_a_picture_reaches_all_five_channels(author):
    media = author.upload(make_jpeg(800, 800))
    message_id = author.post("A picture of all", CHANNELS, media=[media])
    sent = author.wait_for(message_id, "sent")
    assert {delivery["channel"] for delivery in sent["channels"]} == set(CHANNELS)
    assert all(delivery["external_id"] for delivery in sent["channels"])
    posts = author.posts("A picture of all")
    assert sorted(post["channel"] for post in posts) == sorted(CHANNELS)
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
    author.set_fault("facebook", {"lost_response": {"times": 1, "on": "publish"}})
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


def test_what_chalice_local_accepts_is_delivered_by_the_running_system(author, system):
    port = str(system.config.aws_port)
    with running_chalice_local(AWS_PORT=port) as api_port:
        api_url = f"http://127.0.0.1:{api_port}"
        message_id = author.post_at(api_url, "By chalice local", CHANNELS[2:])
    author.wait_for(message_id, "sent")
    assert len(author.posts("By chalice local")) == 3


def test_ten_clicks_on_retry_at_once_post_once(author):
    author.set_fault("linkedin", {"refused": {}})
    message_id = author.post("Clicked ten times", ["linkedin", "sms"])
    author.wait_for(message_id, "partial")
    author.set_fault("linkedin", {})
    with ThreadPoolExecutor(10) as pool:
        clicks = pool.map(lambda _: author.send("POST", f"/messages/{message_id}/retry"), range(10))
    assert sorted(status for status, _ in clicks) == [200, *[409] * 9]
    author.wait_for(message_id, "sent")
    author.tick()
    live = [post["channel"] for post in author.posts("Clicked ten times") if post["accepted"]]
    assert sorted(live) == ["linkedin", "sms"]


def test_an_expired_token_holds_one_channel_and_names_the_setting(author):
    """The last one, since the hold stays for a quarter of an hour."""
    author.set_fault("linkedin", {"expired_token": {}})
    message_id = author.post("Reconnect me", ["linkedin", "email"])

    def held():
        channels = {
            channel["channel"]: channel
            for channel in author.send("GET", "/channels")[1]["channels"]
        }
        return channels["linkedin"]["hold"]

    assert until(held)["setting"] == "LINKEDIN_SECRET"
    states = {
        channel["channel"]: channel["status"] for channel in author.find(message_id)["channels"]
    }
    assert states == {"linkedin": "retry", "email": "sent"}
    author.set_fault("linkedin", {})
    assert author.send("POST", f"/messages/{message_id}/cancel")[0] == 200
