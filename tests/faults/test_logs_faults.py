"""The processing of logs under faults: each record is stored once, or is a dead letter."""

import json
import random
from collections import Counter
from contextlib import ExitStack

import pytest
from botocore.exceptions import ClientError
from logs_system import (
    CLAIMS,
    MAX_RECEIVES,
    LogsCloud,
    into_logs,
    log_ids,
    mixed,
    texts,
    throttled_inserts,
)
from support.events import sqs_record
from support.failpoints import (
    access_denied,
    always,
    failpoint,
    failpoints,
    lost_response,
    server_error,
    throttled,
    timed_out,
    timed_out_after_commit,
    unavailable,
)
from support.logs import body_of, record

from chalicelib.aws.bulk import PAUSES_S
from chalicelib.aws.session import API

INSERT = "BatchExecuteStatement"
LOST = pytest.mark.parametrize(
    "fault", [lost_response, timed_out_after_commit], ids=["500", "none"]
)


class Once:
    """A fault that happens to the first request that it is meant for."""

    def __init__(self, fault):
        self._fault = fault
        self.happened = False

    def __call__(self, client, request):
        if self.happened:
            return None
        self.happened = True
        response = self._fault(client, request)
        self.happened = response is not None
        return response


@pytest.fixture
def logs(on_emulator, pauses):
    with ExitStack() as running:
        yield LogsCloud(on_emulator, running)


# --- 10: delivered twice, and out of order -------------------------------------------------------


def test_messages_delivered_twice_and_out_of_order_are_stored_once(logs):
    named = [{**text, "log_id": f"n-{n}"} for n, text in enumerate(texts(40))]
    for part in (named[:20], texts(25), named[20:], texts(15)):
        assert logs.ingest(part)[0] == 202
    deliveries = logs.received() * 3
    mixed(deliveries)
    for start in range(0, len(deliveries), 5):
        assert logs.invoke(deliveries[start : start + 5]) == []
    assert len(logs.stored()) == 80
    assert logs.counters() == {}


# --- 11: poison ----------------------------------------------------------------------------------


def test_of_a_thousand_messages_ten_are_poison_and_990_are_stored(logs):
    good = [body_of(record(str(n), tenant_id=f"t-{n % 3}")) for n in range(990)]
    claim = {"v": 1, "tenant_id": "acme", "claim": "claims/acme/2026-01-31/lost.json"}
    poison = [
        '{"v": 1, "tenant_id":',
        "not json at all",
        json.dumps({**json.loads(good[0]), "tenant_id": "NOT A TENANT"}),
        json.dumps({**json.loads(good[0]), "tenant_id": "another"}),
        body_of(record("big", text="x" * 410_000)),
        body_of(record("a#b")),
        body_of(record("timeless", ts="yesterday")),
        json.dumps({"v": 1, "tenant_id": "acme", "records": []}),
        json.dumps({"v": 2, "tenant_id": "acme"}),
        json.dumps(claim),
    ]
    messages = good + poison
    mixed(messages)
    logs.send(*messages)
    logs.drain()
    assert log_ids(logs.stored()) == Counter(str(n) for n in range(990))
    assert Counter(logs.deliveries.values()) == {1: 990, MAX_RECEIVES: 10}
    letters = logs.dead_letters()
    assert sorted(letters) == sorted(poison)

    held = body_of(record("mended")).encode()
    logs.cloud.client("s3").put_object(Bucket=CLAIMS, Key=claim["claim"], Body=held)
    logs.send(*letters)
    logs.drain()
    assert len(logs.stored()) == 991
    assert len(logs.dead_letters()) == 9


# --- 12, 13: some of a batch, and all of it ------------------------------------------------------


def test_of_500_batches_of_five_the_one_that_fails_alone_comes_again(logs):
    """Seed 004's case: the database fails on one message of each batch."""
    for start in range(0, 500, 50):
        batches = range(start, start + 50)
        bodies = {f"m-{b}-{n}": body_of(record(f"{b}-{n}")) for b in batches for n in range(5)}
        ill = {f"{b}-{b % 5}" for b in batches}
        with failpoints(
            logs.dynamodb,
            INSERT,
            always(throttled_inserts(lambda item, ill=ill: item["log_id"] in ill)),
        ):
            for b in batches:
                failed = logs.invoke(_deliveries(bodies, [f"m-{b}-{n}" for n in range(5)]))
                assert failed == [f"m-{b}-{b % 5}"]
        again = [f"m-{b}-{b % 5}" for b in batches]
        assert logs.invoke(_deliveries(bodies, again)) == []
    assert log_ids(logs.stored()) == Counter(f"{b}-{n}" for b in range(500) for n in range(5))
    assert Counter(logs.deliveries.values()) == {1: 2000, 2: 500}


def _deliveries(bodies, names):
    return [sqs_record(bodies[name], name) for name in names]


@pytest.mark.parametrize("named", [True, False])
def test_a_batch_that_raises_comes_back_whole_and_is_stored_in_the_end(logs, named):
    logs.send(*(body_of(record(str(n), named=named)) for n in range(8)))
    records = logs.received()
    with failpoints(logs.dynamodb, "*", always(access_denied)), pytest.raises(ClientError):
        logs.invoke(records)
    logs.settle(records, {entry["messageId"] for entry in records})
    logs.drain()
    assert log_ids(logs.stored()) == Counter(map(str, range(8)))


@pytest.mark.parametrize("fault", [throttled, server_error, timed_out])
def test_a_database_that_is_down_fails_every_message_and_loses_none(logs, fault):
    logs.send(*(body_of(record(str(n), named=n % 2 == 0)) for n in range(8)))
    records = logs.received()
    with failpoints(logs.dynamodb, "*", always(fault)):
        assert len(logs.invoke(records)) == 8
    logs.settle(records, {entry["messageId"] for entry in records})
    logs.drain()
    assert log_ids(logs.stored()) == Counter(map(str, range(8)))


# --- 4, 18: the table ----------------------------------------------------------------------------


@LOST
@pytest.mark.parametrize("of", [into_logs, lambda fault: fault], ids=["record", "marker"])
def test_a_write_whose_answer_was_lost_is_no_duplicate_of_itself(logs, of, fault):
    """Of a marker, which is inserted first, or of the record itself."""
    logs.send(body_of(*(record(str(n), named=True) for n in range(20))))
    lost = Once(of(fault))
    with failpoints(logs.dynamodb, INSERT, always(lost)):
        logs.drain()
    assert lost.happened
    assert log_ids(logs.stored()) == Counter(map(str, range(20)))
    assert logs.counters() == {}


def test_with_a_fifth_unprocessed_the_table_is_exact_and_every_pause_is_jittered(logs):
    chance = random.Random(18)  # noqa: S311 a test's dice
    logs.send(*(body_of(*(record(f"{m}-{n}") for n in range(100))) for m in range(20)))
    fault = throttled_inserts(lambda _: chance.random() < 0.2)
    with failpoints(logs.dynamodb, INSERT, always(fault)) as point:
        logs.drain()
    assert log_ids(logs.stored()) == Counter(f"{m}-{n}" for m in range(20) for n in range(100))
    assert logs.dead_letters() == []
    assert len(logs.pauses) == point.attempts - 80, "a pause before every attempt but the first"
    assert all(0 <= pause <= max(PAUSES_S) for pause in logs.pauses)
    assert len({round(pause, 6) for pause in logs.pauses}) > len(logs.pauses) * 0.9


def test_a_marker_whose_record_could_not_be_written_lets_it_be_written_later(logs):
    """The process dies between the marker and the record."""
    logs.send(body_of(record("1", named=True)))
    records = logs.received()
    with failpoints(logs.dynamodb, INSERT, always(into_logs(throttled))):
        assert logs.invoke(records) == [records[0]["messageId"]]
    assert logs.stored() == []
    logs.settle(records, {records[0]["messageId"]})
    logs.drain()
    assert log_ids(logs.stored()) == {"1": 1}


def test_markers_that_cannot_be_read_bring_their_records_back(logs):
    logs.send(
        body_of(record("1", named=True)),
        body_of(record("1", named=True, ts="2026-01-31T10:00:00Z")),
    )
    with failpoint(logs.dynamodb, "BatchGetItem", *[unavailable] * API.attempts):
        logs.drain()
    assert log_ids(logs.stored()) == {"1": 1}
    assert sorted(logs.deliveries.values()) == [1, 2]
