"""Writes queued messages: `write.py <root> <ours|seed>`, the cases on stdin; prints the figures.

A case is `what` (orders, logs, named logs), and how many `messages` come in batches of `batch`.
"""

import json
import sys
import time
from datetime import UTC, datetime

AT = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)
EXPIRES_AT = 4_102_444_800  # in 2100
TEXT = "session opened for user news by (uid=0), request %08d, 312 bytes"
WARM_UP_BATCHES = 3


class Context:
    """What Lambda hands to a function."""

    aws_request_id = "c6af9ac6-7b61-11e6-9a41-93e8deadbeef"
    function_name = "bench"


def main():
    root, which = sys.argv[1:]
    sys.path.append(root)
    calls = counted_calls()
    handlers = {"ours": ours, "seed": seed}[which]()
    figures = {}
    for case in json.load(sys.stdin):
        handler = handlers["orders" if case["what"] == "orders" else "logs"]
        events = batches(BODIES[case["what"]](case["messages"]), case["batch"])
        measured = write(handler, events, calls, case["messages"])
        figures |= {f"{case['what']} {case['batch']} {name}": n for name, n in measured.items()}
    sys.stdout.write(f"\n{json.dumps(figures)}")


def write(handler, events, calls, messages):
    """The figures of one case."""
    for event in events[:WARM_UP_BATCHES]:
        call(handler, event)
    calls.clear()
    started, started_cpu = time.perf_counter(), time.process_time()
    for event in events:
        call(handler, event)
    elapsed_s, cpu_s = time.perf_counter() - started, time.process_time() - started_cpu
    return {
        "messages_per_s": messages / elapsed_s,
        "cpu_us_per_message": cpu_s / messages * 1e6,
        "calls_per_1000": len(calls) / messages * 1000,
    }


def counted_calls():
    """A list that grows with each HTTP request of botocore's."""
    from botocore.httpsession import URLLib3Session

    calls = []
    send = URLLib3Session.send

    def counted(session, request):
        calls.append(request.method)
        return send(session, request)

    URLLib3Session.send = counted
    return calls


def ours():
    """The functions as Lambda calls them."""
    import app

    return {"orders": app.store_orders, "logs": app.process_logs}


def seed():
    """A put a record on the table resource: seed 003's function, and seed 004's worker alike.

    Seed 003 mints an id at each delivery and keeps the body as text. Seed 004 tells what its
    worker does and not how; its simulated work is left out on both sides.
    """
    import uuid

    import boto3

    dynamodb = boto3.resource("dynamodb", region_name="us-east-1")
    orders_table = dynamodb.Table("orders")
    logs_table = dynamodb.Table("MultiTenantLogs")

    def store_orders(event, _context):
        for record in event["Records"]:
            orders_table.put_item(Item={"orderID": str(uuid.uuid4()), "order": record["body"]})

    def process_logs(event, _context):
        failures = []
        for record in event["Records"]:
            try:
                [log] = json.loads(record["body"])["records"]
                logs_table.put_item(Item={**log, "sk": f"{log['ts']}#{log['log_id']}"})
            except Exception:  # noqa: BLE001 as the seed says: only this one is tried again
                failures.append({"itemIdentifier": record["messageId"]})
        return {"batchItemFailures": failures}

    return {"orders": store_orders, "logs": process_logs}


def call(handler, event):
    answer = handler(event, Context())
    if answer is not None and answer["batchItemFailures"]:
        raise SystemExit(f"answered {answer}")


def orders(count):
    """Bodies of the orders' queue, by the product's own hand."""
    from chalicelib import times
    from chalicelib.orders.message import Queued, write

    for number in range(count):
        order = {
            "customer": f"c-{number}",
            "lines": [
                {"sku": "mop-1", "quantity": 2, "unit_price": 9},
                {"sku": "soap-5l", "quantity": 1, "unit_price": 17},
            ],
        }
        yield write(
            Queued(
                orderID=f"{number:032x}",
                placed_by="6f1a2b3c-0000-4000-8000-1d2e3f4a5b6c",
                queued_at=times.sortable_text(AT),
                order=order,
            )
        )


def logs(count, *, named=False):
    """Bodies of the logs' queue, one record each, by the product's own hand."""
    from chalicelib import times
    from chalicelib.tenant_logs.model import LogRecord
    from chalicelib.tenant_logs.queueing import packing

    at = times.sortable_text(AT)
    for number in range(count):
        record = LogRecord(
            tenant_id="acme",
            log_id=f"c6af9ac6-7b61-11e6-9a41-{number:012}",
            ts=at,
            received_at=at,
            expires_at=EXPIRES_AT,
            text=TEXT % number,
            attrs={"host": "combo", "process": "su(pam_unix)", "pid": number},
            named=named,
        )
        yield packing.group_records([(0, packing.encode(record))])[0].body


def named_logs(count):
    """As logs, with ids of their senders'."""
    return logs(count, named=True)


def batches(bodies, size):
    """The events that carry the bodies."""
    records = [
        {
            "messageId": f"{number:08x}-0000-4000-8000-000000000000",
            "receiptHandle": "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a" * 8,
            "body": body,
            "attributes": {"SentTimestamp": "1769851800123", "ApproximateReceiveCount": "1"},
            "messageAttributes": {},
            "eventSource": "aws:sqs",
            "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:queue",
            "awsRegion": "us-east-1",
        }
        for number, body in enumerate(bodies)
    ]
    return [{"Records": records[at : at + size]} for at in range(0, len(records), size)]


BODIES = {"orders": orders, "logs": logs, "named logs": named_logs}

if __name__ == "__main__":
    main()
