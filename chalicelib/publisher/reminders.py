"""When the owner of a certificate is reminded that it expires, and what the e-mail says; pure."""

from datetime import UTC, date, datetime, time, timedelta

import msgspec

from chalicelib.publisher import keys, rules
from chalicelib.publisher.model.requests import MAX_SUBJECT
from chalicelib.publisher.model.suppressions import MAX_ADDRESS
from chalicelib.publisher.stored_certificate import StoredCertification
from chalicelib.web.call import Call

DAYS_BEFORE = (60, 30, 7)
AT = time(8, tzinfo=UTC)
_ADVICE = """Have you renewed it? Then change its expiry date, and you are reminded of that one.
Delete the certificate, and no reminder follows."""


def find_next(expires_on: date | None, now: datetime) -> str | None:
    """When the next reminder is due; None when none is left."""
    if expires_on is None or expires_on <= now.date():
        return None
    due = (datetime.combine(expires_on - timedelta(days=days), AT) for days in DAYS_BEFORE)
    return next((keys.due_time(at) for at in due if at > now), None)


def plan(
    changed: StoredCertification, seen: StoredCertification | None, call: Call, now: datetime
) -> StoredCertification:
    """The certificate with the caller's address, and with its next reminder if that is one.

    A reminder that is due already, and that the tick has not seen to, stays.
    """
    at = find_next(changed.expires_on, now)
    if seen is not None and seen.expires_on == changed.expires_on and is_due(seen, now):
        at = seen.next_reminder_at
    address = read_address(call)
    return msgspec.structs.replace(
        changed,
        owner_email=address,
        request_id=call.request_id,
        next_reminder_at=at if address else None,
    )


def is_due(certificate: StoredCertification, now: datetime) -> bool:
    """Whether its next reminder is due."""
    at = certificate.next_reminder_at
    return at is not None and at <= keys.due_time(now)


def read_address(call: Call) -> str | None:
    """The caller's e-mail address; None for a token without one, or without proof that it is."""
    address = call.principal.email
    is_one = (
        call.principal.has_proof and len(address) <= MAX_ADDRESS and rules.EMAIL.fullmatch(address)
    )
    return address if is_one else None


def compose_subject(certificate: StoredCertification, today: date) -> str:
    """The subject of the e-mail, in one line; the certificate has an expiry date."""
    subject = f"Your certificate expires {_say_when(certificate, today)}: {certificate.name}"
    return _join(subject)[:MAX_SUBJECT]


def compose_text(certificate: StoredCertification, today: date) -> str:
    """The text of the e-mail."""
    said = f"{_join(certificate.name)}, issued by {_join(certificate.issuer)}"
    when = f"{_say_when(certificate, today)}, on {certificate.expires_on}"
    return f"Your certificate {said}, expires {when}.\n\n{_ADVICE}"


def _say_when(certificate: StoredCertification, today: date) -> str:
    days = ((certificate.expires_on or today) - today).days
    return {0: "today", 1: "tomorrow"}.get(days, f"in {days} days")


def _join(text: str) -> str:
    return " ".join(text.split())
