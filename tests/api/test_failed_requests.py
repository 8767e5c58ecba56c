"""Requests that failed on our side: kept for operators, listed and looked up by their ids."""

import pytest
from support.failpoints import always, failpoints, throttled
from tenant_kit import made_tenant

from chalicelib import times
from chalicelib.aws.table import Table

SEARCH = "/get-user?user_id=canary"
PUBLISHER = {"cognito:groups": "publisher"}


@pytest.fixture
def client(aws, pauses):
    return aws.client("dynamodb")


def fail(client, caller, path=SEARCH, operation="GetItem"):
    """A request that the database fails; returns its id."""
    with failpoints(client, operation, always(throttled)):
        status, problem = caller.send("GET", path)
    assert (status, problem["code"]) == (503, "unavailable")
    return problem["request_id"]


def listed(caller, asked="1h"):
    status, overview = caller.send("GET", f"/api/v1/overview?range={asked}")
    assert status == 200
    return overview["recent"]["failed_requests"]


def looked_up(caller, request_id):
    status, result = caller.send("GET", f"/api/v1/lookup?id={request_id}")
    assert (status, result["complete"]) == (200, True)
    return [thing for thing in result["found"] if thing["kind"] == "failed_request"]


def everything_kept(client):
    items = Table(client, "OmniState-test").scan(1000).items
    return [item for item in items if item["pk"].startswith("FAILED_REQUEST")]


def test_a_failed_request_is_listed_for_operators_without_what_was_sent(client, callers):
    request_id = fail(client, callers.user("u-1"))
    recent = listed(callers.operator())
    (failed,) = recent["items"]
    assert recent["complete"]
    assert times.parse(failed.pop("at"), "at") <= times.now()
    assert failed == {
        "request_id": request_id,
        "method": "GET",
        "route": "/get-user",
        "status": 503,
        "code": "unavailable",
        "user": "u-1",
        "others": 0,
    }
    assert "canary" not in str(everything_kept(client))


def test_the_newest_five_come_first(client, callers):
    made = [fail(client, callers.user()) for _ in range(7)]
    assert [failed["request_id"] for failed in listed(callers.operator())["items"]] == [
        *reversed(made[2:])
    ]


def test_operators_look_it_up_by_its_id_and_nobody_else(client, callers):
    path = "/api/v1/records/canary"
    request_id = fail(client, callers.user("u-1"), path)
    (found,) = looked_up(callers.operator(), request_id)
    assert found["id"] == request_id
    assert found["status"] == "503 unavailable GET /api/v1/records/{user_id}"
    for other in (callers.user("u-1"), callers.user("u-2", **PUBLISHER)):
        assert looked_up(other, request_id) == []
        assert listed(other) is None


def test_a_view_that_fails_is_kept_as_a_defect(callers, client, run_on, aws):
    wiring = run_on(aws)
    wiring.records = None
    status, problem = callers.user().send("GET", SEARCH)
    assert (status, problem["code"]) == (500, "internal_error")
    (failed,) = listed(callers.operator())["items"]
    assert (failed["status"], failed["code"]) == (500, "internal_error")
    assert failed["request_id"] == problem["request_id"]


def test_what_a_caller_did_wrong_is_not_kept(callers, client):
    for path, status in (("/get-user", 400), ("/api/v1/records/none", 404), ("/get-user", 400)):
        assert callers.user().send("GET", path)[0] == status
    assert callers.nobody().send("GET", SEARCH)[0] == 401
    assert callers.user().send("GET", "/api/v1/records")[0] == 403
    assert everything_kept(client) == []


def test_one_that_is_older_than_the_range_or_a_week_is_not_shown(client, callers):
    request_id = fail(client, callers.user())
    table = Table(client, "OmniState-test")
    for item in everything_kept(client):
        table.put({**item, "expires_at": 1})
    assert looked_up(callers.operator(), request_id) == []
    by_time = next(item for item in everything_kept(client) if "#" in item["sk"])
    table.put({**by_time, "sk": f"2020-01-01T00:00:00.000000Z#{request_id}-old"})
    assert len(listed(callers.operator(), "7d")["items"]) == 1


def test_an_otlp_sender_gets_its_own_words_and_the_failure_is_kept(client, callers, aws):
    acme = callers.sender(made_tenant(callers.operator(), "acme"))
    body = {"resourceLogs": [{"scopeLogs": [{"logRecords": [{"body": {"stringValue": "x"}}]}]}]}
    with failpoints(aws.client("sqs"), "*", always(throttled)):
        status, refusal = acme.send("POST", "/v1/logs", body)
    assert (status, refusal["code"]) == (503, 14)
    (failed,) = listed(callers.operator())["items"]
    assert (failed["route"], failed["code"], failed["status"]) == ("/v1/logs", "14", 503)
