"""Personal data that senders let slip: seen nowhere behind the edge, and all else unchanged."""

import json

from senders_kit import NDJSON, ndjson
from support import masking_corpus
from support.log_lines import made_with_personal_data, real_or_made

LINES, PLANTED = made_with_personal_data(300)
# Beyond a message, so it lies in the bucket of claim checks too.
LARGE = "\n".join(LINES * 7)


def test_planted_addresses_and_numbers_are_in_no_queue_bucket_table_or_log(logs, sender):
    records = [{"text": line, "attrs": {"seen": line}} for line in LINES] + [{"text": LARGE}]
    assert len(LARGE) > 256 * 1024

    with logs.quick_returns(1):
        with logs.processing_paused():
            answer = logs.post("/ingest", ndjson(records), NDJSON, Authorization=sender.bearer)
            assert (answer.status, answer.body["accepted"]) == (202, len(records))
            queued = all_messages(logs)
            claimed = all_claims(logs, sender.tenant_id)
        items = logs.until_stored(sender.tenant_id, len(records))

    assert len(items) == len(records)
    assert sender.tenant_id in queued
    assert "contact=" in claimed
    stored = json.dumps(items, default=str)
    logged = "".join(path.read_text() for path in logs.system.config.logs_dir.glob("*.log"))
    for name, text in (
        ("queue", queued),
        ("bucket", claimed),
        ("table", stored),
        ("logs", logged),
        ("answer", json.dumps(answer.body)),
    ):
        assert [item for item in PLANTED.all if item in text] == [], name


def test_what_is_no_personal_data_stays_as_it_is(logs, sender):
    lines = [line for kind in ("apache", "sshd") for line in real_or_made(kind, 480)]
    rng = masking_corpus.rng("senders")
    lines += [make(rng) for make in masking_corpus.NO_SECRETS.values()]
    records = [{"text": line, "source": "user@1000.service"} for line in lines]

    logs.post("/ingest", ndjson(records), NDJSON, Authorization=sender.bearer)

    items = logs.until_stored(sender.tenant_id, len(lines))
    assert sorted(item["text"] for item in items) == sorted(lines)
    assert {item["source"] for item in items} == {"user@1000.service"}


def test_the_digits_of_a_span_id_are_no_card(logs, sender):
    record = {
        "body": {"stringValue": "paid with 4111111111111111"},
        "traceId": "45320151128303664532015112830366",
        "spanId": "4532015112830366",
    }
    export = {"resourceLogs": [{"scopeLogs": [{"logRecords": [record]}]}]}

    body = json.dumps(export).encode()
    logs.post("/v1/logs", body, "application/json", Authorization=sender.bearer)

    (item,) = logs.until_stored(sender.tenant_id, 1)
    assert item["text"] == "paid with [card]"
    assert item["attrs"]["trace_id"] == "45320151128303664532015112830366"
    assert item["attrs"]["span_id"] == "4532015112830366"


def test_a_tenant_may_keep_its_records_unmasked(logs):
    sender = logs.new_sender(masks=False)

    logs.post(
        "/ingest", ndjson([{"text": line} for line in LINES]), NDJSON, Authorization=sender.bearer
    )

    items = logs.until_stored(sender.tenant_id, len(LINES))
    assert sorted(item["text"] for item in items) == sorted(LINES)


def all_messages(logs):
    """The bodies that wait in the queue; they come back at once."""
    bodies, handles = [], []
    while logs.depth().waiting:
        answer = logs.sqs.receive_message(
            QueueUrl=logs.queue_url, MaxNumberOfMessages=10, VisibilityTimeout=20
        )
        bodies += [message["Body"] for message in answer.get("Messages", [])]
        handles += [message["ReceiptHandle"] for message in answer.get("Messages", [])]
    for handle in handles:
        logs.sqs.change_message_visibility(
            QueueUrl=logs.queue_url, ReceiptHandle=handle, VisibilityTimeout=0
        )
    assert bodies
    return "".join(bodies)


def all_claims(logs, tenant_id):
    """The objects of a tenant's claim checks."""
    s3, bucket = logs.client("s3"), logs.system.outputs["ClaimsBucket"]
    listed = s3.list_objects_v2(Bucket=bucket, Prefix=f"claims/{tenant_id}/")
    keys = [content["Key"] for content in listed["Contents"]]
    return "".join(s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode() for key in keys)
