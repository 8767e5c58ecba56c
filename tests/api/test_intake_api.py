"""The HTTP API for intake: what its events make of the app, beside the same by the REST API."""

import gzip
import json
import zlib

import pytest
from chalice.config import Config
from chalice.local import LocalGateway
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from support import http_api
from support.events import Context
from support.logs import queued_records
from support.people import ORIGIN, id_token
from tenant_kit import made_tenant

from app import app, tenant_key
from chalicelib.web.access import ORDERERS, SENDERS
from infra.declared import intake

NDJSON, PROTOBUF = "application/x-ndjson", "application/x-protobuf"
LINE = b'{"tenant_id": "acme", "log_id": "101", "text": "User login event"}'
OTLP = b'{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"stringValue":"x"}}]}]}]}'
ORDER = b'{"lines": [{"sku": "mop", "quantity": 2, "unit_price": 4.5}], "gift": null}'
OURS = ("orderID", "log_id", "request_id")  # made anew for each request


@pytest.fixture
def key(callers):
    return made_tenant(callers.operator(), "acme")


@pytest.fixture
def both(callers):
    """Sends a request to both APIs; returns status and body of each."""

    def send(path, body, headers):
        rest = callers.nobody()
        sent = {name.replace("-", "_"): value for name, value in headers.items()}
        status, _ = rest.send("POST", path, body, **({"Content_Type": ""} | sent))
        answer = http_api.post(path, body, headers)
        return (status, readable(rest.raw)), (answer.status, readable(answer.body))

    return send


def readable(body):
    """JSON without what is made anew for each request, else the bytes."""
    try:
        return json.loads(body, object_hook=lambda found: {**found, **masked(found)})
    except ValueError:
        return body


def masked(found):
    return {name: "made" for name in OURS if name in found}


# --- The routes -----------------------------------------------------------------------------------


def test_the_routes_are_those_of_orders_and_logs_with_the_rest_apis_checks():
    wanted = {PEOPLE_OR_SENDERS[route.authorization]: set() for route in intake.INTAKE_ROUTES}
    for route in intake.INTAKE_ROUTES:
        wanted[PEOPLE_OR_SENDERS[route.authorization]].add((route.method, route.path))
    operations = {(made.method, made.path): made.access for made in app.operations}

    assert wanted[ORDERERS] == {("POST", "/orders")}
    assert wanted[SENDERS] == {route for route, access in operations.items() if access == SENDERS}
    assert all(operations[route] == access for access in wanted for route in wanted[access])


PEOPLE_OR_SENDERS = {intake.PEOPLE: ORDERERS, intake.SENDERS: SENDERS}


def test_the_authorizer_is_the_rest_apis_and_caches_as_long():
    (authorizer,) = app.builtin_auth_handlers
    assert (authorizer.name, authorizer.ttl_seconds) == (
        intake.AUTHORIZER,
        intake.AUTHORIZER_TTL_S,
    )


def test_browsers_may_send_and_read_what_the_rest_api_allows():
    made = LocalGateway(app, Config.create()).handle_request("OPTIONS", "/orders", {}, b"")
    headers = made["headers"]

    assert set(headers["Access-Control-Allow-Headers"].split(",")) == set(intake.ALLOWED_HEADERS)
    assert set(headers["Access-Control-Expose-Headers"].split(",")) == set(intake.EXPOSED_HEADERS)
    assert headers["Access-Control-Max-Age"] == str(intake.PREFLIGHT_AGE_S)


# --- Orders ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["", "Bearer "])
@pytest.mark.parametrize("groups", [None, "operator", ["publisher", "operator"]])
def test_an_order_is_accepted_from_anyone_who_signed_in(both, scheme, groups):
    claims = {"cognito:groups": groups} if groups else {}
    headers = {"Authorization": scheme + id_token(**claims), "Content-Type": "application/json"}
    rest, http = both("/orders", ORDER, headers)

    assert http == rest == (202, {"orderID": "made", "status": "queued"})


@pytest.mark.parametrize(
    ("body", "more", "status"),
    [
        (b"[]", {}, 400),
        (b"{", {}, 400),
        (b'{"a": NaN}', {}, 400),
        (b"\xff", {}, 400),
        (ORDER, {"Content-Type": "text/plain"}, 415),
        (ORDER, {"Content-Type": "application/x-www-form-urlencoded"}, 415),
        (ORDER, {"Content-Encoding": "gzip"}, 415),
        (ORDER, {"Idempotency-Key": "a\\b"}, 400),
        (b'{"a": "%s"}' % (b"x" * 5_300_000), {}, 413),
    ],
)
def test_an_order_that_is_refused_is_refused_by_both(both, body, more, status):
    headers = {"Authorization": id_token(), "Content-Type": "application/json", **more}
    rest, http = both("/orders", body, headers)

    assert http == rest
    assert http[0] == status


def test_the_same_order_sent_to_both_is_one(both):
    headers = {"Authorization": id_token(), "Content-Type": "application/json"}
    rest, http = both("/orders", ORDER, headers | {"Idempotency-Key": "k-1"})
    other, _ = both("/orders", b'{"gift": "yes"}', headers | {"Idempotency-Key": "k-1"})

    assert http == rest
    assert other[0] == 409


def test_an_access_token_is_no_sign_in(both):
    headers = {"Authorization": id_token(token_use="access"), "Content-Type": "application/json"}
    rest, http = both("/orders", ORDER, headers)

    assert http == rest
    assert (http[0], http[1]["code"]) == (401, "unauthenticated")


# --- Logs -----------------------------------------------------------------------------------------

BODIES = [
    ("/ingest", LINE, {"Content-Type": "application/json"}, 202),
    ("/ingest", b'{"text": "\xc3\xa9"}', {"Content-Type": "application/json; charset=utf-8"}, 202),
    ("/ingest", LINE + b"\n" + LINE, {"Content-Type": NDJSON}, 202),
    ("/ingest", b"a raw line", {"Content-Type": "text/plain"}, 202),
    ("/ingest", gzip.compress(LINE), {"Content-Type": NDJSON, "Content-Encoding": "gzip"}, 202),
    ("/ingest", zlib.compress(LINE), {"Content-Type": NDJSON, "Content-Encoding": "deflate"}, 202),
    ("/ingest", LINE, {"Content-Type": "application/json", "X-Tenant-ID": "acme"}, 202),
    ("/ingest", LINE, {"Content-Type": "application/json", "X-Tenant-ID": "rival"}, 403),
    ("/ingest", b"{}", {"Content-Type": "application/json"}, 400),
    ("/ingest", LINE, {"Content-Type": "image/png"}, 415),
    ("/ingest", LINE, {}, 415),
    ("/ingest", LINE, {"Content-Type": NDJSON, "Content-Encoding": "br"}, 415),
    ("/v1/logs", OTLP, {"Content-Type": "application/json"}, 200),
    ("/v1/logs", OTLP, {"Content-Type": "application/json", "X-Tenant-ID": "rival"}, 403),
    ("/v1/logs", b"\xff\xff", {"Content-Type": PROTOBUF, "Accept": PROTOBUF}, 400),
]


@pytest.mark.parametrize("sent", BODIES)
def test_logs_are_taken_and_refused_as_by_the_rest_api(both, key, sent):
    path, body, headers, status = sent
    rest, http = both(path, body, {"Authorization": f"Bearer {key}", **headers})

    assert http == rest
    assert http[0] == status


def test_what_is_taken_is_in_the_queue_for_the_keys_tenant(aws, key):
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    http_api.post("/ingest", LINE, headers)

    (record,) = queued_records(aws)
    assert (record.tenant_id, record.log_id) == ("acme", "101")


@pytest.mark.parametrize("packed", [False, True])
def test_protobuf_comes_back_as_bytes(key, packed):
    logs = ExportLogsServiceRequest()
    logs.resource_logs.add().scope_logs.add().log_records.add().body.string_value = "x"
    body = logs.SerializeToString()
    headers = {"Authorization": f"Bearer {key}", "Content-Type": PROTOBUF, "Accept": PROTOBUF}
    headers |= {"Content-Encoding": "gzip"} if packed else {}
    answer = http_api.post("/v1/logs", gzip.compress(body) if packed else body, headers)

    assert (answer.status, answer.body) == (200, b"")
    assert answer.headers["Content-Type"] == PROTOBUF


@pytest.mark.parametrize(
    ("path", "kind", "body"),
    [
        ("/ingest", "application/json", LINE),
        ("/ingest", "text/plain", b"a raw line"),
        ("/v1/logs", "application/json", OTLP),
    ],
)
def test_gzip_that_the_gateway_read_as_text_is_refused_and_not_kept(aws, key, path, kind, body):
    """By Content-Type an HTTP API takes it as text, so what it hands over is no gzip any more."""
    headers = {"Authorization": f"Bearer {key}", "Content-Type": kind, "Content-Encoding": "gzip"}
    answer = http_api.post(path, gzip.compress(body), headers)

    assert answer.status == 415
    assert NDJSON in json.loads(answer.body)["message"]
    assert queued_records(aws) == []


@pytest.mark.parametrize("kind", ["application/json", "text/plain"])
def test_deflate_that_the_gateway_read_as_text_is_refused_too(aws, key, kind):
    headers = {"Authorization": f"Bearer {key}", "Content-Type": kind}
    answer = http_api.post(
        "/ingest", zlib.compress(LINE), headers | {"Content-Encoding": "deflate"}
    )

    assert answer.status == 400
    assert queued_records(aws) == []


# --- Who may --------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [route.path for route in intake.INTAKE_ROUTES])
def test_without_a_token_the_gateway_refuses_and_the_app_would_too(aws, run_on, path):
    run_on(aws)
    headers = {"content-type": "application/json"}
    assert http_api.post(path, LINE, headers).status == 401

    made = app(http_api.build_event(path, LINE, headers, None), Context())
    assert made["statusCode"] == 401


def test_a_key_that_is_unknown_or_revoked_is_refused(callers, key):
    tenant = callers.operator()
    _, listed = tenant.send("GET", "/api/v1/tenants/acme")
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    assert http_api.post("/ingest", LINE, headers).status == 202

    key_id = listed["keys"][0]["key_id"]
    tenant.send("DELETE", f"/api/v1/tenants/acme/keys/{key_id}")
    assert http_api.post("/ingest", LINE, headers).status == 403
    assert http_api.post("/ingest", LINE, headers | {"Authorization": "Bearer x"}).status == 403


def test_a_key_opens_both_routes_of_logs_and_no_other(key):
    sent = {"authorization": f"Bearer {key}"}
    policy = tenant_key(http_api.build_authorizer_event("/ingest", sent), None)["policyDocument"]

    assert policy["Statement"][0]["Resource"] == [
        "arn:aws:execute-api:us-east-1:123456789012:abcdef123/$default/*/ingest",
        "arn:aws:execute-api:us-east-1:123456789012:abcdef123/$default/*/v1/logs",
    ]


@pytest.mark.parametrize("origin", [ORIGIN, "https://evil.example"])
def test_only_the_consoles_origin_reads_a_response(key, origin):
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    answer = http_api.post("/ingest", LINE, headers | {"Origin": origin})

    allowed = answer.headers.get("Access-Control-Allow-Origin")
    assert allowed == (ORIGIN if origin == ORIGIN else None)
