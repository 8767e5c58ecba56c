"""What was found, as a look-up shows it: its kind, its route, when it was made, and its status."""

from datetime import timedelta
from urllib.parse import urlencode

from chalicelib import times
from chalicelib.failed_request import FailedRequest
from chalicelib.operations.model import DeadLetter, RedriveJob
from chalicelib.orders.model import Order
from chalicelib.overview.model import LookupKind, LookupMatch
from chalicelib.publisher.model import OutboundMessage
from chalicelib.records.model import Record
from chalicelib.tenant_logs.search.queries import LogEntry

_MICROSECOND = timedelta(microseconds=1)


def show_record(record: Record) -> LookupMatch:
    """A record, since its last change."""
    return LookupMatch(
        kind=LookupKind.RECORD,
        id=record.user_id,
        href=f"/api/v1/records/{record.user_id}",
        at=record.updated_at or None,
        status=None,
    )


def show_order(order: Order) -> LookupMatch:
    """An order, since its last step."""
    return LookupMatch(
        kind=LookupKind.ORDER,
        id=order.orderID,
        href=f"/orders/{order.orderID}",
        at=order.timeline[-1].at if order.timeline else None,
        status=order.status,
    )


def show_message(message: OutboundMessage) -> LookupMatch:
    """A message, since its last change."""
    return LookupMatch(
        kind=LookupKind.MESSAGE,
        id=message.id,
        href=f"/api/v1/messages/{message.id}",
        at=message.updated_at,
        status=message.status,
    )


def show_log(record: LogEntry) -> LookupMatch:
    """A log record with its severity; it is among those of its microsecond."""
    ends = times.parse(record.ts, "ts") + _MICROSECOND
    span = urlencode({"since": record.ts, "until": times.text(ends)}, safe=":")
    return LookupMatch(
        kind=LookupKind.LOG,
        id=record.log_id,
        href=f"/api/v1/logs?{span}",
        at=record.ts,
        status=record.severity,
    )


def show_job(job: RedriveJob) -> LookupMatch:
    """A redrive, since its last step."""
    return LookupMatch(
        kind=LookupKind.JOB,
        id=job.job_id,
        href=f"/api/v1/jobs/{job.job_id}",
        at=job.updated_at,
        status=job.status,
    )


def show_failed_request(failed: FailedRequest) -> LookupMatch:
    """A request that failed on our side, with its response and its route."""
    return LookupMatch(
        kind=LookupKind.FAILED_REQUEST,
        id=failed.request_id,
        href="/api/v1/overview?range=7d",
        at=failed.at,
        status=f"{failed.status} {failed.code} {failed.method} {failed.route}",
    )


def show_dead_letter(queue: str, letter: DeadLetter) -> LookupMatch:
    """A dead letter, since it died, with the code of its reason."""
    return LookupMatch(
        kind=LookupKind.DEAD_LETTER,
        id=letter.id,
        href=f"/api/v1/dead-letters/{queue}/{letter.id}",
        at=letter.died_at or letter.sent_at,
        status=letter.reason.code,
    )
