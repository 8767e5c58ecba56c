"""Adaptation through the routes: what is asked for, shown, previewed and taken back."""

import pytest
from publisher_kit import MESSAGES, SCHEDULED, author_of, made, stage_of
from support.platforms import PlatformResponse, running_platform
from support.wirings import running_on, wiring_on

WISHED = {**SCHEDULED, "adapt": {"facebook": True}}


@pytest.fixture
def platform():
    with running_platform() as platform:
        message = {"role": "assistant", "content": [{"text": "Hey!"}]}
        answer = {"output": {"message": message}, "stopReason": "end_turn"}
        platform.will("/converse", PlatformResponse(body=answer))
        yield platform


@pytest.fixture
def author(callers, aws, platform):
    bedrock = {"use_ai_agent": True, "bedrock_endpoint_url": platform.url}
    with running_on(wiring_on(aws, **stage_of(platform.url, **bedrock))):
        yield author_of(callers)


def test_a_preview_shows_the_text_by_channel_and_gives_the_model_nothing_but_it(author, platform):
    status, found = author.send("POST", f"{MESSAGES}/validate", WISHED)
    adapted = {check["channel"]: check["adapted"] for check in found["channels"]}
    assert status == 200
    assert adapted == {"facebook": {"text": "Hey!", "code": None, "reason": None}, "sms": None}
    [request] = platform.requests
    assert request.body["messages"] == [{"role": "user", "content": [{"text": "Hello"}]}]
    assert "Hello" not in request.body["system"][0]["text"]
    assert "toolConfig" not in request.body
    assert "global.anthropic.claude-haiku-4-5" in request.path


def test_an_author_sees_what_was_asked_for_and_takes_it_back(author, platform):
    message = made(author, MESSAGES, WISHED)
    assert (message["adapt"], message["adapted"]) == ({"facebook": True}, {})
    path = f"{MESSAGES}/{message['id']}"
    status, changed = author.send("PATCH", path, {"adapt": {"facebook": False}})
    assert (status, changed["adapt"]) == (200, {"facebook": False})
    assert platform.requests == []


@pytest.mark.parametrize("adapt", ["yes", {"fax": True}, {"facebook": 1}, {"email": True}, None])
def test_a_wish_that_is_none_is_refused(author, adapt):
    status, error = author.send("POST", MESSAGES, {**SCHEDULED, "adapt": adapt})
    assert (status, error["code"]) == (400, "invalid_input")
