"""What goes through the orders' queue, and what is made of whatever else was sent there."""

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from chalicelib import strict_json
from chalicelib.aws.queue import Received
from chalicelib.errors import InvalidInput, OmniError, TooLarge
from chalicelib.orders import message
from chalicelib.orders.message import Queued

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
MESSAGE_ID = "19dd0b57-b21e-4ac1-bd88-01bbb068cb78"
OURS = {
    "kind": "omnidata.order",
    "v": 1,
    "orderID": "o-1",
    "placed_by": "u-1",
    "queued_at": "2026-02-01T09:30:00.000000Z",
    "order": {"a": 1},
}


def received(body, sent_at_ms=1_770_000_000_123):
    return Received(MESSAGE_ID, "r", body, sent_at_ms, 1, None)


def read(body):
    return message.read(received(body if isinstance(body, str) else json.dumps(body)), NOW)


def queued(order, message_id=None):
    return Queued(
        orderID="o-1",
        placed_by="u-1",
        queued_at="2026-02-01T09:30:00.000000Z",
        order=order,
        message_id=message_id,
    )


@pytest.mark.parametrize(
    "order",
    [
        {},
        {"a": [1, Decimal("0.10"), None, True, {"b": "ü😀\u2028"}], "kind": "other", "order": {}},
        {"big": 12345678901234567890123456789012345678, "small": Decimal("1E-130")},
        {"odd": "\ufffe and \uffff", "\uffff": 1},
    ],
)
def test_an_order_comes_out_as_it_went_in_and_knows_its_message(order):
    sent = received(message.write(queued(order)))
    assert message.read(sent, NOW) == queued(order, MESSAGE_ID)
    assert "message_id" not in json.loads(sent.body)


def test_an_order_as_deep_as_the_table_holds_comes_out_as_it_went_in():
    order: dict = {}
    for _ in range(30):
        order = {"a": order}
    assert message.read(received(message.write(queued(order))), NOW).order == order


def test_a_message_holds_only_characters_that_sqs_takes():
    text = message.write(queued({"x": "\ufffe\uffff\x01"}))
    assert r"\ufffe\uffff\u0001" in text


def test_a_message_beyond_the_queues_limit_is_too_large():
    message.write(queued({"x": "a" * 1_000_000}))
    with pytest.raises(TooLarge, match="1 MiB"):
        message.write(queued({"x": "\x01" * 180_000}))


@pytest.mark.parametrize(
    "changed",
    [
        {"v": 2},
        {"v": "1"},
        {"orderID": "a b"},
        {"orderID": None},
        {"queued_at": "yesterday"},
        {"order": []},
        {"order": None},
        {"more": 1},
    ],
)
def test_a_message_that_claims_to_be_the_apis_and_is_not_is_no_order(changed):
    with pytest.raises(OmniError):
        read({**OURS, **changed})


def test_a_message_that_lacks_a_part_is_no_order():
    for name in set(OURS) - {"kind"}:
        with pytest.raises(InvalidInput):
            read({key: value for key, value in OURS.items() if key != name})


# --- Sent to the queue itself ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "body", ["Hello from SQS!", "", "[1]", "3", "null", '"x"', '{"a": 1', "\x7f"]
)
def test_a_text_is_an_order_as_in_the_seed(body):
    assert read(body) == Queued(
        orderID=MESSAGE_ID,
        placed_by="queue",
        queued_at="2026-02-02T02:40:00.123000Z",
        order=body,
        message_id=MESSAGE_ID,
    )


@pytest.mark.parametrize(
    "body", [{"sku": "mop", "n": 2}, {"kind": "order"}, {"kind": ["omnidata.order"]}, {"v": 1}]
)
def test_an_object_is_an_order_with_its_fields(body):
    found = read(body)
    assert (found.orderID, found.order) == (MESSAGE_ID, body)


@pytest.mark.parametrize(
    "body",
    [
        '{"a": NaN}',
        '{"a": 1e999}',
        '{"a": "\\u0000"}',
        '{"a":' * 32 + "1" + "}" * 32,
        '{"a":' * 5000 + "1" + "}" * 5000,
        '{"": 1}',
    ],
)
def test_an_object_that_the_table_cannot_hold_stays_a_text(body):
    assert read(body).order == body


def test_numbers_of_an_object_keep_their_digits():
    assert read('{"price": 0.10}').order == {"price": Decimal("0.10")}


def test_the_same_delivery_twice_is_the_same_order():
    assert read("x") == read("x")


def test_without_a_time_of_sqs_now_is_when_it_was_queued():
    found = message.read(received("x", sent_at_ms=0), NOW)
    assert found.queued_at == "2026-03-01T12:00:00.000000Z"


def test_an_order_that_looks_like_an_envelope_inside_stays_what_it_is():
    assert strict_json.decode(message.write(queued(OURS)).encode())["order"] == OURS
    assert message.read(received(message.write(queued(OURS))), NOW).order == OURS
