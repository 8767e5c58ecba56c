"""OTLP/HTTP as exporters meet it: answers and refusals in the protocol's own shapes."""

import base64
import gzip
import json

import pytest
from google.rpc import status_pb2
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import (
    ExportLogsServiceRequest,
    ExportLogsServiceResponse,
)
from support.events import Context, api_event
from support.logs import queued_records
from tenant_kit import made_tenant

import app as application
from app import app
from chalicelib.tenant_logs.model import JSON, PROTOBUF

OTLP = {"resourceLogs": [{"scopeLogs": [{"logRecords": [{"body": {"stringValue": "x"}}]}]}]}


@pytest.fixture
def key(callers):
    return made_tenant(callers.operator(), "acme")


@pytest.fixture
def acme(callers, key):
    return callers.sender(key)


@pytest.fixture
def queued(aws):
    """Takes every record out of the queue."""
    return lambda: queued_records(aws)


def export(*texts, bad=0):
    request = ExportLogsServiceRequest()
    records = request.resource_logs.add().scope_logs.add().log_records
    for text in texts:
        records.add().body.string_value = text
    if bad:
        resource_logs = request.resource_logs.add()
        resource_logs.resource.attributes.add(key="a").value.string_value = "x" * 410_000
        for _ in range(bad):
            resource_logs.scope_logs.add().log_records.add()
    return request.SerializeToString()


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_an_export_in_protobuf_is_answered_in_protobuf(acme, queued, encoding):
    raw = export("a", "b", bad=1)
    raw = gzip.compress(raw) if encoding == "gzip" else raw
    headers = {"Content_Type": PROTOBUF, "Content_Encoding": encoding, "Accept": PROTOBUF}
    status, body = acme.send("POST", "/v1/logs", raw, **headers)
    assert (status, acme.headers["Content-Type"]) == (200, PROTOBUF)
    partial = ExportLogsServiceResponse.FromString(body).partial_success
    assert partial.rejected_log_records == 1
    assert "record 2: its resource and scope exceed" in partial.error_message
    assert [message.text for message in queued()] == ["a", "b"]


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_an_export_in_json_is_answered_in_json(acme, queued, encoding):
    raw = json.dumps(OTLP).encode()
    raw = gzip.compress(raw) if encoding == "gzip" else raw
    assert acme.send("POST", "/v1/logs", raw, Content_Encoding=encoding) == (200, {})
    assert acme.headers["Content-Type"] == JSON
    assert [message.text for message in queued()] == ["x"]


def test_an_export_in_protobufs_own_names_is_taken_whatever_its_type_is_called(acme, queued):
    snake = b'{"resource_logs":[{"scope_logs":[{"log_records":[{"body":{"string_value":"x"}}]}]}]}'
    assert acme.send("POST", "/v1/logs", snake) == (200, {})
    assert acme.send("POST", "/v1/logs", export("y"), Content_Type="application/protobuf")[0] == 200
    assert acme.headers["Content-Type"] == PROTOBUF
    assert [message.text for message in queued()] == ["x", "y"]


@pytest.mark.parametrize("body", [b'{"text":"x"}', b"[]", b'{"logRecords":[]}'])
def test_what_is_no_export_is_a_400_and_not_a_silent_loss(acme, body):
    status, refusal = acme.send("POST", "/v1/logs", body)
    assert (status, refusal["code"]) == (400, 3)


def test_a_whole_protobuf_success_is_an_empty_body(acme):
    assert acme.send("POST", "/v1/logs", export("a"), Content_Type=PROTOBUF) == (200, b"")


def export_through_api_gateway(key, accept):
    headers = {"content-type": PROTOBUF} | ({} if accept is None else {"accept": accept})
    event = api_event(
        "POST",
        "/v1/logs",
        body=base64.b64encode(export("a", bad=1)).decode(),
        isBase64Encoded=True,
        headers=headers,
    )
    event["requestContext"]["authorizer"] = authorizer_context(key)
    answer = app(event, Context())
    assert (answer["statusCode"], answer["isBase64Encoded"]) == (200, True)
    return base64.b64decode(answer["body"])


@pytest.mark.parametrize("accept", [PROTOBUF, f"{PROTOBUF};q=1, */*", "application/protobuf"])
def test_api_gateway_decodes_a_protobuf_answer_for_who_asks_for_it_first(key, aws, accept):
    response = ExportLogsServiceResponse.FromString(export_through_api_gateway(key, accept))
    assert response.partial_success.rejected_log_records == 1


@pytest.mark.parametrize("accept", [None, "*/*", f"*/*, {PROTOBUF}", JSON])
def test_who_would_get_base64_text_from_api_gateway_gets_no_body(key, aws, accept):
    assert export_through_api_gateway(key, accept) == b""


def authorizer_context(key):
    bearer = application.wiring.logs.admission.bearer(f"Bearer {key}")
    return {"tenant_id": bearer.tenant_id, "key_id": bearer.key.key_id}


@pytest.mark.parametrize(
    ("status", "code", "body", "headers"),
    [
        (400, 3, b"\xff", {}),
        (400, 3, export(bad=2), {}),
        (403, 7, export("a"), {"X_Tenant_ID": "beta"}),
        (413, 11, gzip.compress(b"\0" * 50_000_000, mtime=0), {"Content_Encoding": "gzip"}),
        (415, 12, export("a"), {"Content_Encoding": "br"}),
    ],
)
def test_an_export_is_refused_in_otlps_own_shape(acme, status, code, body, headers):
    answered_status, raw = acme.send(
        "POST", "/v1/logs", body, Content_Type=PROTOBUF, Accept=PROTOBUF, **headers
    )
    refusal = status_pb2.Status.FromString(raw)
    assert (answered_status, refusal.code) == (status, code)
    assert refusal.message
    assert acme.headers["Content-Type"] == PROTOBUF


def test_a_json_export_is_refused_in_json(acme):
    status, refusal = acme.send("POST", "/v1/logs", b'{"resourceLogs": 1}')
    assert (status, refusal["code"]) == (400, 3)
    assert set(refusal) == {"code", "message"}
