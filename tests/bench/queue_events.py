"""The events that carry queued orders and logs to their functions."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from chalicelib import times
from chalicelib.orders.message import Queued, write
from chalicelib.tenant_logs.model import LogRecord
from chalicelib.tenant_logs.queueing import packing
from tests.support.events import sqs_record

AT = times.sortable_text(datetime(2026, 1, 31, 9, 30, tzinfo=UTC))
EXPIRES_AT = 4_102_444_800  # in 2100
TEXT = "session opened for user news by (uid=0), request %08d, 312 bytes"
RECEIPT_HANDLE = "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a" * 8
ORDER = {
    "lines": [
        {"sku": "mop-1", "quantity": 2, "unit_price": 9},
        {"sku": "soap-5l", "quantity": 1, "unit_price": 17},
    ],
}


def build_events(what: str, messages: int, batch: int) -> list[dict[str, Any]]:
    """The events of so many messages in batches; `what` is orders, logs or named logs."""
    bodies = _orders(messages) if what == "orders" else _logs(messages, named=what != "logs")
    records = list(_records(bodies))
    return [{"Records": records[at : at + batch]} for at in range(0, messages, batch)]


def _orders(count: int) -> Iterator[str]:
    """Bodies of the orders' queue, by the product's own hand."""
    for number in range(count):
        yield write(
            Queued(
                orderID=f"{number:032x}",
                placed_by="6f1a2b3c-0000-4000-8000-1d2e3f4a5b6c",
                queued_at=AT,
                order={"customer": f"c-{number}", **ORDER},
            )
        )


def _logs(count: int, *, named: bool) -> Iterator[str]:
    """Bodies of the logs' queue, one record each; `named` with ids of their senders'."""
    for number in range(count):
        record = LogRecord(
            tenant_id="acme",
            log_id=f"c6af9ac6-7b61-11e6-9a41-{number:012}",
            ts=AT,
            received_at=AT,
            expires_at=EXPIRES_AT,
            text=TEXT % number,
            attrs={"host": "combo", "process": "su(pam_unix)", "pid": number},
            named=named,
        )
        yield packing.group_records([(0, packing.encode(record))])[0].body


def _records(bodies: Iterable[str]) -> Iterator[dict[str, Any]]:
    for number, body in enumerate(bodies):
        message_id = f"{number:08x}-0000-4000-8000-000000000000"
        yield {**sqs_record(body, message_id), "receiptHandle": RECEIPT_HANDLE}
