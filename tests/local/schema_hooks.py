"""What JSON Schema cannot say of a request, put right in the valid ones before they are sent."""

import json
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Context, Decimal
from functools import reduce
from typing import Any

import schemathesis
from hypothesis import strategies as st
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest

MAX_DIGITS = 38
QUEUES = ["announcements", "jobs", "logs", "orders", "searches"]
LINES = ("application/x-ndjson", "application/ndjson", "application/jsonl")
SPANS = {
    "list_orders": ("since", "until"),
    "count_searches": ("from", "to"),
    "find_logs": ("since", "until"),
    "export_logs": ("since", "until"),
    "show_log_histogram": ("since", "until"),
    "list_log_facets": ("since", "until"),
    "list_audit_records": ("since", "until"),
    "list_messages": ("from", "to"),
    "list_occurrences": ("from", "to"),
    "export_messages": ("from", "to"),
}
_TOMORROW = {
    "scheduled_at": (datetime.now(UTC) + timedelta(days=1)).isoformat(),
    "time_zone": None,
}
# Mondays to come, of one who has uploaded nothing, where a text alone may go.
_FACEBOOK_ALONE = {"channels": ["facebook"], "media": [], "overrides": {}}
_OF_SERIES = {
    **_FACEBOOK_ALONE,
    "rrule": "FREQ=WEEKLY;BYDAY=MO;COUNT=3",
    "starts_at": (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%S"),
    "time_zone": "UTC",
}
_OF_CERTIFICATES = {"badge_media": None, "expires_on": None}
_WRITTEN = {"content": "x", "channels": ["facebook"]}  # by no template: there is none
_OF_TEMPLATES = {"content": "{{a}}", "subject": None, "overrides": {}, "media": []}
_OF_WEBHOOKS = {"url": "https://hooks.example.com/omnidata"}  # a public host
_FROM_THE_BEGINNING = {"cursor": None}
_ALWAYS: dict[str, dict[str, Any]] = {
    # Not all there are, and at any time.
    "cancel_messages": {"channel": "facebook", "from": None, "to": None, **_FROM_THE_BEGINNING},
    "retry_channel": _FROM_THE_BEGINNING,
    "reschedule_message": _TOMORROW,
    "create_certification": _OF_CERTIFICATES,
    "replace_certification": _OF_CERTIFICATES,
    "create_template": _OF_TEMPLATES,
    "replace_template": _OF_TEMPLATES,
    "create_webhook": _OF_WEBHOOKS,
    "change_webhook": _OF_WEBHOOKS,
}
_ENOUGH = Context(prec=1000)


def _export(texts: list[str]) -> bytes:
    request = ExportLogsServiceRequest()
    scope = request.resource_logs.add().scope_logs.add()
    for text in texts:
        scope.log_records.add().body.string_value = text
    return request.SerializeToString()


schemathesis.openapi.media_type(
    "application/x-protobuf", st.lists(st.text(max_size=20), max_size=5).map(_export)
)


@schemathesis.serializer(*LINES)
def encode_lines(_context: Any, value: Any) -> bytes:
    """Lines as they are; what is meant to be refused may be no text."""
    return value if isinstance(value, bytes) else str(value).encode()


@schemathesis.hook
def before_call(_context: Any, case: Any, kwargs: Any) -> None:
    """Change nothing in a request that is meant to be refused."""
    if not case.meta.generation.mode.is_positive:
        return
    operation_id = case.operation.definition.raw["operationId"]
    if case.headers:
        # Schemathesis takes an empty header for one that fits a pattern.
        case.headers = {name: text for name, text in case.headers.items() if text}
    if case.query:
        case.query = _fit_query(operation_id, dict(case.query))
    if isinstance(case.body, dict):
        case.body = _fit_body(operation_id, _fit_values(case.body), case.path_parameters)
    if isinstance(case.body, str) and case.media_type in LINES:
        case.body = json.dumps({"user_id": "ada", "text": case.body or "empty"})
    if "queue" in (case.path_parameters or {}):
        # Any other name is a 404, which says little.
        name = case.path_parameters["queue"]
        case.path_parameters = {**case.path_parameters, "queue": QUEUES[len(name) % len(QUEUES)]}


def _fit_query(operation_id: str, query: dict[str, Any]) -> dict[str, Any]:
    """Parameters may contradict each other, and a cursor is what the API made."""
    query.pop("cursor", None)
    if query.get("tail") in (True, "true"):
        query["order"] = "arrival"
    if query.get("interval") == "minute":  # for up to two hours
        del query["interval"]
    first, last = SPANS.get(operation_id, ("", ""))
    now = datetime.now(UTC)
    if first in query:
        query[first] = (now - timedelta(days=1)).isoformat()
    if last in query:
        query[last] = now.isoformat()
    return query


def _fit_body(operation_id: str, body: dict[str, Any], path: dict[str, Any]) -> dict[str, Any]:
    match operation_id:
        case "replace_record" | "patch_record" if "user_id" in body:
            return {**body, "user_id": path["user_id"]}
        case "place_order" if not _can_be_added(body.get("lines", [])):
            simple = {"quantity": 1, "unit_price": 2}
            return {**body, "lines": [{**line, **simple} for line in body["lines"]]}
        case "export_otlp" if body:  # an object of other names alone is a mistake
            return {"resourceLogs": [], **body}
        case "create_message" | "validate_message" | "change_message":
            return _fit_message(operation_id, body)
        case "create_series" | "change_series" | "change_occurrence":
            return _fit_series(operation_id, body)
    return {**body, **_ALWAYS.get(operation_id, {})}


def _fit_message(operation_id: str, sent: dict[str, Any]) -> dict[str, Any]:
    """A draft, which need not be fit to go, of one who has uploaded nothing."""
    body = sent if operation_id == "change_message" else {**_WRITTEN, **sent, "template": None}
    done = {**body, "draft": True}
    sent_to = body.get("channels", [])
    overrides, adapt = body.get("overrides"), body.get("adapt")
    if overrides:
        named = {name: text for name, text in overrides.items() if name in sent_to}
        done["overrides"] = {name: _fit_text(text) for name, text in named.items()}
    elif sent_to:
        done["overrides"] = {}
    if isinstance(adapt, dict):
        done["adapt"] = {name: is_asked for name, is_asked in adapt.items() if name in sent_to}
    if "media" in body:
        done["media"] = []
    if "scheduled_at" in body or "time_zone" in body:
        done |= _TOMORROW
    return _fit_text(done)


def _fit_series(operation_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Fit to go, and at a time of the rule."""
    if operation_id != "change_occurrence":
        return {**_fit_text(body), **_OF_SERIES}
    timeless = {name: value for name, value in body.items() if name != "scheduled_at"}
    return {**_fit_text(timeless), **_FACEBOOK_ALONE}


def _fit_text(body: dict[str, Any]) -> dict[str, Any]:
    """Blanks alone are no text."""
    content = body.get("content")
    return {**body, "content": "x"} if content is not None and not content.strip() else body


def _can_be_added(lines: Iterable[dict[str, Any]]) -> bool:
    """Whether DynamoDB holds each line's amount, and their sum."""
    numbers = [[Decimal(repr(line[name])) for name in ("quantity", "unit_price")] for line in lines]
    amounts = [_ENOUGH.multiply(quantity, price) for quantity, price in numbers]
    total = reduce(_ENOUGH.add, amounts, Decimal(0))
    return all(
        _digits(amount) <= MAX_DIGITS and (not amount or -130 <= amount.adjusted() <= 125)
        for amount in (*amounts, total)
    )


def _digits(number: Decimal) -> int:
    return len(re.sub(r"^0+|0+$", "", "".join(map(str, number.as_tuple().digits))))


def _fit_values(value: Any) -> Any:
    """No schema counts digits, and that no text has NUL is said once for all."""
    match value:
        case str():
            return value.replace("\0", "x")
        case dict():
            return {name: _fit_values(member) for name, member in value.items()}
        case list():
            return [_fit_values(member) for member in value]
        case int() if not isinstance(value, bool) and _digits(Decimal(value)) > MAX_DIGITS:
            return int(str(value)[:MAX_DIGITS])
    return value
