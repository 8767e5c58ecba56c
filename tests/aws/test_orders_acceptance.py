"""What is noted of an accepted order: its receipt, the caller's list, the request."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from support.failpoints import failpoint, failpoints, throttled

from chalicelib.aws.bulk import Bulk
from chalicelib.aws.request_refs import RequestRef, RequestRefs
from chalicelib.aws.table import Table
from chalicelib.errors import Unavailable
from chalicelib.orders.acceptance import Acceptance
from chalicelib.orders.store import Receipt, Receipts

NAME = "OmniState-test"
SINCE = datetime(2026, 11, 28, 14, tzinfo=UTC)


@pytest.fixture
def table(aws):
    return Table(aws.client("dynamodb"), NAME)


@pytest.fixture
def acceptance(aws, table, pauses):
    bulk = Bulk(aws.client("dynamodb"), NAME, ("pk", "sk"))
    return Acceptance(Receipts(table), RequestRefs(table), table, bulk)


def receipt(order_id="o-1", placed_by="u-1", request_id="r-1"):
    return Receipt(orderID=order_id, placed_by=placed_by, queued_at="t", request_id=request_id)


def at(minute):
    return f"2026-11-28T14:{minute:02}:00.000000Z"


def test_an_order_is_noted_by_one_call(aws, acceptance):
    with failpoint(aws.client("dynamodb"), "BatchWriteItem") as point:
        acceptance.note(receipt(), at(1))
    assert point.attempts == 1
    assert acceptance.receipts.get("o-1") == receipt()
    assert acceptance.newest_of("u-1", SINCE, 5) == ["o-1"]
    ref = RequestRef(kind="order", id="o-1", owner="u-1", at=at(1))
    assert acceptance.refs.find("r-1") == [ref]


def test_a_callers_newest_orders_come_first_and_others_never(acceptance):
    for minute in range(7):
        acceptance.note(receipt(f"o-{minute}"), at(minute))
    acceptance.note(receipt("theirs", placed_by="u-2"), at(8))
    assert acceptance.newest_of("u-1", SINCE, 5) == ["o-6", "o-5", "o-4", "o-3", "o-2"]
    assert acceptance.newest_of("u-2", SINCE, 5) == ["theirs"]
    assert acceptance.newest_of("u-1", SINCE + timedelta(minutes=5), 5) == ["o-6", "o-5"]


@pytest.mark.parametrize("caller", ["anonymous", "odd|sub"])
def test_an_order_of_nobody_has_a_receipt_alone(acceptance, table, caller):
    acceptance.note(receipt(placed_by=caller, request_id=None), at(1))
    assert acceptance.receipts.get("o-1") is not None
    assert acceptance.newest_of(caller, SINCE, 5) == []
    assert len(table.scan(10).items) == 1


def test_what_is_not_confirmed_is_said(aws, acceptance):
    always = itertools.repeat(throttled)
    with (
        failpoints(aws.client("dynamodb"), "BatchWriteItem", always),
        pytest.raises(Unavailable, match="not confirmed"),
    ):
        acceptance.note(receipt(), at(1))
