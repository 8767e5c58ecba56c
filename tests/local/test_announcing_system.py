"""Certificates on the whole local system: each channel is posted to once, however many ask."""

import uuid
from concurrent.futures import ThreadPoolExecutor

from support.authors import Author

CHANNELS = ["facebook", "linkedin", "sms"]
AT_ONCE = 8


def test_eight_announcements_at_the_same_time_post_once_on_each_channel(system):
    author, name = Author(system), f"certificate {uuid.uuid4().hex[:8]}"
    new = {"name": name, "issuer": "AWS", "issued_on": "2026-01-31"}
    status, certificate = author.send("POST", "/certifications", new)
    assert status == 201
    path = f"/certifications/{certificate['id']}"

    def announce(_number):
        return author.send("POST", f"{path}/announce", {"channels": CHANNELS})

    with ThreadPoolExecutor(AT_ONCE) as threads:
        answers = list(threads.map(announce, range(AT_ONCE)))
    assert {status for status, _ in answers} <= {200, 201}, answers
    [message_id] = {message["id"] for _, message in answers}
    author.wait_for(message_id, "sent")
    assert announce(AT_ONCE)[1]["id"] == message_id

    assert sorted(post["channel"] for post in author.posts(name)) == CHANNELS
    _, kept = author.send("GET", path)
    noted = [(entry["channel"], entry["message_id"]) for entry in kept["announced"]]
    assert noted == [(channel, message_id) for channel in CHANNELS]
