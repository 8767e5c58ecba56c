"""CORS and the one shape of every error, whoever makes it: a view, the wrapper or Chalice."""

import json
import re

import pytest
from chalice.config import Config
from chalice.local import LocalGateway
from support.events import Context, api_event
from support.failpoints import always, failpoints, server_error
from tenant_kit import made_tenant

from app import app
from chalicelib import errors
from chalicelib.aws import LETTERS
from chalicelib.orders.announcing import MoreWait
from chalicelib.web.access import OPEN
from chalicelib.web.api import STATUS, Api

ORIGIN = "https://console.example.com"
ROUTES = sorted(app.routes)
OTHER_TYPES = [
    "",
    "text/plain",
    "text/json",
    "application/jsonp",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/octet-stream",
    "*/*",
    "application/*",
    "text/plain; application/json",
    "text/plain, application/json",
    "json",
    ";",
]


@pytest.mark.parametrize("path", ROUTES)
def test_options_needs_neither_token_nor_key_and_allows_what_clients_send(path):
    gateway = LocalGateway(app, Config.create())
    answer = gateway.handle_request("OPTIONS", re.sub(r"{\w+}", "a", path), {}, b"")
    assert answer["statusCode"] == 200
    headers = answer["headers"]
    assert headers["Access-Control-Allow-Origin"] == ORIGIN
    assert set(headers["Access-Control-Allow-Methods"].split(",")) == {*app.routes[path], "OPTIONS"}
    allowed = set(headers["Access-Control-Allow-Headers"].split(","))
    assert {"Authorization", "Content-Type", "Idempotency-Key", "If-Match", "X-Api-Key"} <= allowed
    assert "X-Tenant-ID" in allowed
    assert headers.get("Access-Control-Allow-Credentials") is None


@pytest.mark.parametrize("path", ROUTES)
def test_no_route_answers_options_by_itself(path):
    assert "OPTIONS" not in app.routes[path]
    assert all(route.cors is not None for route in app.routes[path].values())


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://console.example.com"])
def test_another_origin_is_not_allowed(callers, origin):
    user = callers.user()
    user.send("GET", "/health", Origin=origin)
    assert user.headers["Access-Control-Allow-Origin"] == ORIGIN


def test_scripts_may_read_the_headers_they_need(callers):
    user = callers.user()
    user.send("GET", "/health")
    exposed = user.headers["Access-Control-Expose-Headers"].split(",")
    assert {"ETag", "Retry-After", "x-amzn-RequestId"} <= set(exposed)


def test_every_refusal_has_the_shape_and_cors(callers):
    user = callers.user()  # each answer's shape, type and CORS are checked as it is sent
    user.send("POST", "/stream", {"user_id": "a"})
    refusals = [
        (400, user.send("GET", "/get-user")),
        (401, callers.nobody().send("GET", "/api/v1/records")),
        (403, user.send("GET", "/api/v1/records")),
        (404, user.send("GET", "/get-user?user_id=b")),
        (405, user.send("PATCH", "/stream", {})),
        (409, user.send("POST", "/stream", {"user_id": "a", "x": 1})),
        (412, user.send("PUT", "/api/v1/records/a", {}, If_Match='"7"')),
        (413, user.send("POST", "/stream", {"user_id": "b", "x": "y" * 410_000})),
        (415, user.send("POST", "/stream", b"{}", Content_Type="text/plain")),
    ]
    assert [status for status, _ in refusals] == [answer[0] for _, answer in refusals]
    assert all(body["request_id"] and body["message"] for _, (_, body) in refusals)


def test_every_other_method_of_every_route_is_refused_with_those_that_are_there(callers):
    nobody = callers.nobody()
    for path, methods in app.routes.items():
        status, body = nobody.send("TRACE", re.sub(r"{\w+}", "a", path))
        assert (status, body["code"]) == (405, "method_not_allowed")
        assert nobody.headers["Allow"] == ", ".join(methods)


@pytest.mark.parametrize("method", ["PATCH", "DELETE", "GET", "TRACE", "PURGE"])
def test_a_method_that_is_not_there_is_named_with_those_that_are(callers, method):
    nobody = callers.nobody()
    status, body = nobody.send(method, "/stream")
    assert (status, body["code"]) == (405, "method_not_allowed")
    assert nobody.headers["Allow"] == "POST"


def test_chalices_own_405_is_in_our_words():
    answer = app(api_event("PATCH", "/stream", sub=None), Context())
    body = json.loads(answer["body"])
    assert answer["statusCode"] == 405
    assert body == {
        "message": "Unsupported method: PATCH",
        "code": "method_not_allowed",
        "request_id": "r-1",
    }
    assert answer["headers"]["Access-Control-Allow-Origin"] == ORIGIN


@pytest.mark.parametrize(("method", "path"), [("POST", "/stream"), ("PUT", "/api/v1/records/a")])
def test_any_other_content_type_is_refused(callers, method, path):
    user = callers.user()
    for content_type in OTHER_TYPES:
        status, body = user.send(method, path, b'{"user_id":"a"}', Content_Type=content_type)
        assert (status, body["code"]) == (415, "unsupported_media_type"), content_type
    assert user.send("GET", "/api/v1/records/a")[0] == 404


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "application/json; charset=utf-8",
        "Application/JSON",
        "application/json;",
    ],
)
def test_json_by_any_of_its_spellings_is_taken(callers, content_type):
    sent = callers.user().send("POST", "/stream", b'{"user_id":"a"}', Content_Type=content_type)
    assert sent[0] == 200


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate", "gzip, gzip", "zstd"])
def test_a_compressed_body_is_refused(callers, encoding):
    status, _ = callers.user().send("POST", "/stream", b"\x1f\x8b", Content_Encoding=encoding)
    assert status == 415


def test_nothing_that_a_caller_sends_is_logged(callers, logged, aws, pauses):
    user = callers.user("canary", email="canary@example.com")
    headers = {"Idempotency_Key": "canary", "If_Match": "canary", "X_Api_Key": "canary"}
    with failpoints(aws.client("dynamodb"), "*", always(server_error)):
        for method, path in (("POST", "/stream"), ("PUT", "/api/v1/records/canary")):
            user.send(method, path, {"user_id": "canary", "canary": "canary"}, **headers)
            user.send(method, path, b"canary", Content_Type="canary/json")
        for path in ("/get-user?user_id=canary", "/api/v1/records/canary"):
            assert user.send("GET", path)[0] == 503
    assert logged.getvalue().count("\n") >= 3
    assert "canary" not in logged.getvalue()


def test_nothing_that_operators_and_senders_send_is_logged(callers, logged, aws, pauses):
    operator, letters = callers.operator(), "/api/v1/dead-letters/orders"
    sender = callers.sender(made_tenant(operator, "acme"))
    export = {"resourceLogs": [{"scopeLogs": [{"logRecords": [{"severityText": "canary"}]}]}]}
    by_operator = [
        (operator, "POST", "/orders", {"canary": "canary"}),
        (operator, "POST", "/orders", {"lines": "canary"}),
        (operator, "GET", "/orders/canary", None),
        (operator, "GET", "/orders?since=canary&cursor=canary", None),
        (operator, "POST", "/api/v1/tenants", {"tenant_id": "canary"}),
        (operator, "PUT", "/api/v1/tenants/canary", {"masks": "canary"}),
        (operator, "POST", "/api/v1/tenants/canary/keys/canary/rotate", {}),
        (operator, "GET", "/api/v1/dead-letters/canary", None),
        (operator, "POST", f"{letters}/redrive", {"ids": ["canary"]}),
        (operator, "POST", f"{letters}/jobs", {"per_second": "canary"}),
        (operator, "GET", "/api/v1/jobs/canary", None),
        (operator, "GET", "/api/v1/logs?text=canary&cursor=canary", None),
    ]
    by_sender = [
        (sender, "POST", "/ingest", {"text": "canary", "canary": "canary"}),
        (sender, "POST", "/ingest", {"text": "canary", "severity": "canary"}),
        (sender, "POST", "/v1/logs", export),
    ]
    with (
        failpoints(aws.client("sqs"), "*", always(server_error)),
        failpoints(aws.client("sqs", LETTERS), "*", always(server_error)),
    ):
        # Not without the database, which knows their keys.
        statuses = [who.send(method, path, body)[0] for who, method, path, body in by_sender]
        with failpoints(aws.client("dynamodb"), "*", always(server_error)):
            statuses += [who.send(method, path, body)[0] for who, method, path, body in by_operator]
    assert {400, 403, 404, 503} >= set(statuses) >= {400, 503}
    assert logged.getvalue().count("a dependency failed") == statuses.count(503)
    assert "canary" not in logged.getvalue()


# --- The wrapper itself ----------------------------------------------------------------------


def answered(view, **event):
    api = Api("another", cors_origin=ORIGIN)
    api.get("/things", access=OPEN)(view)
    answer = api(api_event("GET", "/things", **event), Context())
    return answer["statusCode"], json.loads(answer["body"]), answer["headers"]


def failing(error):
    def view() -> None:
        """Fail."""
        raise error

    return view


@pytest.mark.parametrize("kind", STATUS)
def test_every_named_failure_has_its_status_code_and_text(kind):
    status, body, headers = answered(failing(kind("what happened")))
    assert (status, body) == (
        STATUS[kind],
        {"message": "what happened", "code": kind.code, "request_id": "r-1"},
    )
    assert headers["Access-Control-Allow-Origin"] == ORIGIN


def test_a_time_that_was_up_is_a_503_and_no_error_in_the_log(logged):
    status, body, headers = answered(failing(MoreWait(4)))
    assert (status, body["code"], headers["Retry-After"]) == (503, "unavailable", "1")
    assert body["message"] == "4 orders were announced and more wait; try again"
    assert logged.getvalue() == ""


def test_a_narrower_failure_has_the_status_of_the_one_it_narrows():
    class Cancelled(errors.Conflict):
        code = "cancelled"

    status, body, _ = answered(failing(Cancelled("what happened")))
    assert (status, body["code"]) == (409, "cancelled")


def test_every_failure_of_a_request_is_known_to_the_wrapper():
    inner = {
        errors.OmniError,
        errors.BatchFailed,
        errors.MissingSetting,
        errors.OutcomeUnknown,  # of a call that sends: whoever makes it says what becomes of it
        errors.Refused,
    }
    named = {
        var
        for var in vars(errors).values()
        if isinstance(var, type) and issubclass(var, errors.OmniError)
    }
    assert named - inner == set(STATUS)
    assert len({name.code for name in named}) == len(named)


def test_what_is_not_available_says_when_to_come_back():
    _, _, headers = answered(failing(errors.Unavailable("later", retry_after_s=7)))
    assert headers["Retry-After"] == "7"


@pytest.mark.parametrize(
    "error",
    [
        ValueError("canary"),
        KeyError("canary"),
        RecursionError("canary"),
        errors.BatchFailed("canary"),
        errors.MissingSetting("canary"),
        UnicodeDecodeError("utf-8", b"canary", 0, 1, "canary"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_any_other_exception_is_a_500_that_tells_nothing(logged, capsys, error):
    status, body, headers = answered(failing(error))
    assert (status, body["code"], body["request_id"]) == (500, "internal_error", "r-1")
    assert headers["Access-Control-Allow-Origin"] == ORIGIN
    printed = capsys.readouterr()
    assert "canary" not in str(body) + logged.getvalue() + printed.out + printed.err
    (line,) = [json.loads(row) for row in logged.getvalue().splitlines()]
    assert (line["level"], line["request_id"]) == ("error", "r-1")
    assert line["error"]["kind"] == type(error).__name__


def test_a_result_that_cannot_be_written_is_a_500_as_well(logged):
    def view() -> object:
        """Answer what JSON does not have."""
        return object()

    status, body, _ = answered(view)
    assert (status, body["code"]) == (500, "internal_error")


def test_the_lambdas_request_id_serves_where_the_gateway_gave_none():
    event = api_event("GET", "/health", sub=None)
    event["requestContext"]["requestId"] = None
    failed = api_event("GET", "/get-user")
    failed["requestContext"]["requestId"] = None
    assert app(event, Context())["statusCode"] == 200
    assert json.loads(app(failed, Context())["body"])["request_id"] == "lambda-1"
