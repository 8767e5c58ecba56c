"""Strategies for what authors send: messages, images and certificates, honest, odd and hostile.

`$message0`, `$media1` and so on stand for the ids of what was made last, and last but one.
"""

import json
from typing import Any

from generated_json import BODIES, INTEGER, STRING, fields, listed
from generated_requests import HEADER, JSON, SEGMENT, Request, query, typed
from hypothesis import strategies as st
from support.pictures import make_jpeg

MESSAGES, MEDIA, CERTIFICATES = "/api/v1/messages", "/api/v1/media", "/api/v1/certifications"
TEMPLATES = "/api/v1/templates"
AUTHORS = ("author", "other")
LATEST = 4  # so many of a kind are named

_WHO = st.sampled_from(["author"] * 8 + ["other", "other", "operator", "nobody"])
_KEYS = {"Idempotency_Key": st.one_of(st.sampled_from(["k-1", "k-2"]), HEADER)}
_REVISIONS = {"If_Match": st.one_of(st.sampled_from(['"1"', '"2"', "*"]), HEADER)}
_TEXT = st.text(st.characters(exclude_characters="\x00", exclude_categories=("Cs",)), max_size=30)
_LINE = _TEXT.map(lambda text: f"a{text}".replace("\n", "").replace("\r", ""))
_CHANNELS = ["facebook", "linkedin", "email", "sms", "instagram"]
_ZONES = ["UTC", "Europe/Berlin", "Asia/Kathmandu", "Mars/Base", "", "../UTC", None]
_GOOD_TIMES = ["2030-01-31T09:00:00Z", "2030-07-01T09:00:00.5+14:00", "2030-W05-4T09Z"]
_TIMES = [
    *("2030-03-31T02:30:00", "2030-10-27T02:30:00", "2030-02-30T00:00:00Z", "2001-01-01T00:00:00Z"),
    *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "20300131", "", None),
    *_GOOD_TIMES,
]
_DAYS = ["2030-02-28", "2030-02-30", "0001-01-01", "9999-12-31", "2020-1-1", "", None]


def _mostly(good: st.SearchStrategy[Any], *others: st.SearchStrategy[Any]) -> Any:
    """Of `good` and each of the others; unlike in `one_of` none counts by its own branches."""
    return st.sampled_from([good] * 3 + list(others)).flatmap(lambda chosen: chosen)


def _object(
    fields: dict[str, st.SearchStrategy[Any]], *required: str
) -> st.SearchStrategy[dict[str, Any]]:
    """An object with the required of these fields, and with any of the others."""
    always = {name: fields[name] for name in required}
    others = {name: values for name, values in fields.items() if name not in always}
    return st.fixed_dictionaries(always, optional=others)


def _ids(kind: str) -> st.SearchStrategy[str]:
    return st.sampled_from([f"${kind}{number}" for number in range(LATEST)])


_FEEDS = st.lists(st.sampled_from(_CHANNELS[:4]), min_size=1, max_size=3, unique=True)
_RECIPIENTS = _object(
    {
        "email": st.lists(st.sampled_from(["team@example.com", "x@elsewhere.org"]), max_size=2),
        "sms": st.lists(st.sampled_from(["+15555550100", "+4915112345678", "110"]), max_size=2),
    }
)
_OVERRIDES = st.dictionaries(
    st.sampled_from(_CHANNELS), _object({"content": _TEXT, "subject": _TEXT}), max_size=2
)
_GOOD_FIELDS = {
    "content": _LINE,
    "channels": _FEEDS,
    "subject": st.one_of(_LINE, st.none()),
    "scheduled_at": st.sampled_from(_GOOD_TIMES),
    "media": st.lists(_ids("media"), max_size=2, unique=True),
    "draft": st.sampled_from([True, True, False]),
}
_ODD_FIELDS = {
    "content": _TEXT,
    "channels": st.lists(st.sampled_from(_CHANNELS), max_size=3),
    "subject": _TEXT,
    "scheduled_at": st.sampled_from(_TIMES),
    "time_zone": st.sampled_from(_ZONES),
    "overrides": _OVERRIDES,
    "recipients": _RECIPIENTS,
    "draft": st.booleans(),
}
_FILLED = _object(
    {
        "id": _mostly(_ids("template"), st.sampled_from(["none", "#", ""])),
        "fields": st.dictionaries(
            st.sampled_from(["a", "b", "{{a}}", ""]), st.one_of(_TEXT, st.just("{{a}}")), max_size=3
        ),
    },
    "id",
)
_FIELDS = st.lists(
    st.one_of(_LINE, st.sampled_from(["{{a}}", "{{ b }}", r"\{{", "{{", "}}", "{{a b}}"])),
    min_size=1,
    max_size=4,
).map("".join)
_FIRST_FIELDS = ("content", "channels")
_MESSAGE = _mostly(
    _object({name: _GOOD_FIELDS[name] for name in (*_FIRST_FIELDS, "draft")}, *_FIRST_FIELDS),
    _object(_GOOD_FIELDS, *_FIRST_FIELDS),
)
_ODD_MESSAGE = st.one_of(
    _object(_ODD_FIELDS, *_FIRST_FIELDS),
    _object({**_ODD_FIELDS, "template": _FILLED}, "template"),
    _object({"template": _FILLED, "draft": st.just(True)}, "template", "draft"),
)
_TEMPLATE = _object(
    {"name": _LINE, "content": st.just("{{a}}"), "channels": _FEEDS}, "name", "content"
)
_ODD_TEMPLATE = _object(
    {
        "name": _TEXT,
        "content": _FIELDS,
        "subject": _FIELDS,
        "channels": st.lists(st.sampled_from(_CHANNELS), max_size=3),
        "media": st.lists(_ids("media"), max_size=2),
        "overrides": st.dictionaries(
            st.sampled_from(_CHANNELS), _object({"content": _FIELDS}), max_size=2
        ),
    },
    "name",
    "content",
)
_DECISION = _object({"rev": st.integers(1, 3), "comment": _LINE}, "rev", "comment")
_ODD_DECISION = _object(
    {"rev": st.sampled_from([0, 1, -1, 1.5, "1", 10**30, None]), "comment": _TEXT}
)
_CHANGE = st.sampled_from(sorted(_GOOD_FIELDS)).flatmap(
    lambda name: _object({name: _GOOD_FIELDS[name]}, name)
)
_NEW_TIME = _object({"scheduled_at": st.sampled_from(_GOOD_TIMES)}, "scheduled_at")
_ODD_TIME = _object(
    {"scheduled_at": st.sampled_from(_TIMES), "time_zone": st.sampled_from(_ZONES)}, "scheduled_at"
)
_OUTCOMES = st.sampled_from(["live", "post_again"])
_RESOLUTION = _object(
    {"channel": st.sampled_from(_CHANNELS[:4]), "outcome": _OUTCOMES}, "channel", "outcome"
)
_ODD_RESOLUTION = _object(
    {
        "channel": st.sampled_from(_CHANNELS),
        "outcome": _OUTCOMES,
        "target": st.one_of(st.sampled_from(["team@example.com", None]), _TEXT),
    },
    "channel",
)
PICTURE = make_jpeg(400, 300)
_UPLOAD = st.just({"content_type": "image/jpeg", "size_bytes": len(PICTURE)})
_ODD_UPLOAD = _object(
    {
        "content_type": st.sampled_from(["image/jpeg", "image/png", "image/gif"]),
        "size_bytes": st.integers(-1, 9_000_000),
    }
)
_CERTIFICATE_FIELDS = {
    "name": _LINE,
    "issuer": _LINE,
    "issued_on": st.just("2020-01-31"),
    "expires_on": st.just("2030-02-28"),
    "credential_id": _LINE,
}
_CERTIFICATE = _object(_CERTIFICATE_FIELDS, "name", "issuer", "issued_on")
_ODD_CERTIFICATE = _object(
    {
        **_CERTIFICATE_FIELDS,
        "issued_on": st.sampled_from(_DAYS),
        "expires_on": st.sampled_from(_DAYS),
        "verify_url": st.sampled_from(["https://x.org/a?b=c", "https://x\n", "ftp://x", ""]),
        "badge_media": _ids("media"),
    },
    "name",
    "issuer",
    "issued_on",
)
_HOSTILE = st.one_of(
    BODIES,
    fields(
        content=STRING,
        channels=listed(st.sampled_from(['"sms"', '"email"', '"fax"'])),
        subject=STRING,
        scheduled_at=STRING,
        recipients=fields(email=listed(STRING), sms=listed(STRING)),
        overrides=fields(sms=fields(content=STRING, subject=STRING)),
        media=listed(STRING),
    ).map(str.encode),
    fields(content_type=STRING, size_bytes=INTEGER).map(str.encode),
    fields(name=STRING, issuer=STRING, issued_on=STRING, verify_url=STRING).map(str.encode),
    fields(template=fields(id=STRING, fields=fields(a=STRING)), rev=INTEGER).map(str.encode),
    fields(channel=STRING, outcome=STRING, target=STRING).map(str.encode),
)


def author_requests() -> st.SearchStrategy[Request]:
    """Requests to the publisher's routes, most of them for what was made before."""
    message, media, certificate, template = (
        st.builds(f"{collection}/{{}}".format, _mostly(_ids(kind), SEGMENT))
        for collection, kind in (
            (MESSAGES, "message"),
            (MEDIA, "media"),
            (CERTIFICATES, "certification"),
            (TEMPLATES, "template"),
        )
    )
    asked = st.one_of(
        INTEGER,
        st.sampled_from(["2030-01-01T00:00:00Z", "2030-02-01T00:00:00Z", "sent", "draft", "sms"]),
        SEGMENT,
    )
    lists = query(["limit", "cursor", "from", "to", "status", "channel"], asked)
    pages = st.sampled_from([MESSAGES, CERTIFICATES, TEMPLATES])
    message_body = _bodies(_MESSAGE, _ODD_MESSAGE)
    routes = [
        _requests("POST", st.just(MESSAGES), message_body, _KEYS),
        _requests("POST", st.just(MESSAGES), message_body),
        _requests("POST", st.just(f"{MESSAGES}/validate"), message_body),
        _requests("PATCH", message, _bodies(_CHANGE, _object(_ODD_FIELDS)), _REVISIONS),
        _requests(
            "POST",
            message.map("{}/reschedule".format),
            _bodies(_NEW_TIME, _ODD_TIME),
            _REVISIONS,
        ),
        _requests("POST", message.map("{}/resolve".format), _bodies(_RESOLUTION, _ODD_RESOLUTION)),
        _requests("POST", message.map("{}/cancel".format)),
        _requests("POST", message.map("{}/approve".format), _bodies(_DECISION, _ODD_DECISION)),
        _requests("POST", message.map("{}/send-back".format), _bodies(_DECISION, _ODD_DECISION)),
        _requests("POST", st.just(TEMPLATES), _bodies(_TEMPLATE, _ODD_TEMPLATE), _KEYS),
        _requests("PUT", template, _bodies(_TEMPLATE, _ODD_TEMPLATE), _REVISIONS),
        _requests("DELETE", template, headers=_REVISIONS),
        _requests("POST", message.map("{}/retry".format)),
        _requests("GET", st.one_of(message, media, certificate, template)),
        _requests("GET", st.builds("{}?{}".format, pages, lists)),
        _requests("GET", st.just("/api/v1/channels")),
        _requests("POST", st.just(MEDIA), _bodies(_UPLOAD, _ODD_UPLOAD)),
        _requests("POST", media.map("{}/confirm".format)),
        _requests("POST", st.just(CERTIFICATES), _bodies(_CERTIFICATE, _ODD_CERTIFICATE), _KEYS),
        _requests("PUT", certificate, _bodies(_CERTIFICATE, _ODD_CERTIFICATE), _REVISIONS),
        _requests("DELETE", certificate, headers=_REVISIONS),
    ]
    return st.sampled_from(routes).flatmap(lambda route: route)


def _bodies(good: st.SearchStrategy[Any], odd: st.SearchStrategy[Any]) -> Any:
    written = [bodies.map(lambda body: json.dumps(body).encode()) for bodies in (good, odd)]
    return _mostly(*written, _HOSTILE)


def _requests(
    method: str,
    paths: st.SearchStrategy[str],
    bodies: st.SearchStrategy[bytes] | None = None,
    headers: dict[str, st.SearchStrategy[str]] | None = None,
) -> st.SearchStrategy[Request]:
    return st.builds(
        lambda who, path, body, more: Request(who, method, path, body, typed(JSON, **more)),
        _WHO,
        paths,
        st.none() if bodies is None else bodies,
        _object(headers or {}),
    )
