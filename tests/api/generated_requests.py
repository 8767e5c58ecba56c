"""Strategies for requests: honest, odd and hostile ones, to every route."""

import gzip
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple
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

RECORD = "/api/v1/records/{user_id}"
_LETTER_ACTS = ["redrive", "delete", "jobs"]
_JOB_ACTS = ["stop", "resume"]
QUEUES = ["searches", "orders", "announcements", "logs", "jobs", "deliveries"]
JSON, NDJSON, PROTOBUF = "application/json", "application/x-ndjson", "application/x-protobuf"


class Request(NamedTuple):
    """One request; `who` is `user`, `operator`, `nobody` or, with a tenant's key, `sender`."""

    who: str
    method: str
    path: str
    body: bytes | None = None
    headers: Mapping[str, str] = MappingProxyType({})


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
    USER_ID.map(_encoded),
    TEXT.map(_encoded),
    ODD_TEXT.map(_encoded),
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


def _typed(content_type: str, **more: str) -> dict[str, str]:
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


def _query(names: list[str], value: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pair = st.builds("{}={}".format, st.sampled_from([*names, "x", "%00"]), value)
    return st.lists(pair, max_size=4).map("&".join)


def intake_requests() -> st.SearchStrategy[Request]:
    """Bodies for the routes that queue what they take."""
    orders = st.builds(
        lambda body: Request("user", "POST", "/orders", body, _typed(JSON)),
        st.one_of(BODIES, ORDER.map(str.encode)),
    )
    kinds = st.sampled_from([JSON, JSON, NDJSON, NDJSON, "text/plain", "text/x"])
    logs = st.builds(
        lambda body, kind: Request("sender", "POST", "/ingest", body, _typed(kind)),
        st.one_of(BODIES, LOGS.map(str.encode)),
        kinds,
    )
    exports = st.builds(
        lambda body, kind: Request("sender", "POST", "/v1/logs", body, _typed(kind)),
        st.one_of(BODIES, EXPORT.map(str.encode), st.binary(max_size=60)),
        st.sampled_from([JSON, JSON, PROTOBUF]),
    )
    return st.one_of(orders, logs, exports).flatmap(_maybe_packed)


def other_requests() -> st.SearchStrategy[Request]:
    """Paths, queries and headers for every route, some with a body."""
    lists = _query(["limit", "cursor"], st.one_of(_PART, INTEGER))
    times = _query(["from", "to"], st.one_of(_TIME, _PART))
    spans = _query(["since", "until", "limit", "cursor"], st.one_of(_TIME, _PART, INTEGER))
    logs = _query(
        [
            *("since", "until", "severity", "text", "order", "tail", "limit", "cursor"),
            *("tenant_id", "source", "log_id", "attr.host", "attr.", "format", "buckets", "top"),
        ],
        st.one_of(_TIME, _PART, INTEGER, st.sampled_from(["acme", "INFO", "oldest", "true"])),
    )
    part = _PART.filter(bool)
    queue = st.one_of(part, *[st.just(name) for name in QUEUES])
    letters = "/api/v1/dead-letters/{}"
    tenant = "/api/v1/tenants/{}"
    targets = st.one_of(
        _target("GET", st.builds("/get-user?{}".format, _query(["user_id"], _PART))),
        _target("GET", st.builds("/api/v1/records?{}".format, lists)),
        _target("GET", st.builds("/api/v1/analytics/searches?{}".format, times)),
        _target("GET PUT DELETE", part.map("/api/v1/records/{}".format)),
        _target("GET", st.just("/health")),
        _target("POST", st.just("/stream")),
        _target("GET", st.builds("/orders?{}".format, spans)),
        _target("GET", part.map("/orders/{}".format)),
        _target("GET", st.just("/api/v1/orders/subscriptions")),
        _target("GET", st.builds("/api/v1/logs?{}".format, logs)),
        _target("GET", st.builds("/api/v1/logs/export?{}".format, logs)),
        _target("GET", st.builds("/api/v1/logs/histogram?{}".format, logs)),
        _target("GET", st.builds("/api/v1/logs/facets?{}".format, logs)),
        _target("GET", st.builds("/api/v1/tenants?{}".format, lists)),
        _target("GET PUT", part.map(tenant.format)),
        _target("POST", part.map(f"{tenant}/keys".format)),
        _target("DELETE", st.builds(f"{tenant}/keys/{{}}".format, part, part)),
        _target("POST", st.builds(f"{tenant}/keys/{{}}/rotate".format, part, part)),
        _target("POST", st.just("/api/v1/tenants")),
        _target("GET", st.just("/api/v1/pipeline")),
        _target("GET", st.builds(f"{letters}?limit={{}}".format, queue, INTEGER)),
        _target("POST", st.builds(f"{letters}/{{}}".format, queue, st.sampled_from(_LETTER_ACTS))),
        _target("GET", part.map("/api/v1/jobs/{}".format)),
        _target("POST", st.builds("/api/v1/jobs/{}/{}".format, part, st.sampled_from(_JOB_ACTS))),
    )
    headers = st.fixed_dictionaries(
        {},
        optional={"Idempotency_Key": _HEADER, "If_Match": _HEADER, "Content_Encoding": _HEADER},
    )
    bodies = st.one_of(st.none(), record_text().map(str.encode), DECLARED.map(str.encode))
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
