"""E-mail through SES (v2): one recipient, plain text, sent at most once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from chalicelib.aws.once import call_once
from chalicelib.aws.session import Aws

MAX_HEADERS = 15  # of one's own; a name has at most 126 characters and a value 995, printable ASCII


@dataclass(frozen=True, slots=True, kw_only=True)
class Email:
    """One e-mail. `tags` are for SES's metrics and events; no receiver sees them."""

    recipient: str
    subject: str
    text: str
    headers: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)


class Mailer:
    """Sends from one verified address, or an identity's `Name <address>`.

    By a `configuration_set` SES tells what becomes of the e-mails; an empty one is none.
    """

    def __init__(self, aws: Aws, sender: str, configuration_set: str = "") -> None:
        self._aws = aws
        self._sender = sender
        self._set = {"ConfigurationSetName": configuration_set} if configuration_set else {}

    def send(self, email: Email) -> str:
        """Send one e-mail; returns SES's message id.

        Raises as `once.call_once` does.
        """
        request = self._build_request(email)
        response = call_once(
            self._aws, "sesv2", "the mail service", lambda client: client.send_email(**request)
        )
        return str(response["MessageId"])

    def _build_request(self, email: Email) -> dict[str, Any]:
        return {
            **self._set,
            "FromEmailAddress": self._sender,
            "Destination": {"ToAddresses": [email.recipient]},
            "Content": {
                "Simple": {
                    "Subject": {"Data": email.subject, "Charset": "UTF-8"},
                    "Body": {"Text": {"Data": email.text, "Charset": "UTF-8"}},
                    "Headers": [
                        {"Name": name, "Value": value} for name, value in email.headers.items()
                    ],
                }
            },
            "EmailTags": [{"Name": name, "Value": value} for name, value in email.tags.items()],
        }
