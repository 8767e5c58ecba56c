"""Strategies for requests: honest, odd and hostile ones, to every route."""

import gzip
import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple
from urllib.parse import quote

from generated_json import (
    BODIES,
    DECLARED,
    EXPORT,
    INTEGER,
    LOGS,
    ODD_TEXT,
    ORDER,
    TEXT,
    USER_ID,
    record_text,
)
from hypothesis import strategies as st

INTAKE = ("/ingest", "/v1/logs")
RECORD = "/api/v1/records/{user_id}"
QUEUES = ["searches", "orders", "announcements", "logs", "jobs", "deliveries"]
JSON, NDJSON, PROTOBUF = "application/json", "application/x-ndjson", "application/x-protobuf"


class Request(NamedTuple):
    """One request; `who` is `user`, `operator`, `nobody`, an author or `sender`, with a key."""

    who: str
    method: str
    path: str
    body: bytes | None = None
    headers: Mapping[str, str] = MappingProxyType({})


HEADER = st.one_of(
    st.text(st.characters(min_codepoint=32, max_codepoint=0x2FF), min_size=1, max_size=12),
    st.sampled_from(['"1"', '"2"', "*", 'W/"1"', "1", "k", "k-1", "a#b", '"' + "9" * 30 + '"']),
)
_CONTENT_TYPE = st.integers(0, 15).flatmap(
    lambda choice: {
        7: HEADER,
        8: st.sampled_from(["text/plain", "*/*", "a;application/json", ";"]),
        9: st.just("application/json; charset=utf-8"),
    }.get(choice, st.just("application/json"))
)
_WHO = st.sampled_from(["user", "operator", "user", "operator", "author", "nobody"])


def _encode(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


PART = st.one_of(
    USER_ID.map(_encode),
    TEXT.map(_encode),
    ODD_TEXT.map(_encode),
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
).map(_encode)


SEGMENT = PART.filter(bool)
_QUEUE = st.one_of(SEGMENT, st.sampled_from(QUEUES))
_WORDS = ["acme", "INFO", "oldest", "true", "draft", "sms"]
_VALUE = st.one_of(PART, PART, INTEGER, _TIME, st.sampled_from(_WORDS))


def typed(content_type: str, **more: str) -> dict[str, str]:
    """Headers with a content type."""
    return {"Content_Type": content_type, **more}


def _maybe_packed(request: Request) -> st.SearchStrategy[Request]:
    """The request as it is, and now and then gzipped or said to be."""
    said = {**request.headers, "Content_Encoding": "gzip"}
    packed = request._replace(body=gzip.compress(request.body or b""), headers=said)
    cut = packed._replace(body=packed.body[:-1])
    return st.sampled_from([request] * 5 + [packed, cut, request._replace(headers=said)])


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


def query(names: list[str], value: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """A query of some of these names, and of others."""
    known = st.sampled_from([*names, "x", "%00", "attr.a", "attr.", "not_attr.a"])
    pair = st.builds("{}={}".format, known, value)
    return st.lists(pair, max_size=4).map("&".join)


def intake_requests() -> st.SearchStrategy[Request]:
    """Bodies for the routes that queue what they take."""
    orders = st.builds(
        lambda body: Request("user", "POST", "/orders", body, typed(JSON)),
        st.one_of(BODIES, ORDER.map(str.encode)),
    )
    kinds = st.sampled_from([JSON, JSON, NDJSON, NDJSON, "text/plain", "text/x"])
    logs = st.builds(
        lambda body, kind: Request("sender", "POST", "/ingest", body, typed(kind)),
        st.one_of(BODIES, LOGS.map(str.encode)),
        kinds,
    )
    exports = st.builds(
        lambda body, kind: Request("sender", "POST", "/v1/logs", body, typed(kind)),
        st.one_of(BODIES, EXPORT.map(str.encode), st.binary(max_size=60)),
        st.sampled_from([JSON, JSON, PROTOBUF]),
    )
    return st.one_of(orders, logs, exports).flatmap(_maybe_packed)


def other_requests(document: dict[str, Any]) -> st.SearchStrategy[Request]:
    """Paths, queries and headers for every path of the OpenAPI document, some with a body."""
    operations = [operation for item in document["paths"].values() for operation in item.values()]
    headers = st.fixed_dictionaries(
        {},
        optional={
            name.replace("-", "_"): HEADER
            for name in ("Content-Encoding", *_names(operations, "header"))
        },
    )
    bodies = st.one_of(st.none(), record_text().map(str.encode), DECLARED.map(str.encode))
    return st.builds(
        lambda who, target, body, sent: Request(_fit(who, target[1]), *target, body, sent),
        _WHO,
        st.one_of([_target(path, item) for path, item in document["paths"].items()]),
        bodies,
        headers,
    )


def _fit(who: str, path: str) -> str:
    """Who calls a path: for other than a tenant's key the gateway answers where senders call."""
    return "sender" if path in INTAKE else who


def _target(template: str, item: dict[str, Any]) -> st.SearchStrategy[tuple[str, str]]:
    """A path with a query, and one of its own methods, or now and then another."""
    parts = [_QUEUE if name == "queue" else SEGMENT for name in re.findall(r"{(\w+)}", template)]
    path = st.builds(re.sub(r"{\w+}", "{}", template).format, *parts)
    names = _names(item.values(), "query")
    asked = st.builds("{}?{}".format, path, query(names, _VALUE)) if names else path
    own = st.sampled_from([method.upper() for method in item] * 3)
    return st.tuples(st.one_of(own, own, st.sampled_from(["PATCH", "PUT", "GET", "POST"])), asked)


def _names(operations: Iterable[dict[str, Any]], where: str) -> list[str]:
    """The parameters of operations that are there, such as in the query."""
    parameters = [
        parameter for operation in operations for parameter in operation.get("parameters", ())
    ]
    return sorted({parameter["name"] for parameter in parameters if parameter["in"] == where})
