"""How letters came about: by what was stored of them, or by what Lambda wrote into them."""

import json
from typing import Any

from chalicelib.aws.queue import Received
from chalicelib.operations.deaths import QueueDeaths, StreamDeaths
from chalicelib.operations.model import DeadLetterReason, Death

STORED = {
    "code": "InvalidInput",
    "message": "no order",
    "function": "store_orders",
    "attempts": 5,
    "first_at": "2026-01-31T09:30:00Z",
    "last_at": "2026-01-31T09:32:00Z",
}


class State:
    """The table's items by their partition keys."""

    def __init__(self, **items):
        self._items = {f"FAILURE#orders#{name}": item for name, item in items.items()}

    def get_all(self, keys):
        return [self._items.get(wanted["pk"]) for wanted in keys]


def letter(message_id="m1", body="x"):
    return Received(message_id, "r", body, 0, 9, None)


def deaths(*letters, **items):
    state: Any = State(**items)
    return QueueDeaths(state, "orders", "store_orders", 5)(letters)


def test_a_letter_shows_what_its_handler_stored_and_no_look_counts():
    (death,) = deaths(letter(), m1=STORED)
    assert death == Death(
        reason=DeadLetterReason("InvalidInput", "no order"),
        function="store_orders",
        died_at="2026-01-31T09:32:00Z",
        attempts=5,
    )


def test_a_letter_without_a_stored_failure_shows_that_there_was_no_answer():
    first, second = deaths(letter("m2"), letter("m1"), m1=STORED)
    assert first == Death(
        reason=DeadLetterReason("no_answer", "the function ended without an answer"),
        function="store_orders",
        died_at=None,
        attempts=None,
    )
    assert second.attempts == 5


def test_a_letter_whose_last_deliveries_left_nothing_shows_it_with_the_failure_before():
    (death,) = deaths(letter(), m1={**STORED, "attempts": 3})
    assert death == Death(
        reason=DeadLetterReason(
            "no_answer",
            "the function ended without an answer; attempt 3 failed: InvalidInput: no order",
        ),
        function="store_orders",
        died_at=None,
        attempts=5,
    )


def test_a_streams_letter_says_itself_how_it_came_about():
    body = {
        "requestContext": {"condition": "RetryAttemptsExhausted", "approximateInvokeCount": 11},
        "timestamp": "2026-01-31T09:30:00.000Z",
        "DDBStreamBatchInfo": {
            "approximateArrivalOfLastRecord": "2026-01-31T09:20:00Z",
            "batchSize": 1,
        },
    }
    (death,) = StreamDeaths("announce_orders")([letter(body=json.dumps(body))])
    assert death == Death(
        reason=DeadLetterReason(
            "RetryAttemptsExhausted",
            "records of the stream were given up: 1; the log of announce_orders says why",
        ),
        function="announce_orders",
        died_at="2026-01-31T09:30:00Z",
        attempts=11,
    )


def test_a_streams_letter_that_lambda_did_not_write_has_no_reason():
    (death,) = StreamDeaths("announce_orders")([letter(body="position")])
    assert (death.reason.code, death.died_at) == ("no_answer", None)
