"""E-mail through SES: one recipient a call, who may refuse further ones.

The message's id is a tag, by which SES's events name it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from chalicelib.aws.mail import Email, Mailer
from chalicelib.publisher.channels.addressed import send_once
from chalicelib.publisher.channels.base import Adapter, Attempt, Credentials, Published, Rejection
from chalicelib.publisher.mail_events import MESSAGE_TAG
from chalicelib.publisher.model import DeliveryErrorClass, Suppression

SETTING = "MAIL_FROM"
SUPPRESSED = "suppressed"
ONE_CLICK = "List-Unsubscribe=One-Click"  # RFC 8058, 3.1


@dataclass(frozen=True, slots=True)
class Consent:
    """Who wants no e-mail, by address, and the URL by which a delivery's recipient says so."""

    find_suppression: Callable[[str], Suppression | None]
    make_url: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class EmailChannel(Adapter):
    """Sends as the stage's address, to nobody who is suppressed."""

    mailer: Mailer
    sender: str
    consent: Consent

    def prepare(self, attempt: Attempt) -> dict[str, str]:
        """Look whether the recipient still takes e-mail."""
        found = self.consent.find_suppression(attempt.outgoing.target or "")
        if found is not None:
            raise Rejection(
                error_class=DeliveryErrorClass.PERMANENT,
                code=SUPPRESSED,
                message=f"the address is suppressed since {found.at}: {found.reason}",
                advice="Leave the address out. An operator may remove it from the suppressions.",
            )
        return dict(attempt.prepared)

    def publish(self, attempt: Attempt) -> Published:
        """Send one e-mail."""
        message_id, _, _ = attempt.outgoing.key.partition("#")
        email = Email(
            recipient=attempt.outgoing.target or "",
            subject=attempt.outgoing.subject or "",
            text=attempt.outgoing.text,
            headers={
                "List-Unsubscribe": f"<{self.consent.make_url(attempt.outgoing.key)}>",
                "List-Unsubscribe-Post": ONE_CLICK,
            },
            tags={MESSAGE_TAG: message_id},
        )
        return send_once(lambda: self.mailer.send(email), "SES SendEmail", SETTING)

    def identify(self, credentials: Credentials) -> str | None:  # noqa: ARG002 it needs none
        """The address that it sends from."""
        return self.sender or None
