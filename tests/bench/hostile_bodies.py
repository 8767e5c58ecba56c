"""Bodies of at most 5 MB that cost as much as a body can, and two honest ones to compare with.

Each is made by name in the process that is measured.
"""

import base64
import gzip
import json
from collections.abc import Callable
from typing import NamedTuple

JSON, NDJSON, TEXT = "application/json", "application/x-ndjson", "text/plain"
PROTOBUF = "application/x-protobuf"
MB5 = 5_000_000


class Body(NamedTuple):
    """How a body is made, what it is sent as, and whether it is what real senders send."""

    make: Callable[[], bytes]
    media_type: str
    path: str = "/ingest"
    gzipped: bool = False
    is_honest: bool = False


def repeated(piece: bytes, before: bytes = b"", after: bytes = b"") -> Callable[[], bytes]:
    """As many pieces as 5 MB hold."""
    return lambda: before + piece * ((MB5 - len(before) - len(after)) // len(piece)) + after


def array_in_text(piece: bytes) -> Callable[[], bytes]:
    """An object whose one field is an array of pieces."""
    return repeated(piece + b",", b'{"text":"x","a":[', piece + b"]}")


def many_keys() -> bytes:
    """400,000 names in one object."""
    return b'{"text":"x",' + b",".join(b'"k%d":1' % number for number in range(400_000)) + b"}"


def many_lists() -> bytes:
    """Records that each fit, full of numbers."""
    record = b'{"text":"x","a":[' + b"1," * 95_000 + b"1]}"
    return b"\n".join([record] * 25)


def lines_of_digits() -> bytes:
    """What looks like cards and is none."""
    return b"\n".join([json.dumps({"text": "4444 " * 960}).encode()] * 1000)


def honest_lines() -> bytes:
    """A thousand lines of an application, of 5 KB each."""
    line = {
        "ts": "2026-01-31T09:29:00.123Z",
        "level": "info",
        "msg": "GET /api/v1/items/17 took 31 ms " * 100,
        "http": {"status": 200, "path": "/api/v1/items/17", "headers": ["a", "b", "c"] * 20},
        **{f"field_{number}": f"value {number}" for number in range(40)},
    }
    return b"\n".join([json.dumps(line).encode()] * 1000)


def honest_export() -> bytes:
    """20,000 records of an OpenTelemetry SDK."""
    from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest

    export = ExportLogsServiceRequest()
    resource_logs = export.resource_logs.add()
    for number in range(5):
        _attribute(resource_logs.resource, f"resource.{number}", "some value of the resource")
    records = resource_logs.scope_logs.add().log_records
    for number in range(20_000):
        record = records.add(time_unix_nano=1769851500123000000 + number, severity_number=9)
        record.body.string_value = f"GET /api/v1/items/{number} took 31 ms"
        for name in range(6):
            _attribute(record, f"attribute.{name}", f"value {number}")
    return bytes(export.SerializeToString())


def shared_resource(resource_bytes: int, count: int) -> Callable[[], bytes]:
    """Empty records that share one big attribute."""

    def make() -> bytes:
        from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import (
            ExportLogsServiceRequest,
        )

        export = ExportLogsServiceRequest()
        resource_logs = export.resource_logs.add()
        _attribute(resource_logs.resource, "a", "x" * resource_bytes)
        records = resource_logs.scope_logs.add().log_records
        for _ in range(count):
            records.add()
        return bytes(export.SerializeToString())

    return make


def one_record_of(piece: bytes) -> Callable[[], bytes]:
    """One record of protobuf whose attribute is an array of pieces."""

    def make() -> bytes:
        message = piece * (4_900_000 // len(piece))
        for number in (
            5,
            2,
            6,
            2,
            2,
            1,
        ):  # array_value, value, attributes, records, scope, resource
            message = bytes([number << 3 | 2]) + _varint(len(message)) + message
        return message

    return make


def firehose(piece: bytes) -> Callable[[], bytes]:
    """A delivery whose records are pieces."""
    return repeated(piece + b",", b'{"requestId":"r","records":[', piece + b"]}")


def firehose_bombs() -> bytes:
    """Data that unpacks to a thousand times its size."""
    data = base64.b64encode(gzip.compress(b"a" * 4_000_000)).decode()
    return json.dumps({"requestId": "r", "records": [{"data": data}] * 500}).encode()


def loki_label() -> bytes:
    """A thousand lines that share a label of 4 MB."""
    stream = {"stream": {"a": "4444 " * 800_000}, "values": [["1769851500123000000", "x"]] * 1000}
    return json.dumps({"streams": [stream]}).encode()


def _attribute(holder: object, key: str, value: str) -> None:
    pair = holder.attributes.add(key=key)  # type: ignore[attr-defined]
    pair.value.string_value = value


def _varint(number: int) -> bytes:
    encoded = bytearray()
    while number > 0x7F:
        encoded.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*encoded, number])


def _export_of(piece: bytes) -> Callable[[], bytes]:
    before = b'{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"arrayValue":{"values":['
    return repeated(piece + b",", before, piece + b"]}}}]}]}]}")


BODIES = {
    "honest: 1,000 NDJSON lines of 5 KB": Body(honest_lines, NDJSON, is_honest=True),
    "honest: 20,000 OTLP records": Body(honest_export, PROTOBUF, "/v1/logs", is_honest=True),
    "OTLP resource of 300 KB x 5,000": Body(
        shared_resource(300_000, 5_000), PROTOBUF, "/v1/logs", gzipped=True
    ),
    "OTLP resource of 300 KB x 20,000": Body(
        shared_resource(300_000, 20_000), PROTOBUF, "/v1/logs", gzipped=True
    ),
    "OTLP resource of 300 KB x 100": Body(shared_resource(300_000, 100), PROTOBUF, "/v1/logs"),
    "OTLP resource of 4 MB x 10,000": Body(
        shared_resource(4_000_000, 10_000), PROTOBUF, "/v1/logs"
    ),
    "OTLP of empty resources": Body(repeated(b"\x0a\x00"), PROTOBUF, "/v1/logs"),
    "OTLP record of empty values": Body(one_record_of(b"\x0a\x00"), PROTOBUF, "/v1/logs"),
    "OTLP record of numbers": Body(one_record_of(b"\x0a\x02\x18\x01"), PROTOBUF, "/v1/logs"),
    "OTLP JSON of empty resources": Body(
        repeated(b"{},", b'{"resourceLogs":[', b"{}]}"), JSON, "/v1/logs"
    ),
    "OTLP JSON of empty values": Body(_export_of(b"{}"), JSON, "/v1/logs"),
    "OTLP JSON of numbers": Body(_export_of(b'{"intValue":1}'), JSON, "/v1/logs"),
    "OTLP JSON of lone surrogates": Body(
        _export_of(b'{"stringValue":"\\ud83d"}'), JSON, "/v1/logs"
    ),
    "text of groups of digits": Body(repeated(b"4444 "), TEXT),
    "lines of groups of digits": Body(lines_of_digits, NDJSON),
    "400,000 names": Body(many_keys, JSON),
    "array of ones": Body(repeated(b"1,", b"[", b"1]"), JSON),
    "field of empty lists": Body(array_in_text(b"[]"), JSON),
    "field of empty objects": Body(array_in_text(b"{}"), JSON),
    "field of fractions": Body(array_in_text(b"1.5"), JSON),
    "25 fields of numbers": Body(many_lists, NDJSON),
    "brackets": Body(repeated(b"["), JSON),
    "deep record in an array": Body(repeated(b"[", b'[{"text":"a"},{"a":', b"}]"), JSON),
    "deep lists in an array": Body(
        lambda: b'[{"text":"a"},{"a":' + b"[" * 2_400_000 + b"]" * 2_400_000 + b"}]", JSON
    ),
    "empty lists behind a deep one": Body(
        repeated(b"[],", b'[{"a":' + b"[" * 2000 + b"]" * 2000 + b"},", b"[]]"), JSON
    ),
    "lone surrogates": Body(array_in_text(b'"\\ud83d"'), JSON),
    "raw tabs": Body(array_in_text(b'"\t"'), JSON),
    "NaN": Body(array_in_text(b"NaN"), JSON),
    "backslashes": Body(repeated(b"\\", b'{"text":"'), JSON),
    "quotes": Body(repeated(b'"'), JSON),
    "bytes that are no UTF-8": Body(repeated(b"\xff", b'{"text":"', b'"}'), JSON),
    "digits": Body(repeated(b"9", b'{"text":', b"}"), JSON),
    "objects one after another": Body(repeated(b"{}"), JSON),
    "braces": Body(repeated(b"{", b'{"a":1}'), JSON),
    "Firehose of empty records": Body(firehose(b"{}"), JSON),
    "Firehose of bombs": Body(firehose_bombs, JSON),
    "Loki label of 4 MB x 1,000": Body(loki_label, JSON),
    "gzip of zeros": Body(lambda: b"\0" * 50_000_000, NDJSON, gzipped=True),
    "syslog lines without end": Body(repeated(b"[a ", b"<34>1 - - - - - "), TEXT),
}
