"""What an adapted text must keep, and what it may not add."""

import pytest

from chalicelib.errors import InvalidInput
from chalicelib.publisher.adaptation import checks, links, prompts
from chalicelib.publisher.model import Channel, MessageOverride
from chalicelib.publisher.rules import Composition


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("See https://example.com/a?b=1, and www.example.org.", 2),
        ("example.com and EXAMPLE.com are one", 1),
        ("evil\u3002com and evil\uff0ecom/x", 2),
        ("write to ada@example.com", 1),
        ("thanks @ada.l and @[Acme](urn:li:organization:1)", 2),
        ("call +49 (151) 123-456", 1),
        ("tg://join and xn--e1awd7f.xn--p1ai", 2),
        ("We open at 9.30 on 3.4., z.B. e.g. \u4eca\u5929\u3002\u6b22\u8fce #open", 0),
    ],
)
def test_the_places_that_a_text_leads_to(text, places):
    assert len(links.list_places(text)) == places


def test_a_long_text_is_searched_in_time():
    """Each of these would take minutes if an expression went back over what it has read."""
    for text in ("a" * 50_000, "-" * 50_000, "1(" * 25_000, "a." * 25_000, "@[" * 25_000):
        links.list_places(text)


@pytest.mark.parametrize(
    ("original", "text", "code"),
    [
        ("See https://a.example", "Look: https://a.example!", None),
        ("See https://a.example", "Look!", "links_changed"),
        ("See https://a.example", "https://a.example and https://a.example/b", "links_changed"),
        ("Open", "Open, evil.com", "links_changed"),
        ("Open", "Open, write to eve@evil.example", "links_changed"),
        ("Open", "Open, says @eve", "links_changed"),
        ("Open", "Open, call 0900 123 4567", "links_changed"),
        ("Open", "Open \U0001f469\u200d\U0001f373 \u2728 #open", None),
        ("Open", "Op\u200ben", "not_a_text"),
        ("Open", prompts.make_system(Channel.FACEBOOK).splitlines()[3], "not_a_text"),
        ("Open", "a" * 63_207, "too_long"),
        ("Open", "  ", "empty"),
    ],
)
def test_what_an_adapted_text_may_be(original, text, code):
    found = checks.judge(Channel.FACEBOOK, original, text, "end_turn")
    assert found.code == code
    assert found.text == (text.strip() if code is None else original)


def test_a_text_is_counted_as_the_platform_takes_it():
    found = checks.judge(Channel.LINKEDIN, "Open", "(" * 1_501, "end_turn")
    assert found.code == "too_long"  # each is escaped


@pytest.mark.parametrize(
    ("stop_reason", "code"),
    [
        ("", "failed"),
        ("max_tokens", "stopped_early"),
        ("tool_use", "stopped_early"),
        ("guardrail_intervened", "filtered"),
        ("content_filtered", "filtered"),
    ],
)
def test_only_a_text_that_the_model_ended_is_used(stop_reason, code):
    assert checks.judge(Channel.FACEBOOK, "Open", "Hey", stop_reason).code == code


def test_every_failure_has_its_reason_and_every_channel_its_tone():
    assert set(checks.REASONS) == set(checks.AdaptationFailure)
    assert set(prompts.TONES) == set(Channel)


def test_which_channels_are_adapted():
    said = Composition(content="Open", channels=list(Channel))
    assert checks.list_channels(True, said) == ["facebook", "instagram", "linkedin"]
    assert checks.list_channels(False, said) == []
    assert checks.list_channels({Channel.SMS: True, Channel.FACEBOOK: False}, said) == ["sms"]
    written = Composition(
        content="Open",
        channels=[Channel.FACEBOOK],
        overrides={Channel.FACEBOOK: MessageOverride(content="Mine")},
    )
    assert checks.list_channels(True, written) == []
    with pytest.raises(InvalidInput, match="adapt names sms"):
        checks.require_sound({Channel.SMS: True}, written)
