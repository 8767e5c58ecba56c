"""Text that is almost JSON: what is mended, what is left, and that its time is linear."""

import json

import pytest

from chalicelib.errors import InvalidInput
from chalicelib.tenant_logs.intake import mending


def mended(raw):
    plain, marks = mending.remove_marks(mending.mend(raw))
    return json.loads(plain), sorted(marks)


@pytest.mark.parametrize(
    ("raw", "value", "marks"),
    [
        (b'{"a":"\\ud83d\\ude00 \\\\ud83d"}', {"a": "😀 \\ud83d"}, []),
        (b'["\\ud83d\\ud83d\\ude00"]', ["\ufffd😀"], ["characters"]),
        (b'["NaN I -1 Infinity",-1,-0.5e-7]', ["NaN I -1 Infinity", -1, -0.5e-7], []),
        (b"[NaN,-Infinity,Infinity]", ["NaN", "-Infinity", "Infinity"], ["numbers"]),
        (b'["a\nb\x00"]', ["a\nb\x00"], []),
        (b'["\xed\xa0\xbd"]', ["\ufffd\ufffd\ufffd"], ["characters"]),
        (b'["\\u12 \\q"]', ["\\u12 \\q"], []),
    ],
)
def test_json_is_mended_and_nothing_else_is_touched(raw, value, marks):
    assert mended(raw) == (value, marks)


@pytest.mark.parametrize("raw", [b'{"a":1}', b"[]", '{"a":"ü \\" }{"}'.encode(), b'{"a', b""])
def test_what_needs_no_mending_stays_as_it_is(raw):
    assert mending.mend(raw) == raw


def test_only_what_is_too_deep_is_cut_out():
    raw = b'{"a":' + b"[" * 3000 + b'"]["' + b"]" * 3000 + b',"b":[[1]]}'
    plain, marks = mending.remove_marks(mending.flatten(raw))
    value = json.loads(plain)
    assert (value["b"], marks) == ([[1]], {"depth"})
    assert plain.count(b"[[") < 110


def test_a_text_that_is_bad_throughout_is_refused():
    with pytest.raises(InvalidInput):
        mending.mend(b"[" + b"NaN," * 200_000 + b"1]")


@pytest.mark.thorough
@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "piece",
    [b"\\", b'"', b'\\"', b'"\\', b"\t", b'"\t', b"N", b"-", b"I", b"9", b"\\u", b"\\ud83d", b"[{"],
)
def test_no_text_takes_more_than_linear_time(piece):
    """Quadratic, a megabyte of these would take minutes."""
    raw = (b'{"text":"' + piece * 1_000_000)[:1_000_000]
    for step in (mending.mend, mending.flatten):
        try:
            step(raw)
        except InvalidInput:
            continue
