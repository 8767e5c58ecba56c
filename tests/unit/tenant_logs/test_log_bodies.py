"""The records that a body of /ingest holds: one bad record does not spoil the others."""

import json
import tracemalloc

import pytest
from support.logs import payload

from chalicelib.errors import InvalidInput, TooLarge
from chalicelib.tenant_logs.intake.bodies import objects
from chalicelib.tenant_logs.model import JSON, NDJSON, TEXT, Refusal

A = {"text": "a"}


def fields(body):
    return ["bad" if isinstance(item, Refusal) else item.fields for item in objects(body)]


def codes(body):
    return [item.code if isinstance(item, Refusal) else None for item in objects(body)]


def repaired(body):
    return [sorted(item.repaired) for item in objects(body)]


def test_an_object_is_one_record_and_an_array_as_many_as_it_holds():
    assert fields(payload({"text": "a", "n": 1.5})) == [{"text": "a", "n": 1.5}]
    assert fields(payload(b' [ {"text":"a"} , {"text":"b"} ] ')) == [A, {"text": "b"}]


@pytest.mark.parametrize("media_type", NDJSON)
def test_ndjson_is_one_record_a_line_with_blank_lines_and_crlf_borne(media_type):
    lines = b'{"text":"a"}\r\n\r\n\n  \t\n{"text":"b"}\n{"text":"c"}'
    assert [field["text"] for field in fields(payload(lines, media_type))] == ["a", "b", "c"]


@pytest.mark.parametrize("between", [b"\n", b"\r\n\r\n", b"", b" "])
def test_several_objects_labelled_as_json_are_as_many_records(between):
    pretty = json.dumps({"text": "b", "n": {"deep": "}{"}}, indent=2).encode()
    body = payload(b'{"text":"a"}' + between + pretty + between + b'{"text":"c"}', JSON)
    assert [field["text"] for field in fields(body)] == ["a", "b", "c"]


def test_a_bad_line_labelled_as_json_does_not_spoil_the_others():
    body = payload(b'{"text":"a"}\n{oops\n{"text":"b"}\n', JSON)
    assert fields(body) == [A, "bad", {"text": "b"}]


def test_a_text_is_one_record_exactly_as_sent():
    text = " first\r\nsecond ü \n"
    (given,) = objects(payload(text.encode(), TEXT))
    assert (given.fields, given.around, given.repaired) == ({}, {"text": text}, frozenset())


@pytest.mark.parametrize("data", [b"\xff", b"a\x00b"])
def test_a_text_that_cannot_be_kept_as_it_is_is_repaired(data):
    (given,) = objects(payload(data, TEXT))
    assert "\ufffd" in given.around["text"]
    assert given.repaired == {"characters"}


@pytest.mark.parametrize(
    ("data", "media_type"),
    [(b"", TEXT), (b"[]", JSON), (b" [ ] ", JSON), (b"", JSON), (b"\n \r\n", NDJSON[0])],
)
def test_a_body_without_records_has_none(data, media_type):
    assert objects(payload(data, media_type)) == []


BAD = {
    b"{": "invalid_json",
    b"{oops": "invalid_json",
    b"null": "not_an_object",
    b"[]": "not_an_object",
    b'"text"': "not_an_object",
    b'[{"text":"a"}]': "not_an_object",
    b"oops": "invalid_json",
    b"[" * 100_000: "invalid_json",
}


@pytest.mark.parametrize("line", BAD, ids=lambda line: repr(line[:20]))
def test_one_bad_line_does_not_spoil_the_others(line):
    body = payload(b'{"text":"a"}\n' + line + b'\n{"text":"a"}', NDJSON[0])
    assert codes(body) == [None, BAD[line], None]


REPAIRED = {
    b'{"text":"cut \\ud83d"}': ({"text": "cut \ufffd"}, ["characters"]),
    b'{"text":"\\udE00 \\ud83d\\ude00"}': ({"text": "\ufffd 😀"}, ["characters"]),
    b'{"text":"a\\u0000b"}': ({"text": "a\ufffdb"}, ["characters"]),
    b'{"text":"\xff"}': ({"text": "\ufffd"}, ["characters"]),
    b'{"text":"a\tb\x1b[0m"}': ({"text": "a\tb\x1b[0m"}, []),
    b'{"text":"\\x22a\\x22 \\\\ud83d"}': ({"text": "\\x22a\\x22 \\ud83d"}, []),
    b'{"n":NaN,"m":[-Infinity,"NaN"]}': ({"n": "NaN", "m": ["-Infinity", "NaN"]}, ["numbers"]),
    b'{"n":1e999}': ({"n": "1e999"}, ["numbers"]),
    b'{"n":1.7976931348623157e+308}': ({"n": "1.7976931348623157e+308"}, ["numbers"]),
    b'{"n":1234567890123456789012345678901234567891}': (
        {"n": "1234567890123456789012345678901234567891"},
        ["numbers"],
    ),
    b'{"n":%s}' % (b"7" * 5000): ({"n": "7" * 5000}, ["numbers"]),
    b'{"":1,"_":2}': ({"__": 1, "_": 2}, ["names"]),
    b'{"a\\u0000":1}': ({"a\ufffd": 1}, ["characters", "names"]),
    b'{"%s":1}' % (b"n" * 70_000): ({"n" * 32_767: 1}, ["names"]),
}


@pytest.mark.parametrize("raw", REPAIRED, ids=lambda raw: repr(raw[:30]))
@pytest.mark.parametrize("form", ["line", "element"])
def test_what_cannot_be_kept_as_it_is_is_repaired_and_said(raw, form):
    if form == "line":
        body = payload(b'{"text":"a"}\n' + raw + b'\n{"text":"a"}', NDJSON[0])
    else:
        body = payload(b'[{"text":"a"},' + raw + b',{"text":"a"}]')
    expected, marks = REPAIRED[raw]
    assert fields(body) == [A, expected, A]
    assert repaired(body) == [[], marks, []]


def nested(levels):
    return b'{"text":"deep","a":' + b"[" * levels + b"1" + b"]" * levels + b"}"


@pytest.mark.parametrize("levels", [32, 100, 900, 5000, 100_000])
@pytest.mark.parametrize("form", ["line", "element"])
def test_what_is_nested_too_deep_becomes_text(levels, form):
    body = (
        payload(nested(levels) + b'\n{"text":"a"}', NDJSON[0])
        if form == "line"
        else payload(b"[" + nested(levels) + b',{"text":"a"}]')
    )
    (deep, after) = objects(body)
    assert (deep.fields["text"], deep.repaired, after.fields) == ("deep", {"depth"}, A)
    value = deep.fields["a"]
    for _ in range(31):
        (value,) = value
    assert isinstance(value, str)
    assert value.startswith("[")


def test_31_levels_below_a_field_are_kept():
    (given,) = objects(payload(nested(31)))
    assert given.repaired == frozenset()
    assert json.dumps(given.fields["a"]) == "[" * 31 + "1" + "]" * 31


@pytest.mark.parametrize("data", [b'[{"text":"a"}', b"[1,]", b"[" * 100_000, b'["a" "b"]'])
def test_an_array_that_is_no_json_is_refused_whole(data):
    with pytest.raises(InvalidInput):
        objects(payload(data))


def test_a_thousand_records_are_taken_and_one_more_is_too_many():
    lines = b'{"text":"a"}\n' * 1000
    array = b"[" + lines.replace(b"\n", b",").rstrip(b",") + b"]"
    assert len(objects(payload(lines, NDJSON[0]))) == len(objects(payload(array))) == 1000
    for body in (payload(lines + b"{}", NDJSON[0]), payload(array[:-1] + b",{}]")):
        with pytest.raises(TooLarge, match="1000"):
            objects(body)


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (b"[" + b"1," * 2_500_000 + b"1]", JSON),
        (b"1\n" * 2_500_000, NDJSON[0]),
        (b"{}" * 2_500_000, JSON),
        (b'{"requestId":"r","records":[' + b"{}," * 1_600_000 + b"{}]}", JSON),
        (b'{"streams":[{"values":[' + b"[]," * 1_600_000 + b"[]]}]}", JSON),
    ],
    ids=lambda line: repr(line[:20]),
)
def test_millions_of_tiny_records_are_refused_with_memory_flat(data, media_type):
    body = payload(data, media_type)
    with pytest.raises(TooLarge):
        objects(body)
    assert traced_peak(body) < 6_000_000


@pytest.mark.parametrize("piece", [b"[]", b"{}", b"1.5", b'"a"', b"1"])
def test_a_record_beyond_a_megabyte_keeps_its_known_fields_and_costs_no_memory(piece):
    data = b'{"a":[' + (piece + b",") * (4_900_000 // (len(piece) + 1)) + piece + b'],"msg":"x"}'
    body = payload(data)
    (given,) = objects(body)
    assert (given.fields, given.repaired) == ({"msg": "x"}, {"size"})
    assert traced_peak(body) < 12_000_000


def traced_peak(body):
    tracemalloc.start()
    try:
        objects(body)
    except TooLarge:
        pass
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    return peak


def test_the_records_of_a_request_share_a_number_of_values():
    """Within 5 MB there would be millions, each of which is masked and written."""
    heavy = json.dumps({"text": "x", "a": [1] * 60_000}).encode()
    light = b'{"text":"light","b":[1,2,""]}'
    first, second, third, last = objects(payload(b"\n".join([heavy] * 3 + [light]), NDJSON[0]))
    assert len(first.fields["a"]) == 60_000
    assert len(second.fields["a"]) < 40_000
    assert second.repaired == {"values"}
    assert (third.fields, third.repaired) == ({"text": "x"}, {"size"})
    assert last.fields == {"text": "light", "b": [1, 2, ""]}
    assert last.repaired == frozenset()
