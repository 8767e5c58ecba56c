"""Paths, queries and bodies as API Gateway hands them over, honest or not."""

import base64
import json
import re

import pytest
from effects import Effects
from support.events import Context, api_event
from tenant_kit import added_key, made_tenant

from app import app

INVALID = (400, "invalid_input")
NO_IDS = [
    "x%23METADATA",
    "%23",
    "x%2523METADATA",
    "a%2540b.c",
    "a%0A",
    "a%0a",
    "a%00",
    "a%20",
    "%20",
    "%ff",
    "%c0%80",
    "%ed%a0%80",
    "%EF%BC%83",
    "%D0%B0",
    "a%2Fb",
    "a%5Cb",
    "%",
    "%4",
    "%zz",
    "a'b",
    'a"b',
    "a" * 129,
    "a" * 2049,
    "{user_id}",
    "*",
]


def call(*args, **more):
    answer = app(api_event(*args, **more), Context())
    body = json.loads(answer["body"]) if answer["body"] else None
    return answer["statusCode"], body


@pytest.mark.parametrize(
    ("user_id", "path"),
    [
        ("a@b.c", "a%40b.c"),
        ("a@b.c", "a@b.c"),
        ("a+b", "a+b"),
        ("a+b", "a%2Bb"),
        ("A-_.9", "%41-_.9"),
        ("...", "..."),
        ("a" * 128, "a" * 128),
    ],
)
def test_a_user_id_is_found_however_the_path_was_encoded(callers, user_id, path):
    user = callers.user()
    assert user.send("POST", "/stream", {"user_id": user_id})[0] == 200
    assert user.send("GET", f"/api/v1/records/{path}")[1]["user_id"] == user_id
    assert user.send("PUT", f"/api/v1/records/{path}", {"x": 1})[0] == 200
    assert user.send("DELETE", f"/api/v1/records/{path}")[0] == 204


@pytest.mark.parametrize(("method", "body"), [("GET", None), ("PUT", {"x": 1}), ("DELETE", None)])
def test_what_cannot_be_an_id_is_refused_on_every_method(callers, method, body):
    operator = callers.operator()
    for path in NO_IDS:
        status, problem = operator.send(method, f"/api/v1/records/{path}", body)
        assert (status, problem["code"]) == INVALID, path


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/orders/{}", None),
        ("GET", "/api/v1/jobs/{}", None),
        ("POST", "/api/v1/jobs/{}/stop", None),
        ("POST", "/api/v1/jobs/{}/resume", None),
        ("GET", "/api/v1/tenants/{}", None),
        ("PUT", "/api/v1/tenants/{}", {}),
        ("POST", "/api/v1/tenants/{}/keys", None),
        ("POST", "/api/v1/tenants/{}/keys/a/rotate", {}),
        ("DELETE", "/api/v1/tenants/{}/keys/a", None),
    ],
)
def test_no_other_route_takes_what_cannot_be_an_id(callers, logged, method, path, body):
    operator = callers.operator()
    for part in NO_IDS:
        status, problem = operator.send(method, path.format(part), body)
        assert (status, problem["code"]) == INVALID, part
    assert logged.getvalue() == ""


def test_what_cannot_be_an_id_is_no_queue_and_no_key_either(callers, logged):
    operator = callers.operator()
    for part in NO_IDS:
        for method, path, body in (
            ("GET", f"/api/v1/dead-letters/{part}", None),
            ("POST", f"/api/v1/tenants/a/keys/{part}/rotate", {}),
            ("DELETE", f"/api/v1/tenants/a/keys/{part}", None),
        ):
            assert operator.send(method, path, body)[0] in (400, 404), part
    assert logged.getvalue() == ""


@pytest.mark.parametrize("user_id", ["x#METADATA", "x%23METADATA", "a\n", "ａ", "а", "a" * 2049])  # noqa: RUF001 lookalikes
def test_no_other_key_is_reached_by_a_body(callers, user_id):
    status, problem = callers.user().send("POST", "/stream", {"user_id": user_id})
    assert (status, problem["code"]) == INVALID


def test_an_event_without_query_is_a_missing_parameter(callers):
    assert call("GET", "/get-user", query=None)[0] == 400
    assert call("GET", "/get-user", query={})[0] == 400


def test_of_a_repeated_parameter_the_last_counts(callers):
    callers.user().send("POST", "/stream", {"user_id": "b"})
    assert call("GET", "/get-user", query={"user_id": ["a", "b"]}) == (200, {"user_id": "b"})


@pytest.mark.parametrize("body", [None, "", " ", "null", "[]", "1", '"x"', "{"])
def test_a_body_that_is_no_object_is_refused(callers, body):
    status, problem = call("POST", "/stream", body=body)
    assert (status, problem["code"]) == INVALID


def test_a_base64_body_is_decoded(callers):
    encoded = base64.b64encode('{"user_id":"a","x":"é"}'.encode()).decode()
    assert call("POST", "/stream", body=encoded, isBase64Encoded=True)[0] == 200
    assert call("GET", "/get-user", query={"user_id": ["a"]})[1] == {"user_id": "a", "x": "é"}


@pytest.mark.parametrize("body", ["x", "é", "====", "A", "AAA", "/w==", "bnVsbA=="])
def test_a_bad_base64_body_is_refused(callers, body):
    status, problem = call("POST", "/stream", body=body, isBase64Encoded=True)
    assert (status, problem["code"]) == INVALID


def test_a_text_body_with_a_lone_surrogate_is_refused(callers):
    status, problem = call("POST", "/stream", body='{"user_id":"a","x":"\ud800"}')
    assert (status, problem["code"]) == INVALID


@pytest.mark.parametrize(
    "claims", [None, {}, {"claims": None}, {"claims": {}}, {"principalId": "u"}]
)
def test_an_authorizer_without_claims_lets_nobody_in(callers, claims):
    event = api_event("GET", "/api/v1/records")
    event["requestContext"]["authorizer"] = claims
    assert app(event, Context())["statusCode"] == 401
    del event["requestContext"]["authorizer"]
    assert app(event, Context())["statusCode"] == 401


def test_no_signed_in_route_lets_an_event_without_claims_through(callers, aws):
    effects = Effects(aws)
    signed_in = [operation for operation in app.operations if operation.access.signed_in]
    assert len(signed_in) == len(app.operations) - 8  # health, senders, who has a link, anybody
    for route in signed_in:
        parts = dict.fromkeys(re.findall(r"{(\w+)}", route.path), "a")
        answer = app(api_event(route.method, route.path, body="{}", sub=None, **parts), Context())
        assert answer["statusCode"] == 401, route.path
    assert effects.count == 0


@pytest.mark.parametrize(
    "authorizer", [None, {}, {"principalId": "acme"}, {"claims": {"sub": "u"}}]
)
@pytest.mark.parametrize("path", ["/ingest", "/v1/logs"])
def test_an_event_without_a_tenant_from_the_authorizer_sends_nothing(
    callers, aws, path, authorizer
):
    effects = Effects(aws)
    event = api_event("POST", path, body='{"text":"a"}', headers={"x-tenant-id": "acme"})
    event["requestContext"]["authorizer"] = authorizer
    assert app(event, Context())["statusCode"] == 401
    assert effects.count == 0


@pytest.mark.parametrize("body", ["x", "é", "A", "AAA"])
def test_a_bad_base64_export_is_refused_in_its_own_words(callers, body):
    media_type = "application/x-protobuf"
    headers = {"content-type": media_type, "accept": media_type}
    event = api_event("POST", "/v1/logs", body=body, headers=headers, isBase64Encoded=True)
    operator = callers.operator()
    made_tenant(operator, "acme")
    key_id = added_key(operator, "acme")["key_id"]
    event["requestContext"]["authorizer"] = {"tenant_id": "acme", "key_id": key_id}
    answer = app(event, Context())
    assert (answer["statusCode"], answer["isBase64Encoded"]) == (400, True)
    assert answer["headers"]["Content-Type"] == media_type
    assert base64.b64decode(answer["body"]).startswith(b"\x08\x03")  # code INVALID_ARGUMENT


def test_an_export_is_answered_in_its_type_whatever_its_sender_accepts(callers):
    operator = callers.operator()
    made_tenant(operator, "acme")
    authorizer = {"tenant_id": "acme", "key_id": added_key(operator, "acme")["key_id"]}
    for accepted in ({}, {"accept": "application/json"}, {"ACCEPT": "text/html"}):
        headers = {"content-type": "application/x-protobuf", **accepted}
        event = api_event("POST", "/v1/logs", body="", headers=headers, isBase64Encoded=True)
        event["requestContext"]["authorizer"] = authorizer
        answer = app(event, Context())
        assert (answer["statusCode"], answer["body"]) == (200, ""), accepted


def test_header_names_have_no_case(callers):
    user = callers.user()
    user.send("POST", "/stream", {"user_id": "a"})
    headers = {"CONTENT-TYPE": "application/json", "IF-MATCH": '"7"'}
    event = api_event("PUT", "/api/v1/records/{user_id}", user_id="a", body="{}")
    event["headers"] = headers
    assert app(event, Context())["statusCode"] == 412


def test_an_events_numbers_pass_through_unrounded(callers):
    text = '{"user_id":"a","n":[0.1,123456789012345678901234567890.12345678]}'
    assert call("POST", "/stream", body=text)[0] == 200
    answer = app(api_event("GET", "/get-user", query={"user_id": ["a"]}), Context())
    assert answer["body"] == text


def test_a_trace_header_goes_with_the_search(callers, aws):
    trace = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
    call("GET", "/get-user", query={"user_id": ["a"]}, headers={"x-amzn-trace-id": trace})
    (message,) = aws.client("sqs").receive_message(
        QueueUrl="https://sqs.us-east-1.amazonaws.com/123456789012/OmniQueue-test",
        MessageSystemAttributeNames=["AWSTraceHeader"],
    )["Messages"]
    assert message["Attributes"]["AWSTraceHeader"] == trace
    assert json.loads(message["Body"])["request_id"] == "r-1"
