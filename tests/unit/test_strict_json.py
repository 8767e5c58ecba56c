"""The strict parser: what DynamoDB or a reader would choke on is refused, the rest is exact."""

import json
from decimal import Decimal

import msgspec
import pytest

from chalicelib import strict_json
from chalicelib.errors import InvalidInput, TooLarge

LONE_HIGH, LONE_LOW = r'"\ud800"', r'"\udc00"'


def nested(levels: int) -> bytes:
    return b"[" * levels + b"]" * levels


def number(text: str):
    return strict_json.decode_object(b'{"n":%s}' % text.encode())["n"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.5", Decimal("1.5")),
        ("1.50", Decimal("1.50")),
        ("-0.1", Decimal("-0.1")),
        ("9007199254740993", 9007199254740993),
        ("18446744073709551616", 2**64),
        ("-0", 0),
        ("-0.0", 0),
        ("0e99999999999", 0),
        ("1E125", Decimal("1E+125")),
        ("9.99E125", Decimal("9.99E+125")),
        ("-9.99E125", Decimal("-9.99E+125")),
        ("1E-130", Decimal("1E-130")),
        ("-1e-130", Decimal("-1E-130")),
        ("1" * 38, int("1" * 38)),
        ("-" + "9" * 38, -int("9" * 38)),
        ("0." + "1" * 38, Decimal("0." + "1" * 38)),
        ("0.0000" + "1" * 38, Decimal("0.0000" + "1" * 38)),
        ("1" + "0" * 100, 10**100),
        (
            "12345678901234567890123456789.123456789",
            Decimal("12345678901234567890123456789.123456789"),
        ),
    ],
)
def test_a_number_that_dynamodb_takes_keeps_its_value(text, expected):
    assert number(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "1e999",
        "-1e999",
        "1E126",
        "1E-131",
        "1" + "0" * 126,
        "1" * 39,
        "-" + "1" * 39,
        "1" * 38 + ".5",
        "0." + "1" * 39,
        "1e99999999999999999999",
        "1e-99999999999999999999",
        "1" * 5_000,
        "1" * 1_000_000,
        "0." + "1" * 1_000_000,
        "1." + "0" * 1_000,
        "NaN",
        "-NaN",
        "Infinity",
        "-Infinity",
        "+1",
        "01",
        ".5",
        "5.",
        "0x10",
        "1_000",
        "١",  # noqa: RUF001 a digit, but not one of JSON's
    ],
)
def test_a_number_that_dynamodb_or_json_refuses_is_refused(text):
    with pytest.raises(InvalidInput):
        number(text)


def test_floats_never_pass_through_binary():
    assert strict_json.encode({"n": number("0.1")}) == '{"n":0.1}'
    assert strict_json.encode({"n": number("123456789012345678901234567890.5")}) == (
        '{"n":123456789012345678901234567890.5}'
    )


def test_decimals_and_big_integers_are_written_as_json_numbers():
    written = strict_json.encode([Decimal("1E+2"), Decimal("1E-130"), 10**37, Decimal("1.50")])
    assert written == "[1E+2,1E-130,10000000000000000000000000000000000000,1.50]"
    assert json.loads(written) == [100, 1e-130, 10**37, 1.5]


def test_32_levels_are_taken_and_33_are_not():
    assert strict_json.decode(nested(32))
    with pytest.raises(InvalidInput, match="32 levels"):
        strict_json.decode(nested(33))


def test_objects_and_lists_are_levels_and_scalars_are_none():
    assert strict_json.decode(b'{"a":' * 32 + b"1" + b"}" * 32)
    with pytest.raises(InvalidInput, match="32 levels"):
        strict_json.decode(b'{"a":' * 32 + b"[]" + b"}" * 32)


@pytest.mark.parametrize("levels", [100, 900, 1_100, 5_000, 200_000])
@pytest.mark.parametrize("unit", [(b"[", b"]"), (b'{"a":', b"}")])
def test_any_depth_beyond_is_refused_and_never_overflows_the_stack(levels, unit):
    opening, closing = unit
    middle = b"" if opening == b"[" else b"1"
    with pytest.raises(InvalidInput):
        strict_json.decode(opening * levels + middle + closing * levels)
    with pytest.raises(InvalidInput):
        strict_json.decode(opening * levels)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b" ",
        b"nul",
        b"True",
        b"'a'",
        b"{'a':1}",
        b'{"a":1,}',
        b"[1,]",
        b'{"a" 1}',
        b'{"a":1}x',
        b'{"a":1}{"b":2}',
        b"{a:1}",
        b"{1:1}",
        b"// c\n{}",
        b'{"a":"\x01"}',
        b'{"a":"\n"}',
        rb'{"a":"\x41"}',
        rb'{"a":"\u12"}',
        b'{"a":"unfinished',
        b"\x00",
        b"<a/>",
        b"a=1&b=2",
    ],
)
def test_what_is_not_json_is_refused(raw):
    with pytest.raises(InvalidInput):
        strict_json.decode(raw)


@pytest.mark.parametrize(
    "raw",
    [
        b"\xff",
        b'{"a":"\xff"}',
        b'{"\xff":1}',
        b'{"a":"\xc0\x80"}',
        b'{"a":"\xed\xa0\x80"}',
        b'{"a":"\xf4\x90\x80\x80"}',
        b'{"a":"\xe2\x82"}',
        '{"a":"é"}'.encode("latin-1"),
        '{"a":1}'.encode("utf-16"),
        b"\xef\xbb\xbf{}",
    ],
)
def test_bad_utf8_and_a_byte_order_mark_are_refused(raw):
    with pytest.raises(InvalidInput):
        strict_json.decode(raw)


@pytest.mark.parametrize(
    "text", [LONE_HIGH, LONE_LOW, r'"\ud800\ud800"', r'"\udc00\ud800"', r'"a\ud83dz"']
)
def test_lone_surrogates_are_refused_in_values_and_names(text):
    with pytest.raises(InvalidInput):
        strict_json.decode(b'{"a":%s}' % text.encode())
    with pytest.raises(InvalidInput):
        strict_json.decode(b"{%s:1}" % text.encode())


def test_a_surrogate_pair_is_one_character():
    assert strict_json.decode(rb'"\ud83d\ude00"') == "😀"


@pytest.mark.parametrize(
    "raw", [rb'{"a":"\u0000"}', rb'{"a\u0000":1}', rb'{"a":[{"b":["x\u0000y"]}]}']
)
def test_nul_is_refused_wherever_it_stands(raw):
    with pytest.raises(InvalidInput, match="NUL"):
        strict_json.decode(raw)


def test_names_have_1_to_65535_bytes():
    longest = "é" * 32_767 + "a"
    assert strict_json.decode(json.dumps({longest: 1}).encode()) == {longest: 1}
    for name in ("", longest + "a", "é" * 32_768):
        with pytest.raises(InvalidInput, match="name"):
            strict_json.decode(json.dumps({"a": {name: 1}}).encode())


def test_of_duplicate_names_the_last_wins():
    assert strict_json.decode(b'{"a":1,"b":2,"a":3}') == {"a": 3, "b": 2}


@pytest.mark.parametrize("raw", [b"null", b"[]", b"[{}]", b"1", b'"x"', b"true"])
def test_a_body_that_is_no_object_is_refused(raw):
    with pytest.raises(InvalidInput, match="must be a JSON object"):
        strict_json.decode_object(raw)


def test_5_mib_are_read_and_one_byte_more_is_too_large():
    fits = b'"' + b"a" * (5 * 1024 * 1024 - 2) + b'"'
    assert len(strict_json.decode(fits)) == 5 * 1024 * 1024 - 2
    with pytest.raises(TooLarge):
        strict_json.decode(fits + b" ")


def test_no_message_quotes_the_body():
    for raw in (b'{"a":"canary\xff"}', b'{"canary":"\\ud800"}', b'{"canary":1e999}', b"canary"):
        with pytest.raises(InvalidInput) as refused:
            strict_json.decode(raw)
        assert "canary" not in str(refused.value)


def test_text_in_any_script_survives():
    value = {"é": "שלום 😀 \u202e \u200d \ufeff \u2028 \x7f \U0010ffff", "汉": ["ñ", ""]}
    assert strict_json.decode(strict_json.encode(value).encode()) == value


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("", 0),
        ("é", 2),
        ("😀", 4),
        (None, 1),
        (True, 1),
        (0, 2),
        (7, 3),
        (1234, 4),
        (10**37, 3),
        (Decimal("1.2345"), 5),
        (int("9" * 38), 21),
        ([], 3),
        ([None, None], 7),
        ({"a": 1}, 8),
        ({"é": {"b": "c"}}, 3 + 2 + 1 + (3 + 1 + 1 + 1)),
    ],
)
def test_an_items_size_is_counted_as_dynamodb_does_rounded_up(value, expected):
    assert strict_json.item_bytes(value) == expected


def test_a_long_list_of_small_numbers_is_not_taken_for_a_big_item():
    assert strict_json.item_bytes({"n": [1] * 90_000}) < strict_json.MAX_ITEM_BYTES


def test_a_type_that_json_does_not_have_has_no_size():
    with pytest.raises(TypeError):
        strict_json.item_bytes({1, 2})


def test_structs_are_written_by_their_wire_names():
    class Named(msgspec.Struct):
        from_: int = msgspec.field(name="from")

    assert strict_json.encode(Named(1)) == '{"from":1}'
