"""Messages whose texts a language model adapts: saved before they are sent, and never trusted."""

import threading

import pytest
from support.publishing import Publisher, call_of

from chalicelib.aws.language_model import ModelResponse
from chalicelib.errors import InvalidInput, Unavailable
from chalicelib.publisher.adaptation.asking import Asking
from chalicelib.publisher.leases import DeliveryRef
from chalicelib.publisher.model import (
    MessageChange,
    MessageOverride,
    MessageRecipients,
    NewApproval,
    NewMessage,
)

WORDS = "We open at nine, see https://example.com/a."
CHANNELS = ["facebook", "linkedin", "email", "sms"]


class FakeModel:
    """Writes the channel's name before the text, unless `fail` or `answer` is set."""

    def __init__(self):
        self.asked = []
        self.answer = lambda channel, text: ModelResponse(f"{channel}: {text}", "end_turn")

    def converse(self, prompt, *, system, max_tokens, temperature):
        channel = system.split(", ")[1].split(":")[0]
        self.asked.append(channel)
        return self.answer(channel, prompt)


def build(aws, **more):
    publisher = Publisher(aws, model=FakeModel(), **more)
    publisher.model = publisher.adaptation.asking.model
    return publisher


def create(publisher, **more):
    new = NewMessage(**{"content": WORDS, "channels": CHANNELS, "adapt": True, **more})
    return publisher.creating.create(new, call_of())


def find(publisher, message):
    return publisher.lookup.get(message.id, call_of())


def send(publisher, **more):
    """A message that was created and delivered, and the texts that it was sent with."""
    message = create(publisher, **more)
    publisher.deliver_stream()
    found = find(publisher, message)
    return found, {delivery.channel: delivery.text for delivery in found.channels}


def test_each_channel_is_sent_its_own_text_and_mail_and_sms_the_original(aws):
    found, texts = send(build(aws))
    assert texts == {
        "facebook": f"facebook: {WORDS}",
        "linkedin": f"linkedin: {WORDS}",
        "email": WORDS,
        "sms": WORDS,
    }
    assert found.adapted.keys() == {"facebook", "linkedin"}
    assert (found.adapted["facebook"].text, found.adapted["facebook"].code) == (
        texts["facebook"],
        None,
    )


def test_a_message_says_by_channel_which_texts_are_adapted(aws):
    publisher = build(aws)
    _, texts = send(publisher, adapt={"facebook": False, "sms": True})
    assert (texts["facebook"], texts["linkedin"], texts["sms"]) == (WORDS, WORDS, f"sms: {WORDS}")
    assert publisher.model.asked == ["sms"]


def test_nothing_is_asked_for_a_message_that_does_not_wish_it(aws):
    publisher = build(aws)
    found, texts = send(publisher, adapt=False)
    assert set(texts.values()) == {WORDS}
    assert (publisher.model.asked, found.adapted) == ([], {})


def test_a_text_that_a_person_wrote_for_a_channel_stays(aws):
    publisher = build(aws)
    overrides = {"facebook": MessageOverride(content="Mine"), "linkedin": MessageOverride()}
    _, texts = send(publisher, overrides=overrides)
    assert (texts["facebook"], texts["linkedin"]) == ("Mine", f"linkedin: {WORDS}")
    assert publisher.model.asked == ["linkedin"]


def test_adapt_may_not_name_another_channel(aws):
    with pytest.raises(InvalidInput, match="adapt names instagram"):
        create(build(aws), adapt={"instagram": True})


def test_recipients_of_one_channel_get_the_same_text_by_one_question(aws):
    publisher = build(aws)
    numbers = iter(range(9))
    publisher.model.answer = lambda _, text: ModelResponse(f"{next(numbers)} {text}", "end_turn")
    recipients = MessageRecipients(email=["a@example.com", "b@example.com"])
    more = {"channels": ["email"], "adapt": {"email": True}, "recipients": recipients}
    found, _ = send(publisher, **more)
    assert [delivery.text for delivery in found.channels] == [f"0 {WORDS}", f"0 {WORDS}"]
    assert publisher.model.asked == ["email"]


def test_a_saved_text_is_sent_by_a_retry_and_never_asked_for_again(aws):
    publisher = build(aws)
    message = create(publisher, channels=["facebook"])
    ref = DeliveryRef(message.id, "facebook")
    old = publisher.store.get_items([message.id])[message.id]

    def die(_):
        raise Unavailable("the process ended")

    prepare = publisher.channels["facebook"].__class__.prepare
    publisher.channels["facebook"].__class__.prepare = lambda self, attempt: die(attempt)
    try:
        with pytest.raises(Unavailable):
            publisher.delivering.deliver(ref, old)
    finally:
        publisher.channels["facebook"].__class__.prepare = prepare
    publisher.clock.turn(121)
    publisher.model.answer = lambda channel, text: ModelResponse(f"else {text}", "end_turn")
    publisher.delivering.deliver(ref, old)  # an item from before the text was saved
    assert find(publisher, message).channels[0].text == f"facebook: {WORDS}"
    assert publisher.model.asked == ["facebook"]


def test_of_two_texts_the_one_that_was_saved_first_is_sent(aws):
    publisher = build(aws)
    message = create(publisher, channels=["facebook"])
    seen = publisher.store.get(message.id).message
    first = publisher.adaptation.asking.adapt(seen.composition, ["facebook"])["facebook"]

    def answer(channel, text):
        publisher.adaptation._save(message.id, "facebook", first)
        return ModelResponse(f"second {text}", "end_turn")

    publisher.model.answer = answer
    assert publisher.adaptation.find_text(seen, "facebook") == f"facebook: {WORDS}"


LIES = {
    "stopped_early": ("a", "max_tokens"),
    "filtered": ("a", "guardrail_intervened"),
    "failed": ("", ""),
    "empty": (" \n", "end_turn"),
    "too_long": (WORDS + "a" * 63_206, "end_turn"),
    "links_changed": (f"{WORDS} Also https://evil.example", "end_turn"),
    "not_a_text": (f"Open\u202e. {WORDS}", "end_turn"),
}


@pytest.mark.parametrize(("code", "lie"), LIES.items())
def test_the_original_is_sent_for_an_answer_that_may_not_be(aws, code, lie):
    publisher = build(aws)
    publisher.model.answer = lambda *_: ModelResponse(*lie)
    found, texts = send(publisher, channels=["facebook"])
    adapted = found.adapted["facebook"]
    assert (texts["facebook"], adapted.text, adapted.code) == (WORDS, WORDS, code)
    assert adapted.reason


@pytest.mark.parametrize(
    ("error", "code"), [(Unavailable("busy"), "unavailable"), (KeyError("a"), "failed")]
)
def test_the_original_is_sent_when_the_model_fails(aws, error, code):
    publisher = build(aws)

    def fail(*_):
        raise error

    publisher.model.answer = fail
    found, texts = send(publisher, channels=["facebook"])
    assert (texts["facebook"], found.adapted["facebook"].code) == (WORDS, code)


def test_the_original_is_sent_when_the_model_is_slow(aws):
    publisher = build(aws)
    ended = threading.Event()
    publisher.model.answer = lambda *_: ended.wait(60)
    asking = Asking(publisher.model, budget_s=0.01)
    object.__setattr__(publisher.adaptation, "asking", asking)
    found, texts = send(publisher, channels=["facebook"])
    ended.set()
    assert (texts["facebook"], found.adapted["facebook"].code) == (WORDS, "slow")


def test_a_long_text_is_not_given_to_the_model(aws):
    publisher = build(aws)
    found, _ = send(publisher, channels=["facebook"], content="a" * 3_001)
    assert found.adapted["facebook"].code == "original_too_long"
    assert publisher.model.asked == []


def test_a_stage_without_a_model_says_so(aws):
    found, texts = send(Publisher(aws), channels=["facebook"])
    assert (texts["facebook"], found.adapted["facebook"].code) == (WORDS, "off")


def test_a_preview_has_the_texts_and_writes_nothing(aws):
    publisher = build(aws)
    new = NewMessage(content=WORDS, channels=CHANNELS, adapt=True)
    checks = publisher.creating.validate(new, call_of()).channels
    texts = {check.channel: check.adapted and check.adapted.text for check in checks}
    assert texts == {
        "facebook": f"facebook: {WORDS}",
        "linkedin": f"linkedin: {WORDS}",
        "email": None,
        "sms": None,
    }


def test_the_original_of_a_channel_is_chosen_before_it_is_sent(aws):
    publisher = build(aws)
    message = create(publisher, channels=["facebook"], draft=True)
    changes = MessageChange(adapt={"facebook": False}, draft=False)
    publisher.editing.change(message.id, changes, call_of())
    publisher.deliver_stream()
    assert find(publisher, message).channels[0].text == WORDS


def test_what_is_approved_is_the_adapted_text_that_is_sent(aws):
    publisher = build(aws, need_approval=True)
    message = create(publisher, channels=["facebook"])
    assert (message.status, message.adapted["facebook"].text) == ("waiting", f"facebook: {WORDS}")
    publisher.model.answer = lambda *_: ModelResponse("else", "end_turn")
    publisher.approving.approve(message.id, NewApproval(rev=1), call_of("grace"))
    publisher.deliver_stream()
    assert find(publisher, message).channels[0].text == f"facebook: {WORDS}"
    assert publisher.model.asked == ["facebook"]


def test_a_change_of_the_text_is_adapted_anew_and_one_of_the_time_is_not(aws):
    publisher = build(aws, need_approval=True)
    message = create(publisher, channels=["facebook"])
    later = MessageChange(scheduled_at="2026-12-01T10:00:00Z")
    publisher.editing.change(message.id, later, call_of())
    assert publisher.model.asked == ["facebook"]
    changed = publisher.editing.change(message.id, MessageChange(content="Closed"), call_of())
    assert changed.adapted["facebook"].text == "facebook: Closed"


def test_what_was_approved_without_an_adapted_text_is_sent_as_it_was_seen(aws):
    publisher = build(aws, need_approval=True)
    message = create(publisher, channels=["facebook"], adapt=False)
    publisher.approving.approve(message.id, NewApproval(rev=1), call_of("grace"))
    seen = publisher.store.get(message.id).message
    item = publisher.store.get_items([message.id])[message.id]
    publisher.table.put({**item, "adapt": True})
    publisher.delivering.deliver(
        DeliveryRef(message.id, "facebook"), publisher.store.get_items([seen.id])[seen.id]
    )
    found = find(publisher, message)
    assert (found.channels[0].text, found.adapted["facebook"].code) == (WORDS, "before_approval")
