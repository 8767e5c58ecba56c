"""The database throttles, answers late, twice or never: what was acknowledged holds, once."""

import json
import random
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from support.clouds import cloud_at
from support.events import Context, api_event
from support.failpoints import (
    always,
    before,
    black_hole,
    cancelled,
    closed_port,
    connect_timed_out,
    failpoint,
    failpoints,
    hanging_connect,
    lost_response,
    refused,
    server_error,
    sometimes,
    throttled,
    timed_out,
    timed_out_after_commit,
)

import app as application
from app import app
from chalicelib.aws.session import MAX_BACKOFF_S
from chalicelib.aws.table import Table
from infra.local.gateway.per_thread import make_per_thread

ADDED = (200, {"message": "User added successfully!"})
RECORD = "/api/v1/records/a"
ROUTES = {
    "create": ("PutItem", "POST", "/stream", {"user_id": "b"}, {}),
    "create by key": (
        "TransactWriteItems",
        "POST",
        "/stream",
        {"user_id": "b"},
        {"Idempotency_Key": "k"},
    ),
    "search": ("GetItem", "GET", "/get-user?user_id=a", None, {}),
    "get": ("GetItem", "GET", RECORD, None, {}),
    "replace": ("PutItem", "PUT", RECORD, {"x": 2}, {}),
    "delete": ("DeleteItem", "DELETE", RECORD, None, {}),
    "list": ("Scan", "GET", "/api/v1/records", None, {}),
}
WRITES = [name for name in ROUTES if name not in ("search", "get", "list")]
LOST = pytest.mark.parametrize(
    "fault", [lost_response, timed_out_after_commit], ids=["500", "none"]
)


@pytest.fixture
def client(aws, pauses):
    return aws.client("dynamodb")


@pytest.fixture
def operator(callers):
    """Someone whose record `a` is there."""
    someone = callers.operator()
    someone.send("POST", "/stream", {"user_id": "a", "x": 1})
    return someone


def stored(client, table="OmniData-test"):
    """Every item's content and version, by its first key; without notes of failed requests."""
    items = Table(client, table).scan(1000).items
    return {
        item.get("user_id") or item["sk"]: (
            {k: v for k, v in item.items() if k not in ("_omni", "user_id")},
            item.get("_omni", {}).get("version"),
        )
        for item in items
        if not item.get("pk", "").startswith("FAILED_REQUEST")
    }


def everything(client):
    return stored(client), stored(client, "OmniState-test")


def send(caller, route):
    _, method, path, body, headers = ROUTES[route]
    return caller.send(method, path, body, **headers)


# --- 1 to 3: throttling -------------------------------------------------------------------------


@pytest.mark.parametrize("fault", [throttled, server_error, timed_out, refused, connect_timed_out])
@pytest.mark.parametrize("times", [1, 2])
def test_trouble_once_or_twice_is_not_noticed(client, operator, fault, times):
    for route, (operation, *_) in ROUTES.items():
        with failpoint(client, operation, *[fault] * times) as point:
            status, _ = send(operator, route)
        assert status in (200, 204), route
        assert point.attempts == times + 1


@pytest.mark.parametrize("fault", [throttled, server_error, timed_out, refused, connect_timed_out])
@pytest.mark.parametrize("route", ROUTES)
def test_trouble_for_good_is_a_503_that_says_when_to_come_back(client, operator, route, fault):
    kept = everything(client)
    with failpoints(client, ROUTES[route][0], always(fault)) as point:
        status, problem = send(operator, route)
    assert (status, problem["code"]) == (503, "unavailable")
    assert operator.headers["Retry-After"] == "1"
    assert point.attempts == 3
    assert everything(client) == kept


def test_a_failed_dependency_is_one_log_line_without_what_was_sent(client, operator, logged):
    with failpoints(client, "PutItem", always(throttled)):
        operator.send("POST", "/stream", {"user_id": "b", "x": "canary"})
    (line,) = [json.loads(row) for row in logged.getvalue().splitlines()]
    assert (line["level"], line["message"]) == ("error", "a dependency failed")
    assert line["request_id"]
    assert "canary" not in logged.getvalue()


# --- 4: the answer is lost after the commit ------------------------------------------------------


@LOST
@pytest.mark.parametrize("times", [1, 2])
def test_a_create_whose_answer_was_lost_is_answered_and_done_once(client, operator, fault, times):
    with failpoint(client, "PutItem", *[fault] * times):
        assert operator.send("POST", "/stream", {"user_id": "b", "x": [1.5]}) == ADDED
    assert stored(client) == {"a": ({"x": 1}, 1), "b": ({"x": [1.5]}, 1)}


@LOST
@pytest.mark.parametrize("times", [1, 2])
def test_a_create_by_key_whose_answer_was_lost_is_done_once(client, operator, fault, times):
    with failpoint(client, "TransactWriteItems", *[fault] * times):
        assert send(operator, "create by key") == ADDED
    assert stored(client) == {"a": ({"x": 1}, 1), "b": ({}, 1)}
    state = Table(client, "OmniState-test")
    assert [item["sk"] for item in state.query("pk", "IDEMPOTENCY#op-1")] == ["stream#k"]


@LOST
@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("headers", [{}, {"If_Match": '"1"'}], ids=["any", "if-match"])
def test_a_replacement_whose_answer_was_lost_is_done_once(client, operator, fault, times, headers):
    with failpoint(client, "PutItem", *[fault] * times):
        status, record = operator.send("PUT", RECORD, {"x": 2.5}, **headers)
    assert (status, record["version"], record["content"]["x"]) == (200, 2, 2.5)
    assert stored(client) == {"a": ({"x": 2.5}, 2)}


@LOST
@pytest.mark.parametrize("times", [1, 2])
def test_a_delete_whose_answer_was_lost_is_done(client, operator, fault, times):
    with failpoint(client, "DeleteItem", *[fault] * times):
        assert operator.send("DELETE", RECORD) == (204, None)
    assert stored(client) == {}


@LOST
@pytest.mark.parametrize(
    ("route", "again"), [("create", 200), ("create by key", 200), ("replace", 200), ("delete", 404)]
)
def test_when_every_answer_is_lost_the_callers_own_retry_settles_it(
    client, operator, fault, route, again
):
    with failpoints(client, ROUTES[route][0], always(fault)):
        assert send(operator, route)[0] == 503
    settled = {item: content for item, (content, _) in stored(client).items()}
    assert send(operator, route)[0] == again
    assert {item: content for item, (content, _) in stored(client).items()} == settled


# --- 5: no answer at all -------------------------------------------------------------------------


@pytest.mark.parametrize("server", [black_hole, hanging_connect])
def test_a_database_that_hangs_is_a_503_within_five_seconds(callers, run_on, pauses, server):
    with closed_port() as url:  # what a first request loads is not the database's time
        run_on(cloud_at(url))
        assert callers.user().send("GET", "/get-user?user_id=a")[0] == 503
    pauses.clear()
    with server() as url:
        run_on(cloud_at(url))
        began = time.monotonic()
        status, _ = callers.user().send("GET", "/get-user?user_id=a")
        took_s = time.monotonic() - began
    assert status == 503
    assert len(pauses) == 2
    assert took_s + 2 * MAX_BACKOFF_S < 5


# --- 6: races ------------------------------------------------------------------------------------


def others(callers, method, path, body=None):
    """What another caller does in between, at the fail-point."""
    return before(lambda: callers.operator("op-2").send(method, path, body))


@pytest.mark.parametrize("headers", [{}, {"Idempotency_Key": "k"}], ids=["plain", "by key"])
@pytest.mark.parametrize(("theirs", "status"), [({"x": 1}, 200), ({"x": 2}, 409)])
def test_a_create_that_lost_the_race_replays_or_conflicts(client, callers, headers, theirs, status):
    operation = "TransactWriteItems" if headers else "PutItem"
    race = others(callers, "POST", "/stream", {"user_id": "a", **theirs})
    with failpoint(client, operation, race):
        answer = callers.user().send("POST", "/stream", {"user_id": "a", "x": 1}, **headers)
    assert answer[0] == status
    assert stored(client) == {"a": (theirs, 1)}


def test_a_key_that_was_taken_in_between_conflicts_and_writes_nothing(client, callers):
    user = callers.user()
    race = before(
        lambda: callers.user().send("POST", "/stream", {"user_id": "a"}, Idempotency_Key="k")
    )
    with failpoint(client, "TransactWriteItems", race):
        status, _ = user.send("POST", "/stream", {"user_id": "b"}, Idempotency_Key="k")
    assert status == 409
    assert list(stored(client)) == ["a"]


@pytest.mark.parametrize(("headers", "status"), [({}, 409), ({"If_Match": '"1"'}, 412)])
@pytest.mark.parametrize("route", ["replace", "delete"])
def test_a_change_between_reading_and_writing_is_not_overwritten(
    operator, callers, route, headers, status
):
    operation, method, path, body, _ = ROUTES[route]
    client = application.wiring.aws.client("dynamodb")
    with failpoint(client, operation, others(callers, "PUT", RECORD, {"theirs": True})):
        assert operator.send(method, path, body, **headers)[0] == status
    assert stored(client) == {"a": ({"theirs": True}, 2)}


@pytest.mark.parametrize(("headers", "status"), [({}, 409), ({"If_Match": '"1"'}, 412)])
def test_a_record_deleted_in_between_is_not_brought_back(
    client, callers, operator, headers, status
):
    with failpoint(client, "PutItem", others(callers, "DELETE", RECORD)):
        assert operator.send("PUT", RECORD, {"x": 2}, **headers)[0] == status
    assert stored(client) == {}


@pytest.mark.parametrize(
    ("operation", "method", "body"), [("PutItem", "PUT", {}), ("DeleteItem", "DELETE", None)]
)
def test_a_record_deleted_and_made_anew_in_between_is_another_record(
    client, callers, operation, method, body
):
    user = callers.user()
    user.send("POST", "/stream", {"user_id": "a", "x": 1})

    def anew():
        user.send("DELETE", RECORD)
        callers.user("u-2").send("POST", "/stream", {"user_id": "a", "theirs": True})

    with failpoint(client, operation, before(anew)):
        assert user.send(method, RECORD, body)[0] == 409
    assert stored(client) == {"a": ({"theirs": True}, 1)}


# --- 10: twice and out of order ------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(5))
def test_requests_delivered_twice_and_late_leave_the_right_final_state(client, callers, seed):
    user = callers.user()
    requests = [("POST", "/stream", {"user_id": "a", "x": 0}, {"Idempotency_Key": "k"})]
    requests += [("PUT", RECORD, {"x": n}, {"If_Match": f'"{n}"'}) for n in range(1, 6)]
    chance = random.Random(seed)  # noqa: S311 a test's dice
    seen = []
    for request in requests:
        seen.append(request)
        method, path, body, headers = request
        assert user.send(method, path, body, **headers)[0] == 200
        for method, path, body, headers in chance.choices(seen, k=3):
            expected = 200 if method == "POST" else 412
            assert user.send(method, path, body, **headers)[0] == expected
    assert stored(client) == {"a": ({"x": 5}, 6)}


# --- 29: many at once ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fault", [cancelled("None", "TransactionConflict"), lost_response, throttled]
)
def test_64_equal_posts_have_one_effect_and_one_answer_while_a_fifth_of_the_writes_fail(
    client, callers, fault
):
    make_per_thread(app)
    body = json.dumps({"user_id": "a", "x": [1.5, None]})
    event = api_event("POST", "/stream", body=body, headers={"idempotency-key": "k"})
    with (
        failpoints(client, "TransactWriteItems", sometimes(fault, 0.2, seed=29)),
        ThreadPoolExecutor(64) as pool,
    ):
        answers = list(pool.map(lambda event: app(event, Context()), [event] * 64))
    answered = {(response["statusCode"], response["body"]) for response in answers}
    assert (200, '{"message":"User added successfully!"}') in answered
    assert {status for status, _ in answered} <= {200, 503}
    assert stored(client) == {"a": ({"x": [1.5, None]}, 1)}


# --- all at once ---------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(3))
def test_under_any_mixture_of_faults_what_was_acknowledged_holds(client, callers, seed):
    user = callers.user()
    chance = random.Random(seed)  # noqa: S311 a test's dice
    known: dict[str, dict] = {}

    def faults():
        kinds = [throttled, server_error, lost_response, timed_out, timed_out_after_commit]
        while True:
            yield chance.choice(kinds) if chance.random() < 0.25 else before(lambda: None)

    with failpoints(client, "*", faults()):
        for number in range(60):
            user_id, content = f"u-{chance.randrange(6)}", {"n": number}
            method, path, body = chance.choice(
                [
                    ("POST", "/stream", {"user_id": user_id, **content}),
                    ("PUT", f"/api/v1/records/{user_id}", content),
                    ("DELETE", f"/api/v1/records/{user_id}", None),
                ]
            )
            status = 503
            while status == 503:  # as the answer says: come back
                status, _ = user.send(method, path, body)
            if method == "DELETE":
                assert status in (204, 404)
                known.pop(user_id, None)
            elif status == 200:
                known[user_id] = content
            else:
                assert status == (404 if method == "PUT" else 409)
                assert (user_id in known) == (method == "POST")
    assert {item: content for item, (content, _) in stored(client).items()} == known
