"""Strategies for bodies: honest, odd and hostile JSON, as text that no library would write."""

import json

from hypothesis import strategies as st


def quoted(text: str) -> str:
    """A JSON string; what JSON or UTF-8 cannot hold is escaped, as a careless client would."""
    escaped = "".join(
        f"\\u{ord(item):04x}" if ord(item) < 32 or 0xD800 <= ord(item) < 0xE000 else item
        for item in text.replace("\\", "\\\\").replace('"', '\\"')
    )
    return f'"{escaped}"'


_ANY_CHARACTER = st.characters(codec=None, exclude_categories=())
TEXT = st.text(_ANY_CHARACTER, max_size=8)
ODD_TEXT = st.sampled_from(
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
USER_ID = st.one_of(
    st.sampled_from(["a", "b", "c", "a@b.c", "A.9_+-"]),
    st.integers(0, 10**9).map("u-{}".format),
    st.integers(0, 10**9).map("u-{}".format),
)

_DIGITS = st.text("0123456789", min_size=1, max_size=45)
NUMBER = st.one_of(
    st.integers(-(10**45), 10**45).map(str),
    st.floats().map(repr),
    st.builds("{}{}.{}".format, st.sampled_from(["", "-"]), _DIGITS, _DIGITS),
    st.builds("{}e{}".format, _DIGITS, st.integers(-300, 300)),
    st.sampled_from(
        ["NaN", "Infinity", "-Infinity", "1e999", "-0", "-0.0", "01", "+1", ".5", "1."]
    ),
)
STRING = st.one_of(TEXT, ODD_TEXT).map(quoted)
_SCALAR = st.one_of(st.sampled_from(["null", "true", "false"]), NUMBER, STRING)


def _array(values: list[str]) -> str:
    return f"[{','.join(values)}]"


def _object(members: list[tuple[str, str]]) -> str:
    return f"{{{','.join(f'{name}:{value}' for name, value in members)}}}"


_VALUE = st.recursive(
    _SCALAR,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(_array),
        st.lists(st.tuples(STRING, inner), max_size=3).map(_object),
    ),
    max_leaves=12,
)
_DEEP = st.builds(lambda levels: "[" * levels + "]" * levels, st.integers(25, 40))
_MEMBER = st.tuples(st.one_of(STRING, st.just('"x"')), st.one_of(_VALUE, _DEEP))


@st.composite
def record_text(draw: st.DrawFn) -> str:
    """A record's JSON, mostly with a good `user_id`, somewhere among the other members."""
    members = draw(st.lists(_MEMBER, max_size=4))
    user_id = draw(st.one_of(USER_ID.map(quoted), USER_ID.map(quoted), _VALUE))
    members.insert(draw(st.integers(0, len(members))), ('"user_id"', user_id))
    return _object(members)


@st.composite
def _damaged(draw: st.DrawFn) -> bytes:
    """A record's bytes with some cut out, doubled or replaced."""
    raw = draw(record_text()).encode()
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
    USER_ID,
    st.dictionaries(_GOOD_NAME, _GOOD_VALUE, max_size=4),
)

BODIES = st.one_of(
    _GOOD.map(lambda record: json.dumps(record).encode()),
    _GOOD.map(lambda record: json.dumps(record, ensure_ascii=False).encode()),
    record_text().map(str.encode),
    record_text().map(str.encode),
    _damaged(),
    _VALUE.map(str.encode),
    st.binary(max_size=40),
)
INTEGER = st.one_of(st.integers(-2, 600), st.integers()).map(str)


def fields(**values: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """An object with some of these, each mostly of the kind that it should be."""
    members = {name: st.one_of(value, value, value, _VALUE) for name, value in values.items()}
    optional = {f'"{name}"': value for name, value in members.items()}
    return st.fixed_dictionaries({}, optional=optional).map(
        lambda some: _object(list(some.items()))
    )


def listed(values: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """An array of at most three."""
    return st.lists(values, max_size=3).map(_array)


_FLAG = st.sampled_from(["true", "false"])
_SETTINGS = fields(retention_days=INTEGER, masks=_FLAG, rate_per_s=INTEGER, records_per_day=INTEGER)
DECLARED = st.one_of(
    fields(ids=listed(STRING)),
    fields(per_second=INTEGER),
    fields(grace_s=INTEGER),
    fields(tenant_id=st.one_of(STRING, USER_ID.map(quoted)), settings=_SETTINGS),
    _SETTINGS,
)
_LINE = fields(sku=STRING, quantity=NUMBER, unit_price=NUMBER, note=STRING)
ORDER = fields(lines=listed(_LINE), customer=_VALUE, total=NUMBER)
_LOG = fields(
    text=STRING,
    message=STRING,
    log_id=st.one_of(STRING, USER_ID.map(quoted)),
    ts=st.one_of(STRING, st.datetimes().map(lambda at: f'"{at.isoformat()}Z"')),
    severity=st.sampled_from(['"INFO"', '"warning"', '"LOUD"']),
    attrs=st.one_of(_VALUE, st.just("{}")),
    source=STRING,
)
LOGS = st.one_of(_LOG, listed(_LOG), st.lists(_LOG, min_size=1, max_size=4).map("\n".join))
_ANY_VALUE = st.one_of(
    fields(stringValue=STRING),
    fields(intValue=st.one_of(INTEGER, INTEGER.map(quoted))),
    fields(doubleValue=NUMBER),
    fields(boolValue=_FLAG),
    fields(bytesValue=STRING),
    st.just('{"arrayValue":{"values":[{"intValue":"1"},{}]}}'),
    st.just('{"kvlistValue":{"values":[{"key":"","value":{}},{"key":"a"}]}}'),
)
_ATTRIBUTES = listed(fields(key=STRING, value=_ANY_VALUE))
_OTLP_RECORD = fields(
    timeUnixNano=st.one_of(INTEGER, INTEGER.map(quoted)),
    observedTimeUnixNano=INTEGER.map(quoted),
    severityNumber=INTEGER,
    severityText=STRING,
    body=_ANY_VALUE,
    attributes=_ATTRIBUTES,
    traceId=STRING,
    spanId=STRING,
)
EXPORT = fields(
    resourceLogs=listed(
        fields(
            resource=fields(attributes=_ATTRIBUTES),
            scopeLogs=listed(fields(scope=fields(name=STRING), logRecords=listed(_OTLP_RECORD))),
        )
    )
)
