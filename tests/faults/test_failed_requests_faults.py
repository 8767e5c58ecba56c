"""Keeping a failed request may fail or hang: the response is the same, and not much later."""

import time

import pytest
from support.clouds import cloud_at
from support.failpoints import (
    always,
    black_hole,
    closed_port,
    connect_timed_out,
    failpoints,
    hanging_connect,
    lost_response,
    refused,
    server_error,
    throttled,
    timed_out,
)

from chalicelib.aws import FAST
from chalicelib.failed_request import FailedRequest

SEARCH = "/get-user?user_id=a"
FAILED = FailedRequest(
    at="2026-11-28T14:03:22.000000Z",
    request_id="r-1",
    method="GET",
    route="/get-user",
    status=503,
    code="unavailable",
)


def search(user):
    """The failed response, without the id of the request."""
    status, problem = user.send("GET", SEARCH)
    assert problem.pop("request_id")
    return status, problem, dict(user.headers)


@pytest.mark.parametrize(
    "fault", [throttled, server_error, timed_out, refused, connect_timed_out, lost_response]
)
def test_with_a_store_that_fails_the_503_is_the_same(aws, callers, pauses, fault):
    user = callers.user()
    with failpoints(aws.client("dynamodb"), "GetItem", always(throttled)):
        expected = search(user)
        with failpoints(aws.client("dynamodb", FAST), "*", always(fault)) as point:
            assert search(user) == expected
    assert expected[0] == 503
    assert point.attempts == 1


def test_with_a_defect_in_the_keeping_the_503_is_the_same(aws, callers, pauses, run_on):
    user = callers.user()
    with failpoints(aws.client("dynamodb"), "GetItem", always(throttled)):
        expected = search(user)
        run_on(aws).failed_requests = None
        assert search(user) == expected


def test_what_was_not_kept_is_written_with_the_next_failure(aws, callers, pauses):
    user = callers.user()
    with failpoints(aws.client("dynamodb"), "GetItem", always(throttled)):
        with failpoints(aws.client("dynamodb", FAST), "*", always(throttled)):
            made = [user.send("GET", SEARCH)[1]["request_id"] for _ in range(3)]
        made += [user.send("GET", SEARCH)[1]["request_id"]]
    _, overview = callers.operator().send("GET", "/api/v1/overview")
    items = overview["recent"]["failed_requests"]["items"]
    assert [failed["request_id"] for failed in items] == made[::-1]


def test_what_waits_is_listed_and_found_by_its_own_process(aws, callers, pauses):
    user, operator = callers.user(), callers.operator()
    with (
        failpoints(aws.client("dynamodb"), "GetItem", always(throttled)),
        failpoints(aws.client("dynamodb", FAST), "*", always(throttled)),
    ):
        made = [user.send("GET", SEARCH)[1]["request_id"] for _ in range(2)]
    _, overview = operator.send("GET", "/api/v1/overview")
    items = overview["recent"]["failed_requests"]["items"]
    assert [failed["request_id"] for failed in items] == made[::-1]
    _, result = operator.send("GET", f"/api/v1/lookup?id={made[0]}")
    kinds = [thing["kind"] for thing in result["found"]]
    assert "failed_request" in kinds


@pytest.mark.parametrize("server", [black_hole, hanging_connect])
def test_a_store_that_hangs_delays_the_response_by_300_ms_at_most(run_on, server):
    with closed_port() as url:  # what a first call loads is not the store's time
        run_on(cloud_at(url)).failed_requests.note(FAILED)
    with server() as url:
        notes = run_on(cloud_at(url)).failed_requests
        began = time.monotonic()
        notes.note(FAILED)
        took_s = time.monotonic() - began
    assert took_s < 0.4  # of it 250 ms are the store's
