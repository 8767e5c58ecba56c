"""Events on their way from an emitter to receivers, at least once each."""

import json

import pytest
from standardwebhooks import Webhook
from support.failpoints import always, failpoints, throttled
from support.hooks import Hooks, make_event, make_webhook

from chalicelib.aws.queue import Received
from chalicelib.errors import InvalidInput, Unavailable
from chalicelib.webhook_event import WebhookEventType
from chalicelib.webhooks.changes import rotate
from chalicelib.webhooks.model import PausedBecause, WebhookOutcome

EVENT = make_event()


@pytest.fixture
def hooks(aws, pauses):
    return Hooks(aws)


@pytest.fixture
def begun(hooks):
    """The first attempt of an event at the one webhook, as it waits in the queue."""
    hooks.add(make_webhook())
    hooks.emitter().emit([EVENT])
    [event] = hooks.take()
    hooks.handle(event)
    [attempt] = hooks.take()
    return attempt


def kept(hooks, event=EVENT, webhook="h-1"):
    return hooks.deliveries.find(webhook, event.id)


def test_what_nobody_wants_is_not_queued(hooks):
    hooks.emitter().emit([EVENT])
    hooks.add(make_webhook(events=[WebhookEventType.MESSAGE_FAILED]))
    hooks.emitter().emit([EVENT])
    hooks.emitter().emit([])
    assert hooks.take() == []


def test_a_new_webhook_is_known_after_some_seconds(hooks):
    emitter = hooks.emitter()
    emitter.emit([EVENT])
    hooks.add(make_webhook())
    emitter.emit([EVENT])
    assert hooks.take() == []
    hooks.later(seconds=5)
    emitter.emit([EVENT])
    assert [queued.event for queued in hooks.take()] == [EVENT]


@pytest.mark.parametrize("service", ["dynamodb", "sqs"])
def test_who_emits_learns_that_it_failed(aws, hooks, service):
    hooks.add(make_webhook())
    client = hooks.gates.table.client if service == "dynamodb" else hooks.sqs
    with failpoints(client, "*", always(throttled)), pytest.raises(Unavailable):
        hooks.emitter().emit([EVENT])


def test_an_event_goes_to_each_webhook_that_wants_it(hooks):
    hooks.add(
        make_webhook("h-1"),
        make_webhook("h-2", owner="u-2"),
        make_webhook("h-3", owner="op-1", of_everybody=True),
        make_webhook("h-4", events=[WebhookEventType.MESSAGE_FAILED]),
        make_webhook("h-5", paused_because=PausedBecause.ASKED),
    )
    hooks.emitter().emit([EVENT])
    [event] = hooks.take()
    hooks.handle(event)
    assert sorted(queued.attempt.webhook for queued in hooks.take()) == ["h-1", "h-3"]


def test_an_event_is_delivered_signed_and_once(hooks, begun):
    for _ in range(3):
        hooks.handle(begun)

    [(url, headers, body)] = hooks.posts
    assert url == "https://h-1.example/"
    assert json.loads(body) == {
        "type": "message.sent",
        "timestamp": EVENT.timestamp,
        "data": {"id": "m-1"},
    }
    signature = Webhook(make_webhook().secret).sign(headers["webhook-id"], hooks.at, body.decode())
    assert headers["webhook-signature"] == signature
    found = kept(hooks)
    assert (found.outcome, found.attempts, found.status) == (WebhookOutcome.DELIVERED, 1, 200)
    assert hooks.take() == []


def test_an_event_that_is_emitted_again_is_not_sent_again(hooks, begun):
    hooks.handle(begun)
    hooks.later(minutes=1)
    hooks.emitter().emit([EVENT])
    [event] = hooks.take()
    hooks.handle(event)
    for attempt in hooks.take():
        hooks.handle(attempt)
    assert len(hooks.posts) == 1


def test_after_a_rotation_both_secrets_sign(hooks, begun):
    first = hooks.store.get("h-1")
    hooks.store.replace(rotate(first, "whsec_" + "b2" * 16, hooks.now()), [], hooks.gates.read())
    hooks.handle(begun)
    _, headers, body = hooks.posts[0]
    signatures = [
        Webhook(secret).sign(headers["webhook-id"], hooks.at, body.decode())
        for secret in ("whsec_" + "b2" * 16, first.secret)
    ]
    assert headers["webhook-signature"] == " ".join(signatures)


@pytest.mark.parametrize("status", [None, 302, 400, 404, 429, 500, 503])
def test_what_fails_is_tried_again_under_the_same_id(hooks, begun, status):
    hooks.responses = [status, 200]
    hooks.handle(begun)
    found = kept(hooks)
    assert (found.outcome, found.attempts, found.status) == (WebhookOutcome.RETRYING, 1, status)
    assert found.next_attempt_at == "2026-03-01T12:00:05.000000Z"

    [again] = hooks.take()
    assert (again.attempt.number, hooks.patient.delays) == (2, [5])
    hooks.later(seconds=5)
    hooks.handle(again)
    assert (kept(hooks).outcome, kept(hooks).attempts) == (WebhookOutcome.DELIVERED, 2)
    first, second = (headers for _, headers, _ in hooks.posts)
    assert first["webhook-id"] == second["webhook-id"]
    assert int(second["webhook-timestamp"]) - int(first["webhook-timestamp"]) == 5


def test_half_a_day_later_an_event_is_given_up(hooks, begun):
    hooks.responses = [500]
    hooks.later(hours=12)
    hooks.handle(begun)
    assert (kept(hooks).outcome, kept(hooks).next_attempt_at) == (WebhookOutcome.FAILED, None)
    assert hooks.take() == []


def test_a_receiver_that_is_gone_pauses_its_webhook_at_once(hooks, begun):
    hooks.responses = [410]
    hooks.handle(begun)
    assert kept(hooks).outcome == WebhookOutcome.FAILED
    assert hooks.store.get("h-1").paused_because == PausedBecause.GONE
    assert hooks.take() == []


def test_what_waits_for_a_paused_webhook_is_skipped(hooks, begun):
    hooks.store.pause("h-1", PausedBecause.ASKED, "2026-03-01T12:00:00Z")
    hooks.handle(begun)
    assert (hooks.posts, kept(hooks).outcome) == ([], WebhookOutcome.SKIPPED)


def test_what_waits_for_a_deleted_webhook_is_dropped(hooks, begun):
    hooks.store.delete(make_webhook(), [], hooks.gates.read())
    hooks.handle(begun)
    assert (hooks.posts, kept(hooks)) == ([], None)


def fail(hooks, key, times):
    """Let an event fail so many times in a row, the delays left out."""
    hooks.emitter().emit([make_event(key=key)])
    for _ in range(times + 1):
        for queued in hooks.take():
            hooks.handle(queued)
    hooks.take()


def test_after_ten_failed_events_within_more_than_an_hour_a_webhook_is_paused(hooks):
    hooks.add(make_webhook())
    hooks.responses = [500]
    for n in range(9):
        fail(hooks, f"m-{n}", 4)
    assert hooks.store.get("h-1").failures == 9
    hooks.later(hours=1)
    fail(hooks, "m-9", 3)  # its short delays are not over
    assert not hooks.store.get("h-1").is_paused
    fail(hooks, "m-10", 4)
    assert hooks.store.get("h-1").paused_because == PausedBecause.FAILING


def test_within_an_hour_it_is_not(hooks):
    hooks.add(make_webhook())
    hooks.responses = [500]
    for n in range(11):
        fail(hooks, f"m-{n}", 4)
    assert (hooks.store.get("h-1").failures, hooks.store.get("h-1").is_paused) == (11, False)


def test_a_success_ends_the_count(hooks, begun):
    hooks.responses = [500]
    fail(hooks, "m-2", 4)
    assert hooks.store.get("h-1").failures == 1
    hooks.responses = [200]
    hooks.handle(begun)
    webhook = hooks.store.get("h-1")
    assert (webhook.failures, webhook.failing_since) == (0, None)
    assert webhook.last_attempt.status == 200


def test_killed_before_the_attempt_was_kept_it_is_made_again_and_the_retries_are_one(hooks, begun):
    """The next attempt was queued; then the process died, and the message came again."""
    hooks.responses = [500]
    database = hooks.store.table.client
    with failpoints(database, "PutItem", always(throttled)), pytest.raises(Unavailable):
        hooks.handle(begun)
    hooks.handle(begun)
    twice = hooks.take()
    assert [queued.attempt.number for queued in twice] == [2, 2]

    for queued in twice:
        hooks.handle(queued)
    assert [queued.attempt.number for queued in hooks.take()] == [3]
    assert len(hooks.posts) == 3
    assert len({headers["webhook-id"] for _, headers, _ in hooks.posts}) == 1


def test_if_the_next_attempt_cannot_be_queued_this_one_comes_again(hooks, begun):
    hooks.responses = [500, 200]
    with failpoints(hooks.sqs, "SendMessage", always(throttled)), pytest.raises(Unavailable):
        hooks.handle(begun)
    assert kept(hooks) is None
    hooks.handle(begun)
    assert kept(hooks).outcome == WebhookOutcome.DELIVERED


def test_what_is_none_of_ours_is_refused(hooks):
    with pytest.raises(InvalidInput):
        hooks.delivering.handle(Received("m", "r", "{}", 0, 1, None))
