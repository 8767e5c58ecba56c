"""SMS through SNS: one phone number a call, by the account's own settings.

SNS accepts a text message to a number that has opted out, mostly, and delivers none: it is asked
before.
"""

from dataclasses import dataclass

from chalicelib import observability
from chalicelib.aws.sms import Sms
from chalicelib.errors import OutcomeUnknown, Refused, Unavailable
from chalicelib.publisher.channels.addressed import send_once
from chalicelib.publisher.channels.base import Adapter, Attempt, Credentials, Published, Rejection
from chalicelib.publisher.model import DeliveryErrorClass

SETTING = "the SMS preferences of SNS"
OPTED_OUT = "opted_out"
_REFUSALS = ("OptedOut", "OptedOutException")
_KIND = {"AWS.SNS.SMS.SMSType": "Transactional"}

_log = observability.logger(__name__)


@dataclass(frozen=True, slots=True)
class SmsChannel(Adapter):
    """Sends as whatever number or sender id the account has."""

    sms: Sms

    def prepare(self, attempt: Attempt) -> dict[str, str]:
        """Ask whether the number has opted out; who cannot be asked refuses nobody."""
        try:
            has_opted_out = self.sms.has_opted_out(attempt.outgoing.target or "")
        except (OutcomeUnknown, Refused, Unavailable) as error:
            _log.warning("no word whether a number has opted out", extra={"cause": str(error)})
            has_opted_out = False
        if has_opted_out:
            raise _reject()
        return dict(attempt.prepared)

    def publish(self, attempt: Attempt) -> Published:
        """Send one text message."""
        number = attempt.outgoing.target or ""
        try:
            text = attempt.outgoing.text
            return send_once(lambda: self.sms.send(number, text, _KIND), "SNS Publish", SETTING)
        except Rejection as rejection:
            if rejection.code in _REFUSALS:
                raise _reject() from rejection
            raise

    def identify(self, credentials: Credentials) -> str | None:  # noqa: ARG002 it needs none
        """The service's name: the number is the account's."""
        return "Amazon SNS"


def _reject() -> Rejection:
    return Rejection(
        error_class=DeliveryErrorClass.PERMANENT,
        code=OPTED_OUT,
        message="the phone's owner has opted out of text messages",
        advice="Leave the number out. Its owner may opt in again.",
    )
