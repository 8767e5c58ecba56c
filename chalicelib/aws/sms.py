"""Text messages through SNS: to one phone number, sent at most once."""

from collections.abc import Mapping
from decimal import Decimal

from chalicelib.aws.once import call_once
from chalicelib.aws.session import Aws
from chalicelib.aws.topic import build_attributes


class Sms:
    """Sends text messages by the account's own settings."""

    def __init__(self, aws: Aws) -> None:
        self._aws = aws

    def send(
        self, number: str, text: str, attributes: Mapping[str, str | Decimal] | None = None
    ) -> str:
        """Send to a number in E.164 form, such as `+15555550100`; returns SNS's message id.

        `attributes` are SNS's own: `AWS.SNS.SMS.SMSType`, `AWS.SNS.SMS.SenderID` and, as a number,
        `AWS.SNS.SMS.MaxPrice`. SNS splits a long text at words and charges for each part.

        Raises as `once.call_once` does.
        """
        response = call_once(
            self._aws,
            "sns",
            "the text message service",
            lambda client: client.publish(
                PhoneNumber=number,
                Message=text,
                MessageAttributes=build_attributes(attributes or {}),
            ),
        )
        return str(response["MessageId"])

    def has_opted_out(self, number: str) -> bool:
        """Whether the phone's owner wants no text messages of this account.

        Raises as `once.call_once` does.
        """
        response = call_once(
            self._aws,
            "sns",
            "the text message service",
            lambda client: client.check_if_phone_number_is_opted_out(phoneNumber=number),
        )
        return bool(response.get("isOptedOut"))
