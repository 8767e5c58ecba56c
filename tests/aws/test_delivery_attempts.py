"""What is kept of the attempts at a delivery, on a table of moto's."""

import pytest
from support.publishing import Publisher, call_of, count_calls, raising, rejection

from chalicelib.publisher.channels import calls
from chalicelib.publisher.channels.base import NotReady
from chalicelib.publisher.leases import MOST_ATTEMPTS
from chalicelib.publisher.model import Channel, DeliveryErrorClass, MessageList, NewMessage
from chalicelib.publisher.stored import ATTEMPTS_KEPT


class Died(Exception):
    """A process ends here."""


REFUSED = rejection(DeliveryErrorClass.TRANSIENT, code="c" * 100)


@pytest.fixture
def publisher(aws) -> Publisher:
    return Publisher(aws)


def post(publisher, channel=Channel.FACEBOOK) -> str:
    message = publisher.creating.create(NewMessage(content="Hi", channels=[channel]), call_of())
    return message.id


def attempts_of(publisher, message_id):
    return publisher.lookup.get(message_id, call_of()).channels[0].last_attempts


def pass_time(publisher, seconds=60):
    publisher.clock.turn(seconds)
    publisher.tick.run()
    publisher.deliver_stream()


def die_at(step, publisher, monkeypatch):
    """Deliver what is on the stream, and die there."""

    def die(*_, **__):
        raise Died

    with monkeypatch.context() as patched:
        patched.setattr(type(publisher.leases), step, die)
        with pytest.raises(Died):
            publisher.deliver_stream()


def asking(request, error=None, *, publishes=True, **response):
    """A call that is noted, and fails where there is an error."""

    def ask(_):
        calls.note(request, publishes=publishes, **response)
        if error is not None:
            raise error

    return ask


def test_an_attempt_is_under_way_until_it_ends_and_then_says_how(publisher):
    facebook, seen = publisher.channels[Channel.FACEBOOK], []

    def ask(key):
        message_id, _, _ = key.partition("#")
        seen.extend(attempts_of(publisher, message_id))
        publisher.clock.turn(1.5)
        calls.note("POST graph.example/feed", publishes=True, status=200, request_id="Atrace")

    facebook.before = ask
    message_id = post(publisher)
    publisher.deliver_stream()
    assert [(attempt.at, attempt.outcome) for attempt in seen] == [("2026-11-28T10:00:00Z", None)]
    (attempt,) = attempts_of(publisher, message_id)
    assert (attempt.at, attempt.outcome) == ("2026-11-28T10:00:00Z", "sent")
    assert attempt.duration_ms == 1500
    assert (attempt.error_class, attempt.error_code) == (None, None)
    call = attempt.call
    assert (call.request, call.status, call.request_id) == (
        "POST graph.example/feed",
        200,
        "Atrace",
    )


def test_it_costs_no_write_of_its_own(publisher):
    post(publisher)
    calls_made = count_calls(publisher.table.client)
    publisher.deliver_stream()
    assert calls_made["UpdateItem"] == 5  # claim, arm, finish, settle, and how the channel does


def test_refused_attempts_name_error_and_call_and_the_last_ten_are_kept_and_cut(publisher):
    facebook = publisher.channels[Channel.FACEBOOK]
    numbers = iter(range(1000))

    def ask(_):
        request_id = f"{next(numbers)}-" + "i" * 500
        calls.note("POST " + "h" * 500, publishes=True, status=503, request_id=request_id)
        raise REFUSED

    facebook.before = ask
    message_id = post(publisher)
    publisher.deliver_stream()
    while publisher.lookup.get(message_id, call_of()).status != "failed":
        pass_time(publisher, 3600)
    publisher.resolving.retry(message_id, call_of())
    publisher.deliver_stream()
    while publisher.lookup.get(message_id, call_of()).status != "failed":
        pass_time(publisher, 3600)
    found = attempts_of(publisher, message_id)
    assert len(found) == 10
    made = next(numbers)
    assert made > 10
    first = [attempt.call.request_id.partition("-")[0] for attempt in found]
    assert first == [str(number) for number in range(made - 10, made)]
    last = found[-1]
    assert (last.outcome, last.error_class) == ("failed", "transient")
    assert (len(last.error_code), len(last.call.request), len(last.call.request_id)) == (
        60,
        120,
        120,
    )


def test_what_is_asked_after_publishing_does_not_stand_for_the_attempt(publisher):
    facebook = publisher.channels[Channel.FACEBOOK]

    def ask(_):
        calls.note("POST images", publishes=False, status=200)
        calls.note("POST feed", publishes=True, fault="ReadTimeoutError")
        calls.note("GET feed", publishes=False, status=200)
        raise rejection(DeliveryErrorClass.UNKNOWN)

    facebook.before = ask
    message_id = post(publisher)
    publisher.deliver_stream()
    (attempt,) = attempts_of(publisher, message_id)
    assert (attempt.outcome, attempt.error_code) == ("unconfirmed", "no_response")
    assert (attempt.call.request, attempt.call.fault) == ("POST feed", "ReadTimeoutError")


def test_an_attempt_that_asks_nothing_shows_no_call_of_an_earlier_one(publisher):
    facebook = publisher.channels[Channel.FACEBOOK]
    facebook.before = asking("POST feed", REFUSED, status=500)
    message_id = post(publisher)
    publisher.deliver_stream()
    facebook.before = raising(REFUSED)
    pass_time(publisher, 3600)
    assert [
        attempt.call and attempt.call.request for attempt in attempts_of(publisher, message_id)
    ] == [
        "POST feed",
        None,
    ]


def test_waiting_for_the_platform_is_an_attempt_too(publisher):
    facebook = publisher.channels[Channel.FACEBOOK]
    facebook.before = asking("GET container", NotReady({}, 10), publishes=False, status=200)
    message_id = post(publisher)
    publisher.deliver_stream()
    (attempt,) = attempts_of(publisher, message_id)
    assert (attempt.outcome, attempt.call.request) == ("processing", "GET container")


def test_an_attempt_whose_process_died_before_it_published_stays_without_an_end(
    publisher, monkeypatch
):
    facebook = publisher.channels[Channel.FACEBOOK]
    message_id = post(publisher)
    die_at("arm", publisher, monkeypatch)
    facebook.before = asking("POST feed", status=200)
    pass_time(publisher, 200)
    died, sent = attempts_of(publisher, message_id)
    assert (died.outcome, died.duration_ms, died.call) == (None, None, None)
    assert (sent.outcome, sent.call.request) == ("sent", "POST feed")


def test_of_one_that_died_while_it_published_only_the_outcome_is_known(publisher, monkeypatch):
    facebook = publisher.channels[Channel.FACEBOOK]
    facebook.before = asking("POST feed", status=200)
    message_id = post(publisher)
    die_at("finish", publisher, monkeypatch)
    pass_time(publisher, 200)
    (attempt,) = attempts_of(publisher, message_id)
    assert (attempt.outcome, attempt.duration_ms, attempt.call) == ("unconfirmed", None, None)


def test_a_delivery_of_before_has_none_and_begins_with_its_next(publisher):
    message_id = post(publisher)
    key = {"PK": f"MSG#{message_id}", "SK": "CHANNEL#facebook"}
    item = publisher.table.get(key)
    del item["last_attempts"]
    publisher.table.put(item)
    assert attempts_of(publisher, message_id) == []
    publisher.deliver_stream()
    assert [attempt.outcome for attempt in attempts_of(publisher, message_id)] == ["sent"]


def test_lists_leave_the_attempts_out(publisher):
    post(publisher)
    publisher.deliver_stream()
    (listed,) = publisher.lookup.page(MessageList(), call_of()).messages
    assert [delivery.last_attempts for delivery in listed.channels] == [None]


def test_processes_that_die_for_days_let_no_list_grow(publisher, monkeypatch):
    message_id = post(publisher)
    for _ in range(3 * ATTEMPTS_KEPT):
        die_at("arm", publisher, monkeypatch)
        publisher.clock.turn(121)
        publisher.tick.run()
    (delivery,) = publisher.store.get(message_id).deliveries
    assert len(delivery.last_attempts) <= MOST_ATTEMPTS
    shown = attempts_of(publisher, message_id)
    assert len(shown) == ATTEMPTS_KEPT
    assert shown[-1].at == delivery.last_attempts[-1].at
    publisher.deliver_stream()
    assert [attempt.outcome for attempt in attempts_of(publisher, message_id)] == [
        *[None] * (ATTEMPTS_KEPT - 1),
        "sent",
    ]
