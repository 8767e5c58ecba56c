"""Counts of log records under faults: never fewer than are stored, and more only if they say so."""

from contextlib import ExitStack

import pytest
from logs_system import LogsCloud, into_logs, texts
from support.failpoints import (
    access_denied,
    failpoint,
    failpoints,
    lost_response,
    server_error,
    sometimes,
    timed_out,
    timed_out_after_commit,
)

from chalicelib import times

INSERT, COUNT = "BatchExecuteStatement", "UpdateItem"


class Killed(BaseException):
    """The process ends here, as far as a test can have it."""


def kill(client, request):
    raise Killed


@pytest.fixture
def logs(on_emulator, pauses):
    with ExitStack() as running:
        yield LogsCloud(on_emulator, running)


def counted(logs):
    """How many records the counts of the last hour say there are, and whether that is exact."""
    now_s = int(times.now().timestamp())
    store = logs.wiring.logs.histograms.counts
    hours = list(store.read("acme", now_s - 3600, now_s + 3600))
    total = sum(sum(hour.counts.values()) for hour in hours)
    return total, all(hour.is_exact for hour in hours)


def test_without_faults_what_is_stored_is_counted_exactly(logs):
    for count in (1, 30, 400):
        logs.ingest(texts(count))
    logs.drain()
    assert (len(logs.stored()), counted(logs)) == (431, (431, True))


@pytest.mark.parametrize("fault", [server_error, timed_out, access_denied])
def test_a_count_that_fails_brings_its_records_back(logs, fault):
    logs.ingest(texts(10))
    with failpoint(logs.dynamodb, COUNT, *[fault] * 3):
        records = logs.received()
        failed = logs.invoke(records)
    assert failed == [record["messageId"] for record in records]
    assert len(logs.stored()) == 10
    logs.settle(records, set(failed))
    logs.drain()
    assert len(logs.stored()) == 10
    assert counted(logs) == (10, False)


@pytest.mark.parametrize("fault", [lost_response, timed_out_after_commit], ids=["500", "none"])
def test_a_count_whose_response_is_lost_may_count_twice_and_says_so(logs, fault):
    logs.ingest(texts(10))
    with failpoint(logs.dynamodb, COUNT, fault):
        logs.drain()
    assert (len(logs.stored()), counted(logs)) == (10, (20, False))


@pytest.mark.parametrize("operation", [INSERT, COUNT])
def test_a_process_that_dies_between_the_two_writes_leaves_no_record_uncounted(logs, operation):
    logs.ingest(texts(10))
    records = logs.received()
    with failpoint(logs.dynamodb, operation, kill), pytest.raises(Killed):
        logs.invoke(records)
    logs.settle(records, {record["messageId"] for record in records})
    logs.drain()
    total, is_exact = counted(logs)
    assert (len(logs.stored()), is_exact) == (10, False)
    assert total >= 10


def test_under_any_faults_counts_are_no_fewer_than_records(logs):
    faults = [server_error, timed_out, lost_response, timed_out_after_commit]
    for _ in range(20):
        assert logs.ingest(texts(7))[0] == 202
    with ExitStack() as points:
        for seed, fault in enumerate(faults):
            for operation in (COUNT, INSERT):
                chosen = fault if operation == COUNT else into_logs(fault)
                rare = sometimes(chosen, 0.12, seed=seed)
                points.enter_context(failpoints(logs.dynamodb, operation, rare))
        logs.drain()
    letters = len(logs.dead_letters())
    total, is_exact = counted(logs)
    assert (len(logs.stored()), letters, is_exact) == (140, 0, False)
    assert total >= 140
