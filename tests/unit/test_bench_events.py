"""What the benchmark hands to the functions is what the product writes."""

from datetime import UTC, datetime

from chalicelib.aws.queue import Received
from chalicelib.orders import message
from chalicelib.tenant_logs.queueing import packing
from tests.bench.queue_events import build_events


def test_orders_come_in_batches_and_are_read_as_orders():
    events = build_events("orders", messages=3, batch=2)
    records = [record for event in events for record in event["Records"]]

    assert [len(event["Records"]) for event in events] == [2, 1]
    assert len({record["messageId"] for record in records}) == 3
    received = Received("m-1", "r-1", records[1]["body"], 0, 1, None)
    order = message.read(received, datetime(2026, 1, 31, tzinfo=UTC))
    assert order.orderID == "1".zfill(32)


def test_a_log_record_is_one_message_and_named_if_asked():
    for what, is_named in (("logs", False), ("named logs", True)):
        (event,) = build_events(what, messages=1, batch=10)
        (record,) = packing.decode(event["Records"][0]["body"]).records
        assert (record.tenant_id, record.named) == ("acme", is_named)
