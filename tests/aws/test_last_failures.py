"""Why messages failed last, in `OmniState`: one item a message, masked and short."""

from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ClientError
from support.clouds import RESOURCES

from chalicelib.aws.last_failures import KEPT_S, MAX_MESSAGE_CHARS, LastFailures, key
from chalicelib.aws.queue import Received
from chalicelib.aws.table import Table
from chalicelib.errors import InvalidInput, Unavailable
from chalicelib.tenant_logs.intake.masking import mask

FIRST = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)


class Clock:
    def __init__(self):
        self.now = FIRST

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def failures(aws, clock):
    return LastFailures(Table(aws.client("dynamodb"), "OmniState-test"), mask=mask, now=clock)


def message(receives=1):
    return Received("m-1", "r", "body", 0, receives, None)


def stored(failures, queue="orders"):
    return failures.table.get(key(queue, "m-1"))


def test_the_last_failure_is_kept_with_the_time_of_the_first(failures, clock):
    failures.note("orders", "store_orders", message(), InvalidInput("no order"))
    clock.now += timedelta(minutes=3)
    failures.note("orders", "store_orders", message(receives=5), Unavailable("down"))
    assert stored(failures) == {
        "pk": "FAILURE#orders#m-1",
        "sk": "FAILURE",
        "code": "Unavailable",
        "message": "down",
        "function": "store_orders",
        "attempts": 5,
        "first_at": "2026-01-31T09:30:00Z",
        "last_at": "2026-01-31T09:33:00Z",
        "expires_at": int(clock.now.timestamp()) + KEPT_S,
    }
    assert stored(failures, "logs") is None


def test_it_is_kept_as_long_as_any_queue_keeps_a_message():
    queues = (*RESOURCES.queues, *RESOURCES.failure_queues)
    assert max(queue.retention_s for queue in queues) == KEPT_S


def test_personal_data_in_an_errors_text_is_masked_and_the_rest_cut(failures):
    text = f"no such customer: ada@example.com, 4111 1111 1111 1111{' and so on' * 500}"
    failures.note("orders", "store_orders", message(), ValueError(text))
    told = stored(failures)["message"]
    assert told.startswith("no such customer: [email], [card] and so on")
    assert (len(told), told[-1]) == (MAX_MESSAGE_CHARS, "…")


def test_a_text_that_no_database_takes_is_mended(failures):
    failures.note("orders", "store_orders", message(), ValueError("\ud800"))
    assert stored(failures)["message"] == "?"


def test_a_service_is_named_by_its_own_code(failures):
    error = ClientError({"Error": {"Code": "AccessDeniedException"}}, "PutItem")
    failures.note("orders", "store_orders", message(), error)
    assert stored(failures)["code"] == "AccessDeniedException"
