"""One SNS topic: publish to it, and list who is subscribed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from chalicelib.aws.failures import translate_errors
from chalicelib.sns_message import encode_variants

UNCONFIRMED = "PendingConfirmation"  # in place of the subscription's ARN


class Subscriber(NamedTuple):
    """Where a topic's messages go, by which protocol, and whether the receiver agreed."""

    endpoint: str
    protocol: str
    is_confirmed: bool


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic by ARN; `client` is a low-level SNS client."""

    client: Any
    arn: str

    def publish(
        self, subject: str, variants: Mapping[str, str], attributes: Mapping[str, str | Decimal]
    ) -> None:
        """Publish a message in `variants` by protocol, of which `default` is for all others.

        SNS has no token that would make a second call harmless.
        Raises Unavailable when the topic did not confirm it.
        """
        with translate_errors("the topic"):
            self.client.publish(
                TopicArn=self.arn,
                Subject=subject,
                Message=encode_variants(variants),
                MessageStructure="json",
                MessageAttributes=build_attributes(attributes),
            )

    def subscribers(self) -> Iterator[Subscriber]:
        """Every subscription of the topic."""
        more: dict[str, str] = {}
        while True:
            with translate_errors("the topic"):
                response = self.client.list_subscriptions_by_topic(TopicArn=self.arn, **more)
            for subscription in response.get("Subscriptions", []):
                confirmed = subscription["SubscriptionArn"] != UNCONFIRMED
                yield Subscriber(subscription["Endpoint"], subscription["Protocol"], confirmed)
            if not response.get("NextToken"):
                return
            more = {"NextToken": response["NextToken"]}


def build_attributes(attributes: Mapping[str, str | Decimal]) -> dict[str, dict[str, str]]:
    """Message attributes as `publish` takes them."""
    return {name: _attribute(value) for name, value in attributes.items()}


def _attribute(value: str | Decimal) -> dict[str, str]:
    kind = "Number" if isinstance(value, Decimal) else "String"
    return {"DataType": kind, "StringValue": f"{value:f}" if kind == "Number" else str(value)}
