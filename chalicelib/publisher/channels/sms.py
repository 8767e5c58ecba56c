"""SMS through SNS: one phone number a call, by the account's own settings."""

from dataclasses import dataclass

from chalicelib.aws.sms import Sms
from chalicelib.publisher.channels.addressed import send_once
from chalicelib.publisher.channels.base import Adapter, Attempt, Credentials, Published

SETTING = "the SMS preferences of SNS"
_KIND = {"AWS.SNS.SMS.SMSType": "Transactional"}


@dataclass(frozen=True, slots=True)
class SmsChannel(Adapter):
    """Sends as whatever number or sender id the account has."""

    sms: Sms

    def publish(self, attempt: Attempt) -> Published:
        """Send one text message."""
        number = attempt.outgoing.target or ""
        return send_once(lambda: self.sms.send(number, attempt.outgoing.text, _KIND), SETTING)

    def identify(self, credentials: Credentials) -> str | None:  # noqa: ARG002 it needs none
        """The service's name: the number is the account's."""
        return "Amazon SNS"
