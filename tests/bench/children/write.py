"""Writes queued messages: `write.py <root> <ours|seed>`, the cases on stdin; prints the figures.

A case is its `name`, which `function` (orders, logs) is called, and the `events`.
"""

import json
import sys
import time

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
        measured = write(handlers[case["function"]], case["events"], calls)
        figures |= {f"{case['name']} {name}": value for name, value in measured.items()}
    sys.stdout.write(f"\n{json.dumps(figures)}")


def write(handler, events, calls):
    """The figures of one case."""
    messages = sum(len(event["Records"]) for event in events)
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


if __name__ == "__main__":
    main()
