"""Examples of bodies, by the operation's name and the media type; each of a request may be sent."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from chalicelib.web.payload import CSV, FORM, JSON, NDJSON

Examples = Mapping[str, Mapping[str, Any]]

_ORDER_ID = "0249d0d57e16d623bc39a093a2bbb877"
_RECORD = {"user_id": "ada", "name": "Ada Lovelace", "scores": [9.75, None, [1, "😀"]]}
_ORDER = {
    "customer": "Ada",
    "lines": [{"sku": "mop", "quantity": 2, "unit_price": 9.75, "note": "the blue one"}],
}
_LOG = {
    "text": "the database is down",
    "ts": "2026-11-28T09:30:00Z",
    "severity": "ERROR",
    "source": "web",
    "attrs": {"host": "web-1", "status": 500},
}
_LOG_LINES = '{"text": "started"}\n{"text": "the database is down", "severity": "ERROR"}\n'
_EXPORT = {
    "resourceLogs": [
        {
            "resource": {
                "attributes": [{"key": "service.name", "value": {"stringValue": "web"}}],
            },
            "scopeLogs": [
                {
                    "scope": {"name": "web.requests", "version": "1.4.0"},
                    "logRecords": [
                        {
                            "severityNumber": 17,
                            "severityText": "ERROR",
                            "body": {"stringValue": "the database is down"},
                            "attributes": [{"key": "status", "value": {"intValue": "500"}}],
                        }
                    ],
                }
            ],
        }
    ]
}
_MESSAGE = {
    "content": "We are open on Sunday.",
    "channels": ["facebook", "email"],
    "subject": "Open on Sunday",
    "scheduled_at": "2030-01-31T09:00:00+01:00",
    "overrides": {"email": {"content": "We are open on Sunday from 10 to 16."}},
    "recipients": {"email": ["team@example.com"], "sms": []},
}
_WEBHOOK = {
    "url": "https://hooks.example.com/omnidata",
    "events": ["message.sent", "message.failed"],
    "description": "Our CRM",
}
_SERIES = {
    "content": "Our week begins.",
    "channels": ["facebook", "email"],
    "subject": "Monday",
    "rrule": "FREQ=WEEKLY;BYDAY=MO;COUNT=10",
    "starts_at": "2029-01-01T09:00:00",
    "time_zone": "Europe/Berlin",
}
_TEMPLATE = {
    "name": "Open on a holiday",
    "content": "We are open on {{day}}.",
    "subject": "Open on {{day}}",
    "overrides": {"email": {"content": "We are open on {{day}} from {{from}} to {{to}}."}},
    "channels": ["facebook", "email"],
}
_CERTIFICATION = {
    "name": "Solutions Architect",
    "issuer": "Example Institute",
    "issued_on": "2026-01-31",
    "expires_on": "2029-01-31",
    "credential_id": "EX-1234",
    "verify_url": "https://example.com/verify/EX-1234",
}
_SETTINGS = {"retention_days": 30, "masks": True, "rate_per_s": 200, "records_per_day": 1_000_000}
_LETTERS = {"ids": ["8f14e45f-ceea-467f-a0e6-1c2c2a1f9d11"]}
_PATCH = {"name": "Countess of Lovelace", "scores": None}

REQUESTS: Examples = MappingProxyType(
    {
        "add_record": {JSON: _RECORD},
        "add_suppression": {
            JSON: {"address": "ada@example.com", "reason": "manual", "note": "Asked by phone."}
        },
        "approve_message": {JSON: {"rev": 1, "comment": "Good."}},
        "begin_upload": {JSON: {"content_type": "image/png", "size_bytes": 48_213}},
        "change_message": {JSON: {"content": "We are open on Saturday.", "subject": "Open"}},
        "change_occurrence": {
            JSON: {"content": "No week begins.", "scheduled_at": "2029-01-01T10:00:00"}
        },
        "change_series": {JSON: {"rrule": "FREQ=WEEKLY;BYDAY=MO,TH;UNTIL=20290401"}},
        "change_tenant": {JSON: _SETTINGS},
        "create_certification": {JSON: _CERTIFICATION},
        "announce_certification": {JSON: {"channels": ["facebook", "email"]}},
        "create_message": {JSON: _MESSAGE},
        "change_webhook": {JSON: {**_WEBHOOK, "paused": False}},
        "create_series": {JSON: _SERIES},
        "create_template": {JSON: _TEMPLATE},
        "create_webhook": {JSON: _WEBHOOK},
        "create_tenant": {JSON: {"tenant_id": "acme", "settings": _SETTINGS}},
        "delete_dead_letters": {JSON: _LETTERS},
        "export_otlp": {JSON: _EXPORT},
        "cancel_messages": {JSON: {"channel": "linkedin", "from": "2029-01-01T00:00:00Z"}},
        "import_messages": {
            NDJSON: '{"content": "Open on Sunday.", "channels": ["sms"], "draft": true}\n',
            CSV: "content,channels,draft\nOpen on Sunday.,facebook sms,true\n",
        },
        "retry_channel": {JSON: {"channel": "linkedin"}},
        "import_records": {
            NDJSON: '{"user_id": "ada", "age": 36}\n{"user_id": "bob", "age": 41}\n',
            CSV: "user_id,age\nada,36\nbob,41\n",
        },
        "ingest": {
            JSON: _LOG,
            NDJSON: _LOG_LINES,
            "application/ndjson": _LOG_LINES,
            "application/jsonl": _LOG_LINES,
            "text/plain": "the database is down",
        },
        "patch_record": {"application/merge-patch+json": _PATCH, JSON: _PATCH},
        "place_order": {JSON: _ORDER},
        "redrive_all_dead_letters": {JSON: {"per_second": 50}},
        "redrive_dead_letters": {JSON: _LETTERS},
        "replace_certification": {JSON: _CERTIFICATION},
        "replace_template": {JSON: _TEMPLATE},
        "replace_record": {JSON: {"name": "Countess of Lovelace"}},
        "reschedule_message": {JSON: {"scheduled_at": "2030-02-01T09:00:00+01:00"}},
        "resolve_delivery": {JSON: {"channel": "email", "outcome": "live", "target": None}},
        "rotate_tenant_key": {JSON: {"grace_s": 3600}},
        "send_back_message": {JSON: {"rev": 1, "comment": "Please say until when."}},
        "unsubscribe": {FORM: "List-Unsubscribe=One-Click"},
        "validate_message": {JSON: _MESSAGE},
    }
)

RESULTS: Examples = MappingProxyType(
    {
        "add_record": {JSON: {"message": "User added successfully!"}},
        "add_tenant_key": {
            JSON: {
                "key_id": "5e884898da280471",
                "key": "5d1c0e6a7b…",
                "created_at": "2026-11-28T09:30:00.000000Z",
            }
        },
        "find_record": {JSON: _RECORD},
        "get_order": {
            JSON: {
                "orderID": _ORDER_ID,
                "status": "notified",
                "placed_by": "anonymous",
                "order": _ORDER,
                "total": 19.5,
                "timeline": [
                    {"status": "queued", "at": "2026-11-28T09:30:00.652687Z"},
                    {"status": "stored", "at": "2026-11-28T09:30:01.102044Z"},
                    {"status": "notified", "at": "2026-11-28T09:30:01.611305Z"},
                ],
                "request_id": "33759f8b-698e-4d65-93e9-b4e644b50e9a",
                "message_id": "1f7e2d3c-0a9b-4c58-8d6e-5f4a3b2c1d0e",
                "failure": None,
            }
        },
        "get_record": {
            JSON: {
                "user_id": "ada",
                "content": _RECORD,
                "created_by": "7f0a5c1e-30a1-7093-4d2c-6c1d2f0e9b11",
                "created_at": "2026-11-28T09:30:00.805523Z",
                "updated_at": "2026-11-28T09:30:00.805523Z",
                "version": 1,
            }
        },
        "import_records": {
            JSON: {
                "added": 1,
                "failed": 1,
                "rows": [{"row": 2, "code": "invalid_input", "message": "user_id is missing"}],
            }
        },
        "ingest": {
            JSON: {
                "accepted": 1,
                "rejected": 1,
                "results": [
                    {
                        "index": 0,
                        "status": "accepted",
                        "log_id": "7f83b1657ff1fc53b92dc18148a1d65d",
                    },
                    {
                        "index": 1,
                        "status": "rejected",
                        "reason": "the record has no text",
                        "code": "no_text",
                    },
                ],
            }
        },
        "place_order": {JSON: {"orderID": _ORDER_ID, "status": "queued"}},
    }
)
