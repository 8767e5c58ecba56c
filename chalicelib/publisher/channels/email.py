"""E-mail through SES: one recipient a call. The message's id is a tag, for SES's events."""

from dataclasses import dataclass

from chalicelib.aws.mail import Email, Mailer
from chalicelib.publisher.channels.addressed import send_once
from chalicelib.publisher.channels.base import Adapter, Attempt, Credentials, Published

SETTING = "MAIL_FROM"


@dataclass(frozen=True, slots=True)
class EmailChannel(Adapter):
    """Sends as the stage's address."""

    mailer: Mailer
    sender: str

    def publish(self, attempt: Attempt) -> Published:
        """Send one e-mail."""
        message_id, _, _ = attempt.outgoing.key.partition("#")
        email = Email(
            recipient=attempt.outgoing.target or "",
            subject=attempt.outgoing.subject or "",
            text=attempt.outgoing.text,
            tags={"message_id": message_id},
        )
        return send_once(lambda: self.mailer.send(email), SETTING)

    def identify(self, credentials: Credentials) -> str | None:  # noqa: ARG002 it needs none
        """The address that it sends from."""
        return self.sender or None
