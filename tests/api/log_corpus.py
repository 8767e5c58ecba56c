"""Requests to `/ingest` and `/v1/logs` that broke something somewhere once, or ought to."""

import gzip
import json
import zlib
from collections.abc import Mapping
from typing import Any

from corpus import (
    ACCEPTED,
    INVALID,
    MAX_BODY_BYTES,
    NESTING,
    NUMBERS,
    OK,
    TEXTS,
    TOO_LARGE,
    WRONG_TYPE,
    Case,
)

JSON, NDJSON, TEXT = "application/json", "application/x-ndjson", "text/plain"
PROTOBUF = "application/x-protobuf"


# What is no JSON even when it is repaired.
UNREADABLE = {
    "200,000 levels, never closed",
    "200,000 objects, never closed",
    "1e400 digits of exponent",
    "hexadecimal",
    "leading zero",
    "plus sign",
    "raw NUL",
    "UTF-16",
}


def as_log(case: Case) -> Case:
    """The same body as a log record, which is repaired where a record of ours is refused."""
    body = case.body.replace(b'"user_id"', b'"text"')
    return case._replace(body=body, status=INVALID if case.name in UNREADABLE else ACCEPTED)


RECORDS = [as_log(case) for case in [*NESTING, *NUMBERS, *TEXTS]]


def _log(**fields: Any) -> bytes:
    return json.dumps({"text": "a", **fields}).encode()


def _as(content_type: str, encoding: str = "") -> Mapping[str, str]:
    return {"Content_Type": content_type, "Content_Encoding": encoding}


_GZIPPED = gzip.compress(_log())
_BOMB = gzip.compress(b" " * 40 * 1024 * 1024)

INGESTS = [
    Case("an object", _log(), ACCEPTED),
    Case("a list", b"[%s,%s]" % (_log(), _log()), ACCEPTED),
    Case("message for text", b'{"message":"a"}', ACCEPTED),
    Case("own fields", _log(level=3, nested={"a": [None]}), ACCEPTED),
    Case("a list with some bad", b"[%s,1,null,[],{}]" % _log(), ACCEPTED),
    Case("1,000 records", b"[%s]" % b",".join([_log()] * 1000), ACCEPTED),
    Case("1,001 records", b"[%s]" % b",".join([_log()] * 1001), TOO_LARGE),
    Case("a million elements", b"[%s]" % b",".join([b"1"] * 1_000_000), TOO_LARGE),
    Case("a list of bad ones", b'[1,null,"a",[],{}]', INVALID),
    Case("nested lists", b"[[%s]]" % _log(), INVALID),
    Case("a list never closed", b"[" * 200_000, INVALID),
    Case("empty list", b"[]", ACCEPTED),
    Case("empty", b"", ACCEPTED),
    Case("blank", b" \n\t ", ACCEPTED),
    Case("null", b"null", INVALID),
    Case("true", b"true", INVALID),
    Case("number", b"1", INVALID),
    Case("a text as JSON", b'"a"', INVALID),
    Case("no text", b"{}", INVALID),
    Case("number for text", _log(text=1), ACCEPTED),
    Case("number for log_id", _log(log_id=1), ACCEPTED),
    Case("log_id with #", _log(log_id="a#b"), ACCEPTED),
    Case("log_id of 129", _log(log_id="a" * 129), ACCEPTED),
    Case("time without zone", _log(ts="2026-01-31T09:30:00"), ACCEPTED),
    Case("impossible date", _log(ts="2026-02-30T09:30:00Z"), ACCEPTED),
    Case("number for ts", _log(ts=1), ACCEPTED),
    Case("unknown severity", _log(severity="LOUD"), ACCEPTED),
    Case("list for attrs", _log(attrs=[]), ACCEPTED),
    Case("our bookkeeping", _log(_omni={}), ACCEPTED),
    Case("our sort key", _log(sk="x"), ACCEPTED),
    Case("our expiry", _log(expires_at=1), ACCEPTED),
    Case("another tenant", _log(tenant_id="beta"), ACCEPTED),
    Case("another tenant among others", b"[%s,%s]" % (_log(), _log(tenant_id="beta")), ACCEPTED),
    Case(
        "another tenant, strictly",
        _log(tenant_id="beta"),
        403,
        headers={"X_Tenant_Strict": "true"},
    ),
    Case("its own tenant", _log(tenant_id="acme"), ACCEPTED),
    Case("5 MB and a byte", b" " * MAX_BODY_BYTES + b"1", TOO_LARGE),
    Case("gzip", _GZIPPED, ACCEPTED, headers=_as(JSON, "gzip")),
    Case("gzip cut off", _GZIPPED[:-9], INVALID, headers=_as(JSON, "gzip")),
    Case(
        "gzip of two members", _GZIPPED + gzip.compress(b" "), ACCEPTED, headers=_as(JSON, "gzip")
    ),
    Case("gzip bomb", _BOMB, TOO_LARGE, headers=_as(JSON, "gzip")),
    Case("gzip that does not say so", _GZIPPED, INVALID),
    Case("brotli", _log(), WRONG_TYPE, headers=_as(JSON, "br")),
    Case("zstd", _log(), WRONG_TYPE, headers=_as(JSON, "zstd")),
    Case("deflate", zlib.compress(_log()), ACCEPTED, headers=_as(JSON, "deflate")),
    Case("gzip with a line break behind", _GZIPPED + b"\n", ACCEPTED, headers=_as(JSON, "x-gzip")),
    Case("NDJSON in JSON", _log() + b"\n" + _log(), ACCEPTED),
    Case("gzip twice", _GZIPPED, WRONG_TYPE, headers=_as(JSON, "gzip, gzip")),
    Case("NDJSON", _log() + b"\n\n" + _log(), ACCEPTED, headers=_as(NDJSON)),
    Case("NDJSON with CR LF", _log() + b"\r\n" + _log(), ACCEPTED, headers=_as(NDJSON)),
    Case("NDJSON by its other name", _log(), ACCEPTED, headers=_as("application/ndjson")),
    Case("NDJSON of blank lines", b"\n \n\r\n", ACCEPTED, headers=_as(NDJSON)),
    Case("NDJSON of 1,001 lines", b"\n".join([_log()] * 1001), TOO_LARGE, headers=_as(NDJSON)),
    Case("NDJSON of bad lines", b"1\nnull\n[]\n{", INVALID, headers=_as(NDJSON)),
    Case("a text", "é 😀 \u202e".encode(), ACCEPTED, headers=_as(TEXT)),
    Case("a text that is JSON", b"[1]", ACCEPTED, headers=_as(TEXT)),
    Case("an empty text", b"", ACCEPTED, headers=_as(TEXT)),
    Case("a text that is no UTF-8", b"a\xff", ACCEPTED, headers=_as(TEXT)),
    Case("a text with NUL", b"a\x00", ACCEPTED, headers=_as(TEXT)),
    Case("no content type", _log(), WRONG_TYPE, headers=_as("")),
    Case("a form", b"text=a", WRONG_TYPE, headers=_as("application/x-www-form-urlencoded")),
    Case("protobuf", b"", WRONG_TYPE, headers=_as(PROTOBUF)),
    Case("any type", _log(), WRONG_TYPE, headers=_as("*/*")),
]


def _export(*records: Any) -> bytes:
    return json.dumps({"resourceLogs": [{"scopeLogs": [{"logRecords": records}]}]}).encode()


_RECORD = {"body": {"stringValue": "a"}}
_EXPORT = _export(_RECORD)

EXPORTS = [
    Case("an export", _EXPORT, OK),
    Case("an empty export", b"{}", OK),
    Case("fields of a later version", b'{"x":1,"resourceLogs":[{"y":2}]}', OK),
    Case("a record with nothing in it", _export({}), OK),
    Case("some bad records", _export(_RECORD, {"body": {"stringValue": "a\x00"}}), OK),
    Case("20,001 records", _export(*[{}] * 20_001), TOO_LARGE),
    Case("a record with a bad time", _export({"timeUnixNano": "x"}), OK),
    Case("snake case", b'{"resource_logs":[{"scope_logs":[{"log_records":[{}]}]}]}', OK),
    Case("a log record of /ingest", b'{"text":"x"}', INVALID),
    Case("empty", b"", INVALID),
    Case("null", b"null", INVALID),
    Case("a list", b"[]", INVALID),
    Case("a text", b'"a"', INVALID),
    Case("NDJSON in JSON", b"{}\n{}", INVALID),
    Case("a number for the resource logs", b'{"resourceLogs":1}', INVALID),
    Case("a number for a body", _export({"body": 1}), OK),
    Case("never closed", b'{"resourceLogs":[' * 100_000, INVALID),
    Case("no UTF-8", b'{"resourceLogs":"\xff"}', INVALID),
    Case("5 MB and a byte", b" " * MAX_BODY_BYTES + b"1", TOO_LARGE),
    Case("gzip", gzip.compress(_EXPORT), OK, headers=_as(JSON, "gzip")),
    Case("gzip cut off", gzip.compress(_EXPORT)[:-9], INVALID, headers=_as(JSON, "gzip")),
    Case("gzip bomb", _BOMB, TOO_LARGE, headers=_as(JSON, "gzip")),
    Case("an empty protobuf", b"", OK, headers=_as(PROTOBUF)),
    Case("fields unknown to protobuf", b"\x7a\x01a", OK, headers=_as(PROTOBUF)),
    Case("JSON as protobuf", _EXPORT, INVALID, headers=_as(PROTOBUF)),
    Case("a cut protobuf", b"\x0a\x7f", INVALID, headers=_as(PROTOBUF)),
    Case("a protobuf nested deep", b"\x0a\x80\x01" * 2_000, INVALID, headers=_as(PROTOBUF)),
    Case("random protobuf", bytes(range(256)), INVALID, headers=_as(PROTOBUF)),
    Case("a protobuf bomb", _BOMB, TOO_LARGE, headers=_as(PROTOBUF, "gzip")),
    Case("no content type", _EXPORT, WRONG_TYPE, headers=_as("")),
    Case("plain text", _EXPORT, WRONG_TYPE, headers=_as(TEXT)),
    Case("NDJSON", _EXPORT, WRONG_TYPE, headers=_as(NDJSON)),
    Case("brotli", _EXPORT, WRONG_TYPE, headers=_as(JSON, "br")),
]
