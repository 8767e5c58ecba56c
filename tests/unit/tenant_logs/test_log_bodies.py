"""The records that a body of /ingest holds: one bad record does not spoil the others."""

import tracemalloc

import pytest
from support.logs import payload

from chalicelib.errors import InvalidInput, TooLarge
from chalicelib.tenant_logs.intake.bodies import objects
from chalicelib.tenant_logs.model import NDJSON, TEXT, Refusal

A = {"text": "a"}


def kinds(body):
    return ["bad" if isinstance(each, Refusal) else each for each in objects(body)]


def test_an_object_is_one_record_and_an_array_as_many_as_it_holds():
    assert objects(payload({"text": "a", "n": 1.5})) == [{"text": "a", "n": 1.5}]
    assert objects(payload(b' [ {"text":"a"} , {"text":"b"} ] ')) == [A, {"text": "b"}]


@pytest.mark.parametrize("media_type", NDJSON)
def test_ndjson_is_one_record_a_line_with_blank_lines_and_crlf_borne(media_type):
    lines = b'{"text":"a"}\r\n\r\n\n  \t\n{"text":"b"}\n{"text":"c"}'
    assert [each["text"] for each in objects(payload(lines, media_type))] == ["a", "b", "c"]


def test_a_text_is_one_record_exactly_as_sent():
    text = " first\r\nsecond ü \n"
    assert objects(payload(text.encode(), TEXT)) == [{"text": text}]


BAD_LINES = [
    b"{",
    b"null",
    b"[]",
    b'"text"',
    b'[{"text":"a"}]',
    b'{"text":NaN}',
    b'{"text":"\\u0000"}',
    b'{"text":"\\ud800"}',
    b'{"text":"\xff"}',
    b'{"n":1e999}',
    b'{"n":1234567890123456789012345678901234567890}',
    b'{"":1}',
    b'{"a":' * 40 + b"1" + b"}" * 40,
    b"[" * 100_000,
    b'\xef\xbb\xbf{"text":"a"}',
]


@pytest.mark.parametrize("line", BAD_LINES, ids=lambda line: repr(line[:20]))
def test_one_bad_line_does_not_spoil_the_others(line):
    assert kinds(payload(b'{"text":"a"}\n' + line + b'\n{"text":"a"}', NDJSON[0])) == [A, "bad", A]


@pytest.mark.parametrize(
    "element",
    [b"null", b"[]", b'{"n":1e999}', b'{"text":"\\u0000"}', b'{"text":"\xff"}', b'{"":1}'],
)
def test_one_bad_element_does_not_spoil_the_others(element):
    assert kinds(payload(b'[{"text":"a"},' + element + b',{"text":"a"}]')) == [A, "bad", A]


@pytest.mark.parametrize(
    "data", [b'[{"text":NaN}]', b'[{"text":"a"}', b"[" * 100_000, b'["\\ud800"]', b"[1,]"]
)
def test_an_array_that_is_no_json_is_refused_whole(data):
    with pytest.raises(InvalidInput):
        objects(payload(data))


@pytest.mark.parametrize(
    ("data", "media_type"),
    [(b"", TEXT), (b"[]", "application/json"), (b"\n \r\n", NDJSON[0]), (b"", NDJSON[1])],
)
def test_a_body_without_records_is_refused(data, media_type):
    with pytest.raises(InvalidInput):
        objects(payload(data, media_type))


@pytest.mark.parametrize("data", [b"\xff", b"a\x00b"])
def test_a_text_that_cannot_be_kept_is_refused(data):
    with pytest.raises(InvalidInput):
        objects(payload(data, TEXT))


def test_a_thousand_records_are_taken_and_one_more_is_too_many():
    lines = b'{"text":"a"}\n' * 1000
    array = b"[" + lines.replace(b"\n", b",").rstrip(b",") + b"]"
    assert len(objects(payload(lines, NDJSON[0]))) == len(objects(payload(array))) == 1000
    for body in (payload(lines + b"{}", NDJSON[0]), payload(array[:-1] + b",{}]")):
        with pytest.raises(TooLarge, match="1000"):
            objects(body)


@pytest.mark.parametrize(
    ("data", "media_type"),
    [(b"[" + b"1," * 2_500_000 + b"1]", "application/json"), (b"1\n" * 2_500_000, NDJSON[0])],
)
def test_millions_of_tiny_records_are_refused_with_memory_flat(data, media_type):
    body = payload(data, media_type)
    tracemalloc.start()
    try:
        with pytest.raises(TooLarge):
            objects(body)
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()
