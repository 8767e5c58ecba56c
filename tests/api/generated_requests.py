"""Strategies for requests: honest, odd and hostile ones, to every route."""

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple
from urllib.parse import quote

from hypothesis import strategies as st

RECORD = "/api/v1/records/{user_id}"


class Request(NamedTuple):
    """One request; `who` is `user`, `operator` or `nobody`."""

    who: str
    method: str
    path: str
    body: bytes | None = None
    headers: Mapping[str, str] = MappingProxyType({})


def _quoted(text: str) -> str:
    """A JSON string; what JSON or UTF-8 cannot hold is escaped, as a careless client would."""
    escaped = "".join(
        f"\\u{ord(each):04x}" if ord(each) < 32 or 0xD800 <= ord(each) < 0xE000 else each
        for each in text.replace("\\", "\\\\").replace('"', '\\"')
    )
    return f'"{escaped}"'


_ANY_CHARACTER = st.characters(codec=None, exclude_categories=())
_TEXT = st.text(_ANY_CHARACTER, max_size=8)
_ODD_TEXT = st.sampled_from(
    [
        "",
        "\x00",
        "#",
        "a#METADATA",
        "_omni",
        "_omnix",
        "\u202e",
        "\ud800",
        "😀",
        "a" * 129,
        "%23",
        "ａ",  # noqa: RUF001 fullwidth
    ]
)
_USER_ID = st.one_of(
    st.sampled_from(["a", "b", "c", "a@b.c", "A.9_+-"]),
    st.integers(0, 10**9).map("u-{}".format),
    st.integers(0, 10**9).map("u-{}".format),
)

_DIGITS = st.text("0123456789", min_size=1, max_size=45)
_NUMBER = st.one_of(
    st.integers(-(10**45), 10**45).map(str),
    st.floats().map(repr),
    st.builds("{}{}.{}".format, st.sampled_from(["", "-"]), _DIGITS, _DIGITS),
    st.builds("{}e{}".format, _DIGITS, st.integers(-300, 300)),
    st.sampled_from(
        ["NaN", "Infinity", "-Infinity", "1e999", "-0", "-0.0", "01", "+1", ".5", "1."]
    ),
)
_STRING = st.one_of(_TEXT, _ODD_TEXT).map(_quoted)
_SCALAR = st.one_of(st.sampled_from(["null", "true", "false"]), _NUMBER, _STRING)


def _listed(values: list[str]) -> str:
    return f"[{','.join(values)}]"


def _object(members: list[tuple[str, str]]) -> str:
    return f"{{{','.join(f'{name}:{value}' for name, value in members)}}}"


_VALUE = st.recursive(
    _SCALAR,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(_listed),
        st.lists(st.tuples(_STRING, inner), max_size=3).map(_object),
    ),
    max_leaves=12,
)
_DEEP = st.builds(lambda levels: "[" * levels + "]" * levels, st.integers(25, 40))
_MEMBER = st.tuples(st.one_of(_STRING, st.just('"x"')), st.one_of(_VALUE, _DEEP))


@st.composite
def _record_text(draw: st.DrawFn) -> str:
    """A record's JSON, mostly with a good `user_id`, somewhere among the other members."""
    members = draw(st.lists(_MEMBER, max_size=4))
    user_id = draw(st.one_of(_USER_ID.map(_quoted), _USER_ID.map(_quoted), _VALUE))
    members.insert(draw(st.integers(0, len(members))), ('"user_id"', user_id))
    return _object(members)


@st.composite
def _damaged(draw: st.DrawFn) -> bytes:
    """A record's bytes with some cut out, doubled or replaced."""
    raw = draw(_record_text()).encode()
    start = draw(st.integers(0, len(raw)))
    end = draw(st.integers(start, min(len(raw), start + 8)))
    return raw[:start] + draw(st.binary(max_size=4)) + raw[end:] * draw(st.integers(0, 2))


_GOOD_TEXT = st.text(
    st.characters(exclude_characters="\x00", exclude_categories=("Cs",)), min_size=1
)
_GOOD_VALUE = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(1 - 10**38, 10**38 - 1),
        st.floats(-1e100, 1e100).filter(lambda number: number == 0 or abs(number) > 1e-100),
        _GOOD_TEXT,
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(_GOOD_TEXT, inner, max_size=4)
    ),
    max_leaves=12,
)
_GOOD_NAME = _GOOD_TEXT.filter(lambda name: not name.startswith("_omni") and name != "user_id")
_GOOD = st.builds(
    lambda user_id, content: {"user_id": user_id, **content},
    _USER_ID,
    st.dictionaries(_GOOD_NAME, _GOOD_VALUE, max_size=4),
)

BODIES = st.one_of(
    _GOOD.map(lambda record: json.dumps(record).encode()),
    _GOOD.map(lambda record: json.dumps(record, ensure_ascii=False).encode()),
    _record_text().map(str.encode),
    _record_text().map(str.encode),
    _damaged(),
    _VALUE.map(str.encode),
    st.binary(max_size=40),
)
_HEADER = st.one_of(
    st.text(st.characters(min_codepoint=32, max_codepoint=0x2FF), min_size=1, max_size=12),
    st.sampled_from(['"1"', '"2"', "*", 'W/"1"', "1", "k", "k-1", "a#b", '"' + "9" * 30 + '"']),
)
_CONTENT_TYPE = st.integers(0, 15).flatmap(
    lambda choice: {
        7: _HEADER,
        8: st.sampled_from(["text/plain", "*/*", "a;application/json", ";"]),
        9: st.just("application/json; charset=utf-8"),
    }.get(choice, st.just("application/json"))
)
_WHO = st.sampled_from(["user", "user", "operator", "operator", "nobody"])


def _encoded(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


_PART = st.one_of(
    _USER_ID.map(_encoded),
    _TEXT.map(_encoded),
    _ODD_TEXT.map(_encoded),
    st.binary(max_size=6).map(quote),
    st.text("abcdef0123456789%+.-_~", max_size=8),
).map(lambda part: part.replace("/", "%2F"))
_TIME = st.one_of(
    st.datetimes().map(lambda at: f"{at.isoformat()}Z"),
    st.builds(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{}".format,
        st.integers(0, 9999),
        st.integers(0, 13),
        st.integers(0, 32),
        st.integers(0, 24),
        st.integers(0, 60),
        st.integers(0, 60),
        st.sampled_from(["Z", "", "+14:00", "-14:00", "+24:00", "z"]),
    ),
    st.builds("{}".format, st.integers()),
).map(_encoded)


def body_requests() -> st.SearchStrategy[Request]:
    """Bodies for the routes that take one."""
    targets = st.sampled_from([("POST", "/stream"), ("PUT", RECORD.format(user_id="a"))])
    return st.builds(
        lambda target, body, content_type: Request(
            "operator", *target, body, {"Content_Type": content_type}
        ),
        targets,
        BODIES,
        _CONTENT_TYPE,
    )


def _query(names: list[str], value: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pair = st.builds("{}={}".format, st.sampled_from([*names, "x", "%00"]), value)
    return st.lists(pair, max_size=4).map("&".join)


def other_requests() -> st.SearchStrategy[Request]:
    """Paths, queries and headers for every route, some with a body."""
    lists = _query(["limit", "cursor"], st.one_of(_PART, st.integers().map(str)))
    searches = "/api/v1/analytics/searches?{}"
    targets = st.one_of(
        _target("GET", st.builds("/get-user?{}".format, _query(["user_id"], _PART))),
        _target("GET", st.builds("/api/v1/records?{}".format, lists)),
        _target("GET", st.builds(searches.format, _query(["from", "to"], _TIME))),
        _target("GET", st.builds(searches.format, _query(["from", "to"], _PART))),
        _target("GET PUT DELETE", _PART.filter(bool).map("/api/v1/records/{}".format)),
        _target("GET", st.just("/health")),
        _target("POST", st.just("/stream")),
    )
    headers = st.fixed_dictionaries(
        {},
        optional={"Idempotency_Key": _HEADER, "If_Match": _HEADER, "Content_Encoding": _HEADER},
    )
    bodies = st.one_of(st.none(), _record_text().map(str.encode))
    return st.builds(
        lambda who, target, body, sent: Request(who, *target, body, sent),
        _WHO,
        targets,
        bodies,
        headers,
    )


def _target(methods: str, paths: st.SearchStrategy[str]) -> st.SearchStrategy[tuple[str, str]]:
    """One of the path's own methods, or now and then another."""
    own = st.sampled_from(methods.split() * 3)
    return st.tuples(st.one_of(own, own, st.sampled_from(["PATCH", "PUT", "GET", "POST"])), paths)
