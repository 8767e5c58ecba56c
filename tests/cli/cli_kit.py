"""An API of canned answers, and commands that are run against it."""

import json
from dataclasses import dataclass, field

from infra.cli.main import main

URL = "http://127.0.0.1:1"
ORDER = "0249d0d57e16d623bc39a093a2bbb877"
AT = "2026-11-21T19:01:42.652687Z"
PROBLEM = {"message": "User not found", "code": "not_found", "request_id": "r-1"}


@dataclass
class Answer:
    status: int = 200
    document: object = None
    headers: dict = field(default_factory=dict)
    raw: bytes | None = None

    @property
    def data(self):
        if self.raw is not None:
            return self.raw
        return b"" if self.document is None else json.dumps(self.document).encode()


class Pool:
    """In place of urllib3's: gives `answers` in a row, the last one for ever; errors are raised."""

    def __init__(self, *answers, find=None):
        self.answers = list(answers)
        self.find = find
        self.requests = []

    def request(self, method, url, *, body, headers, redirect):
        assert redirect is False
        self.requests.append((method, url, body, headers))
        if self.find is not None:
            return self.find(method, url)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, BaseException):
            raise answer
        return answer


class Session:
    def __init__(self):
        self.renewals = 0

    def token(self):
        return "token"

    def renew(self):
        self.renewals += 1
        return "renewed"


def run(pool, *arguments):
    """The exit code of a command against the answers of `pool`."""
    return main(["--url", URL, *arguments], pool)


def page(field_name, *items, cursor=None):
    read = {"scanned": len(items), "matched": len(items), "complete": cursor is None}
    return {field_name: list(items), "next_cursor": cursor, "read": read}


def log(number, **changes):
    return {
        "log_id": f"log-{number}",
        "ts": AT,
        "received_at": AT,
        "severity": "WARN",
        "text": f"line {number}",
        "attrs": {"host": "a"},
        "source": "web",
    } | changes


def order(**changes):
    return {
        "orderID": ORDER,
        "status": "queued",
        "placed_by": "ada",
        "order": {"customer": "Ada", "price": 9.75},
        "total": 19.5,
        "timeline": [{"status": "queued", "at": AT}],
        "request_id": None,
        "message_id": "5fea7756-0ea4-451a-a703-a558b933e274",
        "failure": {
            "code": "invalid",
            "message": "no table",
            "attempts": 5,
            "at": AT,
            "is_final": True,
        },
    } | changes


def record(**changes):
    return {
        "user_id": "ada",
        "content": {"user_id": "ada", "n": 1},
        "created_by": None,
        "created_at": AT,
        "updated_at": AT,
        "version": 1,
    } | changes


def message(**changes):
    delivery = {
        "channel": "email",
        "target": "team@example.com",
        "status": "sent",
        "text": None,
        "attempts": 1,
        "next_attempt_at": None,
        "external_id": None,
        "permalink": None,
        "last_attempts": None,
        "error": None,
        "sent_at": AT,
    }
    return {
        "id": "m-1",
        "status": "sent",
        "content": "We passed",
        "subject": "News",
        "channels": [delivery],
        "media": [],
        "overrides": {},
        "recipients": None,
        "scheduled_at": None,
        "time_zone": None,
        "series_id": None,
        "occurrence": None,
        "template_id": None,
        "approval": None,
        "adapt": False,
        "adapted": {},
        "created_by": "ada",
        "created_at": AT,
        "updated_at": AT,
        "rev": 1,
        "request_id": "r-1",
        "notes": [],
    } | changes


_REASON = {
    "reason": {"code": "invalid", "message": "no table"},
    "function": "store_orders",
    "died_at": AT,
    "attempts": 5,
}
LETTER = _REASON | {
    "id": "letter-1",
    "body": '{"a": 1}',
    "truncated": False,
    "sent_at": AT,
    "redriven": {"count": 1, "last_at": AT},
}
_KNOWN = {"as_of": AT, "complete": True, "problem": None}
_FAILED = _KNOWN | {"complete": False, "problem": {"code": "unavailable", "message": "no answer"}}
_ACTIVITY = _KNOWN | {"total": 3, "approximate": False, "interval_s": 3600, "series": []}
_RECENT = _KNOWN | {"items": [{"id": ORDER, "at": AT, "status": "stored", "href": "/console"}]}
_JOB = {
    "job_id": "job-1",
    "queue": "orders",
    "status": "running",
    "per_second": 50,
    "total": 7,
    "moved": 0,
    "started_by": "ada",
    "started_at": AT,
    "updated_at": AT,
    "outcome": None,
}
ANSWERS = {
    "GET /api/v1/me": {
        "id": "ada",
        "email": "ada@example.com",
        "tenant": None,
        "groups": ["operator"],
        "stage": "local",
        "may": ["orders.place"],
    },
    "GET /api/v1/lookup": {
        "id": ORDER,
        "complete": False,
        "found": [
            {
                "kind": "order",
                "id": ORDER,
                "href": "/console",
                "at": AT,
                "status": "stored",
                "by_request": False,
            }
        ],
        "looked": [_FAILED | {"kind": "log"}],
    },
    "GET /api/v1/overview": {
        "range": "24h",
        "scope": "all",
        "as_of": AT,
        "complete": True,
        "attention": [
            {
                "kind": "dead_letters",
                "level": "error",
                "subject": "orders",
                "count": 1,
                "since": AT,
                "message": "1 dead letter",
                "href": "/console",
            }
        ],
        "checks": [_FAILED | {"name": "workers"}],
        "workloads": dict.fromkeys(("records", "orders", "messages"), _ACTIVITY) | {"logs": None},
        "recent": {"orders": _RECENT, "messages": None, "failed_requests": None},
    },
    "GET /api/v1/logs": page("logs", log(1)),
    "POST /orders": {"orderID": ORDER, "status": "queued"},
    "GET /orders": page("orders", order()),
    "GET /orders/{orderID}": order(),
    "POST /stream": {"message": "User added successfully!"},
    "GET /get-user": {"user_id": "ada", "n": 1},
    "GET /api/v1/records": page("records", record()) | {"about_total": 1},
    "GET /api/v1/records/{user_id}": record(),
    "PUT /api/v1/records/{user_id}": record(),
    "DELETE /api/v1/records/{user_id}": None,
    "POST /api/v1/records:import": {"added": 1, "failed": 0, "rows": []},
    "GET /api/v1/records:export": "",
    "POST /api/v1/messages": message(),
    "GET /api/v1/messages": {"messages": [message()], "next_cursor": None},
    "GET /api/v1/messages/{message_id}": message(),
    "POST /api/v1/messages/{message_id}/retry": message(),
    "GET /api/v1/dead-letters": {
        "complete": True,
        "queues": [
            _KNOWN
            | {
                "queue": "orders",
                "total": 1,
                "looked": 1,
                "died_again": 0,
                "oldest_sent_at": AT,
                "reasons": [_REASON | {"count": 1}],
                "other_reasons": 0,
            }
        ],
    },
    "GET /api/v1/dead-letters/{queue}": {"queue": "orders", "total": 2, "letters": [LETTER]},
    "GET /api/v1/dead-letters/{queue}/{letter_id}": LETTER,
    "POST /api/v1/dead-letters/{queue}/redrive": {"done": ["l"], "missing": [], "failed": []},
    "POST /api/v1/dead-letters/{queue}/jobs": _JOB,
}
