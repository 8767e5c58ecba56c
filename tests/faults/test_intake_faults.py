"""The intake of logs under faults: what is answered with a 202 is stored, and once."""

import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from logs_system import CLAIMS, LogsCloud, log_ids, mixed, texts
from support.clouds import cloud_at
from support.failpoints import (
    black_hole,
    closed_port,
    failpoint,
    failpoints,
    hanging_connect,
    lost_response,
    server_error,
    sometimes,
    timed_out_after_commit,
    unavailable,
)

from chalicelib.aws.session import API, Aws

LOST = pytest.mark.parametrize(
    "fault", [lost_response, timed_out_after_commit], ids=["500", "none"]
)


@pytest.fixture
def logs(on_emulator, pauses):
    with ExitStack() as running:
        yield LogsCloud(on_emulator, running)


# --- 8, 9: the queue refuses ---------------------------------------------------------------------


class WithoutQueue:
    """A cloud whose queue is elsewhere."""

    def __init__(self, cloud: Aws, elsewhere: Aws) -> None:
        self._cloud, self._elsewhere = cloud, elsewhere

    def client(self, service, *timeouts):
        return (self._elsewhere if service == "sqs" else self._cloud).client(service, *timeouts)


@pytest.mark.parametrize("down", [closed_port, black_hole, hanging_connect])
def test_a_queue_that_cannot_be_reached_is_a_503_within_five_seconds(logs, down):
    with down() as url:
        logs.run_on(WithoutQueue(logs.cloud, cloud_at(url)))
        began = time.monotonic()
        status, problem = logs.ingest(texts(1000))
    assert (status, problem["code"]) == (503, "unavailable")
    assert time.monotonic() - began < 5


def test_a_queue_that_fails_now_and_then_takes_every_record_once(logs):
    with failpoints(logs.sqs, "SendMessageBatch", sometimes(server_error, 0.4, seed=8)):
        answers = [logs.ingest(texts(200, padding="x" * 900)) for _ in range(5)]
    accepted = [
        result["log_id"]
        for _, body in answers
        for result in body.get("results", [])
        if result["status"] == "accepted"
    ]
    logs.drain()
    assert len(accepted) > 200
    assert log_ids(logs.stored()) == Counter(accepted)


@LOST
def test_a_lost_response_of_the_queue_stores_nothing_twice(logs, fault):
    """SQS took the messages, its answer was lost, and they were sent again."""
    with failpoint(logs.sqs, "SendMessageBatch", fault) as point:
        status, body = logs.ingest([*texts(30), *texts(3, log_id="same")])
    assert (status, body["accepted"], point.attempts) == (202, 33, 2)
    logs.drain()
    assert len(logs.stored()) == 31
    assert len(logs.deliveries) == 2


# --- The same log_id -----------------------------------------------------------------------------


def test_the_same_log_id_from_five_clients_at_once_is_one_item(logs):
    ready, rounds = threading.Barrier(5), range(10)

    def client(_):
        ready.wait()
        return [
            logs.ingest([{"tenant_id": "acme", "log_id": f"r-{n}", "text": "x"}])[0] for n in rounds
        ]

    def worker(records):
        ready.wait()
        return logs.invoke(records)

    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(client, range(5)))
        assert answers == [[202] * 10] * 5
        records = [record for _ in range(5) for record in logs.received()]
        assert len(records) == 50
        mixed(records)
        assert list(pool.map(worker, [records[n::5] for n in range(5)])) == [[]] * 5
    assert log_ids(logs.stored()) == {f"r-{n}": 1 for n in rounds}
    assert logs.counters() == {"log_duplicates": 40}


# --- Claim checks ---------------------------------------------------------------------------


def test_big_records_go_through_the_bucket_and_leave_nothing_there(logs):
    sent = [{"tenant_id": "acme", "log_id": str(n), "text": str(n) * 300_000} for n in range(8)]
    assert logs.ingest(sent)[1]["accepted"] == 8
    s3 = logs.cloud.client("s3")
    assert s3.list_objects_v2(Bucket=CLAIMS)["KeyCount"] == 8
    records = logs.received()
    assert logs.invoke(records) == []
    assert logs.invoke(records) == [], "delivered again, after the claims were deleted"
    assert {record["log_id"]: len(record["text"]) for record in logs.stored()} == {
        str(n): 300_000 for n in range(8)
    }
    assert s3.list_objects_v2(Bucket=CLAIMS)["KeyCount"] == 0


def test_a_bucket_that_is_down_brings_the_message_back_alone(logs):
    logs.ingest([{"tenant_id": "acme", "log_id": "big", "text": "x" * 300_000}])
    logs.ingest([{"tenant_id": "acme", "log_id": "small", "text": "x"}])
    with failpoint(logs.cloud.client("s3"), "GetObject", *[unavailable] * API.attempts):
        logs.drain()
    assert log_ids(logs.stored()) == {"big": 1, "small": 1}
    assert sorted(logs.deliveries.values()) == [1, 2]
