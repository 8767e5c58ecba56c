"""SES v2's SendEmail to one recipient."""

import re
import uuid
from email.utils import parseaddr
from typing import Any

from infra.local.sandbox import aws_errors
from infra.local.sandbox.aws_errors import make_error
from infra.local.sandbox.calls import (
    Call,
    Check,
    Draft,
    Failures,
    Response,
    Route,
    make_json,
    require_all,
)
from infra.local.sandbox.mail_events import Tell, build_event
from infra.local.sandbox.outbox import Outbox

CHANNEL = "email"
REGION = "US-EAST-1"
VERIFIED_DOMAIN = "example.com"  # senders of this domain, and of those below it, are verified
MAX_HEADERS, MAX_NAME_CHARS, MAX_VALUE_CHARS = 15, 126, 995
_ADDRESS = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_HEADER_NAME = re.compile(rf"[!-9;-~]{{1,{MAX_NAME_CHARS}}}")
_HEADER_VALUE = re.compile(rf"[ -~]{{1,{MAX_VALUE_CHARS}}}")
Mail = dict[str, Any]


def _dig(mail: Mail, *names: str) -> Any:
    """A member of nested objects; None where one is missing."""
    found: Any = mail
    for name in names:
        found = found.get(name) if isinstance(found, dict) else None
    return found


def _list_headers(mail: Mail) -> list[tuple[str, str]]:
    headers = _dig(mail, "Content", "Simple", "Headers") or []
    return [(str(h.get("Name", "")), str(h.get("Value", ""))) for h in headers]


def _list_tags(mail: Mail) -> list[tuple[str, str]]:
    tags = mail.get("EmailTags") or []
    return [(str(tag.get("Name")), str(tag.get("Value", ""))) for tag in tags]


def _list_recipients(mail: Mail) -> list[str]:
    destination = mail.get("Destination") or {}
    kinds = ("ToAddresses", "CcAddresses", "BccAddresses")
    return [str(address) for kind in kinds for address in destination.get(kind) or []]


def _read_subject(mail: Mail) -> str:
    return str(_dig(mail, "Content", "Simple", "Subject", "Data") or "")


def _read_body(mail: Mail, kind: str) -> str:
    return str(_dig(mail, "Content", "Simple", "Body", kind, "Data") or "")


def _read_sender(mail: Mail) -> str:
    return str(mail.get("FromEmailAddress") or "")


def _is_address(text: str) -> bool:
    return _ADDRESS.fullmatch(parseaddr(text)[1]) is not None


def _is_verified(sender: str) -> bool:
    domain = parseaddr(sender)[1].rpartition("@")[2].lower()
    return f".{domain}".endswith(f".{VERIFIED_DOMAIN}")


def _refuse(message: str) -> Response:
    return make_error(400, "BadRequestException", message)


CHECKS: tuple[Check[Mail], ...] = (
    Check(
        lambda mail: not _is_address(_read_sender(mail)),
        lambda mail: _refuse(f"Invalid sender address: {_read_sender(mail)!r}."),
    ),
    Check(
        lambda mail: len(_list_recipients(mail)) != 1,
        lambda mail: _refuse(
            f"The sandbox takes one recipient a call, not {len(_list_recipients(mail))}."
        ),
    ),
    Check(
        lambda mail: not _is_address(_list_recipients(mail)[0]),
        lambda mail: _refuse(f"Invalid recipient address: {_list_recipients(mail)[0]!r}."),
    ),
    Check(
        lambda mail: not _read_subject(mail),
        lambda _: _refuse("The subject is missing."),
    ),
    Check(
        lambda mail: any(char in _read_subject(mail) for char in "\r\n"),
        lambda _: _refuse("The subject must not have line breaks."),
    ),
    Check(
        lambda mail: not (_read_body(mail, "Text") or _read_body(mail, "Html")),
        lambda _: _refuse("The body is missing."),
    ),
    Check(
        lambda mail: len(_list_headers(mail)) > MAX_HEADERS,
        lambda _: _refuse(f"A message has at most {MAX_HEADERS} headers."),
    ),
    Check(
        lambda mail: not all(_HEADER_NAME.fullmatch(name) for name, _ in _list_headers(mail)),
        lambda _: _refuse(
            f"A header's name has 1 to {MAX_NAME_CHARS} printable characters without a colon."
        ),
    ),
    Check(
        lambda mail: not all(_HEADER_VALUE.fullmatch(value) for _, value in _list_headers(mail)),
        lambda _: _refuse(
            f"A header's value has 1 to {MAX_VALUE_CHARS} printable ASCII characters."
        ),
    ),
    Check(
        lambda mail: not _is_verified(_read_sender(mail)),
        lambda mail: make_error(
            400,
            "MessageRejected",
            "Email address is not verified. The following identities failed the check in region "
            f"{REGION}: {_read_sender(mail)}",
        ),
    ),
)
FAILURES = Failures(
    rate_limit=lambda _call, _retry_after_s: make_error(
        429, "TooManyRequestsException", "Maximum sending rate exceeded."
    ),
    error_500=lambda _: make_error(500, "InternalFailure", "Internal failure"),
    refused=lambda _: make_error(400, "MessageRejected", "The message's content is rejected."),
    expired_token=aws_errors.make_expired,
)
SIGNED: tuple[Check[Call], ...] = (
    Check(lambda call: not aws_errors.is_signed(call), aws_errors.make_unsigned),
)


class Ses:
    """The mail of one sandbox; `tell` publishes what becomes of it."""

    def __init__(self, outbox: Outbox, tell: Tell) -> None:
        self._outbox = outbox
        self._tell = tell

    def list_routes(self) -> tuple[Route, ...]:
        """SendEmail."""
        path = "/v2/email/outbound-emails"
        return (Route("POST", path, CHANNEL, self._send, FAILURES, _read_draft),)

    def _send(self, call: Call) -> Response:
        require_all(SIGNED, call)
        require_all(CHECKS, _read_mail(call))
        message_id = f"0100{uuid.uuid4().hex[:12]}-{uuid.uuid4()}-000000"
        self._outbox.accept(_read_draft(call), message_id)
        self._tell_event(_read_mail(call), message_id)
        return make_json(200, {"MessageId": message_id})

    def _tell_event(self, mail: Mail, message_id: str) -> None:
        """Without a configuration set SES tells nobody."""
        address = parseaddr(_list_recipients(mail)[0])[1]
        event = build_event(address, message_id, dict(_list_tags(mail)))
        if event is not None and mail.get("ConfigurationSetName"):
            self._tell(event)


def _read_mail(call: Call) -> Mail:
    mail = call.read_json()
    return mail if isinstance(mail, dict) else {}


def _read_draft(call: Call) -> Draft:
    mail = _read_mail(call)
    details = {
        "from": _read_sender(mail),
        "to": ", ".join(_list_recipients(mail)),
        "subject": _read_subject(mail),
        "html": _read_body(mail, "Html"),
        "configuration_set": str(mail.get("ConfigurationSetName") or ""),
        **{f"header {name}": value for name, value in _list_headers(mail)},
        **{f"tag {name}": value for name, value in _list_tags(mail)},
    }
    return Draft(
        channel=CHANNEL,
        account=_read_sender(mail),
        text=_read_body(mail, "Text") or _read_body(mail, "Html"),
        details={name: value for name, value in details.items() if value},
    )
