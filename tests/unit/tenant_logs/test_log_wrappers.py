"""Bodies that carry the lines of others: every line by itself, and no more than are allowed."""

import base64
import gzip
import json

import pytest
from support.logs import Desk, payload

from chalicelib.errors import TooLarge
from chalicelib.tenant_logs.intake.bodies import objects
from chalicelib.tenant_logs.model import JSON, Refusal

EVENT = {"id": "3" * 56, "timestamp": 1769767200123, "message": "db down\n"}


def subscription(*events, kind="DATA_MESSAGE"):
    return {
        "messageType": kind,
        "logGroup": "/aws/lambda/shop",
        "logStream": "s",
        "logEvents": list(events),
    }


def firehose(*data):
    records = [{"data": base64.b64encode(item).decode()} for item in data]
    return {"requestId": "r-1", "timestamp": 1769767200123, "records": records}


def texts(body):
    desk = Desk()
    result = desk.ingest(body, JSON, named="acme")
    return [message.text for message in desk.queued()], [item.code for item in result.results]


def test_an_event_of_cloudwatch_is_the_same_record_when_it_comes_again():
    desk = Desk()
    desk.ingest(subscription(EVENT, {**EVENT, "id": "4" * 56}), named="acme")
    first, second = desk.queued()
    assert (first.log_id, second.log_id) == ("3" * 56, "4" * 56)
    assert (first.named, first.ts) == (True, "2026-01-30T10:00:00.123000Z")
    assert texts(subscription(EVENT, EVENT))[0] == ["db down"]


def test_a_control_message_of_cloudwatch_has_no_records():
    assert texts(subscription(EVENT, kind="CONTROL_MESSAGE")) == ([], [])


def test_firehose_carries_lines_and_subscriptions_plain_and_gzip():
    inner = json.dumps(subscription(EVENT)).encode()
    body = firehose(
        b'{"msg":"a"}\n{"msg":"b"}\n', gzip.compress(inner), inner, b"plain", gzip.compress(b"x")
    )
    found, codes = texts(body)
    assert found == ["a", "b", "db down", "plain", "x"]
    assert codes == [None] * 6, "two of them are the same record"


def test_a_bad_record_of_a_wrapper_spoils_no_other():
    body = firehose(b'{"msg":"a"}', gzip.compress(b"x")[:-9], b'{"msg":"b"}')
    body["records"][1:1] = [{"data": "***"}, {}, 7]
    assert texts(body) == (["a", "b"], [None, *["invalid_record"] * 4, None])
    assert texts(subscription(EVENT, {"message": "no time"}))[1] == [None, "invalid_record"]


def test_what_looks_like_a_wrapper_and_is_none_is_a_record():
    assert texts({"requestId": "r-1", "message": "a"})[0] == ["a"]
    assert texts({"streams": 7, "message": "a"})[0] == ["a"]


def test_all_of_a_request_unpacks_to_five_megabytes_at_most():
    data = gzip.compress(b"a" * 2_000_000)
    _, codes = texts(firehose(*[data] * 50))
    assert codes == [None, None, *["too_large"] * 48]


def test_a_wrapper_counts_by_what_it_holds():
    assert len(objects(payload(subscription(*[EVENT] * 1000)))) == 1000
    with pytest.raises(TooLarge):
        objects(payload(subscription(*[EVENT] * 1001)))
    with pytest.raises(TooLarge):
        objects(payload(firehose(b"x\n" * 600, b"x\n" * 600)))


def loki(labels, *values):
    return {"streams": [{"stream": labels, "values": list(values)}]}


def test_lokis_labels_and_metadata_are_attributes_and_name_the_level():
    desk = Desk()
    line = ["1769767200123000000", '{"msg":"db down"}', {"trace": "t-1"}]
    desk.ingest(loki({"job": "shop", "detected_level": "error"}, line), named="acme")
    (record,) = desk.queued()
    assert (record.text, record.severity, record.source) == ("db down", "ERROR", "shop")
    assert record.attrs == {"job": "shop", "detected_level": "error", "trace": "t-1"}


def test_big_labels_are_not_copied_into_each_line():
    big = {"app": "shop", "big": "4444 " * 800_000, "last": "x"}
    records = objects(payload(loki(big, *[["1769767200123000000", "x"]] * 1000)))
    assert not any(isinstance(record, Refusal) for record in records)
    assert {str(record.around["attrs"]) for record in records} == {"{'app': 'shop'}"}
