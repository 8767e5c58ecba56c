"""Bodies that broke something somewhere once, and what each body route answers to them."""

import gzip
import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

OK, INVALID, TOO_LARGE, WRONG_TYPE = 200, 400, 413, 415
ACCEPTED = 202
MAX_BODY_BYTES = 5 * 1024 * 1024


class Case(NamedTuple):
    """One request body; `put` is the status where a replacement differs from a create."""

    name: str
    body: bytes
    status: int
    put: int | None = None
    headers: Mapping[str, str] = MappingProxyType({})


def _item(**attributes: Any) -> bytes:
    return json.dumps({"user_id": "a", **attributes}).encode()


def _raw(value: bytes) -> bytes:
    return b'{"user_id":"a","x":%s}' % value


def _typed(content_type: str, **more: str) -> dict[str, str]:
    return {"Content_Type": content_type, **more}


def _nested(opening: bytes, closing: bytes, levels: int) -> bytes:
    return _raw(opening * levels + (b"1" if b":" in opening else b"") + closing * levels)


NESTING = [
    Case("32 levels", _nested(b"[", b"]", 31), OK),
    Case("33 levels of lists", _nested(b"[", b"]", 32), INVALID),
    Case("33 levels of objects", _nested(b'{"a":', b"}", 32), INVALID),
    Case("1,000 levels", _nested(b"[", b"]", 1_000), INVALID),
    Case("5,000 levels", _nested(b"[", b"]", 5_000), INVALID),
    Case("200,000 levels, never closed", b"[" * 200_000, INVALID),
    Case("200,000 objects, never closed", b'{"a":' * 200_000, INVALID),
]

NUMBERS = [
    Case("NaN", _raw(b"NaN"), INVALID),
    Case("Infinity", _raw(b"Infinity"), INVALID),
    Case("-Infinity", _raw(b"-Infinity"), INVALID),
    Case("1e999", _raw(b"1e999"), INVALID),
    Case("-1e999", _raw(b"-1e999"), INVALID),
    Case("1e-999", _raw(b"1e-999"), INVALID),
    Case("1e400 digits of exponent", _raw(b"1e" + b"9" * 400), INVALID),
    Case("1E125", _raw(b"1E125"), OK),
    Case("1E126", _raw(b"1E126"), INVALID),
    Case("1E-130", _raw(b"1E-130"), OK),
    Case("1E-131", _raw(b"1E-131"), INVALID),
    Case("-0.0", _raw(b"-0.0"), OK),
    Case("38 digits", _raw(b"9" * 38), OK),
    Case("39 digits", _raw(b"9" * 39), INVALID),
    Case("38 digits after the point", _raw(b"0." + b"9" * 38), OK),
    Case("39 digits after the point", _raw(b"0." + b"9" * 39), INVALID),
    Case("a million digits", _raw(b"9" * 1_000_000), INVALID),
    Case("hexadecimal", _raw(b"0x1F"), INVALID),
    Case("leading zero", _raw(b"007"), INVALID),
    Case("plus sign", _raw(b"+1"), INVALID),
]

TEXTS = [
    Case("lone high surrogate", _raw(rb'"\ud800"'), INVALID),
    Case("lone low surrogate", _raw(rb'"\udc00"'), INVALID),
    Case("surrogates the wrong way round", _raw(rb'"\udc00\ud800"'), INVALID),
    Case("surrogate in a name", rb'{"user_id":"a","\ud800":1}', INVALID),
    Case("encoded surrogate", _raw(b'"\xed\xa0\x80"'), INVALID),
    Case("escaped NUL", _raw(rb'"a\u0000b"'), INVALID),
    Case("NUL in a name", rb'{"user_id":"a","a\u0000":1}', INVALID),
    Case("raw NUL", b"\x00", INVALID),
    Case("raw control character", _raw(b'"\x1b[31m"'), INVALID),
    Case("escaped control characters", _raw(rb'"\u001b[31m\r\n"'), OK),
    Case("byte 0xFF", _raw(b'"\xff"'), INVALID),
    Case("overlong NUL", _raw(b'"\xc0\x80"'), INVALID),
    Case("beyond Unicode", _raw(b'"\xf4\x90\x80\x80"'), INVALID),
    Case("cut UTF-8", _raw(b'"\xe2\x82"'), INVALID),
    Case("Latin-1", _item(x="é").decode("unicode_escape").encode("latin-1"), INVALID),
    Case("UTF-16", _item().decode().encode("utf-16"), INVALID),
    Case("byte order mark", b"\xef\xbb\xbf" + _item(), INVALID),
    Case("right to left", _item(x="\u202eevil\u202c שלום"), OK),
    Case("emoji, joined", _item(x="👩\u200d👩\u200d👧\u200d👦", **{"😀": "🏴"}), OK),
    Case("combining marks", _item(x="Z" + "\u0335" * 500), OK),
    Case("line separators", _item(x="\u2028\u2029\u0085"), OK),
    Case("format strings", _item(x="%s%n{0}{{}}${jndi:ldap://x/a}"), OK),
    Case("markup", _item(x="<script>alert(1)</script>", y="'; DROP TABLE users; --"), OK),
]

SHAPES = [
    Case("empty", b"", INVALID),
    Case("blank", b" \n\t ", INVALID),
    Case("null", b"null", INVALID),
    Case("true", b"true", INVALID),
    Case("number", b"1", INVALID),
    Case("text", b'"user_id"', INVALID),
    Case("empty list", b"[]", INVALID),
    Case("list", b'[{"user_id":"a"}]', INVALID),
    Case("two objects", b'{"user_id":"a"}{"user_id":"b"}', INVALID),
    Case("lines", b'{"user_id":"a"}\n{"user_id":"b"}\n', INVALID),
    Case("trailing comma", b'{"user_id":"a",}', INVALID),
    Case("single quotes", b"{'user_id':'a'}", INVALID),
    Case("comment", b'{"user_id":"a"/**/}', INVALID),
    Case("cut off", b'{"user_id":"a"', INVALID),
    Case("form", b"user_id=a", INVALID),
    Case("XML", b'<?xml version="1.0"?><user_id>a</user_id>', INVALID),
    Case("empty name", _item(**{"": 1}), INVALID),
    Case("nested empty name", _item(x=[{"": 1}]), INVALID),
    Case("duplicate names", b'{"user_id":"b","user_id":"a"}', OK),
]

USER_IDS = [
    Case("no user_id", b'{"x":1}', INVALID, put=OK),
    Case("null user_id", _item(user_id=None), INVALID),
    Case("number user_id", _item(user_id=1), INVALID),
    Case("list user_id", _item(user_id=["a"]), INVALID),
    Case("object user_id", _item(user_id={"S": "a"}), INVALID),
    Case("true user_id", _item(user_id=True), INVALID),
    Case("empty user_id", _item(user_id=""), INVALID),
    Case("blank user_id", _item(user_id=" "), INVALID),
    Case("user_id with line end", _item(user_id="a\n"), INVALID),
    Case("user_id of 129", _item(user_id="a" * 129), INVALID),
    Case("user_id of 2,049 bytes", _item(user_id="a" * 2_049), INVALID),
    Case("user_id with #", _item(user_id="a#METADATA"), INVALID),
    Case("user_id encoded", _item(user_id="a%23b"), INVALID),
    Case("user_id lookalike", _item(user_id="а"), INVALID),  # noqa: RUF001 Cyrillic
    Case("user_id emoji", _item(user_id="😀"), INVALID),
    Case("our bookkeeping", _item(_omni={"version": 9}), INVALID),
    Case("nearly our bookkeeping", _item(_omnix=1), INVALID),
]

SIZES = [
    Case("390 KB", _item(x="y" * (390 * 1024)), OK),
    Case("401 KB", _item(x="y" * (401 * 1024)), TOO_LARGE),
    Case("401 KB of two-byte characters", _item(x="é" * (201 * 1024)), TOO_LARGE),
    Case("401 KB of names", _item(**{f"{n:064}": None for n in range(6_200)}), TOO_LARGE),
    Case("200,000 empty lists", _item(x=[[]] * 200_000), TOO_LARGE),
    Case("a name of 64 KB", _item(**{"n" * 65_536: 1}), INVALID),
    Case("1 MB", _item(x="y" * 1_000_000), TOO_LARGE),
    Case("5 MB and a byte", b" " * (5 * 1024 * 1024) + b"1", TOO_LARGE),
]

TYPES = [
    Case("no content type", _item(), WRONG_TYPE, headers=_typed("")),
    Case("plain text", _item(), WRONG_TYPE, headers=_typed("text/plain")),
    Case("form type", _item(), WRONG_TYPE, headers=_typed("application/x-www-form-urlencoded")),
    Case("any type", _item(), WRONG_TYPE, headers=_typed("*/*")),
    Case("two types", _item(), WRONG_TYPE, headers=_typed("text/plain;application/json")),
    Case("NDJSON type", _item(), WRONG_TYPE, headers=_typed("application/x-ndjson")),
    Case("with charset", _item(), OK, headers=_typed("application/json; charset=utf-8")),
    Case(
        "gzip",
        gzip.compress(_item()),
        WRONG_TYPE,
        headers=_typed("application/json", Content_Encoding="gzip"),
    ),
    Case("gzip that does not say so", gzip.compress(_item()), INVALID),
]

GROUPS = {
    "nesting": NESTING,
    "numbers": NUMBERS,
    "texts": TEXTS,
    "shapes": SHAPES,
    "user_ids": USER_IDS,
    "sizes": SIZES,
    "types": TYPES,
}
CASES = [case for group in GROUPS.values() for case in group]


def order_status(case: Case) -> int:
    """What `POST /orders` answers: any object is an order, and lies one level down in its item."""
    if case in USER_IDS:
        return ACCEPTED
    if case.name == "32 levels":
        return INVALID
    return ACCEPTED if case.status == OK else case.status


def struct_status(case: Case) -> int:
    """What a route answers whose body has declared fields: each body has one too many."""
    if case.status == WRONG_TYPE or len(case.body) > MAX_BODY_BYTES:
        return case.status
    return INVALID
