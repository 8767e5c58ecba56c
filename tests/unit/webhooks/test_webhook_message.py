import pytest

from chalicelib.errors import InvalidInput
from chalicelib.webhook_event import Event, WebhookEventType, make_id
from chalicelib.webhooks import message
from chalicelib.webhooks.message import WebhookAttempt

EVENT = Event(
    id=make_id(WebhookEventType.ORDER_STORED, "a"),
    type=WebhookEventType.ORDER_STORED,
    timestamp="2026-03-01T12:00:00Z",
    owner="u-1",
    data={"orderID": "a", "note": None},
)
ATTEMPT = WebhookAttempt(webhook="h", number=2, begun_at="2026-03-01T12:00:00Z")


@pytest.mark.parametrize("attempt", [None, ATTEMPT])
def test_what_is_sent_is_what_is_read(attempt):
    found = message.decode(message.encode(EVENT, attempt))
    assert (found.event, found.attempt) == (EVENT, attempt)


@pytest.mark.parametrize("body", ["", "{}", "[]", '{"event": 1}', "\ud800", "[" * 100_000])
def test_what_is_none_of_ours_is_refused(body):
    with pytest.raises(InvalidInput):
        message.decode(body)


def test_another_kind_or_form_is_refused():
    body = message.encode(EVENT)
    for other in (body.replace("omnidata.webhook", "x"), body.replace('"v":1', '"v":2')):
        with pytest.raises(InvalidInput):
            message.decode(other)


def test_an_event_has_an_id_of_its_own_for_each_webhook():
    first = message.make_webhook_id(EVENT.id, "h-1")

    assert first == message.make_webhook_id(EVENT.id, "h-1")
    assert first != message.make_webhook_id(EVENT.id, "h-2")
    assert first != message.make_webhook_id(make_id(WebhookEventType.ORDER_NOTIFIED, "a"), "h-1")
    assert "." not in first  # it separates what is signed


def test_receivers_get_type_time_and_data():
    body = message.encode_payload(EVENT.type, EVENT.timestamp, EVENT.data)
    assert body == (
        b'{"type":"order.stored","timestamp":"2026-03-01T12:00:00Z",'
        b'"data":{"orderID":"a","note":null}}'
    )
