"""Clients: made once, with the budgets of their kind; time is measured on real sockets."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from support.clouds import cloud_at
from support.failpoints import (
    always,
    black_hole,
    closed_port,
    failpoints,
    hanging_connect,
    throttled,
)

from chalicelib.aws import API, ARCHIVE, FAST
from chalicelib.aws.session import LONG_POLL, WORKER
from chalicelib.aws.state import State
from chalicelib.aws.table import Table
from chalicelib.errors import Unavailable

# What one call may take when nothing answers: the documented budgets.
BUDGET_S = {API: 5.0, FAST: 0.25}


def test_a_client_is_made_once_for_its_service_and_timeouts(aws):
    assert aws.client("sqs") is aws.client("sqs", API)
    assert aws.client("sqs") is not aws.client("sqs", FAST)
    assert aws.client("sqs") is not aws.client("dynamodb")


def test_threads_share_the_one_client(aws):
    with ThreadPoolExecutor(16) as pool:
        clients = list(pool.map(lambda _: aws.client("kinesis"), range(64)))
    assert len({id(client) for client in clients}) == 1


@pytest.mark.parametrize("timeouts", [API, FAST, ARCHIVE, WORKER, LONG_POLL])
def test_a_client_has_the_timeouts_and_attempts_of_its_kind(aws, timeouts):
    config = aws.client("sqs", timeouts).meta.config
    assert (config.connect_timeout, config.read_timeout) == (timeouts.connect_s, timeouts.read_s)
    assert config.retries["total_max_attempts"] == timeouts.attempts


def test_the_worst_case_of_every_kind_is_within_its_budget():
    for timeouts, budget_s in BUDGET_S.items():
        waiting_s = max(timeouts.connect_s, timeouts.read_s) * timeouts.attempts
        assert waiting_s + 0.4 * (timeouts.attempts - 1) <= budget_s


def test_retries_back_off_with_jitter_and_never_longer_than_the_cap(aws, pauses):
    client = aws.client("dynamodb")
    table = Table(client, "OmniData-test")
    with failpoints(client, "GetItem", always(throttled)):
        for _ in range(20):
            with pytest.raises(Unavailable):
                table.get({"user_id": "a"})
    assert len(pauses) == 40
    assert max(pauses) <= 0.4
    assert len(set(pauses)) > 20


def test_a_long_outage_exhausts_the_retry_quota_instead_of_hammering(aws, pauses):
    client = aws.client("dynamodb")
    table = Table(client, "OmniData-test")
    with failpoints(client, "GetItem", always(throttled)) as point:
        for _ in range(200):
            with pytest.raises(Unavailable):
                table.get({"user_id": "a"})
    assert point.attempts == 200 + 100  # a quota of 500, of which each retry takes 5


@pytest.mark.parametrize("server", [closed_port, black_hole, hanging_connect])
def test_a_fast_call_that_meets_nothing_ends_within_a_quarter_second(server):
    with server() as url:
        state = State(Table(cloud_at(url).client("dynamodb", FAST), "OmniState-test"))
        took_s = []
        for _ in range(3):
            began = time.monotonic()
            with pytest.raises(Unavailable):
                state.count("n")
            took_s.append(time.monotonic() - began)
    assert min(took_s) < 0.25
