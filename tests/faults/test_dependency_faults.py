"""The secret store or the archive is down: what does not need it goes on, the rest is a 503."""

import pytest
from support.failpoints import always, failpoints, server_error, slow_down, throttled, timed_out

from chalicelib.aws import ARCHIVE

LIST = "/api/v1/records"


@pytest.fixture
def operator(callers, pauses):
    someone = callers.operator()
    for number in range(3):
        someone.send("POST", "/stream", {"user_id": f"u-{number}"})
    return someone


@pytest.mark.parametrize("fault", [throttled, server_error, timed_out])
def test_without_the_secret_only_pages_that_go_on_are_refused(aws, operator, fault):
    with failpoints(aws.client("secretsmanager"), "GetSecretValue", always(fault)):
        assert operator.send("GET", f"{LIST}?limit=100")[0] == 200
        assert operator.send("GET", f"{LIST}?limit=2")[0] == 503
        assert operator.headers["Retry-After"] == "1"
        assert operator.send("GET", f"{LIST}?cursor=x")[0] in (400, 503)
        assert operator.send("POST", "/stream", {"user_id": "more"})[0] == 200


def test_a_secret_that_was_read_serves_on(aws, operator):
    _, first = operator.send("GET", f"{LIST}?limit=2")
    with failpoints(aws.client("secretsmanager"), "GetSecretValue", always(server_error)):
        status, second = operator.send("GET", f"{LIST}?limit=2&cursor={first['next_cursor']}")
    assert (status, len(second["records"]), second["next_cursor"]) == (200, 1, None)


@pytest.mark.parametrize("fault", [slow_down, server_error, timed_out])
def test_without_the_archive_only_its_report_is_refused(aws, operator, fault):
    with failpoints(aws.client("s3", ARCHIVE), "ListObjectsV2", always(fault)) as point:
        assert operator.send("GET", "/api/v1/analytics/searches")[0] == 503
        assert operator.headers["Retry-After"] == "1"
        assert operator.send("GET", "/get-user?user_id=u-0")[0] == 200
    assert point.attempts == ARCHIVE.attempts


def test_an_archive_that_fails_once_is_not_noticed(aws, operator):
    with failpoints(aws.client("s3", ARCHIVE), "ListObjectsV2", [slow_down]):
        assert operator.send("GET", "/api/v1/analytics/searches")[0] == 200
