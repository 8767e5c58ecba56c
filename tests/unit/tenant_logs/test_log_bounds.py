"""What one export may cost: refused before objects are made of it, and never masked first."""

import tracemalloc
from contextlib import suppress

import pytest
from support.calls import call_of_sender
from support.logs import Desk

from chalicelib.errors import TooLarge
from chalicelib.tenant_logs.intake import writing
from chalicelib.tenant_logs.model import JSON, PROTOBUF
from chalicelib.web.payload import Payload
from tests.bench.hostile_bodies import one_record_of, repeated, shared_resource

MB = 1024 * 1024


def export(data, media_type=PROTOBUF, desk=None):
    body = Payload(media_type=media_type, data=data)
    return (desk or Desk()).intake.otlp(body, call_of_sender("acme"))


@pytest.mark.parametrize(
    ("resource_bytes", "records"), [(300_000, 5_000), (300_000, 120), (4_000, 20_000)]
)
def test_a_resource_that_many_records_share_is_refused_before_any_is_masked(
    monkeypatch, resource_bytes, records
):
    monkeypatch.setattr(writing, "mask", None)
    with pytest.raises(TooLarge, match="share"):
        export(shared_resource(resource_bytes, records)())


def test_what_records_share_is_masked_once(monkeypatch):
    seen = []
    monkeypatch.setattr(
        "chalicelib.tenant_logs.intake.masking.mask",
        lambda text, name="": seen.append(text) or text,
    )
    desk = Desk()
    export(shared_resource(100_000, 100)(), desk=desk)
    assert [len(text) for text in seen if len(text) > 1000] == [100_000]


_RECORD = b'{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"arrayValue":{"values":['
HOSTILE = {
    "resources in protobuf": (repeated(b"\x0a\x00"), PROTOBUF),
    "values in protobuf": (one_record_of(b"\x0a\x00"), PROTOBUF),
    "resources in JSON": (repeated(b"{},", b'{"resourceLogs":[', b"{}]}"), JSON),
    "values in JSON": (repeated(b"{},", _RECORD, b"{}]}}}]}]}]}"), JSON),
    "numbers in JSON": (repeated(b'{"intValue":1},', _RECORD, b"{}]}}}]}]}]}"), JSON),
}


@pytest.mark.thorough
@pytest.mark.parametrize("name", HOSTILE)
def test_millions_of_tiny_messages_take_little_memory(name):
    make, media_type = HOSTILE[name]
    data = make()
    tracemalloc.start()
    try:
        with suppress(TooLarge):
            export(data, media_type)
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 30 * MB
