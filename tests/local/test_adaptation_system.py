"""Adapted texts on a whole local system: each channel has its own, and a lying model none."""

import pytest
from support.authors import Author
from support.local_system import LocalSystem

CHANNELS = ["facebook", "linkedin", "sms"]


@pytest.fixture(scope="module")
def adapting(tmp_path_factory):
    whole = LocalSystem(tmp_path_factory.mktemp("adaptation"), USE_AI_AGENT="true")
    try:
        yield whole.start()
    finally:
        whole.end()


def send(author, words):
    """A message that was sent, and its texts in the outbox by channel."""
    message = author.wait_for(author.post(words, CHANNELS, adapt=True), "sent")
    return message, {post["channel"]: post["text"] for post in author.posts(words)}


def test_the_adapted_text_differs_by_channel_in_the_outbox_unless_the_model_fails(adapting):
    author = Author(adapting)
    new = {"content": "We open at nine", "channels": CHANNELS, "adapt": True}
    status, found = author.send("POST", "/messages/validate", new)
    assert status == 200
    previewed = {check["channel"]: check["adapted"] for check in found["channels"]}
    assert previewed["facebook"]["text"] == "Hey everyone! We open at nine"
    assert previewed["sms"] is None

    message, texts = send(author, "We open at nine")
    assert texts == {
        "facebook": "Hey everyone! We open at nine",
        "linkedin": "We are pleased to share: We open at nine",
        "sms": "We open at nine",
    }
    assert message["adapted"]["facebook"]["text"] == texts["facebook"]

    author.set_fault("bedrock", {"answers": {"what": "new_link"}})
    message, texts = send(author, "We close at six")
    assert set(texts.values()) == {"We close at six"}
    assert message["adapted"]["facebook"]["code"] == "links_changed"

    author.set_fault("bedrock", {"slow": {"s": 30}})
    message, texts = send(author, "We are back on Monday")
    assert set(texts.values()) == {"We are back on Monday"}
    assert message["adapted"]["linkedin"]["code"] == "slow"
