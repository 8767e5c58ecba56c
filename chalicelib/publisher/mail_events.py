"""SES's events of e-mails: who may not be written to again; pure.

SES Developer Guide, "Examples of event data that Amazon SES publishes to Amazon SNS". They come
with SNS's raw delivery.
"""

from collections.abc import Iterator
from email.utils import parseaddr
from typing import NamedTuple

import msgspec

from chalicelib.errors import InvalidInput
from chalicelib.ids import is_id
from chalicelib.publisher import rules
from chalicelib.publisher.model import SuppressionReason

# What SES sends once to a topic that becomes a destination.
GREETING = "Successfully validated SNS topic"
MESSAGE_TAG = "message_id"  # of our e-mails
PERMANENT = "Permanent"  # transient and undetermined bounces may succeed the next time
NOT_SPAM = "not-spam"  # a receiver who takes an e-mail back out of the junk folder


class Feedback(NamedTuple):
    """Who is to get no e-mail any more; `kind` is SES's name of the event, for the log.

    `message_id` is our message's.
    """

    kind: str
    reason: SuppressionReason | None
    addresses: list[str]
    message_id: str | None


class _Recipient(msgspec.Struct, frozen=True, rename="camel"):
    email_address: str


class _Bounce(msgspec.Struct, frozen=True, rename="camel"):
    bounce_type: str
    bounced_recipients: list[_Recipient]


class _Complaint(msgspec.Struct, frozen=True, rename="camel"):
    complained_recipients: list[_Recipient]
    complaint_feedback_type: str | None = None


class _Mail(msgspec.Struct, frozen=True):
    tags: dict[str, list[str]] = {}


class _Event(msgspec.Struct, frozen=True, rename="camel"):
    event_type: str
    mail: _Mail = _Mail()
    bounce: _Bounce | None = None
    complaint: _Complaint | None = None


def read(body: str) -> Feedback:
    """What an event asks for: nothing, where its reason is None.

    Raises InvalidInput for what is no event of SES's.
    """
    if body.startswith(GREETING):
        return Feedback("greeting", None, [], None)
    try:
        event = msgspec.json.decode(body, type=_Event)
    except (msgspec.MsgspecError, UnicodeEncodeError) as error:
        raise InvalidInput(f"this is no event of SES's: {error}") from error
    reason, recipients = _judge(event)
    addresses = list(_read_addresses(recipients))
    if reason is not None and not addresses:
        raise InvalidInput(f"the {event.event_type} names no address")
    ours = next(iter(event.mail.tags.get(MESSAGE_TAG, [])), None)
    return Feedback(event.event_type, reason, addresses, ours if is_id(ours) else None)


def _judge(event: _Event) -> tuple[SuppressionReason | None, list[_Recipient]]:
    """Why the event's recipients get no further e-mail, if it says so.

    Raises InvalidInput for a bounce or complaint without its part.
    """
    if event.event_type == "Bounce":
        if event.bounce is None:
            raise InvalidInput("the Bounce has no bounce")
        if event.bounce.bounce_type == PERMANENT:
            return SuppressionReason.BOUNCE, event.bounce.bounced_recipients
    if event.event_type == "Complaint":
        if event.complaint is None:
            raise InvalidInput("the Complaint has no complaint")
        if event.complaint.complaint_feedback_type != NOT_SPAM:
            return SuppressionReason.COMPLAINT, event.complaint.complained_recipients
    return None, []


def _read_addresses(recipients: list[_Recipient]) -> Iterator[str]:
    """The addresses, which SES may give as `Name <address>`."""
    for recipient in recipients:
        address = parseaddr(recipient.email_address)[1].strip()
        if rules.EMAIL.fullmatch(address):
            yield address
