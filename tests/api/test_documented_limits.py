"""What the document says of a request is what the API takes: limits, patterns, types."""

import json

import jsonschema_rs
import pytest

import chalicelib
from app import app

DOCUMENT = app.openapi(chalicelib.__version__)


def body_schema(path, method="post", media_type="application/json"):
    content = DOCUMENT["paths"][path][method]["requestBody"]["content"]
    whole = {**content[media_type]["schema"], "components": DOCUMENT["components"]}
    return jsonschema_rs.Draft202012Validator(whole)


def parameters(path, method):
    listed = DOCUMENT["paths"][path][method]["parameters"]
    return {parameter["name"]: parameter["schema"] for parameter in listed}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"user_id": "a"}, 200),
        ({"user_id": "a", "x": {"y": [1, None, 2.5, 0, "z\n"]}}, 200),
        ({"user_id": "a", "x": 1e125}, 200),
        ({"user_id": "a", "x": 1e126}, 400),
        ({"user_id": "a", "x": [1e-131]}, 400),
        ({"user_id": "a", "x": "\0"}, 400),
        ({"user_id": "a", "x": {"": 1}}, 400),
        ({"user_id": "a", "_omni": 1}, 400),
        ({"user_id": "a\n"}, 400),
        ({"user_id": None}, 400),
        ({}, 400),
    ],
)
def test_a_record_is_taken_where_its_schema_holds(callers, body, status):
    assert body_schema("/stream").is_valid(body) == (status == 200)
    assert callers.user().send("POST", "/stream", body)[0] == status


@pytest.mark.parametrize(
    ("line", "is_taken"),
    [
        ({}, True),
        ({"quantity": 0}, False),
        ({"quantity": 1e-130}, True),
        ({"quantity": 1e-131}, False),
        ({"unit_price": 0}, True),
        ({"unit_price": -1}, False),
        ({"unit_price": 1e-131}, False),
        ({"unit_price": "1"}, False),
        ({"sku": ""}, False),
        ({"sku": "a\0"}, False),
        ({"note": "x" * 1001}, False),
        ({"more": 1}, False),
    ],
)
def test_an_order_is_taken_where_its_schema_holds(callers, line, is_taken):
    body = {"lines": [{"sku": "mop", "quantity": 2, "unit_price": 1, **line}]}
    assert body_schema("/orders").is_valid(body) == is_taken
    assert callers.user().send("POST", "/orders", body)[0] == (202 if is_taken else 400)


def test_a_whole_number_with_a_point_is_an_integer_as_in_json_schema(callers):
    body = b'{"tenant_id": "acme", "settings": {"retention_days": 7.0}}'
    assert body_schema("/api/v1/tenants").is_valid(json.loads(body))
    status, tenant = callers.operator().send("POST", "/api/v1/tenants", body)
    assert (status, tenant["settings"]["retention_days"]) == (201, 7)
    half = body.replace(b"7.0", b"7.5")
    assert not body_schema("/api/v1/tenants").is_valid(json.loads(half))
    assert callers.operator().send("POST", "/api/v1/tenants", half)[0] == 400


@pytest.mark.parametrize(
    "asked",
    ["2026-01-31 09:30:00Z", "20260131T093000Z", "2026-01-31T09Z", "2026-W05-6T09:30:00Z"],
)
def test_a_time_of_another_form_than_documented_is_refused(callers, asked):
    schema = parameters("/orders", "get")["since"]
    assert not jsonschema_rs.Draft202012Validator(schema).is_valid(asked)
    asked = asked.replace(" ", "%20")
    assert callers.operator().send("GET", f"/orders?since={asked}")[0] == 400


@pytest.mark.parametrize(
    ("tag", "is_taken", "status"),
    [
        ('"1"', True, 204),
        ('"1", "2"', True, 204),
        ("*", True, 204),
        ('W/"1"', True, 412),  # it compares strongly
        ("1", False, 400),
        ("", False, None),
    ],
)
def test_if_match_is_documented_as_it_is_read(callers, tag, is_taken, status):
    schema = parameters("/api/v1/records/{user_id}", "delete")["If-Match"]
    assert jsonschema_rs.Draft202012Validator(schema).is_valid(tag) == is_taken
    user = callers.user()
    user.send("POST", "/stream", {"user_id": "ada"})
    if tag:  # the callers of tests drop an empty header
        assert user.send("DELETE", "/api/v1/records/ada", If_Match=tag)[0] == status


@pytest.mark.parametrize(
    ("fields", "is_taken"),
    [
        ({}, True),
        ({"scheduled_at": "2030-01-31T09:00:00Z"}, True),
        ({"scheduled_at": "2030-01-31T09:00", "time_zone": "Europe/Berlin"}, True),
        ({"scheduled_at": "2030-01-31 09:00:00Z"}, False),
        ({"scheduled_at": "2030-W05-4T09:00:00Z"}, False),
        ({"scheduled_at": "20300131T090000Z"}, False),
        ({"scheduled_at": "2030-01-31T09:00:00Z\n"}, False),
        ({"channels": ["sms", "sms"]}, False),
        ({"media": ["a", "a"]}, False),
        ({"overrides": {"sms": {"content": "y"}}}, True),
        ({"overrides": {"fax": {"content": "y"}}}, False),
    ],
)
def test_a_message_is_taken_where_its_schema_holds(callers, fields, is_taken):
    body = {"content": "x", "channels": ["sms", "email"], "draft": True, **fields}
    assert body_schema("/api/v1/messages").is_valid(body) == is_taken
    publisher = callers.user(**{"cognito:groups": "publisher"})
    assert publisher.send("POST", "/api/v1/messages", body)[0] == (201 if is_taken else 400)


@pytest.mark.parametrize("name", ["from", "to"])
@pytest.mark.parametrize(
    ("asked", "status"),
    [("2026-01-31T09:00:00+01:00", 200), ("2026-01-31T09:00:00%2B01:00", 200), ("1h", 400)],
)
def test_the_calendar_is_asked_for_by_times(callers, name, asked, status):
    publisher = callers.user(**{"cognito:groups": "publisher"})
    path = f"/api/v1/messages?{name}={asked}"
    assert publisher.send("GET", path)[0] == status


@pytest.mark.parametrize(
    "path", ["/api/v1/logs?severity=null", "/api/v1/messages?status=NULL", "/orders?status=null"]
)
def test_the_text_null_is_no_value_of_a_parameter(callers, path):
    person = callers.user(**{"cognito:groups": "operator,publisher", "custom:tenant_id": "acme"})
    status, problem = person.send("GET", path)
    assert (status, problem["code"]) == (400, "invalid_input")
    assert problem["message"].endswith("cannot be null; leave it out")


def test_path_parameters_have_their_patterns():
    assert parameters("/api/v1/tenants/{tenant_id}", "get")["tenant_id"]["pattern"] == (
        r"^[a-z0-9_-]{1,64}(?!\n)$"
    )
    key_id = parameters("/api/v1/tenants/{tenant_id}/keys/{key_id}", "delete")["key_id"]
    assert key_id["pattern"] == "^[0-9a-f]{16}$"


def test_what_senders_send_is_documented_by_media_type():
    record = {"text": "hello", "tenant_id": "acme", "severity": "WARN", "attrs": {"a": 1}}
    assert body_schema("/ingest").is_valid(record)
    assert body_schema("/ingest").is_valid([record, {**record, "ts": "2026-01-31T09:30:00Z"}])
    assert not body_schema("/ingest").is_valid({"tenant_id": "acme"})
    assert not body_schema("/ingest").is_valid([record] * 1001)
    value = {"body": {"stringValue": "hello"}, "timeUnixNano": "1", "severityNumber": 9}
    export = {"resourceLogs": [{"scopeLogs": [{"logRecords": [value]}]}]}
    assert body_schema("/v1/logs").is_valid(export)
    assert not body_schema("/v1/logs").is_valid({"resourceLogs": [{"scopeLogs": {}}]})


def test_responses_are_closed_and_their_times_are_times():
    entry = DOCUMENT["components"]["schemas"]["LogEntry"]
    assert entry["additionalProperties"] is False
    assert entry["properties"]["ts"] == {"format": "date-time", "type": "string"}
    severity = DOCUMENT["components"]["schemas"]["LogSeverity"]
    assert severity["type"] == "string"
    assert severity["enum"] == ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"]


def test_a_missing_sign_in_names_its_scheme(callers):
    nobody = callers.nobody()
    assert nobody.send("GET", "/api/v1/records/ada")[0] == 401
    assert nobody.headers["WWW-Authenticate"] == "Bearer"


def test_the_headers_of_responses_are_documented():
    get = DOCUMENT["paths"]["/api/v1/records/{user_id}"]["get"]["responses"]
    assert set(get["200"]["headers"]) == {"x-amzn-RequestId", "ETag", "Cache-Control"}
    assert get["304"]["headers"].keys() == get["200"]["headers"].keys()
    assert "content" not in get["304"]
    assert set(get["401"]["headers"]) == {"x-amzn-RequestId", "WWW-Authenticate"}
    assert set(get["503"]["headers"]) == {"x-amzn-RequestId", "Retry-After"}
    export = DOCUMENT["paths"]["/api/v1/logs/export"]["get"]["responses"]["200"]
    assert set(export["headers"]) == {
        "x-amzn-RequestId",
        "X-Next-Cursor",
        "Link",
        "ETag",
        "Cache-Control",
    }
    assert DOCUMENT["components"]["headers"]["Retry-After"]["required"] is True
    assert DOCUMENT["components"]["headers"]["WWW-Authenticate"]["required"] is False
