"""Webhooks, the gate and deliveries in their tables."""

import pytest
from support.hooks import AT, Hooks, make_event, make_webhook

from chalicelib.webhook_event import WebhookEventType
from chalicelib.webhooks.changes import rotate
from chalicelib.webhooks.gate import Gate
from chalicelib.webhooks.model import (
    LastWebhookAttempt,
    PausedBecause,
    WebhookDelivery,
    WebhookOutcome,
)

LAST = LastWebhookAttempt(
    at=AT, event=WebhookEventType.MESSAGE_SENT, outcome=WebhookOutcome.RETRYING, status=500
)


@pytest.fixture
def hooks(aws, pauses):
    return Hooks(aws)


def delivery(outcome=WebhookOutcome.RETRYING, attempts=1, at=AT, **fields):
    made = {"webhook_id": "msg_1", "event": WebhookEventType.MESSAGE_SENT, "at": at}
    return WebhookDelivery(**made, outcome=outcome, attempts=attempts, **fields)


def test_a_webhook_is_found_as_it_was_created(hooks):
    made = make_webhook(description="x")
    assert hooks.store.get("h-1") is None
    hooks.add(made)
    assert hooks.store.get("h-1") == made
    assert hooks.store.list_all() == [made]


def test_two_creates_at_once_do_not_pass_the_same_limit(hooks):
    gate, others = hooks.gates.read(), hooks.store.list_all()
    assert hooks.store.create(make_webhook("h-1"), others, gate)
    assert not hooks.store.create(make_webhook("h-2"), others, gate)
    assert [webhook.id for webhook in hooks.store.list_all()] == ["h-1"]


def test_the_gate_has_what_any_active_webhook_wants(hooks):
    assert hooks.gates.read() == Gate()
    failed = make_webhook("h-2", events=[WebhookEventType.MESSAGE_FAILED])
    asleep = make_webhook(
        "h-3", events=[WebhookEventType.ORDER_STORED], paused_because=PausedBecause.ASKED
    )
    hooks.add(make_webhook("h-1"), failed, asleep)
    assert hooks.gates.read() == Gate(3, frozenset({"message.sent", "message.failed"}))

    kept = [webhook for webhook in hooks.store.list_all() if webhook.id != "h-2"]
    assert hooks.store.delete(failed, kept, hooks.gates.read())
    assert hooks.gates.read() == Gate(4, frozenset({"message.sent"}))


def test_only_the_revision_that_was_seen_is_changed(hooks):
    first = make_webhook()
    hooks.add(first)
    second = rotate(first, "whsec_other", hooks.now())
    assert hooks.store.replace(second, [], hooks.gates.read())
    assert not hooks.store.replace(second, [], hooks.gates.read())
    assert not hooks.store.delete(first, [], hooks.gates.read())
    assert hooks.store.get("h-1") == second


def test_the_last_secret_is_used_for_a_day_more(hooks):
    first = make_webhook()
    second = rotate(first, "whsec_other", hooks.now())
    assert second.list_secrets(hooks.now()) == ["whsec_other", first.secret]
    hooks.later(hours=24)
    assert second.list_secrets(hooks.now()) == ["whsec_other"]


def test_failed_events_are_counted_until_a_success(hooks):
    hooks.add(make_webhook())
    hooks.store.note("h-1", LAST)
    assert hooks.store.get("h-1").failures == 0
    counted = [hooks.store.note_failure("h-1", LAST) for _ in range(2)]
    assert [(webhook.failures, webhook.failing_since) for webhook in counted] == [(1, AT), (2, AT)]
    assert hooks.store.get("h-1").last_attempt == LAST

    hooks.store.note_success("h-1", LAST)
    webhook = hooks.store.get("h-1")
    assert (webhook.failures, webhook.failing_since, webhook.rev) == (0, None, 1)


def test_a_deleted_webhook_stays_deleted(hooks):
    hooks.store.note("h-1", LAST)
    hooks.store.note_success("h-1", LAST)
    assert hooks.store.note_failure("h-1", LAST) is None
    hooks.store.pause("h-1", PausedBecause.GONE, AT)
    assert hooks.store.list_all() == []


def test_a_webhook_is_paused_once(hooks):
    hooks.add(make_webhook())
    hooks.store.pause("h-1", PausedBecause.GONE, AT)
    hooks.store.pause("h-1", PausedBecause.FAILING, AT)
    webhook = hooks.store.get("h-1")
    assert (webhook.paused_because, webhook.rev) == (PausedBecause.GONE, 2)


def test_the_newest_deliveries_of_one_webhook_are_listed(hooks):
    for n in range(4):
        hooks.deliveries.put("h-1", f"e-{n}", delivery(at=f"2026-03-01T12:00:0{n}.000000Z"))
    hooks.deliveries.put("h-2", "e-9", delivery())
    found = hooks.deliveries.list_newest("h-1", 3)
    assert [made.at[18] for made in found] == ["3", "2", "1"]


@pytest.mark.parametrize(
    ("kept", "late"),
    [
        (delivery(WebhookOutcome.DELIVERED, 1), delivery(WebhookOutcome.RETRYING, 2)),
        (delivery(WebhookOutcome.RETRYING, 3), delivery(WebhookOutcome.RETRYING, 2)),
        (delivery(WebhookOutcome.RETRYING, 2), delivery(WebhookOutcome.RETRYING, 2, error="late")),
    ],
)
def test_what_comes_late_changes_nothing(hooks, kept, late):
    event = make_event()
    hooks.deliveries.put("h-1", event.id, kept)
    hooks.deliveries.put("h-1", event.id, late)
    assert hooks.deliveries.find("h-1", event.id) == kept


def test_a_success_is_kept_over_a_failure_of_the_same_attempt(hooks):
    hooks.deliveries.put("h-1", "e-1", delivery(WebhookOutcome.RETRYING, 2))
    hooks.deliveries.put("h-1", "e-1", delivery(WebhookOutcome.DELIVERED, 1))
    assert hooks.deliveries.find("h-1", "e-1").outcome == WebhookOutcome.DELIVERED
