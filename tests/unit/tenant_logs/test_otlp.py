"""OTLP exports in both encodings, and answers as an exporter reads them."""

import base64
import json
import math
import subprocess
import sys
from decimal import Decimal

import msgspec
import pytest
from google.rpc import status_pb2
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import (
    ExportLogsServiceRequest,
    ExportLogsServiceResponse,
)
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from support.logs import NOW

from chalicelib import errors
from chalicelib.tenant_logs.intake import otlp, otlp_export
from chalicelib.tenant_logs.model import JSON, PROTOBUF, LogRejectCode, LogSeverity, Refusal, Sent
from chalicelib.web.payload import Payload
from chalicelib.web.responses import STATUS

TRACE_ID, SPAN_ID = "5b8efff798038103d269b633813fc60c", "eee19b7ec3c1b174"
EXAMPLE = {  # after opentelemetry-proto's examples/logs.json
    "resourceLogs": [
        {
            "resource": {
                "attributes": [{"key": "service.name", "value": {"stringValue": "my.service"}}]
            },
            "scopeLogs": [
                {
                    "scope": {
                        "name": "my.library",
                        "version": "1.0.0",
                        "attributes": [
                            {"key": "my.scope.attribute", "value": {"stringValue": "some"}}
                        ],
                    },
                    "logRecords": [
                        {
                            "timeUnixNano": "1544712660300000000",
                            "observedTimeUnixNano": "1544712660400000000",
                            "severityNumber": 10,
                            "severityText": "Information",
                            "traceId": TRACE_ID.upper(),
                            "spanId": SPAN_ID.upper(),
                            "body": {"stringValue": "Example log record"},
                            "eventName": "browser.page_view",
                            "attributes": [
                                {"key": "string", "value": {"stringValue": "some string"}},
                                {"key": "boolean", "value": {"boolValue": False}},
                                {"key": "int", "value": {"intValue": "9007199254740993"}},
                                {"key": "small", "value": {"intValue": -10}},
                                {"key": "double", "value": {"doubleValue": 637.704}},
                                {"key": "nan", "value": {"doubleValue": "NaN"}},
                                {"key": "inf", "value": {"doubleValue": "-Infinity"}},
                                {"key": "tiny", "value": {"doubleValue": 1e-200}},
                                {"key": "bytes", "value": {"bytesValue": "-_8"}},
                                {"key": "empty", "value": {}},
                                {
                                    "key": "array",
                                    "value": {
                                        "arrayValue": {
                                            "values": [
                                                {"stringValue": "many"},
                                                {"arrayValue": {}},
                                                {"kvlistValue": {}},
                                            ]
                                        }
                                    },
                                },
                                {
                                    "key": "map",
                                    "value": {
                                        "kvlistValue": {
                                            "values": [{"key": "k", "value": {"intValue": "1"}}]
                                        }
                                    },
                                },
                                {"key": "trace_id", "value": {"stringValue": "the sender's"}},
                            ],
                            "droppedAttributesCount": 1,
                            "unknownField": {"x": [1]},
                        }
                    ],
                }
            ],
        }
    ],
    "unknown": None,
}
EXPECTED = Sent(
    text="Example log record",
    ts="2018-12-13T14:51:00.300000Z",
    ts_field="time_unix_nano",
    severity=LogSeverity.INFO,
    source="my.service",
    attrs={
        "string": "some string",
        "boolean": False,
        "int": 9007199254740993,
        "small": -10,
        "double": Decimal("637.704"),
        "nan": "NaN",
        "inf": "-Infinity",
        "tiny": "1e-200",
        "bytes": "+/8=",
        "empty": None,
        "array": ["many", [], {}],
        "map": {"k": 1},
        "attributes.trace_id": "the sender's",
        "resource": {"service.name": "my.service"},
        "scope": {
            "name": "my.library",
            "version": "1.0.0",
            "attributes": {"my.scope.attribute": "some"},
        },
        "trace_id": TRACE_ID,
        "span_id": SPAN_ID,
        "event_name": "browser.page_view",
        "severity_text": "Information",
    },
)


def as_json(*records, resource=None, scope=None):
    scoped = {"scope": scope, "logRecords": list(records)}
    return {"resourceLogs": [{"resource": resource, "scopeLogs": [scoped]}]}


def sent(given):
    raw = given if isinstance(given, bytes) else json.dumps(given).encode()
    return otlp_export.read_records(Payload(media_type=JSON, data=raw), NOW)


def in_protobuf(data):
    return otlp_export.read_records(Payload(media_type=PROTOBUF, data=data), NOW)


def only(*records, **around):
    (one,) = sent(as_json(*records, **around))
    return msgspec.structs.replace(one, json_bytes=0)


def example_in_protobuf():
    """The same export, made with the protobuf library."""
    export = ExportLogsServiceRequest()
    given = EXAMPLE["resourceLogs"][0]["scopeLogs"][0]["logRecords"][0]
    resource = export.resource_logs.add()
    add(resource.resource.attributes, "service.name", string_value="my.service")
    scope = resource.scope_logs.add()
    scope.scope.name, scope.scope.version = "my.library", "1.0.0"
    add(scope.scope.attributes, "my.scope.attribute", string_value="some")
    record = scope.log_records.add(
        time_unix_nano=1544712660300000000,
        observed_time_unix_nano=1544712660400000000,
        severity_number=10,
        severity_text="Information",
        trace_id=bytes.fromhex(TRACE_ID),
        span_id=bytes.fromhex(SPAN_ID),
        event_name=given["eventName"],
    )
    record.body.string_value = "Example log record"
    add(record.attributes, "string", string_value="some string")
    add(record.attributes, "boolean", bool_value=False)
    add(record.attributes, "int", int_value=9007199254740993)
    add(record.attributes, "small", int_value=-10)
    add(record.attributes, "double", double_value=637.704)
    add(record.attributes, "nan", double_value=float("nan"))
    add(record.attributes, "inf", double_value=float("-inf"))
    add(record.attributes, "tiny", double_value=1e-200)
    add(record.attributes, "bytes", bytes_value=b"\xfb\xff")
    record.attributes.add(key="empty")
    array = record.attributes.add(key="array").value.array_value
    array.values.add(string_value="many")
    array.values.add().array_value.SetInParent()
    array.values.add().kvlist_value.SetInParent()
    add(record.attributes.add(key="map").value.kvlist_value.values, "k", int_value=1)
    add(record.attributes, "trace_id", string_value="the sender's")
    return export


def add(pairs, key, **value):
    pairs.append(KeyValue(key=key, value=AnyValue(**value)))


def test_json_is_read_as_the_specification_maps_it():
    (record,) = sent(EXAMPLE)
    assert record.json_bytes > 1000
    assert msgspec.structs.replace(record, json_bytes=0, ts_given=None) == EXPECTED


def test_protobuf_is_read_to_the_very_same_records():
    (record,) = in_protobuf(example_in_protobuf().SerializeToString())
    assert record.ts_given == 1544712660300000000
    assert msgspec.structs.replace(record, json_bytes=0, ts_given=None) == EXPECTED


def test_protobuf_that_its_library_refuses_is_read_to_the_very_same_records():
    """Bad UTF-8 in one field, and a field of attributes that only that one has."""
    export = example_in_protobuf()
    record = export.resource_logs[0].scope_logs[0].log_records[0]
    add(record.attributes, "bad", string_value="QQ")
    (read,) = in_protobuf(export.SerializeToString().replace(b"QQ", b"\xff\xfe"))
    attrs = {**EXPECTED.attrs, "bad": "\ufffd\ufffd"}
    assert msgspec.structs.replace(read, json_bytes=0, ts_given=None) == (
        msgspec.structs.replace(EXPECTED, attrs=attrs, repaired=("characters",))
    )


def test_a_records_unique_id_is_its_log_id_and_stays_an_attribute():
    uid = "01J9Z3N7Q8V5T2W4X6Y8Z0A1B2"
    record = only({"attributes": [{"key": "log.record.uid", "value": {"stringValue": uid}}]})
    assert (record.log_id, record.attrs) == (uid, {"log.record.uid": uid})
    export = example_in_protobuf()
    add(
        export.resource_logs[0].scope_logs[0].log_records[0].attributes,
        "log.record.uid",
        string_value=uid,
    )
    (record,) = in_protobuf(export.SerializeToString())
    assert record.log_id == uid


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"stringValue": ""},
        {"stringValue": "a b"},
        {"stringValue": "x" * 129},
        {"intValue": "7"},
    ],
)
def test_a_unique_id_that_breaks_the_rule_of_ids_is_an_attribute_alone(value):
    record = only({"attributes": [{"key": "log.record.uid", "value": value}]})
    assert record.log_id is None
    assert set(record.attrs) == {"log.record.uid"}


def test_records_come_in_the_order_of_their_resources_and_scopes():
    def scope(*texts):
        return {"logRecords": [{"body": {"stringValue": text}} for text in texts]}

    export = {
        "resourceLogs": [
            {"scopeLogs": [scope("a", "b"), scope("c")]},
            {},
            {"scopeLogs": None},
            {"scopeLogs": [scope(), scope("d")]},
        ]
    }
    assert [message.text for message in sent(export)] == ["a", "b", "c", "d"]


@pytest.mark.parametrize(
    ("number", "text", "expected"),
    [
        (1, None, "TRACE"),
        (8, None, "DEBUG"),
        (9, "ERROR", "INFO"),
        (16, None, "WARN"),
        (17, None, "ERROR"),
        (24, None, "FATAL"),
        (0, "warning", "WARN"),
        (None, "CRITICAL", "FATAL"),
        (25, "error", "ERROR"),
        (-1, None, "INFO"),
        (None, "loud", "INFO"),
        (None, None, "INFO"),
    ],
)
def test_the_severity_is_the_numbers_else_the_texts(number, text, expected):
    assert only({"severityNumber": number, "severityText": text}).severity == expected


def test_a_severity_text_that_says_more_is_kept():
    assert only({"severityNumber": 10, "severityText": "NOTICE"}).attrs == {
        "severity_text": "NOTICE"
    }
    assert only({"severityNumber": 9, "severityText": "Info"}).attrs == {}


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        ({"timeUnixNano": 1544712660300123456}, "2018-12-13T14:51:00.300123Z"),
        (
            {"timeUnixNano": "0", "observedTimeUnixNano": "1544712660000000000"},
            "2018-12-13T14:51:00Z",
        ),
        ({"timeUnixNano": "18446744073709551615"}, "2554-07-21T23:34:33.709551Z"),
        ({}, None),
    ],
)
def test_the_time_is_the_events_else_the_observers(times, expected):
    assert only(times).ts == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"stringValue": "a\nb"}, "a\nb"),
        ({"intValue": "7"}, "7"),
        ({"boolValue": True}, "true"),
        ({"kvlistValue": {"values": [{"key": "a", "value": {"doubleValue": 1.5}}]}}, '{"a":1.5}'),
        ({"arrayValue": {"values": [{"stringValue": "x"}, {}]}}, '["x",null]'),
        ({}, ""),
        (None, ""),
    ],
)
def test_a_body_that_is_no_text_is_kept_as_json(body, expected):
    assert only({"body": body}).text == expected


def test_an_event_without_a_body_has_its_name_as_text():
    assert only({"eventName": "login"}) == Sent(text="login", attrs={"event_name": "login"})


def test_a_time_in_another_unit_is_scaled_by_its_magnitude():
    for unit in (1, 10**3, 10**6, 10**9):
        assert only({"timeUnixNano": 1769767200 * unit}).ts == "2026-01-30T10:00:00Z"


@pytest.mark.parametrize("trace_id", ["", "0" * 32, "abc", "g" * 32, None])
def test_an_invalid_trace_id_means_no_trace(trace_id):
    assert only({"traceId": trace_id, "spanId": trace_id}).attrs == {}


def deep(levels):
    value = {"intValue": 1}
    for _ in range(levels):
        value = {"arrayValue": {"values": [value]}}
    return value


REPAIRED_ATTRIBUTES = [
    ("", {"intValue": 1}, {"_": 1}, "names"),
    ("a", {"stringValue": "\0"}, {"a": "\ufffd"}, "characters"),
    ("a", {"stringValue": "cut \ud83d"}, {"a": "cut \ufffd"}, "characters"),
    ("a\0", {"stringValue": "x"}, {"a\ufffd": "x"}, "names"),
    ("a", {"intValue": "1e3"}, {"a": "1e3"}, "numbers"),
    ("a", {"intValue": 1e300}, {"a": "1e+300"}, "numbers"),
    ("a", {"intValue": "99999999999999999999"}, {"a": "99999999999999999999"}, "numbers"),
    ("a", {"doubleValue": "much"}, {"a": "much"}, "numbers"),
    ("a", {"doubleValue": math.nan}, {"a": "NaN"}, "numbers"),
    ("a", {"bytesValue": "***"}, {"a": "***"}, "bytes"),
    ("a", {"boolValue": "true"}, {"a": True}, None),
    ("a", {"arrayValue": {"values": [None, {"intValue": 1}]}}, {"a": [None, 1]}, None),
    ("a", {"string_value": "x"}, {"a": "x"}, None),
    ("a", "bare", {"a": "bare"}, None),
    ("a", {"b": {"intValue": "7"}}, {"a": {"b": 7}}, None),
]


@pytest.mark.parametrize(
    ("key", "value", "attrs", "mark"), REPAIRED_ATTRIBUTES, ids=lambda value: str(value)[:30]
)
def test_an_odd_attribute_is_repaired_and_spoils_nothing(key, value, attrs, mark):
    good = {"body": {"stringValue": "good"}}
    first, second, third = sent(as_json(good, {"attributes": [{"key": key, "value": value}]}, good))
    assert [first.text, third.text] == ["good", "good"]
    assert second.attrs == attrs
    assert (mark is None) == (second.repaired == ())
    assert mark is None or mark in second.repaired


@pytest.mark.parametrize("levels", [32, 40, 90, 200, 300, 3000])
def test_an_attribute_that_is_nested_too_deep_becomes_text(levels):
    good = {"body": {"stringValue": "good"}}
    raw = json.dumps(as_json(good, {"attributes": [{"key": "a", "value": {}}]}, good)).encode()
    value = b'{"arrayValue":{"values":[' * levels + b"{}" + b"]}}" * levels
    first, second, third = sent(raw.replace(b'"value": {}', b'"value": ' + value))
    assert [first.text, third.text] == ["good", "good"]
    assert second.repaired == ("depth",)
    inner = second.attrs["a"]
    for _ in range(31):
        (inner,) = inner
    assert isinstance(inner, str)


@pytest.mark.parametrize(
    ("record", "field", "value"),
    [
        ({"severityNumber": "SEVERITY_NUMBER_ERROR"}, "severity", "ERROR"),
        ({"severityNumber": "17"}, "severity", "ERROR"),
        ({"severityNumber": 17.0}, "severity", "ERROR"),
        ({"severity_number": 17}, "severity", "ERROR"),
        ({"timeUnixNano": 1769767200123456789.0}, "ts", "2026-01-30T10:00:00.123456Z"),
        ({"body": "text"}, "text", "text"),
        ({"body": 1}, "text", "1"),
        ({"body": {"stringValue": "\0"}}, "text", "\ufffd"),
        ({"body": {"boolValue": "true"}}, "text", "true"),
        ({"traceId": None, "body": {"stringValue": None}}, "text", ""),
        ({"unknownField": [1], "body": {"stringValue": "x"}}, "text", "x"),
    ],
)
def test_a_record_that_is_not_written_as_specified_is_read_all_the_same(record, field, value):
    assert getattr(only(record), field) == value


@pytest.mark.parametrize("given", ["-1", "soon", 12])
def test_a_time_that_cannot_be_read_is_kept_and_said(given):
    record = only({"timeUnixNano": given, "observedTimeUnixNano": 1769767200})
    assert (record.ts, record.attrs) == ("2026-01-30T10:00:00Z", {"time_unix_nano": given})
    assert record.repaired == ("ts",)


@pytest.mark.parametrize("raw", [b"a\tb", b"a\xffb"])
def test_a_text_that_is_no_json_text_is_repaired(raw):
    data = json.dumps(as_json({"body": {"stringValue": "ok"}}, {"body": {"stringValue": "Q"}}))
    first, second = sent(data.encode().replace(b"Q", raw))
    assert (first.text, first.repaired) == ("ok", ())
    assert second.text == raw.decode(errors="replace")


def test_protobufs_own_names_are_read():
    value = {"string_value": "x"}
    export = {"resource_logs": [{"scope_logs": [{"log_records": [{"body": value}]}]}]}
    assert [message.text for message in sent(export)] == ["x"]


def test_an_attribute_is_never_lost_to_a_name_of_ours():
    pairs = [("resource", "a"), ("attributes.resource", "b"), ("trace_id", "c")]
    attributes = [{"key": key, "value": {"stringValue": value}} for key, value in pairs]
    assert only({"attributes": attributes}).attrs == {
        "attributes.attributes.resource": "a",
        "attributes.resource": "b",
        "attributes.trace_id": "c",
    }


def test_a_resource_beyond_400_kb_spoils_its_own_records_alone():
    attribute = {"key": "a", "value": {"stringValue": "x" * 410_000}}
    bad = as_json({}, {}, resource={"attributes": [attribute]})["resourceLogs"]
    good = as_json({"body": {"stringValue": "good"}})["resourceLogs"]
    first, second, third = sent({"resourceLogs": bad + good})
    assert (
        first
        == second
        == Refusal(LogRejectCode.TOO_LARGE, "its resource and scope exceed 409600 bytes")
    )
    assert third.text == "good"


@pytest.mark.parametrize(("records", "expected"), [(100, 100), (120, None)])
def test_what_records_share_counts_for_each_of_them_before_any_is_written(records, expected):
    resource = {"attributes": [{"key": "a", "value": {"stringValue": "x" * 300_000}}]}
    export = as_json(*[{}] * records, resource=resource)
    if expected is None:
        with pytest.raises(errors.TooLarge, match="share"):
            sent(export)
    else:
        assert len(sent(export)) == expected


def test_nesting_within_the_limit_is_kept():
    value = only({"attributes": [{"key": "a", "value": deep(28)}]}).attrs["a"]
    for _ in range(28):
        (value,) = value
    assert value == 1


def test_records_of_one_resource_share_it():
    resource = {"attributes": [{"key": "k", "value": {"stringValue": "v"}}]}
    first, second = sent(as_json({}, {}, resource=resource))
    assert first.attrs["resource"] is second.attrs["resource"]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"null",
        b'{"resourceLogs":{}}',
        b'{"resourceLogs":[{"scopeLogs":[{"logRecords":[1]}]}]}',
        b'{"a":NaN}',
        b'{"text":"x"}',
        b'{"unknown":null}',
        b"\xff",
        b'{"x":' * 100_000,
        b'{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":'
        + b'{"arrayValue":{"values":[' * 50_000,
    ],
    ids=lambda data: repr(data[:40]),
)
def test_json_that_is_no_export_is_refused(data):
    with pytest.raises(errors.InvalidInput):
        sent(data)


@pytest.mark.parametrize("data", [b"\xff", b"\x0a\xff", b"\x0a\x02\x0a", b'{"resourceLogs":[]}'])
def test_protobuf_that_is_no_export_is_refused(data):
    with pytest.raises(errors.InvalidInput):
        in_protobuf(data)


def test_an_export_of_too_many_records_is_refused_before_they_are_walked():
    with pytest.raises(errors.TooLarge, match="20000"):
        in_protobuf(_many_empty_records(20_001))
    assert len(in_protobuf(_many_empty_records(20_000))) == 20_000


def _many_empty_records(count):
    export = ExportLogsServiceRequest()
    records = export.resource_logs.add().scope_logs.add().log_records
    for _ in range(count):
        records.add()
    return export.SerializeToString()


# --- Answers -----------------------------------------------------------------------------------


def test_a_success_has_no_partial_success():
    assert otlp.response(JSON, 0, "").data == b"{}"
    assert otlp.response(PROTOBUF, 0, "").data == b""


def test_a_partial_success_says_how_many_and_why():
    answer = otlp.response(JSON, 300, "why ü")
    assert json.loads(answer.data) == {
        "partialSuccess": {"rejectedLogRecords": "300", "errorMessage": "why ü"}
    }
    response = ExportLogsServiceResponse.FromString(otlp.response(PROTOBUF, 300, "why ü" * 50).data)
    assert response.partial_success.rejected_log_records == 300
    assert response.partial_success.error_message == "why ü" * 50


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.InvalidInput, 3),
        (errors.Unauthenticated, 16),
        (errors.Forbidden, 7),
        (errors.TooLarge, 11),
        (errors.UnsupportedMediaType, 12),
        (errors.TooManyRequests, 8),
        (errors.Unavailable, 14),
    ],
)
def test_a_failure_is_a_status_in_the_type_of_the_request(error, code):
    failure, http_status = error("what happened " * 20), STATUS[error]
    shown = otlp.refusal(failure, http_status, JSON)
    assert (shown.media_type, json.loads(shown.data)) == (
        JSON,
        {"code": code, "message": "what happened " * 20},
    )
    shown = otlp.refusal(failure, http_status, PROTOBUF)
    status = status_pb2.Status.FromString(shown.data)
    assert shown.media_type == PROTOBUF
    assert (status.code, status.message, list(status.details)) == (code, "what happened " * 20, [])


def test_a_request_of_another_type_is_answered_in_json():
    assert otlp.refusal(errors.UnsupportedMediaType("x"), 415, "text/html").media_type == JSON


def test_base64_is_kept_in_its_standard_form():
    raw = bytes(range(256))
    for text in (base64.b64encode(raw), base64.urlsafe_b64encode(raw).rstrip(b"=")):
        value = {"key": "b", "value": {"bytesValue": text.decode()}}
        assert only({"attributes": [value]}).attrs["b"] == base64.b64encode(raw).decode()


def test_only_an_export_in_protobuf_loads_the_protobuf_library():
    program = """
import sys, app
from chalicelib.web.payload import Payload
from chalicelib.tenant_logs.intake import otlp, otlp_export
from datetime import UTC, datetime
NOW = datetime(2026, 1, 31, tzinfo=UTC)
loaded = lambda: [m for m in sys.modules if m.startswith(("google", "opentelemetry"))]
otlp_export.read_records(Payload(media_type="application/json", data=b"{}"), NOW)
assert loaded() == [], loaded()
otlp_export.read_records(Payload(media_type="application/x-protobuf", data=b""), NOW)
assert "google.protobuf" in loaded()
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)  # noqa: S603 our own
