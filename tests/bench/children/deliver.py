"""Delivers messages: `deliver.py <root> <ours|plain|stream>`, the case on stdin; prints figures.

A case is how many `deliveries` there are and what each outside call takes (`call_s`). Half of the
deliveries go to a Facebook page, half by e-mail.
"""

import base64
import json
import os
import sys
import threading
import time
from datetime import UTC, datetime, timedelta

BATCH = 10  # records of one invocation, as declared
NAMES = ("facebook", "email")
WARM_UP = 20  # deliveries


class Context:
    """What Lambda hands to a function."""

    aws_request_id = "c6af9ac6-7b61-11e6-9a41-93e8deadbeef"
    function_name = "bench"


def main():
    root, which = sys.argv[1:]
    case = json.load(sys.stdin)
    sys.path.append(root)
    from tables_in_process import Tables

    tables = Tables(case["call_s"])
    tables.install()
    refs = make(tables, case["deliveries"] + WARM_UP)
    deliver = {"ours": ours, "plain": plain, "stream": stream}[which](tables)
    deliver(refs[:WARM_UP])
    tables.calls.clear()
    started, started_cpu = time.perf_counter(), time.process_time()
    deliver(refs[WARM_UP:])
    elapsed_s, cpu_s = time.perf_counter() - started, time.process_time() - started_cpu
    require_sent(tables, refs)
    count = case["deliveries"]
    calls = tables.calls.total() + count / 2  # the posts went past botocore
    figures = {
        "per_s": count / elapsed_s,
        "cpu_ms": cpu_s / count * 1000,
        "calls": calls / count,
        "writes": tables.calls["UpdateItem"] / count,
    }
    sys.stdout.write(f"\n{json.dumps(figures)}")


def make(tables, count):
    """Queued messages to two channels each; returns their deliveries' message id and name."""
    from chalicelib import ids
    from chalicelib.aws.attributes import to_attributes
    from chalicelib.publisher import keys, stored
    from chalicelib.publisher.model import Channel, MessageStatus
    from chalicelib.publisher.stored import StoredDelivery, StoredMessage

    table, now = os.environ["MESSAGES_TABLE"], datetime.now(UTC)
    at = keys.due_time(now)
    refs = []
    for number in range(count // len(NAMES)):
        message_id = ids.new_uuid7(int(now.timestamp() * 1000), number)
        message = StoredMessage(
            id=message_id,
            user="6f1a2b3c-0000-4000-8000-1d2e3f4a5b6c",
            status=MessageStatus.QUEUED,
            content="The doors open at nine: come and see what is new. " * 6,
            channels=[Channel(name) for name in NAMES],
            deliveries=list(NAMES),
            due_at=at,
            released_at=at,
            created_at=at,
            updated_at=at,
            request_id="c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
            subject="The doors open at nine",
            look_at=keys.due_time(now + timedelta(seconds=60)),
        )
        item = {**keys.message(message_id), **stored.to_attributes(message)}
        tables.put(table, to_attributes(item))
        for name in NAMES:
            target = "ada@example.com" if name == "email" else None
            delivery = StoredDelivery(name=name, channel=Channel(name), target=target)
            item = {**keys.delivery(message_id, name), **stored.to_attributes(delivery)}
            tables.put(table, to_attributes(item))
            refs.append((message_id, name))
    return refs


def ours(_tables):
    """The function as Lambda calls it, a batch after another."""
    import app

    def deliver(refs):
        for start in range(0, len(refs), BATCH):
            records = [record(*ref) for ref in refs[start : start + BATCH]]
            answer = app.deliver_messages({"Records": records}, Context())
            if answer["batchItemFailures"]:
                raise SystemExit(f"answered {answer}")

    return deliver


def plain(_tables):
    """The same calls on boto3, one after another: nothing is shared, and nothing at once."""
    from plain_delivery import PlainDelivery

    one = PlainDelivery()

    def deliver(refs):
        for ref in refs:
            one.deliver(*ref)

    return deliver


def stream(tables):
    """The records of a stream by the local event sources, in its lanes as the mapping has them.

    On AWS each lane is a process; here all of them share this one.
    """
    import app
    from chalicelib.aws import Aws
    from chalicelib.publisher.leases import DeliveryRef
    from infra.local.event_sources import kinesis_stream
    from infra.local.event_sources.runner import repeat
    from infra.local.event_sources.source import SourceDependencies, StreamSettings

    settings = StreamSettings(parallelization=int(os.environ["LANES"]))
    name = "deliver_messages"
    (config,) = [config for config in app.app.event_sources if config.name == name]
    config.maximum_batching_window_in_seconds = 0  # all records are there
    dependencies = SourceDependencies(
        Aws(app.settings.aws),
        endpoint_url=app.settings.aws.endpoint_url,
        region=app.settings.aws.region,
        reports_failures=True,
        stream_settings={name: settings},
    )
    (poller,) = kinesis_stream.build_pollers(config, app.app.handler_map[name], dependencies)
    never = threading.Event()
    threading.Thread(target=repeat, args=(poller, never), daemon=True).start()

    def deliver(refs):
        settled = tables.settled + len(refs) // len(NAMES)
        dispatcher = app.wiring.publisher.tick.dispatcher
        if refused := dispatcher.send([DeliveryRef(*ref) for ref in refs], None):
            raise SystemExit(f"the stream refused {len(refused)} records")
        tables.wait_until(settled)

    return deliver


def record(message_id, name):
    """A delivery as the data stream's mapping hands it over."""
    data = json.dumps({"v": 1, "id": message_id, "ch": name}).encode()
    return {
        "eventSource": "aws:kinesis",
        "eventID": "shardId-000000000000:1",
        "kinesis": {
            "sequenceNumber": str(abs(hash((message_id, name)))),
            "partitionKey": f"{message_id}#{name}",
            "data": base64.b64encode(data).decode(),
            "approximateArrivalTimestamp": time.time(),
        },
    }


def require_sent(tables, refs):
    """Stop unless every delivery and every message is sent."""
    table = os.environ["MESSAGES_TABLE"]
    for message_id, name in refs:
        for sort_key in (f"CHANNEL#{name}", "METADATA"):
            item = tables.find(table, f"MSG#{message_id}", sort_key)
            if item["status"] != {"S": "sent"}:
                raise SystemExit(f"{message_id} {sort_key} is {item['status']}")


if __name__ == "__main__":
    main()
